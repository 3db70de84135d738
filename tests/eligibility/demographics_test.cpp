// I1 (age) and the administrative sex used by E12: clinical-rules 1, 2.1 and 0.6.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Expression adult_to_70() {
    return {Age{.at_least = 18, .at_most = 70, .input = kInputBirthDate}};
}

Judged born(std::string_view date, Day as_of = kToday) {
    PatientFacts facts = complete_record();
    facts.demographics.birth_date = on(date);
    return judge(adult_to_70(), facts, as_of);
}

TEST(I1Age, EighteenthBirthdayIsInside) {
    EXPECT_THAT(born("2008-11-23"), Fails());
    EXPECT_THAT(born("2008-11-22"), Passes());
    EXPECT_THAT(born("2008-11-21"), Passes());
}

TEST(I1Age, SeventyLastsToTheDayBeforeTheSeventyFirstBirthday) {
    EXPECT_THAT(born("1955-11-24"), Passes());
    EXPECT_THAT(born("1955-11-23"), Passes());
    EXPECT_THAT(born("1955-11-22"), Fails());
}

TEST(I1Age, TooYoungIsTemporaryAndClearsOnTheBirthday) {
    const Judged young = born("2008-12-24");
    EXPECT_TRUE(young->temporary);
    EXPECT_EQ(young->clears_on, day("2026-12-24"));
    EXPECT_EQ(young.trial().possible_from, kToday);              // 42 days before the birthday is already past
    EXPECT_EQ(screening_from(young.trial()), day("2026-12-24")); // the age is asked for at the screening visit
}

TEST(I1Age, TooOldIsNotTemporary) {
    const Judged old = born("1950-01-01");
    EXPECT_FALSE(old->temporary);
    EXPECT_EQ(old->clears_on, std::nullopt);
    EXPECT_EQ(old.trial().possible_from, std::nullopt);
}

TEST(I1Age, APassExpiresForGoodWithTheLastDayOfTheSeventyFirstYear) {
    const Judged passes = born("1956-03-10");
    EXPECT_EQ(passes->expires_on, day("2027-03-09"));
    EXPECT_TRUE(passes->expires_for_good);
    EXPECT_EQ(passes.trial().window_closes_on, day("2027-03-09"));
    EXPECT_THAT(born("1956-03-10", day("2027-03-09")), Passes());
    EXPECT_THAT(born("1956-03-10", day("2027-03-10")), Fails());
}

TEST(I1Age, APartialBirthDateIsDecidedOnlyWhenBothEndsAgree) {
    EXPECT_THAT(born("1980"), Passes());
    EXPECT_THAT(born("2008"), UnknownFor(Reason::unusable));
    EXPECT_THAT(born("2008")->missing, ElementsAre(kInputBirthDate));
    EXPECT_THAT(born("2008-11"), UnknownFor(Reason::unusable));
    EXPECT_THAT(born("2008-10"), Passes());
    EXPECT_THAT(born("2008-12"), Fails());
    EXPECT_THAT(born("1955"), UnknownFor(Reason::unusable));
    EXPECT_THAT(born("1954"), Fails());
    EXPECT_EQ(born("1956")->expires_on, day("2026-12-31"));
    EXPECT_EQ(born("2009")->clears_on, day("2027-12-31"));
}

TEST(I1Age, BornOn29FebruaryCompletesTheYearOn28FebruaryOfACommonYear) {
    EXPECT_THAT(born("2008-02-29", day("2026-02-27")), Fails());
    EXPECT_EQ(born("2008-02-29", day("2026-02-27"))->clears_on, day("2026-02-28"));
    EXPECT_THAT(born("2008-02-29", day("2026-02-28")), Passes());
    EXPECT_THAT(born("1956-02-29", day("2027-02-27")), Passes());
    EXPECT_THAT(born("1956-02-29", day("2027-02-28")), Fails());
}

TEST(I1Age, NoBirthDateIsUnknown) {
    PatientFacts facts = complete_record();
    facts.demographics.birth_date.reset();
    const Judged unknown = judge(adult_to_70(), facts);
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputBirthDate));
    EXPECT_FALSE(unknown->harmless);
}

TEST(I1Age, ABirthDateInTheFutureIsUnusable) {
    EXPECT_THAT(born("2027-01-01"), UnknownFor(Reason::unusable));
}

TEST(I1Age, ADeceasedPatientFailsForEver) {
    PatientFacts facts = complete_record();
    facts.demographics.deceased = true;
    const Judged deceased = judge(adult_to_70(), facts);
    EXPECT_THAT(deceased, Fails());
    EXPECT_FALSE(deceased->temporary);
    EXPECT_THAT(remarks_of(*deceased), HasSubstr("The record says that the patient has died."));
    EXPECT_EQ(deceased.trial().outcome, TrialOutcome::not_a_candidate);
}

TEST(I1Age, OneSidedLimits) {
    PatientFacts facts = complete_record();
    facts.demographics.birth_date = on("1940-01-01");
    EXPECT_THAT(judge({Age{.at_least = 18, .input = kInputBirthDate}}, facts), Passes());
    EXPECT_EQ(judge({Age{.at_least = 18, .input = kInputBirthDate}}, facts)->expires_on, std::nullopt);
    facts.demographics.birth_date = on("2020-01-01");
    EXPECT_THAT(judge({Age{.at_most = 70, .input = kInputBirthDate}}, facts), Passes());
}

TEST(I1Age, TheBirthDateIsTheEvidence) {
    EXPECT_THAT(born("1980-05-17")->evidence, ElementsAre(Evidence{DemographicEvidence{true}}));
}

TEST(E12Sex, RecordedSexDecides) {
    PatientFacts facts = complete_record();
    facts.demographics.sex = Sex::male;
    EXPECT_THAT(judge_exclusion(negation({SexIs{.sex = Sex::male}}), facts), Passes());
    facts.demographics.sex = Sex::other;
    EXPECT_THAT(judge_exclusion(negation({SexIs{.sex = Sex::male}}), facts), Fails());
}

TEST(E12Sex, UnstatedSexDecidesNothingAndIsEqualToNone) {
    PatientFacts facts = complete_record();
    facts.demographics.sex = Sex::unstated;
    EXPECT_THAT(judge({SexIs{.sex = Sex::male}}, facts), LeansToFail());
    EXPECT_THAT(judge({SexIs{.sex = Sex::female}}, facts), LeansToFail());
    EXPECT_THAT(judge({SexIs{.sex = Sex::unstated}}, facts), LeansToFail());
}

} // namespace
} // namespace trialcds::eligibility::testing
