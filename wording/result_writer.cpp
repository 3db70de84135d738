#include "result_writer.h"

#include "wording/remarks.h"
#include "wording/report.h"
#include "wording/text.h"

namespace trialcds::wording {

void optional_member(json::Writer &out, std::string_view name, std::string_view text) {
    if (!text.empty()) out.member(name, text);
}

void optional_member(json::Writer &out, std::string_view name, const std::optional<base::Day> &day) {
    if (day) out.member(name, day->to_string());
}

void ResultWriter::write_head(const eligibility::TrialAssessment &assessment, std::string_view patient_id) {
    out_.member("trial", assessment.trial->id);
    out_.member("definition_version", assessment.trial->version);
    out_.member("as_of", assessment.as_of.to_string());
    optional_member(out_, "patient", patient_id);
}

void ResultWriter::write_criterion(const eligibility::CriterionResult &result) {
    out_.begin_object();
    out_.member("id", result.criterion->id);
    out_.member("kind", eligibility::to_string(result.criterion->kind));
    optional_member(out_, "text", result.criterion->text.in(language_.code()));
    write_result(result);
    if (!result.parts.empty()) {
        out_.key("parts").begin_array();
        for (const eligibility::PartResult &part : result.parts)
            write_part(part);
        out_.end_array();
    }
    out_.end_object();
}

void ResultWriter::write_part(const eligibility::PartResult &part) {
    out_.begin_object();
    out_.member("id", part.part->id);
    optional_member(out_, "text", part.part->text.in(language_.code()));
    write_result(part);
    out_.end_object();
}

// `basis` says what a decided outcome rests on; an unknown one has a reason instead.
void ResultWriter::write_result(const eligibility::PartResult &result) {
    out_.member("outcome", eligibility::to_string(result.outcome));
    if (result.reason) out_.member("reason", eligibility::to_string(*result.reason));
    if (result.leaning) out_.member("leaning", eligibility::to_string(*result.leaning));
    if (result.outcome != eligibility::CriterionOutcome::unknown)
        out_.member("basis", eligibility::to_string(result.basis));
    write_grounds(result);
}

void ResultWriter::write_grounds(const eligibility::PartResult &result) {
    if (result.temporary) out_.member_bool("temporary", true);
    optional_member(out_, "clears_on", result.clears_on);
    optional_member(out_, "expires_on", result.expires_on);
    write_missing(result.missing);
    write_remarks(result.remarks);
    write_evidence(result.evidence);
}

void ResultWriter::write_missing(const std::vector<eligibility::InputIndex> &missing) {
    if (missing.empty()) return;
    out_.key("missing").begin_array();
    for (const eligibility::InputIndex input : missing)
        out_.string(catalogue_.inputs[eligibility::at(input)].id);
    out_.end_array();
}

void ResultWriter::write_remarks(const std::vector<eligibility::Remark> &remarks) {
    std::string joined;
    for (const eligibility::Remark &remark : remarks)
        joined += (joined.empty() ? "" : " ") + remark_words(language_, remark);
    optional_member(out_, "note", joined);
}

void ResultWriter::write_evidence(const std::vector<eligibility::Evidence> &evidence) {
    if (evidence.empty()) return;
    out_.key("evidence").begin_array();
    for (const eligibility::Evidence &fact : evidence) {
        out_.begin_object();
        write_fact(fact);
        out_.end_object();
    }
    out_.end_array();
}

void ResultWriter::write_fact(const eligibility::Evidence &fact) {
    const EvidenceText text = describe(language_, catalogue_, fact, facts_);
    out_.member("variable", text.variable);
    optional_member(out_, "label", one_line(text.label, kNoLimit));
    out_.member("value", one_line(text.value, kNoLimit));
    optional_member(out_, "unit", one_line(text.unit, kNoLimit));
    optional_member(out_, "date", one_line(text.date, kNoLimit));
    optional_member(out_, "source", text.source);
}

} // namespace trialcds::wording
