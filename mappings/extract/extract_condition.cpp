// Conditions -> findings, with how sure and how current each is (clinical-rules 7.1, 7.8).
#include <algorithm>

#include "extract_finding.h"
#include "read_timing.h"
#include "understand.h"

namespace trialcds::mappings {
namespace {

using eligibility::ClinicalState;
using eligibility::Finding;

bool is_category(const fhir::CodeableConcept &category, std::string_view code) {
    return std::any_of(category.coding.begin(), category.coding.end(),
                       [&](const fhir::Coding &coding) { return coding.code == code; });
}

// Only a diagnosis of an encounter: it is nobody's problem list entry or concern.
bool is_encounter_diagnosis(const fhir::Condition &condition) {
    bool encounter = false;
    for (const fhir::CodeableConcept &category : condition.category) {
        if (is_category(category, "problem-list-item") || is_category(category, "health-concern")) return false;
        encounter = encounter || is_category(category, "encounter-diagnosis");
    }
    return encounter;
}

// An abatement ends it whatever clinicalStatus says, unless it is yet to come.
bool has_abated(const fhir::Condition &condition, const TimingContext &context) {
    if (std::holds_alternative<std::monostate>(condition.abatement)) return false;
    if (const auto *yes = std::get_if<bool>(&condition.abatement)) return *yes;
    const TimingRead read = read_timing(condition.abatement, context);
    return !read.days || read.days->first <= context.as_of;
}

ClinicalState state_of(const fhir::Condition &condition, const TimingContext &context) {
    if (condition.clinical_status == "resolved" || has_abated(condition, context)) return ClinicalState::ended;
    return condition.clinical_status.empty() ? ClinicalState::unstated : ClinicalState::current;
}

// The reader has taken out what was refuted or entered in error.
bool is_confirmed(const fhir::Condition &condition) {
    return condition.verification_status.empty() || condition.verification_status == "confirmed";
}

std::string_view shown_date(const TimingRead &onset, const fhir::Condition &condition) {
    return onset.text.empty() ? condition.recorded.text : std::string_view(onset.text);
}

Finding finding_of(const fhir::Condition &condition, const TimingRead &onset, const TimingContext &context) {
    Finding finding;
    finding.grade = is_confirmed(condition) ? Grade::decides : Grade::confirm;
    finding.state = state_of(condition, context);
    finding.encounter_diagnosis = is_encounter_diagnosis(condition);
    finding.onset = onset.days;
    if (condition.recorded.date) finding.recorded = condition.recorded.date->days.last;
    finding.origin = origin(condition.head, shown_date(onset, condition));
    return finding;
}

void add_possible(const Draft &draft, std::uint32_t concerns, const std::string &words,
                  std::vector<MatchedSet> &sets) {
    for (std::size_t i = 0; i < draft.lookup.concerns.size(); ++i)
        if ((concerns >> i & 1U) != 0)
            sets.push_back(
                {draft.lookup.concerns[i].possible, Grade::confirm, base::LocalizedText::recorded(words)});
}

// What no value set of ours lists: where it may be about a concern it is put there, to be confirmed.
void add_unlisted(Draft &draft, const fhir::Condition &condition, std::vector<MatchedSet> &sets) {
    eligibility::RecordList &list = draft.facts().conditions;
    const std::string words = shown_words(condition.code);
    const Unlisted unlisted = understand_condition(draft, condition.code);
    if (!unlisted.none_of_ours) count(draft, list.not_understood.back(), words);
    if (unlisted.not_understood != 0)
        note_not_understood(draft, "Condition", unknown_concept(condition.code, words));
    for (std::size_t i = 0; i < draft.lookup.concerns.size(); ++i)
        if ((unlisted.not_understood >> i & 1U) != 0) count(draft, list.not_understood[i], words);
    add_possible(draft, unlisted.possible, words, sets);
    if (sets.empty())
        draft.ignore("Condition", unlisted.not_understood != 0 ? "not-understood" : "something-else");
}

void extract(Draft &draft, const fhir::Condition &condition) {
    draft.tracer.at(condition.head, condition.code);
    ++draft.facts().conditions.records;
    std::vector<MatchedSet> sets = match_value_sets(draft, condition.code);
    if (!is_recognised(draft.lookup, sets))
        add_unlisted(draft, condition, sets);
    else
        add_possible(draft, concerns_beside(draft, condition.code, sets), shown_words(condition.code), sets);
    if (sets.empty()) return;
    const TimingContext context{draft.facts().demographics.birth_date, draft.as_of};
    const TimingRead onset = read_timing(condition.onset, context);
    add_findings(draft, sets, finding_of(condition, onset, context));
    draft.use();
    if (onset.unreadable)
        draft.issue(fhir::Severity::warning, "unreadable-onset", place(condition.head) + ".onset",
                    "The onset gives no date; the condition counts as undated.");
}

} // namespace

void extract_conditions(Draft &draft, const fhir::PatientRecord &record) {
    for (const fhir::Condition &condition : record.conditions) {
        if (!draft.work.charge(kResourceWork)) return;
        extract(draft, condition);
    }
}

} // namespace trialcds::mappings
