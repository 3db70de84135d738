// The highest or lowest of all recorded results of a variable (Select::highest, Select::lowest), for results
// that are reported in several parts, such as the titres of several patterns. Source: clinical-rules 3.
// Thread-safety: pure but for the Evaluation passed in.
#pragma once

#include "evaluation.h"

namespace trialcds::eligibility {

[[nodiscard]] NodeResult evaluate_extreme(Evaluation &evaluation, const MeasurementTest &test);

} // namespace trialcds::eligibility
