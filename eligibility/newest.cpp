#include "newest.h"

namespace trialcds::eligibility {

using base::Day;

Freshly freshness_of(const base::DateInterval &date, const std::optional<Freshness> &limit, Day as_of) {
    if (!limit || date.first >= limit->decides_for.before(as_of)) return Freshly::decides;
    return date.first >= limit->confirms_for.before(as_of) ? Freshly::confirms : Freshly::stale;
}

Day last_day_within(Day first, const base::Period &period) {
    Day last = period.after(first);
    if (period.months == 0) return last;
    // Months are clamped: from 28 February, 28 and also 31 August lie six months back to the same day.
    constexpr int kLongestClamp = 3;
    for (int i = 0; i < kLongestClamp && period.before(last.plus_days(1)) <= first; ++i)
        last = last.plus_days(1);
    return last;
}

} // namespace trialcds::eligibility
