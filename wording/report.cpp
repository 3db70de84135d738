#include "wording/report.h"

#include "base/json_writer.h"
#include "fhir/issue.h"
#include "result_writer.h"

namespace trialcds::wording {
namespace {

class ReportWriter {
  public:
    ReportWriter(const Language &language, const mappings::Catalogue &catalogue,
                 const mappings::Extraction &extraction)
        : extraction_(extraction), results_(language, catalogue, extraction.facts, out_) {}

    std::string write(std::string_view patient_id, const eligibility::TrialAssessment &assessment);

  private:
    void write_issues();
    void write_read();

    const mappings::Extraction &extraction_;
    json::Writer out_{true};
    ResultWriter results_;
};

std::string ReportWriter::write(std::string_view patient_id, const eligibility::TrialAssessment &assessment) {
    out_.begin_object();
    results_.write_head(assessment, patient_id);
    out_.member("outcome", eligibility::to_string(assessment.outcome));
    optional_member(out_, "possible_from", assessment.possible_from);
    optional_member(out_, "window_closes_on", assessment.window_closes_on);
    out_.key("criteria").begin_array();
    for (const eligibility::CriterionResult &result : assessment.criteria)
        results_.write_criterion(result);
    out_.end_array();
    write_issues();
    write_read();
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
        optional_member(out_, "display", unknown.display);
        out_.member("count", count);
        out_.end_object();
    }
    out_.end_array();
    out_.end_object();
}

} // namespace

std::string report(const Language &language, const mappings::Catalogue &catalogue, std::string_view patient_id,
                   const eligibility::TrialAssessment &assessment, const mappings::Extraction &extraction) {
    return ReportWriter(language, catalogue, extraction).write(patient_id, assessment);
}

} // namespace trialcds::wording
