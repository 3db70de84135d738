#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "clock/clock.h"

namespace trialcds::server {
namespace {

class TimeZone {
  public:
    explicit TimeZone(const char *name) {
        setenv("TZ", name, 1);
        tzset();
    }
    ~TimeZone() {
        unsetenv("TZ");
        tzset();
    }
    TimeZone(const TimeZone &) = delete;
    TimeZone &operator=(const TimeZone &) = delete;
};

TEST(Clock, TodayIsTheClinicsDayNotUtc) {
    base::Day west, east;
    {
        const TimeZone zone("WEST+12");
        west = SystemClock().today();
    }
    {
        const TimeZone zone("EAST-14");
        east = SystemClock().today();
    }
    // 26 hours apart: one or two calendar days, whatever the hour
    EXPECT_GE(base::days_between(west, east), 1);
    EXPECT_LE(base::days_between(west, east), 2);
}

TEST(Clock, AFixedClockStays) {
    const base::Day day = *base::parse_day("2026-11-22");
    EXPECT_EQ(FixedClock(day).today(), day);
    EXPECT_EQ(FixedClock(day).unix_seconds(), 1795305600); // 2026-11-22T00:00:00Z
    EXPECT_EQ(FixedClock(day, 1795305661).unix_seconds(), 1795305661);
}

TEST(Clock, TheSecondIsOfTheSameDayGiveOrTakeAZone) {
    const SystemClock clock;
    const auto utc = static_cast<std::int32_t>(clock.unix_seconds() / 86400);
    EXPECT_LE(std::abs(clock.today().number - utc), 1);
}

TEST(Clock, SteadySecondsDoNotGoBack) {
    const std::int64_t first = steady_seconds();
    EXPECT_GE(steady_seconds(), first);
}

} // namespace
} // namespace trialcds::server
