// A result read as its variable and, where a titre and a presence test are linked by the data, as the other of
// the two: "1:160" under a presence test's code is the titre, "positive" under a titre's code the presence, and
// a positive answer whose range says that negative is below 1:80 is a titre of at least 1:80.
// Source: clinical-rules 7.4. Thread-safety: reentrant.
#pragma once

#include <vector>

#include "read_result.h"

namespace trialcds::mappings {

struct LinkedReading {
    eligibility::VariableIndex variable{};
    eligibility::Measurement measurement;
};

// At least one reading; only unusable ones when nothing can be read.
[[nodiscard]] std::vector<LinkedReading> read_linked(Draft &draft, eligibility::VariableIndex variable,
                                                     const ObservedResult &result);

} // namespace trialcds::mappings
