// Decimal: exact numbers between an EHR's digits and a threshold.
#include "base/decimal.h"

#include <gtest/gtest.h>

namespace trialcds::base {
namespace {

Decimal number(std::string_view text) {
    const auto parsed = Decimal::parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed.value_or(Decimal(-999'999));
}

std::string text_of(const std::optional<Decimal> &value) {
    return value ? value->to_string() : "refused";
}

TEST(Decimal, ReadsJsonNumbersAndWritesTheShortestPlainForm) {
    EXPECT_EQ(number("22").to_string(), "22");
    EXPECT_EQ(number("1.10").to_string(), "1.1");
    EXPECT_EQ(number("0.5").to_string(), "0.5");
    EXPECT_EQ(number("-3").to_string(), "-3");
    EXPECT_EQ(number("-0.05").to_string(), "-0.05");
    EXPECT_EQ(number("-0").to_string(), "0");
    EXPECT_EQ(number("0.000").to_string(), "0");
    EXPECT_EQ(number("1e3").to_string(), "1000");
    EXPECT_EQ(number("1E+3").to_string(), "1000");
    EXPECT_EQ(number("125e-2").to_string(), "1.25");
    EXPECT_EQ(number("1e18").to_string(), "1000000000000000000");
    EXPECT_EQ(number("1e-18").to_string(), "0.000000000000000001");
    EXPECT_EQ(number("-999999999999999999").to_string(), "-999999999999999999");
    EXPECT_EQ(number("0.999999999999999999").to_string(), "0.999999999999999999");
}

TEST(Decimal, RefusesWhatIsNotAJsonNumber) {
    for (const char *text :
         {"",    "-",    "+1",  " 1",       "1 ",  "01",    "-01",   ".5", "5.",   "1e",    "1e+",
          "1,5", "0x10", "NaN", "Infinity", "--1", "1.2.3", "1e1.5", "<5", "5 mg", "1e5e5", "１"})
        EXPECT_FALSE(Decimal::parse(text).has_value()) << text;
}

TEST(Decimal, RefusesWhatItCannotHoldExactly) {
    EXPECT_FALSE(Decimal::parse("1234567890123456789").has_value()) << "19 significant digits";
    EXPECT_TRUE(Decimal::parse("123456789012345678").has_value()) << "18 significant digits";
    EXPECT_FALSE(Decimal::parse("1.234567890123456789").has_value());
    EXPECT_TRUE(Decimal::parse("1.23456789012345678").has_value());
    EXPECT_FALSE(Decimal::parse("1e19").has_value()) << "exponent over 18";
    EXPECT_FALSE(Decimal::parse("1e-19").has_value()) << "exponent over 18";
    EXPECT_FALSE(Decimal::parse("0e99999999999").has_value());
    EXPECT_FALSE(Decimal::parse("10e18").has_value()) << "does not fit 64 bits";
    EXPECT_FALSE(Decimal::parse("0.1e-18").has_value()) << "19 decimals";
    EXPECT_FALSE(Decimal::parse("18446744073709551616").has_value());
    EXPECT_FALSE(Decimal::parse("1.11111111111e-2147483639").has_value());
}

TEST(Decimal, TrailingZerosAreNotSignificant) {
    EXPECT_EQ(number("5.0000000000000000000000000").to_string(), "5");
    EXPECT_EQ(number("0.00000000000000000000000000").to_string(), "0");
    EXPECT_EQ(number("100000000000000000").to_string(), "100000000000000000");
    EXPECT_EQ(number("1.10"), number("1.1"));
    EXPECT_EQ(number("1.0"), Decimal(1));
}

TEST(Decimal, TwoPointZeroOneGramsAreExactly2010Milligrams) {
    const auto milligrams = number("2.01").times(Decimal(1000));
    EXPECT_EQ(text_of(milligrams), "2010");
    EXPECT_TRUE(milligrams >= Decimal(2010)) << "in binary 2.01 * 1000 is below 2010";
}

TEST(Decimal, AddsAndSubtractsAcrossScales) {
    EXPECT_EQ(text_of(number("0.1").plus(number("0.2"))), "0.3");
    EXPECT_EQ(text_of(number("1").minus(number("0.9"))), "0.1");
    EXPECT_EQ(text_of(number("-5").plus(number("5.00"))), "0");
    EXPECT_EQ(text_of(number("1e18").plus(number("1e-18"))), "refused");
    EXPECT_EQ(text_of(number("999999999999999999").plus(Decimal(1))), "1000000000000000000");
    EXPECT_EQ(text_of(number("999999999999999999").plus(Decimal(2))), "refused");
    EXPECT_EQ(text_of(number("9e18").plus(number("9e18"))), "refused");
}

TEST(Decimal, MultipliesExactlyOrRefuses) {
    EXPECT_EQ(text_of(number("0.6").times(Decimal(10))), "6") << "0.6 mg/dL is 6 mg/L";
    EXPECT_EQ(text_of(number("-1.5").times(number("-1.5"))), "2.25");
    EXPECT_EQ(text_of(number("123456789012").times(number("123456789012"))), "refused");
    EXPECT_EQ(text_of(number("0.0000000001").times(number("0.0000000001"))), "refused") << "20 decimals";
    EXPECT_EQ(text_of(Decimal(0).times(number("0.0000000001"))), "0");
}

TEST(Decimal, RatioRoundsHalfToEven) {
    EXPECT_EQ(text_of(Decimal(1).ratio(Decimal(8), 2)), "0.12");
    EXPECT_EQ(text_of(Decimal(3).ratio(Decimal(8), 2)), "0.38");
    EXPECT_EQ(text_of(Decimal(-1).ratio(Decimal(8), 2)), "-0.12");
    EXPECT_EQ(text_of(Decimal(5).ratio(Decimal(2), 0)), "2");
    EXPECT_EQ(text_of(Decimal(7).ratio(Decimal(2), 0)), "4");
    EXPECT_EQ(text_of(Decimal(2).ratio(Decimal(3), 4)), "0.6667");
    EXPECT_EQ(text_of(Decimal(1).ratio(Decimal(3), 18)), "0.333333333333333333");
    EXPECT_EQ(text_of(number("2.5").ratio(number("1.25"), 1)), "2");
    EXPECT_EQ(text_of(number("0.125").ratio(Decimal(1), 2)), "0.12");
    EXPECT_EQ(text_of(number("0.12500000001").ratio(Decimal(1), 2)), "0.13");
    EXPECT_EQ(text_of(number("1.5").ratio(Decimal(100), 0)), "0");
}

TEST(Decimal, RatioIsRefusedWhereItHasNoAnswer) {
    EXPECT_EQ(text_of(Decimal(1).ratio(Decimal(0), 2)), "refused");
    EXPECT_EQ(text_of(number("1e18").ratio(number("1e-18"), 0)), "refused");
    EXPECT_EQ(text_of(number("1e17").ratio(Decimal(3), 18)), "refused");
    EXPECT_EQ(text_of(Decimal(1).ratio(Decimal(3), 19)), "refused");
    EXPECT_EQ(text_of(Decimal(1).ratio(Decimal(3), -1)), "refused");
}

TEST(Decimal, OrdersByValueWhateverTheScale) {
    EXPECT_LT(number("50.0"), number("50.1"));
    EXPECT_EQ(number("50.0"), number("50"));
    EXPECT_GT(number("50.000000000000001"), number("50"));
    EXPECT_LT(number("-1"), number("-0.999999999999999999"));
    EXPECT_LT(number("-9e18"), number("9e18"));
    EXPECT_LT(number("1e-18"), number("1e18"));
    EXPECT_EQ(number("-0"), number("0"));
}

TEST(Decimal, FloorAndCeilGoTheirOwnWayBelowZero) {
    EXPECT_EQ(number("2.1").floor(), 2);
    EXPECT_EQ(number("2.1").ceil(), 3);
    EXPECT_EQ(number("-2.1").floor(), -3);
    EXPECT_EQ(number("-2.1").ceil(), -2);
    EXPECT_EQ(number("-7").floor(), -7);
    EXPECT_EQ(number("7").ceil(), 7);
    EXPECT_EQ(number("0.000000000000000001").floor(), 0);
    EXPECT_EQ(number("0.000000000000000001").ceil(), 1);
}

TEST(Decimal, KnowsWholeNumbers) {
    EXPECT_TRUE(number("12.00").is_integer());
    EXPECT_EQ(number("12.00").as_integer(), 12);
    EXPECT_EQ(number("-1.2e1").as_integer(), -12);
    EXPECT_FALSE(number("12.5").is_integer());
    EXPECT_EQ(number("12.5").as_integer(), std::nullopt);
    EXPECT_EQ(Decimal().as_integer(), 0);
}

} // namespace
} // namespace trialcds::base
