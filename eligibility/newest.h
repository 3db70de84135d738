// Which of several dated results is the newest, and how old it is, when dates are intervals. The newest is the
// one whose earliest possible day is the latest; every other that may be newer still is a *rival*: a result
// is settled only if the rivals agree with it. Source: clinical-rules 0.6, 0.8, 0.10.
// Thread-safety: pure functions.
#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "base/date.h"
#include "eligibility/facts.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

inline constexpr auto kAny = [](const auto &) { return true; };

[[nodiscard]] inline bool is_dated(const base::DateInterval &date) {
    return date.first != base::kDistantPast || date.last != base::kDistantFuture;
}
[[nodiscard]] inline bool is_one_day(const base::DateInterval &date) {
    return date.first == date.last;
}

// For certain at most so many days before or after the other.
[[nodiscard]] inline bool is_near(const base::DateInterval &date, const base::DateInterval &other, int days) {
    return date.first >= other.last.plus_days(-days) && date.last <= other.first.plus_days(days);
}

// Same day: a time of day orders two results, and a result with a time is preferred to one without.
template <typename Dated>
[[nodiscard]] bool is_newer(const Dated &left, const Dated &right) {
    if (left.date.first != right.date.first) return left.date.first > right.date.first;
    if (!is_one_day(left.date) || !is_one_day(right.date)) return left.date.last > right.date.last;
    return left.second > right.second; // nullopt is the least
}

template <typename Dated, typename Wanted>
[[nodiscard]] const Dated *newest(std::span<const Dated> results, base::Day as_of, Wanted wanted) {
    const Dated *best = nullptr;
    for (const Dated &result : results) {
        if (best && result.date.last < best->date.first) break; // sorted by date.last, newest first
        if (result.date.first > as_of || !wanted(result)) continue;
        if (!best || is_newer(result, *best)) best = &result;
    }
    return best;
}

// May `other` be newer than (or as new as) `newest`?
template <typename Dated>
[[nodiscard]] bool rivals(const Dated &other, const Dated &newest) {
    if (&other == &newest || other.date.last < newest.date.first) return false;
    const bool ordered = is_one_day(other.date) && other.date == newest.date && other.second && newest.second;
    return !ordered || *other.second == *newest.second;
}

template <typename Dated, typename Wanted, typename Visit>
void for_each_rival(std::span<const Dated> results, const Dated &newest, base::Day as_of, Wanted wanted,
                    Visit visit) {
    for (const Dated &result : results) {
        if (result.date.last < newest.date.first) break;
        if (result.date.first > as_of || !wanted(result) || !rivals(result, newest)) continue;
        visit(result);
    }
}

// May one of them lie between `previous` and `current`, or after both? Its dates do not say.
template <typename Dated>
[[nodiscard]] bool may_lie_between(std::span<const Dated> results, const Dated &previous, const Dated &current,
                                   base::Day as_of) {
    return std::any_of(results.begin(), results.end(), [&](const Dated &other) {
        const base::DateInterval &date = other.date;
        return &other != &current && is_dated(date) && !is_one_day(date) && date.first <= as_of &&
               date.last >= current.date.first && date.first < current.date.last &&
               date.last > previous.date.last;
    });
}

enum class Freshly { decides, confirms, stale };

// Both ends of the date must be fresh enough, so the earlier one counts.
[[nodiscard]] Freshly freshness_of(const base::DateInterval &date, const std::optional<Freshness> &limit,
                                   base::Day as_of);

// Last day D with first >= D - period, the boundary day inside.
[[nodiscard]] base::Day last_day_within(base::Day first, const base::Period &period);

[[nodiscard]] inline bool is_usable(const Measurement &measurement) {
    return measurement.unusable == Unusable::none && measurement.has_value;
}

} // namespace trialcds::eligibility
