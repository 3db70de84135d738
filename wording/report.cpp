#include "wording/report.h"

#include "base/json_writer.h"
#include "fhir/issue.h"
#include "wording/remarks.h"

namespace trialcds::wording {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;
using eligibility::PartResult;

void optional_member(json::Writer &out, std::string_view name, std::string_view text) {
    if (!text.empty()) out.member(name, text);
}

void optional_member(json::Writer &out, std::string_view name, const std::optional<base::Day> &day) {
    if (day) out.member(name, day->to_string());
}

class ReportWriter {
  public:
    ReportWriter(const Language &language, const mappings::Catalogue &catalogue,
                 const mappings::Extraction &extraction)
        : language_(language), catalogue_(catalogue), extraction_(extraction) {}

    std::string write(std::string_view patient_id, const eligibility::TrialAssessment &assessment);

  private:
    void write_criterion(const CriterionResult &result);
    void write_part(const PartResult &part);
    void write_result(const PartResult &result);
    void write_missing(const std::vector<eligibility::InputIndex> &missing);
    void write_remarks(const std::vector<eligibility::Remark> &remarks);
    void write_evidence(const std::vector<eligibility::Evidence> &evidence);
    void write_issues();
    void write_read();

    const Language &language_;
    const mappings::Catalogue &catalogue_;
    const mappings::Extraction &extraction_;
    json::Writer out_{true};
};

std::string ReportWriter::write(std::string_view patient_id, const eligibility::TrialAssessment &assessment) {
    out_.begin_object();
    out_.member("trial", assessment.trial->id);
    out_.member("definition_version", assessment.trial->version);
    out_.member("as_of", assessment.as_of.to_string());
    optional_member(out_, "patient", patient_id);
    out_.member("outcome", eligibility::to_string(assessment.outcome));
    optional_member(out_, "possible_from", assessment.possible_from);
    optional_member(out_, "window_closes_on", assessment.window_closes_on);
    out_.key("criteria").begin_array();
    for (const CriterionResult &result : assessment.criteria)
        write_criterion(result);
    out_.end_array();
    write_issues();
    write_read();
    out_.end_object();
    return out_.take();
}

void ReportWriter::write_criterion(const CriterionResult &result) {
    out_.begin_object();
    out_.member("id", result.criterion->id);
    out_.member("kind", eligibility::to_string(result.criterion->kind));
    optional_member(out_, "text", result.criterion->text.in(language_.code()));
    write_result(result);
    if (!result.parts.empty()) {
        out_.key("parts").begin_array();
        for (const PartResult &part : result.parts)
            write_part(part);
        out_.end_array();
    }
    out_.end_object();
}

void ReportWriter::write_part(const PartResult &part) {
    out_.begin_object();
    out_.member("id", part.part->id);
    optional_member(out_, "text", part.part->text.in(language_.code()));
    write_result(part);
    out_.end_object();
}

// `basis` says what a decided outcome rests on; an unknown one has a reason instead.
void ReportWriter::write_result(const PartResult &result) {
    out_.member("outcome", eligibility::to_string(result.outcome));
    if (result.reason) out_.member("reason", eligibility::to_string(*result.reason));
    if (result.leaning) out_.member("leaning", eligibility::to_string(*result.leaning));
    if (result.outcome != CriterionOutcome::unknown) out_.member("basis", eligibility::to_string(result.basis));
    if (result.temporary) out_.member_bool("temporary", true);
    optional_member(out_, "clears_on", result.clears_on);
    optional_member(out_, "expires_on", result.expires_on);
    write_missing(result.missing);
    write_remarks(result.remarks);
    write_evidence(result.evidence);
}

void ReportWriter::write_missing(const std::vector<eligibility::InputIndex> &missing) {
    if (missing.empty()) return;
    out_.key("missing").begin_array();
    for (const eligibility::InputIndex input : missing)
        out_.string(catalogue_.inputs[eligibility::at(input)].id);
    out_.end_array();
}

void ReportWriter::write_remarks(const std::vector<eligibility::Remark> &remarks) {
    std::string joined;
    for (const eligibility::Remark &remark : remarks)
        joined += (joined.empty() ? "" : " ") + remark_words(language_, remark);
    optional_member(out_, "note", joined);
}

void ReportWriter::write_evidence(const std::vector<eligibility::Evidence> &evidence) {
    if (evidence.empty()) return;
    out_.key("evidence").begin_array();
    for (const eligibility::Evidence &fact : evidence) {
        const EvidenceText text = describe(language_, catalogue_, fact, extraction_.facts);
        out_.begin_object();
        out_.member("variable", text.variable);
        out_.member("value", text.value);
        optional_member(out_, "unit", text.unit);
        optional_member(out_, "date", text.date);
        optional_member(out_, "source", text.source);
        out_.end_object();
    }
    out_.end_array();
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
