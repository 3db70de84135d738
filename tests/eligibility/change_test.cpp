// I5b (mRSS rise >= 3 within 6 months) and E3 (previous improvement > 10 units).
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;

Expression rise_of_three() {
    return {Change{.variable = kMrss,
                   .direction = Direction::rise,
                   .amount = at_least("3"),
                   .within = kSixMonths,
                   .freshness = kResultAge,
                   .input = kInputMrss}};
}

Judged i5b(std::vector<Measurement> results) {
    return judge(rise_of_three(), with(complete_record(), kMrss, std::move(results)));
}

Measurement weak(Measurement result) {
    result.grade = Grade::confirm;
    return result;
}
Measurement unreadable(DateInterval date) {
    Measurement result = measured("20", date);
    result.unusable = Unusable::unreadable;
    return result;
}
Measurement partial_sum(std::string_view at_least_value, DateInterval date) {
    Measurement result = measured(at_least(at_least_value), date);
    result.derived = true;
    return result;
}

TEST(I5bRise, ThreeIsInclusive) {
    EXPECT_THAT(i5b({measured("22", days_ago(2)), measured("20", days_ago(90))}), Fails());
    EXPECT_THAT(i5b({measured("23", days_ago(2)), measured("20", days_ago(90))}), Passes());
    EXPECT_THAT(i5b({measured("24", days_ago(2)), measured("20", days_ago(90))}), Passes());
}

TEST(I5bRise, ComparesWithTheMostRecentEarlierAssessmentNotTheLowest) {
    EXPECT_THAT(i5b({measured("23", days_ago(2)), measured("22", days_ago(30)), measured("15", days_ago(90))}),
                Fails());
}

TEST(I5bRise, AnAssessmentThatMayLieBetweenLeavesTheOrderOpen) {
    const Day begun = days_ago(10).first;
    const auto beside = [&](DateInterval date) {
        return i5b({measured("23", days_ago(2)), measured("23", date), measured("20", days_ago(90))});
    };
    EXPECT_THAT(beside({begun, base::kDistantFuture}), UnknownFor(Reason::unusable));
    EXPECT_THAT(beside({begun, begun}), Fails()) << "it is the earlier one";
}

TEST(I5bRise, TheEarlierAssessmentLiesWithinSixMonthsOfTheNewestBoundaryInside) {
    const auto pair = [](std::string_view earlier) {
        return i5b({measured("25", on("2026-11-15")), measured("20", on(earlier))});
    };
    EXPECT_THAT(pair("2026-05-16"), Passes());
    EXPECT_THAT(pair("2026-05-15"), Passes());
    EXPECT_THAT(pair("2026-05-14"), UnknownFor(Reason::no_data));
    EXPECT_THAT(pair("2026-05-14")->missing, ElementsAre(kInputMrss));
}

TEST(I5bRise, MonthsAreClampedToTheMonthsEnd) {
    const PatientFacts facts =
        with(complete_record(), kMrss, {measured("25", on("2026-08-31")), measured("20", on("2026-02-28"))});
    EXPECT_THAT(judge(rise_of_three(), facts, day("2026-09-05")), Passes());
}

TEST(I5bRise, OneAssessmentIsNoChange) {
    EXPECT_THAT(i5b({measured("25", days_ago(2))}), UnknownFor(Reason::no_data));
    EXPECT_THAT(i5b({}), UnknownFor(Reason::no_data));
    PatientFacts facts = with(complete_record(), kMrss, {measured("25", days_ago(2))});
    facts.measurement_coverage[at(kMrss)] = Retrieval::incomplete;
    EXPECT_THAT(judge(rise_of_three(), facts), UnknownFor(Reason::not_retrieved));
}

TEST(I5bRise, DuplicatesOfADayAreOneAssessment) {
    EXPECT_THAT(i5b({measured("25", days_ago(2)), measured("25", days_ago(2)), measured("20", days_ago(90))}),
                Passes());
    EXPECT_THAT(i5b({measured("25", days_ago(2)), measured("21", days_ago(2)), measured("20", days_ago(90))}),
                UnknownFor(Reason::conflicting));
    EXPECT_THAT(i5b({measured("25", days_ago(2)), measured("20", days_ago(90)), measured("24", days_ago(90))}),
                UnknownFor(Reason::conflicting));
    EXPECT_THAT(i5b({measured("25", days_ago(2)), unreadable(days_ago(2)), measured("20", days_ago(90))}),
                UnknownFor(Reason::unusable));
}

TEST(I5bRise, TheNewestMustBeFresh) {
    EXPECT_THAT(i5b({measured("25", days_ago(42)), measured("20", days_ago(90))}), Passes());
    EXPECT_THAT(i5b({measured("25", days_ago(43)), measured("20", days_ago(90))}), LeansToPass());
    EXPECT_THAT(i5b({measured("25", days_ago(300)), measured("20", days_ago(350))}), UnknownFor(Reason::stale));
    EXPECT_EQ(i5b({measured("25", days_ago(40)), measured("20", days_ago(90))})->expires_on,
              kToday.plus_days(2));
}

TEST(I5bRise, AnUnreadableAssessmentIsNotSkipped) {
    EXPECT_THAT(i5b({unreadable(days_ago(2)), measured("25", days_ago(9)), measured("20", days_ago(90))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(i5b({measured("25", days_ago(2)), unreadable(days_ago(30)), measured("20", days_ago(90))}),
                UnknownFor(Reason::unusable));
}

TEST(I5bRise, WeakAssessmentsOnlyLean) {
    EXPECT_THAT(i5b({weak(measured("25", days_ago(2))), measured("20", days_ago(90))}), LeansToPass());
    EXPECT_THAT(i5b({measured("21", days_ago(2)), weak(measured("20", days_ago(90)))}), LeansToFail());
}

TEST(I5bRise, BoundsThatLeaveTheAmountOpenAreUnusable) {
    EXPECT_THAT(i5b({measured(between("20", "25"), days_ago(2)), measured("20", days_ago(90))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(i5b({measured(between("23", "25"), days_ago(2)), measured("20", days_ago(90))}), Passes());
    EXPECT_THAT(i5b({partial_sum("18", days_ago(2)), measured("20", days_ago(90))}),
                UnknownFor(Reason::no_data));
    EXPECT_THAT(i5b({partial_sum("23", days_ago(2)), measured("20", days_ago(90))}), Passes());
}

TEST(I5bRise, APartialDateThatMayLieOutsideTheSixMonthsIsUnusable) {
    EXPECT_THAT(i5b({measured("25", on("2026-11-15")), measured("20", on("2026-05"))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(i5b({measured("25", on("2026-11-15")), measured("20", on("2026-06"))}), Passes());
    EXPECT_THAT(i5b({measured("25", on("2026-11-15")), measured("20", on("2026-04"))}),
                UnknownFor(Reason::no_data));
}

TEST(I5bRise, NumbersTooLongToSubtractAreUnusable) {
    EXPECT_THAT(
        i5b({measured("123456789012345678", days_ago(2)), measured("0.000000000000000001", days_ago(90))}),
        UnknownFor(Reason::unusable));
    EXPECT_THAT(
        i5b({measured("0.000000000000000001", days_ago(2)), measured("123456789012345678", days_ago(90))}),
        UnknownFor(Reason::unusable));
}

// --- E3 ---

Expression improved_by_more_than_ten() {
    return {Change{
        .variable = kMrss, .direction = Direction::fall, .amount = more_than("10"), .input = kInputMrss}};
}

Judged e3(std::vector<Measurement> results) {
    return judge_exclusion(improved_by_more_than_ten(), with(complete_record(), kMrss, std::move(results)));
}

TEST(E3Improvement, TenIsNotMoreThanTen) {
    EXPECT_THAT(e3({measured("20.5", days_ago(2)), measured("30", days_ago(400))}), Passes());
    EXPECT_THAT(e3({measured("20", days_ago(2)), measured("30", days_ago(400))}), Passes());
    EXPECT_THAT(e3({measured("19", days_ago(2)), measured("30", days_ago(400))}), Fails());
}

TEST(E3Improvement, EveryPairCountsNotFirstAgainstLast) {
    const Judged fails = e3({measured("28", days_ago(2)), measured("17", days_ago(300)),
                             measured("29", days_ago(600)), measured("22", days_ago(900))});
    EXPECT_THAT(fails, Fails());
    EXPECT_FALSE(fails->temporary);
    ASSERT_EQ(fails->evidence.size(), 2U);
    EXPECT_EQ(std::get<MeasurementEvidence>(fails->evidence[0]).measurement->value, exactly("17"));
    EXPECT_EQ(std::get<MeasurementEvidence>(fails->evidence[1]).measurement->value, exactly("29"));
}

TEST(E3Improvement, AWorseningIsNoImprovement) {
    const Judged passes = e3({measured("35", days_ago(2)), measured("20", days_ago(400))});
    EXPECT_THAT(passes, Passes());
    EXPECT_EQ(passes->basis, Basis::evidence);
    EXPECT_EQ(passes->evidence.size(), 2U);
}

TEST(E3Improvement, FewerThanTwoAssessmentsAreUnknown) {
    EXPECT_THAT(e3({}), UnknownFor(Reason::no_data));
    EXPECT_THAT(e3({measured("20", days_ago(2))}), UnknownFor(Reason::no_data));
    EXPECT_THAT(e3({measured("20", days_ago(2)), measured("40", days_ago(-9))}), UnknownFor(Reason::no_data));
}

TEST(E3Improvement, IncompleteRecordsProveAnImprovementButNotItsAbsence) {
    PatientFacts facts =
        with(complete_record(), kMrss, {measured("19", days_ago(2)), measured("30", days_ago(400))});
    facts.measurement_coverage[at(kMrss)] = Retrieval::incomplete;
    EXPECT_THAT(judge_exclusion(improved_by_more_than_ten(), facts), Fails());
    facts = with(facts, kMrss, {measured("29", days_ago(2)), measured("30", days_ago(400))});
    EXPECT_THAT(judge_exclusion(improved_by_more_than_ten(), facts), UnknownFor(Reason::not_retrieved));
}

TEST(E3Improvement, WeakAssessmentsOnlyLean) {
    EXPECT_THAT(e3({measured("19", days_ago(2)), weak(measured("30", days_ago(400)))}), LeansToFail());
    EXPECT_THAT(e3({measured("29", days_ago(2)), weak(measured("30", days_ago(400)))}), LeansToPass());
}

TEST(E3Improvement, AnUnreadableAssessmentKeepsAnAbsenceOpen) {
    EXPECT_THAT(e3({measured("29", days_ago(2)), measured("30", days_ago(400)), unreadable(days_ago(90))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(e3({measured("19", days_ago(2)), measured("30", days_ago(400)), unreadable(days_ago(90))}),
                Fails());
}

TEST(E3Improvement, AssessmentsOfOneDayAreNoImprovement) {
    EXPECT_THAT(e3({measured("19", days_ago(2)), measured("30", days_ago(2))}), Passes());
}

TEST(E3Improvement, AnOrderLeftOpenByPartialDatesIsUnusable) {
    EXPECT_THAT(e3({measured("15", on("2025")), measured("30", on("2025-06-01"))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(e3({measured("25", on("2025")), measured("30", on("2025-06-01"))}), Passes());
    EXPECT_THAT(e3({measured("15", on("2026-01")), measured("30", on("2025"))}), Fails());
}

TEST(E3Improvement, APartialSumMayHideTheImprovement) {
    EXPECT_THAT(e3({measured("29", days_ago(2)), partial_sum("12", days_ago(400))}),
                UnknownFor(Reason::no_data));
    EXPECT_THAT(e3({measured("19", days_ago(2)), partial_sum("30", days_ago(400))}), Fails());
}

TEST(E3Improvement, ComparatorsAreCarriedIntoTheDifference) {
    EXPECT_THAT(e3({measured("20", days_ago(2)), measured(more_than("30"), days_ago(400))}), Fails());
    EXPECT_THAT(e3({measured("20", days_ago(2)), measured(at_least("30"), days_ago(400))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(e3({measured(less_than("20"), days_ago(2)), measured("30", days_ago(400))}), Fails());
    EXPECT_THAT(e3({measured(at_most("20"), days_ago(2)), measured("30", days_ago(400))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(e3({measured("20", days_ago(2)), measured(at_most("30"), days_ago(400))}), Passes());
    EXPECT_THAT(e3({measured(at_least("20"), days_ago(2)), measured("30", days_ago(400))}), Passes());
    EXPECT_THAT(e3({measured(at_least("20"), days_ago(2)), measured(less_than("31"), days_ago(400))}),
                UnknownFor(Reason::unusable));
}

TEST(E3Improvement, ARiseIsLookedForInTheSameWay) {
    const Expression rule{Change{.variable = kMrss, .direction = Direction::rise, .amount = more_than("10")}};
    const PatientFacts facts =
        with(complete_record(), kMrss, {measured("31", days_ago(2)), measured("20", days_ago(400))});
    EXPECT_THAT(judge_exclusion(rule, facts), Fails());
}

TEST(E3Improvement, MoreScoresThanAnybodyRecordsStayOpen) {
    std::vector<Measurement> scores;
    for (int day = 0; day < 256; ++day)
        scores.push_back(measured("20", days_ago(day)));
    EXPECT_THAT(e3(scores), Passes());
    scores.push_back(measured("40", days_ago(900)));
    EXPECT_THAT(e3(scores), UnknownFor(Reason::unusable));
}

} // namespace
} // namespace trialcds::eligibility::testing
