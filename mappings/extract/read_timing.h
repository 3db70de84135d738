// onset[x], abatement[x] and performed[x] as an interval of days (clinical-rules 7.1): dateTime, Period,
// Age and Range of ages (which need the birth date), or a text that is nothing but a date.
// Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string>

#include "base/date.h"
#include "fhir/datatypes.h"

namespace trialcds::mappings {

struct TimingContext {
    std::optional<base::DateInterval> birth_date;
    base::Day as_of;
};

struct TimingRead {
    std::optional<base::DateInterval> days;
    std::string text;        // as written, for showing
    bool unreadable = false; // something is recorded that gives no date
};

[[nodiscard]] TimingRead read_timing(const fhir::TimingValue &value, const TimingContext &context);

// Is somebody born then of that age on all these days? An age counts from its first day ("5 a" from the fifth
// birthday) to its last (the day before the sixth). False when it cannot be told.
[[nodiscard]] bool is_of_age(const fhir::RangeValue &age, const base::DateInterval &birth,
                             const base::DateInterval &on);

// Whole days that a FHIR Duration spans at most ("d", "wk", "mo", "a", "h"); null when it cannot be read.
[[nodiscard]] std::optional<std::int64_t> longest_days(const fhir::Quantity &duration);

} // namespace trialcds::mappings
