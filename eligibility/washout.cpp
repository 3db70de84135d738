#include "washout.h"

#include <algorithm>

#include "newest.h"

namespace trialcds::eligibility {

namespace {

// Half-lives as whole days, rounded up: the boundary day is inside.
std::optional<std::int64_t> days_of(const base::Decimal &half_lives, const base::Decimal &half_life_days) {
    const auto days = half_lives.times(half_life_days);
    if (!days) return std::nullopt;
    return days->ceil();
}

} // namespace

Washout washout_of(const DrugExposure &exposure, const Exposure &rule, base::Day as_of) {
    const base::Period window = rule.window.value_or(base::Period{});
    const base::Day last = std::min(exposure.last.last, as_of);
    const base::Day start = window.before(as_of);
    Washout washout{.certain_start = start, .possible_start = start, .last_day = last_day_within(last, window)};
    if (!rule.half_lives) return washout;

    std::optional<std::int64_t> low;
    std::optional<std::int64_t> high;
    if (exposure.half_life) {
        low = days_of(*rule.half_lives, exposure.half_life->low_days);
        high = days_of(*rule.half_lives, exposure.half_life->high_days);
    }
    washout.end_unknown = !low || !high;
    if (washout.end_unknown) return washout;
    if (exposure.half_life->reviewed) washout.certain_start = std::min(start, as_of.plus_days(-*low));
    washout.possible_start = std::min(start, as_of.plus_days(-*high));
    washout.last_day = std::max(washout.last_day, last.plus_days(*high));
    return washout;
}

} // namespace trialcds::eligibility
