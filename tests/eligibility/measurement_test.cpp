// I4 (mRSS 15..45), I5e (ESR, hsCRP), E4 (FVC, DLCO): limits, freshness, unusable values, haemoglobin.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Expression mrss_15_to_45() {
    return {MeasurementTest{
        .variable = kMrss, .range = between("15", "45"), .freshness = kResultAge, .input = kInputMrss}};
}

Judged mrss(Measurement result) {
    return judge(mrss_15_to_45(), with(complete_record(), kMrss, {std::move(result)}));
}

TEST(I4Mrss, BothLimitsAreInclusive) {
    EXPECT_THAT(mrss(measured("14", days_ago(1))), Fails());
    EXPECT_THAT(mrss(measured("15", days_ago(1))), Passes());
    EXPECT_THAT(mrss(measured("16", days_ago(1))), Passes());
    EXPECT_THAT(mrss(measured("44", days_ago(1))), Passes());
    EXPECT_THAT(mrss(measured("45", days_ago(1))), Passes());
    EXPECT_THAT(mrss(measured("46", days_ago(1))), Fails());
}

TEST(I4Mrss, AFailByValueIsNotTemporary) {
    const Judged fails = mrss(measured("14", days_ago(1)));
    EXPECT_FALSE(fails->temporary);
    EXPECT_EQ(fails->clears_on, std::nullopt);
    EXPECT_FALSE(fails->harmless);
}

TEST(I4Mrss, NothingRecordedIsUnknownNotFalse) {
    const Judged unknown = judge(mrss_15_to_45(), complete_record());
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputMrss));
}

TEST(I4Mrss, NothingRecordedInAnUnreadSourceIsNotRetrieved) {
    PatientFacts facts = complete_record();
    facts.measurement_coverage[at(kMrss)] = Retrieval::incomplete;
    EXPECT_THAT(judge(mrss_15_to_45(), facts), UnknownFor(Reason::not_retrieved));
    facts.measurement_coverage[at(kMrss)] = Retrieval::not_retrieved;
    EXPECT_THAT(judge(mrss_15_to_45(), facts), UnknownFor(Reason::not_retrieved));
}

TEST(I4Mrss, FactsOfAnotherCatalogueAreUnknown) {
    EXPECT_THAT(judge(mrss_15_to_45(), PatientFacts{}), UnknownFor(Reason::not_retrieved));
}

TEST(I4Mrss, AResultOnAPageThatWasNotReadMayBeNewer) {
    PatientFacts facts = with(complete_record(), kMrss, {measured("22", days_ago(3))});
    facts.measurement_coverage[at(kMrss)] = Retrieval::incomplete;
    const Judged leans = judge(mrss_15_to_45(), facts);
    EXPECT_THAT(leans, LeansToPass());
    EXPECT_THAT(remarks_of(*leans), HasSubstr("not everything was retrieved"));
    EXPECT_THAT(leans->missing, IsEmpty());
}

TEST(I4Mrss, FortyTwoDaysDecideFortyThreeDoNot) {
    EXPECT_THAT(mrss(measured("22", days_ago(41))), Passes());
    EXPECT_THAT(mrss(measured("22", days_ago(42))), Passes());
    EXPECT_THAT(mrss(measured("22", days_ago(43))), LeansToPass());
    EXPECT_THAT(mrss(measured("10", days_ago(43))), LeansToFail());
}

TEST(I4Mrss, SixCalendarMonthsAreToBeConfirmedLaterIsStale) {
    EXPECT_THAT(mrss(measured("22", on("2026-05-23"))), LeansToPass());
    EXPECT_THAT(mrss(measured("22", on("2026-05-22"))), LeansToPass());
    const Judged stale = mrss(measured("22", on("2026-05-21")));
    EXPECT_THAT(stale, UnknownFor(Reason::stale));
    EXPECT_THAT(stale->missing, ElementsAre(kInputMrss));
    ASSERT_EQ(stale->evidence.size(), 1U); // the old value and its date are shown
    EXPECT_THAT(remarks_of(*stale), HasSubstr("last recorded 2026-05-21; older than 6 months"));
}

TEST(I4Mrss, APassExpiresWithItsFreshnessButNotForGood) {
    const Judged passes = mrss(measured("22", days_ago(10)));
    EXPECT_EQ(passes->expires_on, kToday.plus_days(32));
    EXPECT_FALSE(passes->expires_for_good);
    EXPECT_EQ(passes.trial().window_closes_on, std::nullopt);
}

TEST(I4Mrss, TheExpiryIsTheLastDayOnWhichTheSameFactsStillDecide) {
    const Freshness months{.decides_for = kSixMonths, .confirms_for = {0, 12}};
    const Expression rule{
        MeasurementTest{.variable = kMrss, .range = between("15", "45"), .freshness = months}};
    for (const char *date : {"2026-08-31", "2026-02-28", "2026-11-22", "2026-06-30"}) {
        const PatientFacts facts = with(complete_record(), kMrss, {measured("22", on(date))});
        const Day last = judge(rule, facts, day(date))->expires_on.value();
        EXPECT_THAT(judge(rule, facts, last), Passes()) << date;
        EXPECT_THAT(judge(rule, facts, last.plus_days(1)), LeansToPass()) << date;
    }
}

TEST(I4Mrss, APartialDateMustBeFreshAtItsEarlierEnd) {
    EXPECT_THAT(mrss(measured("22", on("2026-11"))), Passes());
    EXPECT_THAT(mrss(measured("22", on("2026-10"))), LeansToPass());
    EXPECT_THAT(mrss(measured("22", on("2026-05"))), UnknownFor(Reason::stale));
    EXPECT_EQ(mrss(measured("22", on("2026-11")))->expires_on, day("2026-12-13"));
}

TEST(I4Mrss, AnUndatedResultIsStaleWhereFreshnessMatters) {
    const Judged stale = mrss(measured("22", DateInterval{}));
    EXPECT_THAT(stale, UnknownFor(Reason::stale));
    EXPECT_THAT(remarks_of(*stale), HasSubstr("the result has no date"));
    const Expression without_limit{MeasurementTest{.variable = kMrss, .range = between("15", "45")}};
    EXPECT_THAT(judge(without_limit, with(complete_record(), kMrss, {measured("22", DateInterval{})})),
                Passes());
}

TEST(I4Mrss, AResultDatedInTheFutureIsIgnored) {
    const PatientFacts facts =
        with(complete_record(), kMrss, {measured("10", days_ago(-1)), measured("22", days_ago(5))});
    EXPECT_THAT(judge(mrss_15_to_45(), facts), Passes());
    EXPECT_THAT(mrss(measured("22", days_ago(-1))), UnknownFor(Reason::no_data));
}

TEST(I4Mrss, APartialSumLacksTheOtherSitesButMayAlreadyBeTooHigh) {
    Measurement partial = measured(at_least("20"), days_ago(2));
    partial.derived = true;
    EXPECT_THAT(mrss(partial), UnknownFor(Reason::no_data));
    partial.value = at_least("46");
    EXPECT_THAT(mrss(partial), Fails());
}

TEST(I4Mrss, APreliminaryOrTextOnlyResultIsToBeConfirmed) {
    Measurement preliminary = measured("22", days_ago(2));
    preliminary.grade = Grade::confirm;
    const Judged leans = mrss(preliminary);
    EXPECT_THAT(leans, LeansToPass());
    EXPECT_TRUE(leans->harmless);
    EXPECT_EQ(leans->expires_on, std::nullopt);
}

Expression esr_at_least_30() {
    return {MeasurementTest{.variable = kEsr, .range = at_least("30"), .freshness = kResultAge}};
}

TEST(I5eEsr, ThirtyIsInclusive) {
    for (const auto &[value, passes] : {std::pair{"29", false}, {"29.99", false}, {"30", true}, {"31", true}}) {
        const Judged result =
            judge(esr_at_least_30(), with(complete_record(), kEsr, {measured(value, days_ago(9))}));
        EXPECT_EQ(result->outcome == CriterionOutcome::passes, passes) << value;
    }
}

TEST(I5eEsr, AComparatorThatLeavesTheLimitOpenIsUnusable) {
    const auto esr = [](Interval value) {
        return judge(esr_at_least_30(), with(complete_record(), kEsr, {measured(value, days_ago(9))}));
    };
    EXPECT_THAT(esr(more_than("5")), UnknownFor(Reason::unusable));
    EXPECT_THAT(esr(more_than("30")), Passes());
    EXPECT_THAT(esr(less_than("30")), Fails());
    EXPECT_THAT(esr(between("25", "35")), UnknownFor(Reason::unusable));
}

TEST(I5eEsr, AValueThatCannotBeReadIsNeverReplacedByAnOlderOne) {
    for (const Unusable why : {Unusable::no_value, Unusable::no_unit, Unusable::unknown_unit,
                               Unusable::implausible, Unusable::unreadable, Unusable::not_this_test}) {
        Measurement newest = measured("40", days_ago(2));
        newest.unusable = why;
        const PatientFacts facts = with(complete_record(), kEsr, {newest, measured("40", days_ago(9))});
        const Judged unknown = judge(esr_at_least_30(), facts);
        EXPECT_THAT(unknown, UnknownFor(Reason::unusable));
        EXPECT_EQ(std::get<MeasurementEvidence>(unknown->evidence.at(0)).measurement->unusable, why);
    }
}

TEST(I5eEsr, AStatementWithoutANumberIsUnusable) {
    EXPECT_THAT(judge(esr_at_least_30(),
                      with(complete_record(), kEsr, {antibody_result(Qualitative::positive, days_ago(1))})),
                UnknownFor(Reason::unusable));
}

// --- E5a: pressures of one catheterization ---

TEST(MeasuredWith, CountsWhileItIsOfTheSameExaminationAsTheNewestOther) {
    const Expression rule{MeasurementTest{.variable = kDlco,
                                          .range = at_most("15"),
                                          .measured_with = MeasuredWith{.variable = kEsr, .within_days = 1}}};
    const auto wedge = [&](int days, std::vector<Measurement> mean_pressures) {
        const PatientFacts facts = with(complete_record(), kDlco, {measured("9", days_ago(days))});
        return judge(rule, with(facts, kEsr, std::move(mean_pressures)));
    };
    EXPECT_THAT(wedge(10, {measured("45", days_ago(10))}), Passes());
    EXPECT_THAT(wedge(11, {measured("45", days_ago(10))}), Passes());
    EXPECT_THAT(wedge(9, {measured("45", days_ago(10))}), Passes());
    EXPECT_THAT(wedge(8, {measured("45", days_ago(10))}), UnknownFor(Reason::no_data));
    EXPECT_THAT(wedge(12, {measured("45", days_ago(10))}), UnknownFor(Reason::no_data));
    EXPECT_THAT(wedge(900, {measured("45", days_ago(10)), measured("30", days_ago(900))}),
                UnknownFor(Reason::no_data))
        << "that catheterization is not the newest";
    EXPECT_THAT(wedge(10, {measured("45", DateInterval{})}), UnknownFor(Reason::no_data));
    EXPECT_THAT(wedge(10, {}), Passes()) << "nothing that it could belong to";
}

// --- E4: DLCO not corrected for haemoglobin (clinical-rules 7.5) ---

Judged dlco(std::string_view percent, std::vector<Measurement> haemoglobin) {
    const Expression rule{MeasurementTest{
        .variable = kDlco,
        .range = at_most("40"),
        .freshness = kResultAge,
        .covariate = Covariate{.variable = kHaemoglobin, .within_days = 7, .adjusted_input = kInputAdjusted}}};
    PatientFacts facts = with(complete_record(), kDlco, {measured(percent, days_ago(10))});
    return judge_exclusion(rule, with(std::move(facts), kHaemoglobin, std::move(haemoglobin)));
}

Measurement haemoglobin(AgainstReference against, int days = 10) {
    Measurement result = measured("12", days_ago(days));
    result.against_reference = against;
    return result;
}

TEST(E4Dlco, AboveFortyWithHaemoglobinNotHighIsClear) {
    EXPECT_THAT(dlco("40.1", {haemoglobin(AgainstReference::low)}), Passes());
    EXPECT_THAT(dlco("40.1", {haemoglobin(AgainstReference::normal)}), Passes());
    EXPECT_THAT(remarks_of(*dlco("40.1", {haemoglobin(AgainstReference::normal)})), IsEmpty());
}

TEST(E4Dlco, AboveFortyWithHaemoglobinHighOrUnknownIsToBeConfirmed) {
    EXPECT_THAT(dlco("40.1", {haemoglobin(AgainstReference::high)}), LeansToPass());
    EXPECT_THAT(dlco("40.1", {haemoglobin(AgainstReference::unstated)}), LeansToPass());
    EXPECT_THAT(dlco("40.1", {}), LeansToPass());
}

TEST(E4Dlco, AtMostFortyNeverExcludesWithoutTheCorrection) {
    EXPECT_THAT(dlco("40", {haemoglobin(AgainstReference::normal)}), LeansToFail());
    EXPECT_THAT(dlco("40", {haemoglobin(AgainstReference::high)}), LeansToFail());
    EXPECT_THAT(dlco("40", {haemoglobin(AgainstReference::low)}), UnknownFor(Reason::no_data));
    EXPECT_THAT(dlco("40", {}), UnknownFor(Reason::no_data));
    EXPECT_THAT(dlco("40", {})->missing, ElementsAre(kInputAdjusted));
}

TEST(E4Dlco, HaemoglobinCountsWithinSevenDays) {
    EXPECT_THAT(dlco("60", {haemoglobin(AgainstReference::normal, 17)}), Passes());
    EXPECT_THAT(dlco("60", {haemoglobin(AgainstReference::normal, 18)}), LeansToPass());
    EXPECT_THAT(dlco("60", {haemoglobin(AgainstReference::normal, 3)}), Passes());
    EXPECT_THAT(dlco("60", {haemoglobin(AgainstReference::normal, 2)}), LeansToPass());
}

TEST(E4Dlco, ContradictoryOrWeakHaemoglobinIsUnknownHaemoglobin) {
    EXPECT_THAT(dlco("60", {haemoglobin(AgainstReference::normal), haemoglobin(AgainstReference::high, 12)}),
                LeansToPass());
    Measurement preliminary = haemoglobin(AgainstReference::normal);
    preliminary.grade = Grade::confirm;
    EXPECT_THAT(dlco("60", {preliminary}), LeansToPass());
}

TEST(E4Dlco, ARangeWithAFloorCannotUseTheRule) {
    const Expression rule{MeasurementTest{.variable = kDlco,
                                          .range = between("20", "40"),
                                          .covariate = Covariate{.variable = kHaemoglobin, .within_days = 7}}};
    const PatientFacts facts = with(complete_record(), kDlco, {measured("60", days_ago(10))});
    EXPECT_THAT(judge(rule, with(facts, kHaemoglobin, {haemoglobin(AgainstReference::normal)})), LeansToFail());
}

TEST(E4Dlco, AnUndatedValueHasNoHaemoglobinAroundIt) {
    const Expression rule{MeasurementTest{.variable = kDlco,
                                          .range = at_most("40"),
                                          .covariate = Covariate{.variable = kHaemoglobin, .within_days = 7}}};
    const PatientFacts facts = with(complete_record(), kDlco, {measured("60", DateInterval{})});
    EXPECT_THAT(judge(rule, with(facts, kHaemoglobin, {haemoglobin(AgainstReference::normal)})), LeansToFail());
}

} // namespace
} // namespace trialcds::eligibility::testing
