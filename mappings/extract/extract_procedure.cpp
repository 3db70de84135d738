// Procedures -> findings. Only what was done counts; what was stopped or has no known status may have been
// done in part and can only be confirmed (clinical-rules 7.1).
#include "extract_finding.h"
#include "read_timing.h"

namespace trialcds::mappings {
namespace {

using eligibility::Finding;

bool is_done(std::string_view status) {
    return status == "completed";
}

bool may_be_done(std::string_view status) {
    return status == "unknown" || status == "stopped" || status.empty();
}

void extract(Draft &draft, const fhir::Procedure &procedure) {
    if (!is_done(procedure.status) && !may_be_done(procedure.status)) {
        draft.ignore("Procedure", procedure.status == "not-done" ? "not-done" : "not-completed");
        return;
    }
    const std::vector<MatchedSet> sets = match_value_sets(draft, procedure.code);
    if (sets.empty()) {
        draft.ignore("Procedure", "not-mapped");
        return;
    }
    const TimingContext context{draft.facts().demographics.birth_date, draft.as_of};
    const TimingRead performed = read_timing(procedure.performed, context);
    Finding finding;
    finding.grade = is_done(procedure.status) ? Grade::decides : Grade::confirm;
    finding.onset = performed.days;
    finding.origin = origin(procedure.head, performed.text);
    add_findings(draft, sets, finding);
    draft.use();
    if (performed.unreadable)
        draft.issue(fhir::Severity::warning, "unreadable-date", place(procedure.head) + ".performed",
                    "The time it was performed gives no date; the procedure counts as undated.");
}

} // namespace

void extract_procedures(Draft &draft, const fhir::PatientRecord &record) {
    for (const fhir::Procedure &procedure : record.procedures)
        extract(draft, procedure);
}

} // namespace trialcds::mappings
