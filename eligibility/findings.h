// How much the records of one value set can bear together. Source: clinical-rules 1, 2, 7.8.
// Thread-safety: pure functions.
#pragma once

#include <span>

#include "eligibility/facts.h"

namespace trialcds::eligibility {

// A diagnosis recorded only once, for an encounter, may have been coded to rule it out.
[[nodiscard]] bool is_single_encounter(const Finding &finding, std::span<const Finding> findings);

} // namespace trialcds::eligibility
