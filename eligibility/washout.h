// The washout of one drug: the window before as_of, or a number of half-lives where these are longer.
// Half-lives have two bounds; an unreviewed one never makes the washout longer for certain, only possibly.
// Source: clinical-rules 0.2, 0.7, 4.2. Thread-safety: pure function.
#pragma once

#include "base/date.h"
#include "eligibility/facts.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

struct Washout {
    base::Day certain_start{};  // an exposure from this day on is inside
    base::Day possible_start{}; // one from this day on may be inside; certain_start unless half-lives differ
    base::Day last_day{};       // last day that is inside, counted from the last possible exposure
    bool end_unknown = false;   // half-lives are asked for and none is on file: last_day is that of the window
};

[[nodiscard]] Washout washout_of(const DrugExposure &exposure, const Exposure &rule, base::Day as_of);

} // namespace trialcds::eligibility
