// Closes what a Closing asks for, given what stands below each of its roots (clinical-rules 7.9). A code that
// a value set lists keeps the meaning that it has there. A code below several value sets' roots belongs to
// the nearest: what stands below a root of another set within is that set's. A code that a concern is about is
// in no value set that is not about it, unless one that is holds it too. Thread-safety: pure.
#pragma once

#include <map>
#include <vector>

#include "knowledge/overlay.h"

namespace trialcds::mappings {

// By root: the codes below it, itself aside. A root that the source does not hold has no entry.
using Below = std::map<NumericCode, NumericCodes>;

struct Closed {
    Overlay overlay;      // source, version and day are the caller's
    NumericCodes missing; // roots that the source does not hold
};

// Nothing is held and nothing clears: that needs a whole release.
[[nodiscard]] Closed close(const Closing &closing, const Below &below);

[[nodiscard]] bool holds(const NumericCodes &codes, NumericCode code);

// The roots of a concern: its own and those of its value sets.
[[nodiscard]] NumericCodes roots_of(const Closing &closing, const Closing::Subject &subject);

} // namespace trialcds::mappings
