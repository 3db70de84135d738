// Procedures -> findings. Only what was done counts; what was stopped or has no known status may have been
// done in part and can only be confirmed (clinical-rules 7.1).
#include "extract_finding.h"
#include "read_timing.h"
#include "understand.h"

namespace trialcds::mappings {
namespace {

using eligibility::Finding;

bool is_done(std::string_view status) {
    return status == "completed";
}

bool may_be_done(std::string_view status) {
    return status == "unknown" || status == "stopped" || status.empty();
}

// `used`: by a value set that is none of ours.
void not_listed(Draft &draft, const fhir::Procedure &procedure, bool used, bool another_drug) {
    eligibility::RecordList &list = draft.facts().procedures;
    const std::string words = shown_words(procedure.code);
    const UnlistedProcedure read = understand_procedure(draft, procedure.code, another_drug);
    if (!read.none_of_ours) count(draft, list.not_understood.back(), words);
    if (!used) draft.ignore("Procedure", read.something_else ? "something-else" : "not-understood");
    if (read.something_else) return;
    note_not_understood(draft, "Procedure", unknown_concept(procedure.code, words));
    for (std::size_t i = 0; i < draft.lookup.concerns.size(); ++i)
        count(draft, list.not_understood[i], words);
    if (read.nameless || gives_a_drug(draft, procedure.code, another_drug))
        count(draft, draft.facts().medications_not_understood.front(), words);
}

// What a procedure that names no drug may be beside what the value sets say of it.
void look_beside(Draft &draft, const fhir::Procedure &procedure, const std::vector<MatchedSet> &sets,
                 bool another_drug) {
    if (!is_recognised(draft.lookup, sets)) {
        not_listed(draft, procedure, !sets.empty(), another_drug);
    } else if (gives_a_drug(draft, procedure.code, another_drug)) {
        count(draft, draft.facts().medications_not_understood.front(), shown_words(procedure.code));
    }
}

void extract(Draft &draft, const fhir::Procedure &procedure) {
    draft.tracer.at(procedure.head, procedure.code);
    if (!is_done(procedure.status) && !may_be_done(procedure.status)) {
        // only to say what it would have been
        if (draft.tracer.on()) (void)match_value_sets(draft, procedure.code);
        draft.ignore("Procedure", procedure.status == "not-done" ? "not-done" : "not-completed");
        return;
    }
    ++draft.facts().procedures.records;
    const GivenDrug given = extract_given_drug(draft, procedure);
    const bool names_a_drug = given == GivenDrug::of_a_group;
    const std::vector<MatchedSet> sets = match_value_sets(draft, procedure.code);
    if (!names_a_drug) look_beside(draft, procedure, sets, given == GivenDrug::another);
    if (sets.empty()) return;
    const TimingContext context{draft.facts().demographics.birth_date, draft.as_of};
    const TimingRead performed = read_timing(procedure.performed, context);
    Finding finding;
    finding.grade = is_done(procedure.status) ? Grade::decides : Grade::confirm;
    finding.onset = performed.days;
    finding.origin = origin(procedure.head, performed.text);
    add_findings(draft, sets, finding);
    if (!names_a_drug) draft.use();
    if (performed.unreadable)
        draft.issue(fhir::Severity::warning, "unreadable-date", place(procedure.head) + ".performed",
                    "The time it was performed gives no date; the procedure counts as undated.");
}

} // namespace

void extract_procedures(Draft &draft, const fhir::PatientRecord &record) {
    for (const fhir::Procedure &procedure : record.procedures) {
        if (!draft.work.charge(kResourceWork)) return;
        extract(draft, procedure);
    }
}

} // namespace trialcds::mappings
