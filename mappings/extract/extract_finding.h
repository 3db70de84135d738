// Findings from whatever resource states them: a Condition, a Procedure, or an Observation. One resource gives
// one Finding per value set. Source: clinical-rules 7.8. Thread-safety: reentrant.
#pragma once

#include <vector>

#include "extraction.h"

namespace trialcds::mappings {

struct MatchedSet {
    eligibility::ValueSetIndex value_set{};
    Grade grade = Grade::decides;
    base::LocalizedText label;
};

// The value sets that a code means; by text, at grade confirm, only where no coding is known at all. Empty when
// it means nothing to us.
[[nodiscard]] std::vector<MatchedSet> match_value_sets(Draft &draft, const fhir::CodeableConcept &code);
// Does any of them tell every concern what the record is?
[[nodiscard]] bool is_recognised(const Lookup &lookup, const std::vector<MatchedSet> &sets);

void add_findings(Draft &draft, const std::vector<MatchedSet> &sets, const eligibility::Finding &finding);

// An Observation states a finding by its code ("telangiectasia", present) or by its answer ("pregnancy status":
// pregnant). `own` are the meanings of its code. Absent findings are not added.
bool add_observed_findings(Draft &draft, const fhir::Observation &observation, const std::vector<Meaning> &own,
                           Grade grade);

} // namespace trialcds::mappings
