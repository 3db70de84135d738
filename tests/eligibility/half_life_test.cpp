// E8 and E9: 12 weeks or 5 half-lives, whichever is longer, with low and high half-lives (clinical-rules 4.2).
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::HasSubstr;

struct Biologic {
    int days_since_last = 0;
    std::optional<HalfLife> half_life = std::nullopt;
};

HalfLife reviewed(std::string_view low, std::string_view high) {
    return {.low_days = number(low), .high_days = number(high), .reviewed = true};
}
HalfLife unreviewed(std::string_view low, std::string_view high) {
    return {.low_days = number(low), .high_days = number(high), .reviewed = false};
}

Judged e8(const Biologic &biologic) {
    DrugExposure exposure = given("biologic", days_ago(biologic.days_since_last));
    exposure.half_life = biologic.half_life;
    const Exposure rule{
        .group = kBiologic, .window = kTwelveWeeks, .half_lives = number("5"), .input = kInputDrugs};
    return judge_exclusion({rule}, with(complete_record(), kBiologic, {exposure}));
}

Day ends_after(int days_since_last, int washout) {
    return kToday.plus_days(washout - days_since_last + 1);
}

TEST(E8HalfLives, TheFixedWindowGovernsAShortHalfLife) {
    const Judged fails = e8({.days_since_last = 10, .half_life = reviewed("13", "13")});
    EXPECT_THAT(fails, Fails());
    EXPECT_EQ(fails->clears_on, ends_after(10, 84));
    EXPECT_THAT(remarks_of(*fails),
                HasSubstr("12 weeks (84 days) are longer than 5 half-lives (half-life 13 days) and end"));
    EXPECT_THAT(e8({.days_since_last = 85, .half_life = reviewed("13", "13")}), Passes());
}

TEST(E8HalfLives, ALongHalfLifeGovernsAndIsNamed) {
    const HalfLife belimumab = reviewed("19.4", "19.4"); // 97 days
    const Judged fails = e8({.days_since_last = 10, .half_life = belimumab});
    EXPECT_THAT(fails, Fails());
    EXPECT_EQ(fails->clears_on, ends_after(10, 97));
    EXPECT_THAT(remarks_of(*fails), HasSubstr("5 half-lives (half-life 19.4 days) are longer than the window"));
    EXPECT_THAT(e8({.days_since_last = 97, .half_life = belimumab}),
                Leans(CriterionOutcome::passes, Reason::pending));
    EXPECT_THAT(e8({.days_since_last = 98, .half_life = belimumab}), Passes());
}

TEST(E8HalfLives, HalfLivesAreRoundedUpToWholeDays) {
    const HalfLife half_life = reviewed("19.41", "19.41"); // 97.05 days: day 98 is inside
    EXPECT_EQ(e8({.days_since_last = 98, .half_life = half_life})->clears_on, kToday.plus_days(1));
    EXPECT_THAT(e8({.days_since_last = 99, .half_life = half_life}), Passes());
}

TEST(E8HalfLives, BetweenTheLowAndTheHighBoundItIsToBeConfirmed) {
    const HalfLife ustekinumab = reviewed("20", "45.6"); // 100 .. 228 days
    const Judged inside = e8({.days_since_last = 100, .half_life = ustekinumab});
    EXPECT_THAT(inside, Fails());
    EXPECT_EQ(inside->clears_on, ends_after(100, 228));
    const Judged between = e8({.days_since_last = 101, .half_life = ustekinumab});
    EXPECT_THAT(between, LeansToFail());
    EXPECT_EQ(between->clears_on, ends_after(101, 228));
    EXPECT_THAT(remarks_of(*between), HasSubstr("half-life 20 to 45.6 days"));
    EXPECT_THAT(e8({.days_since_last = 186, .half_life = ustekinumab}), LeansToFail());
    EXPECT_THAT(e8({.days_since_last = 187, .half_life = ustekinumab}), LeansToPass()); // clears in 42 days
    EXPECT_THAT(e8({.days_since_last = 228, .half_life = ustekinumab}), LeansToPass());
    EXPECT_THAT(e8({.days_since_last = 229, .half_life = ustekinumab}), Passes());
}

TEST(E8HalfLives, AnUnreviewedHalfLifeNeverExcludesBeyondTheWindow) {
    const HalfLife immunoglobulin = unreviewed("36", "36"); // 180 days, general knowledge
    const Judged inside = e8({.days_since_last = 10, .half_life = immunoglobulin});
    EXPECT_THAT(inside, Fails());
    EXPECT_EQ(inside->clears_on, ends_after(10, 180));
    EXPECT_THAT(e8({.days_since_last = 84, .half_life = immunoglobulin}), Fails());
    const Judged beyond = e8({.days_since_last = 85, .half_life = immunoglobulin});
    EXPECT_THAT(beyond, LeansToFail());
    EXPECT_THAT(remarks_of(*beyond), HasSubstr("not reviewed"));
    EXPECT_THAT(e8({.days_since_last = 180, .half_life = immunoglobulin}), LeansToPass());
    EXPECT_THAT(e8({.days_since_last = 181, .half_life = immunoglobulin}), Passes());
}

TEST(E8HalfLives, NoHalfLifeOnFile) {
    const Judged inside = e8({.days_since_last = 10});
    EXPECT_THAT(inside, Fails());
    EXPECT_FALSE(inside->temporary); // time alone may not clear it
    EXPECT_EQ(inside->clears_on, ends_after(10, 84));
    const Judged soon = e8({.days_since_last = 60});
    EXPECT_THAT(soon, LeansToPass());
    EXPECT_EQ(soon->clears_on, ends_after(60, 84));
    const Judged beyond = e8({.days_since_last = 85});
    EXPECT_THAT(beyond, LeansToPass());
    EXPECT_THAT(remarks_of(*beyond), HasSubstr("no half-life is on file"));
    EXPECT_EQ(beyond->clears_on, std::nullopt);
}

TEST(E8HalfLives, AnUncertainDrugWithoutAHalfLifeLeansToFailWhileInside) {
    DrugExposure uncertain = given("unknown antibody", days_ago(60));
    uncertain.grade = Grade::confirm;
    const Exposure rule{.group = kBiologic, .window = kTwelveWeeks, .half_lives = number("5")};
    EXPECT_THAT(judge_exclusion({rule}, with(complete_record(), kBiologic, {uncertain})), LeansToFail());
    uncertain.last = days_ago(85);
    EXPECT_THAT(judge_exclusion({rule}, with(complete_record(), kBiologic, {uncertain})), LeansToPass());
}

TEST(E8HalfLives, AHalfLifeTooLongToMultiplyIsAsGoodAsNone) {
    EXPECT_THAT(e8({.days_since_last = 85, .half_life = reviewed("1", "999999999999999999")}), LeansToPass());
}

TEST(E8HalfLives, AnEndOnEitherSideOfTheCertainWindowIsToBeConfirmed) {
    DrugExposure exposure = given("biologic", {kToday.plus_days(-200), kToday.plus_days(-50)});
    exposure.half_life = reviewed("20", "20");
    const Exposure rule{.group = kBiologic, .window = kTwelveWeeks, .half_lives = number("5")};
    const Judged leans = judge_exclusion({rule}, with(complete_record(), kBiologic, {exposure}));
    EXPECT_THAT(leans, LeansToFail());
    EXPECT_EQ(leans->clears_on, kToday.plus_days(51));
}

TEST(E9Investigational, HalfLivesAloneCanBeTheWindow) {
    DrugExposure exposure = given("investigational drug", days_ago(30));
    exposure.half_life = reviewed("6", "6");
    const Exposure rule{.group = kBiologic, .half_lives = number("5")};
    EXPECT_THAT(judge_exclusion({rule}, with(complete_record(), kBiologic, {exposure})),
                Leans(CriterionOutcome::passes, Reason::pending));
    exposure.last = days_ago(31);
    EXPECT_THAT(judge_exclusion({rule}, with(complete_record(), kBiologic, {exposure})), Passes());
}

} // namespace
} // namespace trialcds::eligibility::testing
