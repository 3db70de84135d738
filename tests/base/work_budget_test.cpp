#include "base/work_budget.h"

#include <gmock/gmock.h>

namespace trialcds::base {
namespace {

TEST(WorkBudget, IsSpentByTheFirstUnitTooManyAndStaysSo) {
    WorkBudget work(10);
    EXPECT_TRUE(work.charge(4));
    EXPECT_TRUE(work.charge(6)) << "the last unit is one of them";
    EXPECT_TRUE(work.charge(0));
    EXPECT_FALSE(work.spent());
    EXPECT_EQ(work.charged(), 10U);
    EXPECT_FALSE(work.charge(1));
    EXPECT_FALSE(work.charge(0)) << "for ever";
    EXPECT_TRUE(work.spent());
    EXPECT_EQ(work.charged(), 10U) << "never more than was given";
}

TEST(WorkBudget, WithoutALimitIsNeverSpent) {
    WorkBudget work;
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(work.charge(std::size_t{1} << 40U));
    EXPECT_FALSE(work.spent());
}

TEST(WorkBudget, EndsOnceNobodyWaits) {
    const auto left = std::make_shared<std::atomic<bool>>(false);
    WorkBudget work(1000, left);
    EXPECT_TRUE(work.charge(1));
    left->store(true);
    EXPECT_FALSE(work.charge(0)) << "whatever is left of it";
    left->store(false);
    EXPECT_FALSE(work.charge(0)) << "half of the work is missing";
}

TEST(WorkBudget, ARefusalSaysWhatToDoAndTheLogWhy) {
    const auto left = std::make_shared<std::atomic<bool>>(true);
    WorkBudget spent(0);
    WorkBudget cancelled(0, left);
    EXPECT_EQ(spent.refusal().code, ErrorCode::too_costly);
    EXPECT_EQ(cancelled.refusal().public_text, spent.refusal().public_text);
    EXPECT_NE(cancelled.refusal().internal_text, spent.refusal().internal_text);
    EXPECT_EQ(to_string(ErrorCode::too_costly), "too_costly");
    EXPECT_EQ(to_string(ErrorCode::internal), "internal") << "the names are in the order of the codes";
}

TEST(WorkLimit, GrowsWithTheBytesAndEndsAtTheLargestNumber) {
    constexpr WorkLimit kLimit{100, 7};
    EXPECT_EQ(kLimit.of(0), 100U);
    EXPECT_EQ(kLimit.of(3), 121U);
    EXPECT_EQ(kLimit.of(std::numeric_limits<std::size_t>::max()), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ((WorkLimit{5, 0}.of(1000)), 5U);
}

} // namespace
} // namespace trialcds::base
