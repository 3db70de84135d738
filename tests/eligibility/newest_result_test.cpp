// Which result decides when there are several: clinical-rules 0.10 (latest wins, never an older one in
// silence), 0.6 (dates are intervals), the bronchodilator rule of E4, and the highest of several titres.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::HasSubstr;

Judged esr(std::vector<Measurement> results) {
    return judge({MeasurementTest{.variable = kEsr, .range = at_least("30"), .freshness = kResultAge}},
                 with(complete_record(), kEsr, std::move(results)));
}

Measurement at_time(std::string_view value, int days, std::int64_t second) {
    Measurement result = measured(value, days_ago(days));
    result.second = second;
    return result;
}

TEST(NewestResult, TheLatestDayDecides) {
    EXPECT_THAT(esr({measured("40", days_ago(20)), measured("20", days_ago(2))}), Fails());
    EXPECT_THAT(esr({measured("20", days_ago(20)), measured("40", days_ago(2))}), Passes());
}

TEST(NewestResult, OnOneDayTheLaterTimeDecides) {
    EXPECT_THAT(esr({at_time("20", 2, 3600), at_time("40", 2, 7200)}), Passes());
    EXPECT_THAT(esr({at_time("40", 2, 3600), at_time("20", 2, 7200)}), Fails());
}

TEST(NewestResult, ContradictingResultsOfOneDayAreConflicting) {
    const Judged conflict = esr({measured("20", days_ago(2)), measured("40", days_ago(2))});
    EXPECT_THAT(conflict, UnknownFor(Reason::conflicting));
    EXPECT_EQ(conflict->evidence.size(), 2U);
    EXPECT_THAT(remarks_of(*conflict), HasSubstr("2026-11-20"));
    EXPECT_THAT(esr({at_time("20", 2, 3600), measured("40", days_ago(2))}), UnknownFor(Reason::conflicting));
    EXPECT_THAT(esr({at_time("20", 2, 60), at_time("40", 2, 60)}), UnknownFor(Reason::conflicting));
}

TEST(NewestResult, ResultsOfOneDayOnTheSameSideAgree) {
    EXPECT_THAT(esr({measured("35", days_ago(2)), measured("40", days_ago(2))}), Passes());
}

TEST(NewestResult, AnUnreadableOrOpenResultOfTheSameDayKeepsItUnknown) {
    Measurement unreadable = measured("40", days_ago(2));
    unreadable.unusable = Unusable::unreadable;
    EXPECT_THAT(esr({measured("40", days_ago(2)), unreadable}), UnknownFor(Reason::unusable));
    EXPECT_THAT(esr({unreadable, measured("40", days_ago(2))}), UnknownFor(Reason::unusable));
    EXPECT_THAT(esr({measured("40", days_ago(2)), measured(more_than("5"), days_ago(2))}),
                UnknownFor(Reason::unusable));
}

TEST(NewestResult, AnOlderUnreadableResultDoesNotMatter) {
    Measurement unreadable = measured("40", days_ago(3));
    unreadable.unusable = Unusable::unreadable;
    EXPECT_THAT(esr({measured("40", days_ago(2)), unreadable}), Passes());
}

TEST(NewestResult, APartialDateThatMayBeNewerMustAgree) {
    EXPECT_THAT(esr({measured("40", on("2026-11-10")), measured("20", on("2026-11"))}),
                UnknownFor(Reason::conflicting));
    EXPECT_THAT(esr({measured("40", on("2026-11-10")), measured("50", on("2026-11"))}), Passes());
    EXPECT_THAT(esr({measured("40", on("2026-11-10")), measured("20", on("2026-10"))}), Passes());
}

TEST(NewestResult, AnUndatedResultMayBeTheNewestSoItMustAgree) {
    EXPECT_THAT(esr({measured("40", on("2026-11-10")), measured("20", DateInterval{})}),
                UnknownFor(Reason::conflicting));
    EXPECT_THAT(esr({measured("40", on("2026-11-10")), measured("50", DateInterval{})}), Passes());
}

// --- E4: pre-bronchodilator FVC preferred ---

Judged fvc(std::vector<Measurement> results) {
    return judge_exclusion({MeasurementTest{.variable = kFvc, .range = at_most("50"), .freshness = kResultAge}},
                           with(complete_record(), kFvc, std::move(results)));
}

Measurement post(std::string_view value, int days) {
    Measurement result = measured(value, days_ago(days));
    result.post_treatment = true;
    return result;
}

TEST(E4Fvc, FiftyPercentExcludesFiftyPointOneDoesNot) {
    EXPECT_THAT(fvc({measured("49.9", days_ago(3))}), Fails());
    EXPECT_THAT(fvc({measured("50.0", days_ago(3))}), Fails());
    EXPECT_THAT(fvc({measured("50.1", days_ago(3))}), Passes());
}

TEST(E4Fvc, APostBronchodilatorValueCountsOnlyWhereNoOtherExists) {
    EXPECT_THAT(fvc({post("48", 3)}), Fails());
    EXPECT_THAT(fvc({measured("60", days_ago(3)), post("62", 3)}), Passes());
    EXPECT_THAT(fvc({measured("60", days_ago(3)), post("45", 20)}), Passes());
}

TEST(E4Fvc, ValuesBeforeAndAfterAcrossTheLimitAreToBeConfirmed) {
    const Judged leans = fvc({measured("48", days_ago(3)), post("53", 3)});
    EXPECT_THAT(leans, LeansToFail());
    EXPECT_THAT(remarks_of(*leans), HasSubstr("bronchodilator"));
    EXPECT_THAT(fvc({measured("52", days_ago(3)), post("49", 3)}), LeansToPass());
    EXPECT_THAT(fvc({measured("52", days_ago(30)), post("49", 3)}), LeansToPass());
    EXPECT_THAT(fvc({measured("52", days_ago(30)), post("49", -3)}), Passes());
}

// --- the highest or lowest of all results ---

Judged titer(Select select, std::vector<Measurement> results,
             std::optional<Freshness> freshness = std::nullopt) {
    const Expression rule{MeasurementTest{
        .variable = kAnaTiter, .range = at_least("80"), .select = select, .freshness = freshness}};
    return judge(rule, with(complete_record(), kAnaTiter, std::move(results)));
}

TEST(I6AnaTiter, TheHighestOfAllPatternsCounts) {
    EXPECT_THAT(titer(Select::highest, {measured("40", days_ago(2)), measured("80", days_ago(2))}), Passes());
    EXPECT_THAT(titer(Select::highest, {measured("40", days_ago(2)), measured("79", days_ago(2))}), Fails());
    EXPECT_THAT(titer(Select::lowest, {measured("40", days_ago(2)), measured("160", days_ago(2))}), Fails());
    EXPECT_THAT(titer(Select::lowest, {measured("80", days_ago(2)), measured("160", days_ago(2))}), Passes());
}

TEST(I6AnaTiter, TheResultThatReachesTheExtremeIsShown) {
    const Judged highest = titer(Select::highest, {measured("80", days_ago(2)), measured("320", days_ago(9)),
                                                   measured("160", days_ago(5))});
    ASSERT_EQ(highest->evidence.size(), 1U);
    EXPECT_EQ(std::get<MeasurementEvidence>(highest->evidence[0]).measurement->value, exactly("320"));
}

TEST(I6AnaTiter, ComparatorsAreCarriedAsBounds) {
    EXPECT_THAT(titer(Select::highest, {measured(more_than("640"), days_ago(2)), measured("40", days_ago(3))}),
                Passes());
    EXPECT_THAT(titer(Select::highest, {measured(less_than("80"), days_ago(2)), measured("40", days_ago(3))}),
                Fails());
    EXPECT_THAT(titer(Select::highest, {measured(at_most("80"), days_ago(2)), measured("40", days_ago(3))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(titer(Select::lowest, {measured(at_least("80"), days_ago(2)), measured("80", days_ago(3))}),
                Passes());
    EXPECT_THAT(titer(Select::lowest, {measured(less_than("80"), days_ago(2)), measured("160", days_ago(3))}),
                Fails());
    EXPECT_THAT(titer(Select::highest, {measured(less_than("80"), days_ago(2)), measured("80", days_ago(3))}),
                Passes());
    EXPECT_THAT(titer(Select::lowest, {measured(more_than("80"), days_ago(2)), measured("80", days_ago(3))}),
                Passes());
}

TEST(I6AnaTiter, AnUnreadableTiterMayBeTheHighest) {
    Measurement unreadable = measured("1", days_ago(2));
    unreadable.unusable = Unusable::unreadable;
    EXPECT_THAT(titer(Select::highest, {unreadable, measured("40", days_ago(9))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(titer(Select::highest, {unreadable, measured("80", days_ago(9))}), Passes());
    EXPECT_THAT(titer(Select::highest, {unreadable}), UnknownFor(Reason::unusable));
}

TEST(I6AnaTiter, AWeakTiterOnlyLeans) {
    Measurement weak = measured("160", days_ago(2));
    weak.grade = Grade::confirm;
    EXPECT_THAT(titer(Select::highest, {weak, measured("40", days_ago(9))}), LeansToPass());
    EXPECT_THAT(titer(Select::highest, {weak, measured("80", days_ago(9))}), Passes());
}

TEST(I6AnaTiter, NothingRecorded) {
    EXPECT_THAT(titer(Select::highest, {}), UnknownFor(Reason::no_data));
    EXPECT_THAT(titer(Select::highest, {measured("80", days_ago(-3))}), UnknownFor(Reason::no_data));
}

TEST(I6AnaTiter, WithALimitOfAgeOnlyFreshResultsDecide) {
    EXPECT_THAT(titer(Select::highest, {measured("80", days_ago(42))}, kResultAge), Passes());
    EXPECT_EQ(titer(Select::highest, {measured("80", days_ago(40))}, kResultAge)->expires_on,
              kToday.plus_days(2));
    EXPECT_THAT(titer(Select::highest, {measured("80", days_ago(43)), measured("40", days_ago(1))}, kResultAge),
                LeansToPass());
    EXPECT_THAT(
        titer(Select::highest, {measured("320", days_ago(43)), measured("80", days_ago(1))}, kResultAge),
        Passes());
    EXPECT_THAT(titer(Select::highest, {measured("80", days_ago(400))}, kResultAge), UnknownFor(Reason::stale));
}

} // namespace
} // namespace trialcds::eligibility::testing
