// How a NodeResult and what it left on the stacks become a PartResult: for a part, a criterion and a traced
// node alike. Thread-safety: reentrant.
#pragma once

#include "evaluation.h"

namespace trialcds::eligibility {

// `result` in the sense of what it is written to: yes passes.
void write_outcome(const NodeResult &result, PartResult &to);

// Copies what lies on the stacks above `start`: inputs sorted, nothing twice.
void write_remarks(const Evaluation &evaluation, const Heights &start, PartResult &to);

} // namespace trialcds::eligibility
