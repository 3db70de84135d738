#include "base/date.h"

#include <chrono>
#include <cstdio>

namespace trialcds::base {

namespace {

namespace chr = std::chrono;

constexpr int kFirstYear = 1850; // years outside are typing errors in a patient's record
constexpr int kLastYear = 2200;
constexpr int kCalendarYears = 32000; // std::chrono::year ends at +-32767
constexpr std::int32_t kCalendarDays = 11'000'000;

bool has_calendar_date(Day day) {
    return day.number >= -kCalendarDays && day.number <= kCalendarDays;
}

chr::year_month_day calendar_date(Day day) {
    return chr::year_month_day(chr::sys_days(chr::days(day.number)));
}

Day to_day(chr::year_month_day date) {
    return Day{static_cast<std::int32_t>(chr::sys_days(date).time_since_epoch().count())};
}

// Reads fixed-width fields from the front of a text; any mismatch sets `ok` to false for good.
class FieldReader {
  public:
    explicit FieldReader(std::string_view text) : rest_(text) {}

    int digits(std::size_t width) {
        if (rest_.size() < width) return reject();
        int value = 0;
        for (const char c : rest_.substr(0, width)) {
            if (c < '0' || c > '9') return reject();
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }
    int digits(std::size_t width, int least, int most) {
        const int value = digits(width);
        return ok_ && (value < least || value > most) ? reject() : value;
    }
    void literal(char expected) {
        if (!accept(expected)) reject();
    }
    bool accept(char expected) {
        if (!ok_ || rest_.empty() || rest_.front() != expected) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void skip_digits() {
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9')
            rest_.remove_prefix(1);
    }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return ok_ && rest_.empty(); }

  private:
    int reject() {
        ok_ = false;
        return 0;
    }

    std::string_view rest_;
    bool ok_ = true;
};

// "hh:mm:ss[.f+]" as seconds of the day. FHIR allows second 60 (leap second) and forbids hour 24.
std::int64_t read_time_of_day(FieldReader &reader) {
    const std::int64_t hours = reader.digits(2, 0, 23);
    reader.literal(':');
    const std::int64_t minutes = reader.digits(2, 0, 59);
    reader.literal(':');
    const std::int64_t seconds = reader.digits(2, 0, 60);
    if (reader.accept('.')) {
        (void)reader.digits(1);
        reader.skip_digits();
    }
    return (hours * 60 + minutes) * 60 + seconds;
}

// "Z", "+hh:mm" or "-hh:mm" (up to 14:00) as seconds east of UTC; nullopt when no zone follows.
std::optional<std::int64_t> read_zone(FieldReader &reader) {
    if (reader.accept('Z')) return 0;
    const bool west = reader.accept('-');
    if (!west && !reader.accept('+')) return std::nullopt;
    const std::int64_t hours = reader.digits(2, 0, 14);
    reader.literal(':');
    const std::int64_t minutes = reader.digits(2, 0, hours == 14 ? 0 : 59);
    const std::int64_t offset = (hours * 60 + minutes) * 60;
    return west ? -offset : offset;
}

std::string counted(int count, const char *unit) {
    return std::to_string(count) + ' ' + unit + (count == 1 ? "" : "s");
}

} // namespace

Day Day::plus_months(int months) const {
    if (months == 0 || *this == kDistantPast || *this == kDistantFuture) return *this;
    const Day beyond = months < 0 ? kDistantPast : kDistantFuture;
    if (!has_calendar_date(*this)) return beyond;
    const chr::year_month_day from = calendar_date(*this);
    if (months / 12 > kCalendarYears - int{from.year()} || months / 12 < -kCalendarYears - int{from.year()})
        return beyond;
    const chr::year_month month = chr::year_month(from.year(), from.month()) + chr::months(months);
    const chr::year_month_day same_day = month / from.day();
    return to_day(same_day.ok() ? same_day : chr::year_month_day(month / chr::last));
}

Day Day::plus_years(int years) const {
    if (years > kCalendarYears || years < -kCalendarYears)
        return plus_months(years > 0 ? std::numeric_limits<int>::max() : std::numeric_limits<int>::min());
    return plus_months(years * 12);
}

std::string Day::to_string() const {
    if (*this == kDistantPast) return "distant past";
    if (*this == kDistantFuture) return "distant future";
    if (!has_calendar_date(*this)) return "day " + std::to_string(number);
    const chr::year_month_day date = calendar_date(*this);
    char text[32];
    const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02u", int{date.year()},
                                     unsigned{date.month()}, unsigned{date.day()});
    return {text, static_cast<std::size_t>(length)};
}

std::optional<Period> Period::parse(std::string_view iso) {
    constexpr std::size_t kMostDigits = 5;
    if (iso.size() < 3 || iso.size() > kMostDigits + 2 || iso.front() != 'P') return std::nullopt;
    FieldReader reader(iso.substr(1));
    const int count = reader.digits(iso.size() - 2);
    if (!reader.ok()) return std::nullopt;
    switch (iso.back()) {
    case 'D':
        return Period{.days = count, .months = 0};
    case 'W':
        return Period{.days = count * 7, .months = 0};
    case 'M':
        return Period{.days = 0, .months = count};
    case 'Y':
        return Period{.days = 0, .months = count * 12};
    default:
        return std::nullopt;
    }
}

Day Period::before(Day day) const {
    return day.plus_months(-months).plus_days(-std::int64_t{days});
}

Day Period::after(Day day) const {
    return day.plus_months(months).plus_days(days);
}

std::string Period::to_string() const {
    if (months == 0) return counted(days, "day");
    if (days == 0) return counted(months, "month");
    return counted(months, "month") + " and " + counted(days, "day");
}

std::optional<PartialDate> PartialDate::parse(std::string_view text) {
    FieldReader reader(text);
    const chr::year year(reader.digits(4, kFirstYear, kLastYear));
    if (reader.at_end()) return PartialDate{{to_day(year / 1 / 1), to_day(year / 12 / 31)}, std::nullopt};

    reader.literal('-');
    const chr::month month(static_cast<unsigned>(reader.digits(2, 1, 12)));
    if (!reader.ok()) return std::nullopt;
    if (reader.at_end())
        return PartialDate{{to_day(year / month / 1), to_day(year / month / chr::last)}, std::nullopt};

    reader.literal('-');
    const chr::day day_of_month(static_cast<unsigned>(reader.digits(2)));
    const chr::year_month_day date = year / month / day_of_month;
    if (!reader.ok() || !date.ok()) return std::nullopt;
    const Day day = to_day(date);
    PartialDate result{{day, day}, std::nullopt};
    if (reader.at_end()) return result;

    reader.literal('T');
    const std::int64_t local = std::int64_t{day.number} * 86'400 + read_time_of_day(reader);
    if (const auto offset = read_zone(reader)) result.second = local - *offset;
    if (!reader.at_end()) return std::nullopt;
    return result;
}

std::optional<Day> parse_day(std::string_view iso) {
    if (iso.size() != 10) return std::nullopt;
    const auto date = PartialDate::parse(iso);
    if (!date) return std::nullopt;
    return date->days.first;
}

} // namespace trialcds::base
