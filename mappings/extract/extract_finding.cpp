#include "extract_finding.h"

#include <algorithm>

#include "code_match.h"
#include "observation_date.h"
#include "read_result.h"

namespace trialcds::mappings {
namespace {

using eligibility::Finding;
using eligibility::Qualitative;

std::vector<MatchedSet> value_sets_of(const Draft &draft, const std::vector<Meaning> &meanings) {
    std::vector<MatchedSet> sets;
    for (const Meaning &meaning : meanings)
        if (meaning.role == Role::value_set)
            sets.push_back(
                {eligibility::ValueSetIndex{meaning.index}, meaning.grade, draft.lookup.labels[meaning.label]});
    return sets;
}

// What an Observation says of the finding that its code names.
enum class Said { present, maybe, absent };

Said present_or_absent(Draft &draft, const fhir::Observation &observation) {
    if (observation.value_unusable) return Said::maybe;
    if (const auto *yes = std::get_if<bool>(&observation.value)) return *yes ? Said::present : Said::absent;
    const AnswerReading answer = read_answer(draft, ObservedResult::of(draft, observation));
    if (!answer.meaning) return Said::maybe;
    if (*answer.meaning == Qualitative::negative) return Said::absent;
    const bool sure = *answer.meaning == Qualitative::positive && answer.grade == Grade::decides;
    return sure ? Said::present : Said::maybe;
}

Finding dated(const fhir::Observation &observation, Grade grade) {
    const ObservationDate when = date_of(observation);
    Finding finding;
    finding.grade = weaker(grade, when.grade);
    if (!when.text.empty() && when.days.last != base::kDistantFuture) finding.recorded = when.days.last;
    finding.origin = origin(observation.head, when.text);
    return finding;
}

// An answer of a question that is not known to us ("diagnosis": X) may be anything: family history, a query.
bool add_answer(Draft &draft, const fhir::Observation &observation, const std::vector<Meaning> &own,
                Grade grade) {
    const auto *answer = std::get_if<fhir::CodeableConcept>(&observation.value);
    if (answer == nullptr || observation.value_unusable) return false;
    std::vector<Meaning> meanings;
    find_codes(draft, *answer, meanings);
    const std::vector<MatchedSet> sets = value_sets_of(draft, meanings);
    if (!sets.empty()) add_findings(draft, sets, dated(observation, own.empty() ? Grade::confirm : grade));
    return !sets.empty();
}

} // namespace

std::vector<MatchedSet> match_value_sets(Draft &draft, const fhir::CodeableConcept &code) {
    std::vector<Meaning> meanings;
    find_codes(draft, code, meanings);
    if (!meanings.empty()) return value_sets_of(draft, meanings);
    std::vector<PhraseMeaning> phrases;
    find_phrases(draft, code, PhraseRule::every, phrases);
    std::vector<MatchedSet> sets;
    for (const PhraseMeaning &phrase : phrases)
        if (phrase.meaning.role == Role::value_set)
            sets.push_back(
                {eligibility::ValueSetIndex{phrase.meaning.index}, Grade::confirm, std::string(phrase.words)});
    return sets;
}

bool is_recognised(const Lookup &lookup, const std::vector<MatchedSet> &sets) {
    return std::any_of(sets.begin(), sets.end(), [&](const MatchedSet &set) {
        return lookup.recognised[eligibility::at(set.value_set)];
    });
}

void add_findings(Draft &draft, const std::vector<MatchedSet> &sets, const Finding &finding) {
    (void)draft.work.charge(kFactWork * sets.size());
    for (const MatchedSet &set : sets) {
        Finding &added = draft.facts().findings[eligibility::at(set.value_set)].emplace_back(finding);
        added.grade = weaker(finding.grade, set.grade);
        added.label = set.label;
    }
}

bool add_observed_findings(Draft &draft, const fhir::Observation &observation, const std::vector<Meaning> &own,
                           Grade grade) {
    const std::vector<MatchedSet> sets = value_sets_of(draft, own);
    if (sets.empty()) return add_answer(draft, observation, own, grade);
    const Said said = present_or_absent(draft, observation);
    if (said == Said::absent) return false;
    add_findings(draft, sets, dated(observation, said == Said::present ? grade : Grade::confirm));
    return true;
}

} // namespace trialcds::mappings
