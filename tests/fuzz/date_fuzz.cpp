// Any bytes as a date, a day and a period: what is read spans an ordered interval inside the calendar, a day
// writes itself as it was read, and a period before and after a day lie on their own side of it.
#include "base/date.h"
#include "require.h"

namespace {

namespace base = trialcds::base;
using trialcds::fuzz::require;

void check_date(std::string_view text) {
    const auto date = base::PartialDate::parse(text);
    const auto day = base::parse_day(text);
    require(!day || date);
    if (!date) return;
    require(date->days.first <= date->days.last);
    require(base::days_between(date->days.first, date->days.last) <= 365);
    const auto first = base::parse_day(date->days.first.to_string());
    const auto last = base::parse_day(date->days.last.to_string());
    require(first && *first == date->days.first && last && *last == date->days.last);
    require(date->days.first.to_string().substr(0, 4) == text.substr(0, 4));
    if (day) require(day->to_string() == text);
    if (date->second) {
        require(date->days.first == date->days.last);
        const std::int64_t midnight = std::int64_t{date->days.first.number} * 86400;
        require(*date->second >= midnight - 14 * 3600 && *date->second <= midnight + 86400 + 14 * 3600);
    }
}

void check_period(std::string_view text) {
    const auto period = base::Period::parse(text);
    if (!period) return;
    require(period->days == 0 || period->months == 0);
    require(!period->to_string().empty());
    for (const std::int32_t number : {-40000, 0, 20000, 11'000'000, -11'000'000}) {
        const base::Day day{number};
        require(period->before(day) <= day && day <= period->after(day));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text = trialcds::fuzz::text_of(data, size);
    check_date(text);
    check_period(text);
    return 0;
}
