// How much the records of one value set can bear together. Source: clinical-rules 1, 2, 7.8.
// Thread-safety: pure functions.
#pragma once

#include <span>

#include "eligibility/facts.h"

namespace trialcds::eligibility {

// Which of them stand alone: a diagnosis recorded only once, for an encounter, may have been coded to rule it
// out. Looked through once for all of them.
class Corroboration {
  public:
    explicit Corroboration(std::span<const Finding> findings);
    [[nodiscard]] bool is_single_encounter(const Finding &finding) const;

  private:
    const Finding *firm_ = nullptr; // the first that decides
    bool several_ = false;          // another record decides as well
};

} // namespace trialcds::eligibility
