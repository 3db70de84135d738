#include "read_timing.h"

#include <array>
#include <limits>

#include "read_number.h"

namespace trialcds::mappings {
namespace {

using base::DateInterval;
using base::Day;

enum class TimeUnit { hour, day, week, month, year };

struct TimeWord {
    std::string_view written;
    TimeUnit unit;
};
// FHIR's own units of Age and Duration (value set age-units), and the words sent in their place
constexpr std::array<TimeWord, 21> kTimeWords{
    {{"a", TimeUnit::year},       {"mo", TimeUnit::month},   {"wk", TimeUnit::week},
     {"d", TimeUnit::day},        {"h", TimeUnit::hour},     {"y", TimeUnit::year},
     {"yr", TimeUnit::year},      {"yrs", TimeUnit::year},   {"year", TimeUnit::year},
     {"years", TimeUnit::year},   {"Years", TimeUnit::year}, {"month", TimeUnit::month},
     {"months", TimeUnit::month}, {"week", TimeUnit::week},  {"weeks", TimeUnit::week},
     {"day", TimeUnit::day},      {"days", TimeUnit::day},   {"Days", TimeUnit::day},
     {"hour", TimeUnit::hour},    {"hours", TimeUnit::hour}, {"Day", TimeUnit::day}}};

std::optional<TimeUnit> find_unit(std::string_view written) {
    for (const TimeWord &word : kTimeWords)
        if (word.written == written) return word.unit;
    return std::nullopt;
}

std::optional<TimeUnit> unit_of(const fhir::Quantity &quantity) {
    const auto by_code = find_unit(quantity.code);
    return by_code ? by_code : find_unit(trim(quantity.unit));
}

// `day` plus n units; n is within what a life can hold.
Day later(Day day, std::int64_t n, TimeUnit unit) {
    switch (unit) {
    case TimeUnit::year:
        return day.plus_years(static_cast<int>(n));
    case TimeUnit::month:
        return day.plus_months(static_cast<int>(n));
    case TimeUnit::week:
        return day.plus_days(n * 7);
    case TimeUnit::day:
        return day.plus_days(n);
    case TimeUnit::hour:
        break;
    }
    return day.plus_days(n / 24);
}

struct Age {
    std::int64_t completed = 0;
    TimeUnit unit = TimeUnit::year;
    std::string_view comparator;
};

std::optional<Age> read_age(const fhir::Quantity &quantity) {
    constexpr std::int64_t kLongest = 2'000'000; // hours in a very long life
    const auto number = base::Decimal::parse(quantity.value);
    const auto unit = unit_of(quantity);
    if (!number || !unit || *number < base::Decimal(0) || *number > base::Decimal(kLongest))
        return std::nullopt;
    return Age{number->floor(), *unit, quantity.comparator};
}

// Someone is "45 years" old from the 45th birthday to the day before the 46th.
std::optional<DateInterval> at_age(const fhir::Quantity &quantity, const TimingContext &context) {
    const auto age = read_age(quantity);
    if (!age || !context.birth_date) return std::nullopt;
    const DateInterval birth = *context.birth_date;
    DateInterval days{later(birth.first, age->completed, age->unit),
                      later(birth.last, age->completed + 1, age->unit).plus_days(-1)};
    // Hours count from an unknown hour of the day of birth.
    if (age->unit == TimeUnit::hour) days.last = later(birth.last, age->completed, age->unit).plus_days(1);
    if (age->comparator.starts_with('<')) days.first = birth.first;
    if (age->comparator.starts_with('>')) days.last = context.as_of;
    if (days.last < days.first) return std::nullopt;
    return days;
}

TimingRead from_age(const fhir::Quantity &quantity, const TimingContext &context) {
    TimingRead read;
    read.days = at_age(quantity, context);
    const std::string_view unit = quantity.unit.empty() ? quantity.code : quantity.unit;
    read.text =
        "age " + std::string(quantity.comparator) + std::string(quantity.value) + " " + std::string(unit);
    read.unreadable = !read.days;
    return read;
}

TimingRead from_date(const fhir::DateValue &date) {
    TimingRead read;
    if (date.date) {
        read.days = date.date->days;
        read.text = date.text;
    }
    return read; // the reader has said what it could not read
}

struct Reader {
    const TimingContext &context;

    TimingRead operator()(std::monostate) const { return {}; }
    TimingRead operator()(bool) const { return {}; }
    TimingRead operator()(const fhir::DateValue &date) const { return from_date(date); }
    TimingRead operator()(const fhir::AgeValue &value) const { return from_age(value.age, context); }
    TimingRead operator()(const fhir::PeriodValue &period) const {
        TimingRead read;
        if (!period.start.date && !period.end.date) return read;
        DateInterval days{base::kDistantPast, context.as_of};
        if (period.start.date) days.first = period.start.date->days.first;
        if (period.end.date) days.last = period.end.date->days.last;
        read.unreadable = days.last < days.first;
        if (!read.unreadable) read.days = days;
        read.text = period.start.date ? period.start.text : period.end.text;
        return read;
    }
    TimingRead operator()(const fhir::RangeValue &range) const {
        const TimingRead low = from_age(range.low, context);
        const TimingRead high = from_age(range.high, context);
        TimingRead read;
        read.unreadable = !low.days || !high.days || high.days->last < low.days->first;
        if (!read.unreadable) read.days = DateInterval{low.days->first, high.days->last};
        read.text = low.text + " to " + high.text;
        return read;
    }
    TimingRead operator()(const fhir::StringValue &string) const {
        const std::string_view text = trim(string.text);
        const auto date = base::PartialDate::parse(text);
        const bool before_birth = date && context.birth_date && date->days.last < context.birth_date->first;
        if (date && !before_birth) return from_date({text, date});
        TimingRead read;
        read.unreadable = !text.empty();
        return read;
    }
};

} // namespace

TimingRead read_timing(const fhir::TimingValue &value, const TimingContext &context) {
    return std::visit(Reader{context}, value);
}

bool is_of_age(const fhir::RangeValue &age, const base::DateInterval &birth, const base::DateInterval &on) {
    const bool has_low = !age.low.value.empty();
    const bool has_high = !age.high.value.empty();
    auto low = read_age(age.low);
    const auto high = read_age(age.high);
    if ((has_low && !low) || (has_high && !high) || !(has_low || has_high)) return false;
    // A comparator has no place in a Range; what it would mean there is open.
    if (!age.low.comparator.empty() || !age.high.comparator.empty()) return false;
    if (has_low) low->completed = base::Decimal::parse(age.low.value)->ceil();
    if (has_low && on.first < later(birth.last, low->completed, low->unit)) return false;
    return !has_high || on.last < later(birth.first, high->completed + 1, high->unit);
}

std::optional<std::int64_t> longest_days(const fhir::Quantity &duration) {
    constexpr std::int64_t kDaysPerMonth = 31;
    constexpr std::int64_t kDaysPerYear = 366;
    const auto number = base::Decimal::parse(duration.value);
    const auto unit = unit_of(duration);
    constexpr std::int64_t kCentury = 36'600;
    if (!number || !unit || *number < base::Decimal(0) || *number > base::Decimal(kCentury))
        return std::nullopt;
    const std::int64_t whole = number->ceil();
    switch (*unit) {
    case TimeUnit::year:
        return whole * kDaysPerYear;
    case TimeUnit::month:
        return whole * kDaysPerMonth;
    case TimeUnit::week:
        return whole * 7;
    case TimeUnit::day:
        return whole;
    case TimeUnit::hour:
        break;
    }
    return (whole + 23) / 24;
}

} // namespace trialcds::mappings
