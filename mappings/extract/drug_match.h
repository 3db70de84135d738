// Which drugs a medication record names: by code, else by name in its texts; a drug that is not known that way
// by its class, a word, or the ending of its name. A known drug never falls through to a class or an ending.
// Source: clinical-rules 7.7. Thread-safety: reentrant.
#pragma once

#include <string>
#include <vector>

#include "extraction.h"

namespace trialcds::mappings {

// One drug under one group.
struct DrugMatch {
    eligibility::DrugGroupIndex group{};
    eligibility::IngredientIndex ingredient = kNoIngredient;
    Grade grade = Grade::decides;
    bool text_match = false;
    base::LocalizedText label;
};

enum class DrugNaming : std::uint8_t {
    none,          // neither a known code nor a readable text: nothing can be concluded from it
    unknown,       // a readable name that no list knows
    another,       // a drug that concerns no group
    known,         // `matches` says which
    known_to_some, // the same, by a class, ending or word that does not tell other groups what it is
};

struct DrugNames {
    DrugNaming naming = DrugNaming::none;
    std::vector<DrugMatch> matches; // sorted by group, each drug once per group
    bool intermittent = false;      // any of them is infused every few weeks
};

[[nodiscard]] DrugNames match_drugs(Draft &draft, const fhir::MedicationUse &use);

} // namespace trialcds::mappings
