#include "check_digit.h"

#include <gtest/gtest.h>

#include <string>

namespace trialcds::mappings {
namespace {

TEST(CheckDigit, LoincHoldsForRealCodes) {
    for (const char *code : {"4537-7", "30522-7", "1988-5", "19872-1", "718-7", "98130-8", "5048-4"})
        EXPECT_TRUE(mod10_holds(code)) << code;
}

TEST(CheckDigit, LoincFailsForEveryOtherCheckDigit) {
    for (char digit = '0'; digit <= '9'; ++digit)
        EXPECT_EQ(mod10_holds(std::string("30522-") + digit), digit == '7') << digit;
}

TEST(CheckDigit, LoincFailsForTwoDigitsSwapped) {
    EXPECT_FALSE(mod10_holds("35022-7"));
    EXPECT_FALSE(mod10_holds("5437-7"));
}

TEST(CheckDigit, LoincNeedsItsForm) {
    for (const char *code : {"", "-", "45377", "4537-", "4537-77", "-7", "45A7-7", "4537-x"})
        EXPECT_FALSE(mod10_holds(code)) << code;
}

TEST(CheckDigit, SnomedHoldsForRealCodes) {
    for (const char *code : {"89155008", "128460000", "298285004", "444133002", "11399002", "10828004"})
        EXPECT_TRUE(verhoeff_holds(code)) << code;
}

TEST(CheckDigit, SnomedFailsForEveryOtherCheckDigit) {
    for (char digit = '0'; digit <= '9'; ++digit)
        EXPECT_EQ(verhoeff_holds(std::string("8915500") + digit), digit == '8') << digit;
}

TEST(CheckDigit, SnomedFailsForTwoDigitsSwapped) {
    EXPECT_FALSE(verhoeff_holds("98155008"));
    EXPECT_FALSE(verhoeff_holds("89150508"));
}

TEST(CheckDigit, SnomedNeedsSixToEighteenDigits) {
    for (const char *code : {"", "0", "89155", "8915500x", "8915500889155008891"})
        EXPECT_FALSE(verhoeff_holds(code)) << code;
}

} // namespace
} // namespace trialcds::mappings
