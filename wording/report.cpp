#include "wording/report.h"

#include <map>

#include "base/json_writer.h"
#include "explanation.h"
#include "fhir/issue.h"
#include "result_writer.h"
#include "wording/text.h"

namespace trialcds::wording {
namespace {

class ReportWriter {
  public:
    ReportWriter(const Language &language, const mappings::Catalogue &catalogue,
                 const mappings::Extraction &extraction)
        : language_(language), catalogue_(catalogue), extraction_(extraction),
          results_(language, catalogue, extraction.facts, out_) {}

    std::string write(std::string_view patient_id, const eligibility::TrialAssessment &assessment,
                      const TracedRun *run = nullptr);

  private:
    void write_issues();
    void write_read();
    void write_about(const eligibility::TrialDefinition &trial);
    void write_labels(const eligibility::TrialAssessment &assessment);
    void write_explanations(const TracedRun &run);

    const Language &language_;
    const mappings::Catalogue &catalogue_;
    const mappings::Extraction &extraction_;
    json::Writer out_{true};
    ResultWriter results_;
};

std::string ReportWriter::write(std::string_view patient_id, const eligibility::TrialAssessment &assessment,
                                const TracedRun *run) {
    out_.begin_object();
    results_.write_head(assessment, patient_id);
    out_.member("outcome", eligibility::to_string(assessment.outcome));
    optional_member(out_, "possible_from", assessment.possible_from);
    optional_member(out_, "screening_from", screening_from(assessment));
    optional_member(out_, "window_closes_on", assessment.window_closes_on);
    out_.key("criteria").begin_array();
    for (const eligibility::CriterionResult &result : assessment.criteria)
        results_.write_criterion(result);
    out_.end_array();
    write_issues();
    write_read();
    if (run != nullptr) write_explanations(*run);
    out_.end_object();
    return out_.take();
}

void ReportWriter::write_issues() {
    out_.key("issues").begin_array();
    for (const fhir::Issue &issue : extraction_.issues) {
        out_.begin_object();
        out_.member("severity", fhir::to_string(issue.severity));
        out_.member("code", issue.code);
        optional_member(out_, "expression", issue.expression);
        optional_member(out_, "diagnostics", issue.diagnostics);
        out_.end_object();
    }
    out_.end_array();
}

void ReportWriter::write_read() {
    out_.key("read").begin_object();
    out_.member("resources", extraction_.resources);
    out_.member("used", extraction_.used);
    out_.key("ignored").begin_array();
    for (const auto &[key, count] : extraction_.ignored) {
        out_.begin_object();
        out_.member("type", key.type);
        out_.member("reason", key.reason);
        out_.member("count", count);
        out_.end_object();
    }
    out_.end_array();
    out_.key("not_understood").begin_array();
    for (const auto &[unknown, count] : extraction_.not_understood) {
        out_.begin_object();
        out_.member("type", unknown.type);
        optional_member(out_, "system", unknown.system);
        optional_member(out_, "code", unknown.code);
        optional_member(out_, "display", one_line(unknown.display, kNoLimit));
        out_.member("count", count);
        out_.end_object();
    }
    out_.end_array();
    out_.end_object();
}

void ReportWriter::write_about(const eligibility::TrialDefinition &trial) {
    out_.key("about").begin_object();
    optional_member(out_, "title", trial.title.in(language_.code()));
    optional_member(out_, "short_title", trial.short_title.in(language_.code()));
    optional_member(out_, "registry", trial.registry_url);
    optional_member(out_, "registry_date", trial.registry_date);
    optional_member(out_, "recruitment", trial.recruitment_status);
    optional_member(out_, "recruitment_as_of", trial.recruitment_status_as_of);
    out_.end_object();
}

void ReportWriter::write_labels(const eligibility::TrialAssessment &assessment) {
    std::map<std::string_view, std::string_view> labels;
    const auto add = [&](const eligibility::PartResult &result) {
        for (const eligibility::InputIndex missing : result.missing) {
            const mappings::Named &input = catalogue_.inputs[eligibility::at(missing)];
            labels[input.id] = input.label.in(language_.code());
        }
    };
    for (const eligibility::CriterionResult &result : assessment.criteria) {
        add(result);
        for (const eligibility::PartResult &part : result.parts)
            add(part);
    }
    out_.key("labels").begin_object();
    for (const auto &[id, label] : labels)
        out_.member(id, label);
    out_.end_object();
}

void ReportWriter::write_explanations(const TracedRun &run) {
    write_about(*run.assessment.trial);
    write_labels(run.assessment);
    out_.key("explanations").begin_array();
    for (const eligibility::CriterionResult &result : run.assessment.criteria) {
        out_.begin_object();
        out_.member("id", result.criterion->id);
        write_way(out_, results_, catalogue_, explanation_of(catalogue_, run, result.criterion->id));
        out_.end_object();
    }
    out_.end_array();
    write_drugs(out_, results_, catalogue_, extraction_.facts);
}

} // namespace

std::string explained_report(const Language &language, const mappings::Catalogue &catalogue,
                             const TracedRun &run) {
    return ReportWriter(language, catalogue, run.extraction).write(run.patient_id, run.assessment, &run);
}

std::string report(const Language &language, const mappings::Catalogue &catalogue, std::string_view patient_id,
                   const eligibility::TrialAssessment &assessment, const mappings::Extraction &extraction) {
    return ReportWriter(language, catalogue, extraction).write(patient_id, assessment);
}

} // namespace trialcds::wording
