// What a trial's rules look at in a record, and the prefetch keys that bring this and nothing else, so that an
// EHR is asked for no code that no rule reads. A variable is read together with whatever extraction makes its
// values from: the presence test beside its titre, the items and the total of its panel. Invariant: dropping
// from a record everything that the keys do not bring changes no verdict of the trial. Thread-safety:
// reentrant.
#pragma once

#include <vector>

#include "eligibility/trial.h"
#include "knowledge/catalogue.h"

namespace trialcds::mappings {

struct Reads {
    std::vector<bool> variables;   // by VariableIndex
    std::vector<bool> value_sets;  // by ValueSetIndex
    std::vector<bool> drug_groups; // by DrugGroupIndex
    bool birth_date = false;       // of the Patient, who is always asked for
    bool sex = false;              //

    bool operator==(const Reads &) const = default;
};

// Rules, scores, hints, notes and `about`. Of no trial: nothing.
[[nodiscard]] Reads reads_of(const std::vector<const eligibility::TrialDefinition *> &trials,
                             const Catalogue &catalogue);

// Of single rules.
[[nodiscard]] Reads reads_of_rules(const std::vector<const eligibility::Expression *> &rules,
                                   const Catalogue &catalogue);

// The catalogue's keys, in its order: those that are required, and those that bring something of `reads`, with
// only the codes of variables that are read. Findings are looked for among conditions and procedures alike,
// because a list that says so of either is believed.
[[nodiscard]] std::vector<PrefetchKey> prefetch_for(const Reads &reads, const Catalogue &catalogue);

} // namespace trialcds::mappings
