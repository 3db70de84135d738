#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "server/clock.h"

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
}

} // namespace
} // namespace trialcds::server
