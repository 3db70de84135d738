// Interval: what is known of a number. "22" is [22, 22], "<45" is (-inf, 45), "20-25" is [20, 25]. A
// comparison is decided only if it holds for every number in the interval. Thread-safety: plain values.
#pragma once

#include <optional>
#include <string>

#include "base/decimal.h"

namespace trialcds::eligibility {

struct Bound {
    base::Decimal value;
    bool inclusive = true;

    bool operator==(const Bound &) const = default;
};

// A missing bound is unbounded. Invariant: not empty (lower <= upper).
struct Interval {
    std::optional<Bound> lower;
    std::optional<Bound> upper;

    bool operator==(const Interval &) const = default;
    [[nodiscard]] static Interval exactly(base::Decimal value) {
        return {Bound{value, true}, Bound{value, true}};
    }
};

enum class Relation { inside, outside, straddles };

[[nodiscard]] std::string to_string(const Interval &interval); // "22", "<45", "20-25"

// Is every number of `value` inside `range` (inside), none (outside), or only some (straddles)?
[[nodiscard]] Relation relate(const Interval &value, const Interval &range);

} // namespace trialcds::eligibility
