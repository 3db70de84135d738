// Kleene's strong three-valued logic for "at least n of the operands hold", of which all_of (n = all) and
// any_of (n = 1) are the ends. Besides the truth it combines the leaning, the reason, the basis and how long
// the result holds. Pure. Source: clinical-rules 0.2. Thread-safety: free functions.
#pragma once

#include <cstddef>
#include <span>

#include "node_result.h"

namespace trialcds::eligibility {

struct Votes {
    int yes = 0;
    int no = 0;
    int size = 0;

    void add(Truth truth) {
        yes += truth == Truth::yes ? 1 : 0;
        no += truth == Truth::no ? 1 : 0;
        ++size;
    }
};

// Do at least n hold, whatever the unknown ones turn out to be?
[[nodiscard]] Truth at_least(int n, const Votes &votes);

[[nodiscard]] NodeResult at_least(int n, std::span<const NodeResult> operands);

} // namespace trialcds::eligibility
