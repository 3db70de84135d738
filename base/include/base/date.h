// Dates as the record gives them. A FHIR date may be a year, a year and month, a day or an instant, so a
// date is an *interval of days*; a comparison is decided only if it holds at both ends. Calendar: proleptic
// Gregorian, computed with std::chrono. Nothing here reads a clock. Source: FHIR R4 datatypes (date,
// dateTime, instant); clinical-rules 0.7: months are calendar months, same day of month, clamped to the month's
// end. Thread-safety: plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace trialcds::base {

// A day, counted from 1970-01-01. kDistantPast and kDistantFuture stand for "no known bound".
struct Day {
    std::int32_t number = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 misreads a defaulted <=>
    [[nodiscard]] auto operator<=>(const Day &) const = default;
    [[nodiscard]] constexpr Day plus_days(std::int64_t n) const; // saturates at the distant ends
    [[nodiscard]] Day plus_months(int months) const; // clamped to the month's end; distant ends stay
    [[nodiscard]] Day plus_years(int years) const;   // 29 Feb + 1 year = 28 Feb
    [[nodiscard]] std::string to_string() const;     // "2026-11-22"
};

inline constexpr Day kDistantPast{std::numeric_limits<std::int32_t>::min()};
inline constexpr Day kDistantFuture{std::numeric_limits<std::int32_t>::max()};

constexpr Day Day::plus_days(std::int64_t n) const {
    if (*this == kDistantPast || *this == kDistantFuture) return *this;
    const std::int64_t sum = std::int64_t{number} + n;
    if (sum <= kDistantPast.number) return kDistantPast;
    if (sum >= kDistantFuture.number) return kDistantFuture;
    return Day{static_cast<std::int32_t>(sum)};
}

// Whole days from `from` to `to`; negative if `to` is earlier. Both must be real days, not distant ends.
[[nodiscard]] constexpr std::int32_t days_between(Day from, Day to) {
    return to.number - from.number;
}

// A period of the trial definition: "P42D", "P6M", "P60M", "P4W", "P18Y". Exactly one unit.
struct Period {
    int days = 0;
    int months = 0;

    bool operator==(const Period &) const = default;
    [[nodiscard]] static std::optional<Period> parse(std::string_view iso);
    [[nodiscard]] Day before(Day day) const;     // day minus this period
    [[nodiscard]] Day after(Day day) const;      // day plus this period
    [[nodiscard]] std::string to_string() const; // in words, singular or plural: "42 days", "6 months"
};

// First and last day that a written date can mean. first <= last always.
struct DateInterval {
    Day first = kDistantPast;
    Day last = kDistantFuture;

    bool operator==(const DateInterval &) const = default;
};

// A FHIR date, dateTime or instant. `days` is the interval it spans; `second` is set when a time of day was
// given (seconds from 1970-01-01T00:00:00 UTC) and orders two results of one day. The calendar day is the
// one written (local to its own offset), never shifted to UTC.
struct PartialDate {
    DateInterval days;
    std::optional<std::int64_t> second;

    bool operator==(const PartialDate &) const = default;
    // "2023", "2023-05", "2023-05-17", "2023-05-17T10:11:12[.fff](Z|+hh:mm|-hh:mm)". A dateTime without a
    // zone is invalid FHIR but seen: it is accepted as a day without `second`. nullopt for anything else,
    // for an impossible day and for years outside 1850..2200.
    [[nodiscard]] static std::optional<PartialDate> parse(std::string_view text);
};

// "2026-11-22" only, for --as-of and trial files.
[[nodiscard]] std::optional<Day> parse_day(std::string_view iso);

} // namespace trialcds::base
