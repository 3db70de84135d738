// Days, calendar months and partial dates.
#include "base/date.h"

#include <gtest/gtest.h>

namespace trialcds::base {
namespace {

Day day(std::string_view iso) {
    const auto parsed = parse_day(iso);
    EXPECT_TRUE(parsed.has_value()) << iso;
    return parsed.value_or(Day{-999'999});
}

Period period(std::string_view iso) {
    const auto parsed = Period::parse(iso);
    EXPECT_TRUE(parsed.has_value()) << iso;
    return parsed.value_or(Period{-1, -1});
}

std::string span(std::string_view text) {
    const auto date = PartialDate::parse(text);
    return date ? date->days.first.to_string() + ".." + date->days.last.to_string() : "refused";
}

std::optional<std::int64_t> second_of(std::string_view text) {
    const auto date = PartialDate::parse(text);
    EXPECT_TRUE(date.has_value()) << text;
    return date ? date->second : std::nullopt;
}

TEST(Day, CountsFrom1970AndWritesIsoDates) {
    EXPECT_EQ(day("1970-01-01").number, 0);
    EXPECT_EQ(day("1969-12-31").number, -1);
    EXPECT_EQ(day("2026-11-22").to_string(), "2026-11-22");
    EXPECT_EQ(days_between(day("2024-02-28"), day("2024-03-01")), 2) << "2024 is a leap year";
    EXPECT_EQ(days_between(day("2100-02-28"), day("2100-03-01")), 1) << "2100 is not";
    EXPECT_EQ(days_between(day("2024-03-01"), day("2024-02-28")), -2);
    EXPECT_LT(day("2023-12-31"), day("2024-01-01"));
}

TEST(Day, MonthsAreClampedToTheMonthsEnd) {
    EXPECT_EQ(day("2023-08-31").plus_months(6).to_string(), "2024-02-29");
    EXPECT_EQ(day("2022-08-31").plus_months(6).to_string(), "2023-02-28");
    EXPECT_EQ(day("2023-08-31").plus_months(1).to_string(), "2023-09-30");
    EXPECT_EQ(day("2023-08-15").plus_months(6).to_string(), "2024-02-15");
    EXPECT_EQ(day("2023-08-31").plus_months(-6).to_string(), "2023-02-28");
    EXPECT_EQ(day("2023-01-31").plus_months(-1).to_string(), "2022-12-31");
    EXPECT_EQ(day("2023-05-17").plus_months(0).to_string(), "2023-05-17");
    EXPECT_EQ(day("2023-05-17").plus_months(60).to_string(), "2028-05-17");
}

TEST(Day, ALeapDayBirthdayFallsOnThe28thInOtherYears) {
    EXPECT_EQ(day("2004-02-29").plus_years(18).to_string(), "2022-02-28");
    EXPECT_EQ(day("2004-02-29").plus_years(20).to_string(), "2024-02-29");
    EXPECT_EQ(day("2024-02-29").plus_years(-1).to_string(), "2023-02-28");
}

TEST(Day, DistantEndsStayAndArithmeticSaturates) {
    EXPECT_EQ(kDistantPast.plus_days(5), kDistantPast);
    EXPECT_EQ(kDistantFuture.plus_days(-5), kDistantFuture);
    EXPECT_EQ(kDistantPast.plus_months(5), kDistantPast);
    EXPECT_EQ(kDistantFuture.plus_years(-5), kDistantFuture);
    EXPECT_EQ(day("2024-01-01").plus_days(std::numeric_limits<std::int64_t>::max() / 2), kDistantFuture);
    EXPECT_EQ(day("2024-01-01").plus_days(std::numeric_limits<std::int64_t>::min() / 2), kDistantPast);
    for (const int huge : {500'000, std::numeric_limits<int>::max()}) {
        EXPECT_EQ(day("2024-01-01").plus_months(huge), kDistantFuture);
        EXPECT_EQ(day("2024-01-01").plus_months(-huge), kDistantPast);
        EXPECT_EQ(day("2024-01-01").plus_years(huge), kDistantFuture);
        EXPECT_EQ(day("2024-01-01").plus_years(-huge), kDistantPast);
    }
    EXPECT_EQ(day("2024-01-01").plus_months(std::numeric_limits<int>::min()), kDistantPast);
    EXPECT_EQ(Day{2'000'000'000}.plus_months(1), kDistantFuture);
    EXPECT_EQ(Day{2'000'000'000}.plus_months(0), Day{2'000'000'000});
    EXPECT_EQ(kDistantPast.to_string(), "distant past");
    EXPECT_EQ(kDistantFuture.to_string(), "distant future");
    EXPECT_EQ(Day{2'000'000'000}.to_string(), "day 2000000000");
}

TEST(Period, ReadsOneUnitAndSaysItInWords) {
    EXPECT_EQ(period("P42D"), (Period{.days = 42, .months = 0}));
    EXPECT_EQ(period("P4W"), (Period{.days = 28, .months = 0}));
    EXPECT_EQ(period("P60M"), (Period{.days = 0, .months = 60}));
    EXPECT_EQ(period("P18Y"), (Period{.days = 0, .months = 216}));
    EXPECT_EQ(period("P42D").to_string(), "42 days");
    EXPECT_EQ(period("P1D").to_string(), "1 day");
    EXPECT_EQ(period("P6M").to_string(), "6 months");
    EXPECT_EQ(period("P1M").to_string(), "1 month");
    EXPECT_EQ(period("P0D").to_string(), "0 days");
    EXPECT_EQ((Period{.days = 1, .months = 6}).to_string(), "6 months and 1 day");
}

TEST(Period, RefusesEverythingElse) {
    for (const char *text : {"", "P", "PD", "42D", "P42", "p42D", "P42d", "P-42D", "P+4W", "P4.5W", "PT4H",
                             "P1Y6M", "P 42D", "P42D ", "P100000D", "P99999999999999D", "P4H"})
        EXPECT_FALSE(Period::parse(text).has_value()) << text;
}

TEST(Period, CountsBackAndForth) {
    EXPECT_EQ(period("P6M").before(day("2024-08-31")).to_string(), "2024-02-29");
    EXPECT_EQ(period("P6M").after(day("2023-08-31")).to_string(), "2024-02-29");
    EXPECT_EQ(period("P42D").before(day("2024-03-01")).to_string(), "2024-01-19");
    EXPECT_EQ(period("P12W").after(day("2024-01-01")).to_string(), "2024-03-25") << "12 weeks are 84 days";
    EXPECT_EQ(period("P60M").after(kDistantPast), kDistantPast);
    EXPECT_EQ(period("P60M").before(kDistantFuture), kDistantFuture);
}

TEST(PartialDate, SpansWhatWasWritten) {
    EXPECT_EQ(span("2023"), "2023-01-01..2023-12-31");
    EXPECT_EQ(span("2023-02"), "2023-02-01..2023-02-28");
    EXPECT_EQ(span("2024-02"), "2024-02-01..2024-02-29");
    EXPECT_EQ(span("2023-05-17"), "2023-05-17..2023-05-17");
    EXPECT_EQ(span("1850"), "1850-01-01..1850-12-31");
    EXPECT_EQ(span("2200-12-31"), "2200-12-31..2200-12-31");
    EXPECT_EQ(second_of("2023-05-17"), std::nullopt);
}

TEST(PartialDate, AnInstantKeepsItsOwnCalendarDayAndOrdersByUtc) {
    EXPECT_EQ(span("2023-05-17T23:30:00-05:00"), "2023-05-17..2023-05-17")
        << "the 18th in UTC, but never shifted";
    EXPECT_EQ(second_of("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(second_of("1970-01-02T00:00:01Z"), 86'401);
    EXPECT_EQ(second_of("2023-05-17T10:11:12Z"), 1'684'318'272);
    EXPECT_EQ(second_of("2023-05-17T12:11:12+02:00"), second_of("2023-05-17T10:11:12Z"));
    EXPECT_EQ(second_of("2023-05-17T04:41:12-05:30"), second_of("2023-05-17T10:11:12Z"));
    EXPECT_EQ(second_of("2023-05-17T10:11:12.987654321Z"), second_of("2023-05-17T10:11:12Z"));
    EXPECT_EQ(second_of("2023-05-17T10:11:12-00:00"), second_of("2023-05-17T10:11:12Z"));
    EXPECT_EQ(second_of("2016-12-31T23:59:60Z"), second_of("2017-01-01T00:00:00Z")) << "leap second";
    EXPECT_EQ(second_of("2023-05-18T00:11:12+14:00"), second_of("2023-05-17T10:11:12Z"));
}

TEST(PartialDate, ADateTimeWithoutAZoneIsADayOnly) {
    EXPECT_EQ(span("2023-05-17T10:11:12"), "2023-05-17..2023-05-17");
    EXPECT_EQ(second_of("2023-05-17T10:11:12"), std::nullopt);
    EXPECT_EQ(second_of("2023-05-17T10:11:12.5"), std::nullopt);
}

TEST(PartialDate, RefusesWhatIsNoDate) {
    for (const char *text : {"",
                             "23",
                             "202",
                             "20230517",
                             "2023-",
                             "2023-5",
                             "2023-05-",
                             "2023-05-1",
                             "2023-13",
                             "2023-00",
                             "2023-02-29",
                             "2023-04-31",
                             "2023-01-00",
                             "1849",
                             "2201",
                             "0000",
                             "-2023",
                             "2023-05-17T",
                             "2023-05-17T10:11",
                             "2023-05-17T10:11Z",
                             "2023-05-17t10:11:12Z",
                             "2023-05-17T10:11:12z",
                             "2023-05-17 10:11:12Z",
                             "2023-05-17T24:00:00Z",
                             "2023-05-17T10:60:00Z",
                             "2023-05-17T10:11:61Z",
                             "2023-05-17T10:11:12.Z",
                             "2023-05-17T10:11:12.5x",
                             "2023-05-17T10:11:12+2:00",
                             "2023-05-17T10:11:12+0200",
                             "2023-05-17T10:11:12+14:30",
                             "2023-05-17T10:11:12+15:00",
                             "2023-05-17T10:11:12+02:60",
                             "2023-05-17T10:11:12ZZ",
                             "2023-05-17Z",
                             "2023-05-17T10:11:12+",
                             "2023-05-17T10:11:12+02",
                             " 2023",
                             "2023 ",
                             "٢٠٢٣",
                             "2023-05-17T10:11:12.5+"})
        EXPECT_FALSE(PartialDate::parse(text).has_value()) << text;
}

TEST(ParseDay, TakesAFullDayOnly) {
    EXPECT_EQ(parse_day("2024-02-29")->to_string(), "2024-02-29");
    for (const char *text :
         {"2024", "2024-02", "2023-02-29", "2024-02-29T00:00:00Z", "2024-2-29", "24-02-2024", ""})
        EXPECT_EQ(parse_day(text), std::nullopt) << text;
}

} // namespace
} // namespace trialcds::base
