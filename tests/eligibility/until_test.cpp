// How long a combined result holds: clears_on, expires_on, temporary (clinical-rules 0.2).
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

// A fresh result decides until 42 days after it: true or false until then, unknown afterwards.
Expression fresh_esr(bool high) {
    return {MeasurementTest{.variable = kEsr,
                            .range = high ? at_least("30") : less_than("30"),
                            .freshness = Freshness{kSixWeeks, kSixMonths}}};
}
Expression fresh_crp() {
    return {MeasurementTest{
        .variable = kHsCrp, .range = at_least("6"), .freshness = Freshness{kSixWeeks, kSixMonths}}};
}
// True until the 50th, 51st ... birthday of the patient born 1980-05-17; false until the given one.
Expression younger_than(int years) {
    return {Age{.at_most = years - 1}};
}
Expression at_least_aged(int years) {
    return {Age{.at_least = years}};
}
Expression washout(DrugGroupIndex group) {
    return {Exposure{.group = group, .window = kTwelveWeeks, .input = kInputDrugs}};
}

PatientFacts facts() {
    PatientFacts record = with(with(complete_record(), kEsr, {measured("40", days_ago(2))}), kHsCrp,
                               {measured("9", days_ago(10))});
    record = with(record, kCyclophosphamide, {given("cyclophosphamide", days_ago(10))});
    return with(record, kBiologic, {given("abatacept", days_ago(20))});
}

const Day kEsrEnds = kToday.plus_days(40);
const Day kCrpEnds = kToday.plus_days(32);

TEST(HowLongAPassHolds, AllOfEndsWithItsFirstOperand) {
    EXPECT_EQ(judge(all_of({fresh_esr(true), fresh_crp()}), facts())->expires_on, kCrpEnds);
    EXPECT_EQ(judge(all_of({fresh_esr(true), always_true()}), facts())->expires_on, kEsrEnds);
    EXPECT_EQ(judge(all_of({always_true(), always_true()}), facts())->expires_on, std::nullopt);
}

TEST(HowLongAPassHolds, AnyOfEndsWithItsLastOperand) {
    EXPECT_EQ(judge(any_of({fresh_esr(true), fresh_crp()}), facts())->expires_on, kEsrEnds);
    EXPECT_EQ(judge(any_of({fresh_esr(true), always_true()}), facts())->expires_on, std::nullopt);
    EXPECT_EQ(judge(any_of({fresh_esr(true), always_false()}), facts())->expires_on, kEsrEnds);
}

TEST(HowLongAPassHolds, AtLeastTwoOfThreeMayLoseOne) {
    const auto two_of = [](std::vector<Expression> of) {
        return judge({AtLeastN{.n = 2, .of = std::move(of)}}, facts());
    };
    EXPECT_EQ(two_of({fresh_esr(true), fresh_crp(), always_true()})->expires_on, kEsrEnds);
    EXPECT_EQ(two_of({fresh_esr(true), fresh_crp(), always_false()})->expires_on, kCrpEnds);
    EXPECT_EQ(two_of({fresh_esr(true), always_true(), always_true()})->expires_on, std::nullopt);
}

TEST(HowLongAPassHolds, ForGoodOnlyIfNothingElseCouldStillHold) {
    EXPECT_TRUE(judge(all_of({younger_than(71), fresh_esr(true)}), facts(), kToday)->expires_on == kEsrEnds);
    EXPECT_FALSE(judge(all_of({younger_than(71), fresh_esr(true)}), facts())->expires_for_good);
    EXPECT_TRUE(judge(all_of({younger_than(71), always_true()}), facts())->expires_for_good);
    EXPECT_TRUE(judge(any_of({younger_than(71), always_false()}), facts())->expires_for_good);
    EXPECT_FALSE(judge(any_of({younger_than(71), question()}), facts())->expires_for_good);
    EXPECT_FALSE(judge(any_of({younger_than(71), fresh_esr(false)}), facts())->expires_for_good);
    EXPECT_TRUE(judge(any_of({younger_than(71), younger_than(60)}), facts())->expires_for_good);
    EXPECT_EQ(judge(any_of({younger_than(71), younger_than(60)}), facts())->expires_on, day("2051-05-16"));
}

TEST(HowLongAFailHolds, AllOfClearsWithTheLastOfItsFalseOperands) {
    const Judged fails = judge(all_of({at_least_aged(47), at_least_aged(48), always_true()}), facts());
    EXPECT_TRUE(fails->temporary);
    EXPECT_EQ(fails->clears_on, day("2028-05-17"));
}

TEST(HowLongAFailHolds, NotTemporaryIfAnythingElseMayStillFail) {
    EXPECT_FALSE(judge(all_of({at_least_aged(47), always_false()}), facts())->temporary);
    EXPECT_EQ(judge(all_of({at_least_aged(47), always_false()}), facts())->clears_on, std::nullopt);
    EXPECT_FALSE(judge(all_of({at_least_aged(47), question()}), facts())->temporary);
    EXPECT_FALSE(judge(all_of({at_least_aged(47), fresh_esr(true)}), facts())->temporary);
}

TEST(HowLongAFailHolds, AFailThatOnlyGrowsOldIsNotTemporary) {
    const Judged fails = judge(fresh_esr(false), facts());
    EXPECT_THAT(fails, Fails());
    EXPECT_FALSE(fails->temporary);
    EXPECT_EQ(fails->clears_on, std::nullopt);
    EXPECT_EQ(fails->expires_on, std::nullopt);
}

TEST(HowLongAFailHolds, TwoWashoutsClearWithTheLater) {
    const Judged fails = judge_exclusion(any_of({washout(kCyclophosphamide), washout(kBiologic)}), facts());
    EXPECT_TRUE(fails->temporary);
    EXPECT_EQ(fails->clears_on, kToday.plus_days(75));
}

TEST(HowLongAFailHolds, AWashoutThatIsPendingBesideItIsOverByThen) {
    const PatientFacts record = with(facts(), kBiologic, {given("abatacept", days_ago(60))});
    const Judged fails = judge_exclusion(any_of({washout(kCyclophosphamide), washout(kBiologic)}), record);
    EXPECT_TRUE(fails->temporary);
    EXPECT_EQ(fails->clears_on, kToday.plus_days(75));
}

TEST(HowLongAFailHolds, NegationKeepsTheDay) {
    const Judged passes = judge(negation(at_least_aged(47)), facts());
    EXPECT_EQ(passes->expires_on, day("2027-05-16"));
    EXPECT_TRUE(judge(negation(younger_than(47)), facts())->temporary);
}

TEST(PendingCombined, OnlyPendingOperandsMakeAPendingWhole) {
    const PatientFacts record =
        with(with(facts(), kCyclophosphamide, {given("cyclophosphamide", days_ago(60))}), kBiologic,
             {given("abatacept", days_ago(50))});
    const Judged both = judge_exclusion(any_of({washout(kCyclophosphamide), washout(kBiologic)}), record);
    EXPECT_THAT(both, Leans(CriterionOutcome::passes, Reason::pending));
    EXPECT_EQ(both->clears_on, kToday.plus_days(35));
    const Judged mixed = judge_exclusion(any_of({washout(kCyclophosphamide), leaning(false)}), record);
    EXPECT_THAT(mixed, LeansToPass());
    EXPECT_EQ(mixed->clears_on, kToday.plus_days(25));
    EXPECT_THAT(judge_exclusion(any_of({washout(kCyclophosphamide), leaning(true)}), record), LeansToFail());
    EXPECT_THAT(judge_exclusion(any_of({washout(kCyclophosphamide), question()}), record),
                UnknownFor(Reason::no_data));
}

TEST(BasisCombined, RestsOnAbsenceOnlyIfAllThatDecidedDoes) {
    const Expression transplant{FindingTest{.value_set = kTransplant, .none_recorded_means_absent = true}};
    EXPECT_EQ(judge_exclusion(any_of({transplant, transplant}), facts())->basis, Basis::no_record);
    EXPECT_EQ(judge_exclusion(any_of({transplant, always_false()}), facts())->basis, Basis::evidence);
    EXPECT_EQ(judge_exclusion(all_of({transplant, always_true()}), facts())->basis, Basis::no_record);
    EXPECT_EQ(judge_exclusion(all_of({transplant, question()}), facts())->basis, Basis::no_record);
}

} // namespace
} // namespace trialcds::eligibility::testing
