// clinical-rules 0.6: a comparison is decided only if it holds at both ends.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

TEST(Interval, AnExactValueAtTheInclusiveLimitIsInside) {
    EXPECT_EQ(relate(exactly("14.9"), at_least("15")), Relation::outside);
    EXPECT_EQ(relate(exactly("15"), at_least("15")), Relation::inside);
    EXPECT_EQ(relate(exactly("15.1"), at_least("15")), Relation::inside);
    EXPECT_EQ(relate(exactly("50.0"), at_most("50")), Relation::inside);
    EXPECT_EQ(relate(exactly("50.1"), at_most("50")), Relation::outside);
}

TEST(Interval, AnExactValueAtTheExclusiveLimitIsOutside) {
    EXPECT_EQ(relate(exactly("10"), more_than("10")), Relation::outside);
    EXPECT_EQ(relate(exactly("10.01"), more_than("10")), Relation::inside);
    EXPECT_EQ(relate(exactly("10"), less_than("10")), Relation::outside);
    EXPECT_EQ(relate(exactly("9.99"), less_than("10")), Relation::inside);
}

TEST(Interval, AComparatorIsDecidedOnlyWhenEveryNumberItMeansAgrees) {
    EXPECT_EQ(relate(more_than("640"), at_least("80")), Relation::inside);
    EXPECT_EQ(relate(less_than("80"), at_least("80")), Relation::outside);
    EXPECT_EQ(relate(at_most("80"), at_least("80")), Relation::straddles);
    EXPECT_EQ(relate(more_than("5"), at_least("6")), Relation::straddles);
    EXPECT_EQ(relate(less_than("45"), at_most("45")), Relation::inside);
    EXPECT_EQ(relate(more_than("45"), at_most("45")), Relation::outside);
    EXPECT_EQ(relate(at_least("45"), at_most("45")), Relation::straddles);
    EXPECT_EQ(relate(at_least("10"), more_than("10")), Relation::straddles);
    EXPECT_EQ(relate(more_than("10"), more_than("10")), Relation::inside);
}

TEST(Interval, ARangeIsComparedAtBothEnds) {
    EXPECT_EQ(relate(between("15", "45"), between("15", "45")), Relation::inside);
    EXPECT_EQ(relate(between("14", "20"), between("15", "45")), Relation::straddles);
    EXPECT_EQ(relate(between("40", "46"), between("15", "45")), Relation::straddles);
    EXPECT_EQ(relate(between("46", "50"), between("15", "45")), Relation::outside);
    EXPECT_EQ(relate(between("1", "14"), between("15", "45")), Relation::outside);
}

TEST(Interval, NothingKnownStraddlesEveryLimit) {
    EXPECT_EQ(relate(Interval{}, at_least("0")), Relation::straddles);
    EXPECT_EQ(relate(Interval{}, at_most("0")), Relation::straddles);
    EXPECT_EQ(relate(exactly("3"), Interval{}), Relation::inside);
}

} // namespace
} // namespace trialcds::eligibility::testing
