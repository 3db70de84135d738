// Trace: what every node of the rules gave in one assess(), for whoever asks how a verdict came about. It is
// written by the very run that gives the verdicts; without one asked for nothing is kept. Nodes stand in the
// order in which they were begun, each before those below it; the nodes of a rule begin with the one that
// `node` points to, at depth 0. What was not evaluated (behind the first available operand) is not there.
// Thread-safety: plain values; as short-lived as the TrialAssessment beside it.
#pragma once

#include <cstddef>
#include <vector>

#include "eligibility/assessment.h"
#include "eligibility/facts.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

struct TracedNode {
    const Expression *node = nullptr;
    std::size_t depth = 0;
    // In the node's own sense, not turned for an exclusion: passes when what it says is true. Evidence, remarks
    // and what is missing are what it left behind, before those above it chose among their operands.
    PartResult result{};
};
using Trace = std::vector<TracedNode>;

} // namespace trialcds::eligibility
