// The difference of two intervals. Source: interval arithmetic; clinical-rules 0.6, 0.9.
// Thread-safety: pure function.
#pragma once

#include <optional>

#include "eligibility/interval.h"

namespace trialcds::eligibility {

// All differences minuend - subtrahend; nullopt when a bound needs more digits than a Decimal holds.
[[nodiscard]] std::optional<Interval> difference(const Interval &minuend, const Interval &subtrahend);

} // namespace trialcds::eligibility
