// E7: B-cell depleting therapy within 36 weeks, or as long as B cells are below the lower limit of normal or
// the value before the therapy, whichever is lower.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Expression e7_rule() {
    return {Exposure{.group = kBCellDepleting,
                     .window = kThirtySixWeeks,
                     .time_clears = false,
                     .recovery =
                         Recovery{.variable = kBCells, .input = kInputBCells, .baseline_input = kInputBaseline},
                     .input = kInputDrugs}};
}

constexpr int kLongAgo = 400; // days since the last rituximab: outside 252

DrugExposure rituximab(int days) {
    return given("rituximab", days_ago(days));
}
Measurement count(std::string_view cells, int days, std::optional<std::string_view> lower_limit = "90") {
    Measurement result = measured(cells, days_ago(days));
    if (lower_limit) result.reference_low = number(*lower_limit);
    return result;
}

Judged e7(std::vector<DrugExposure> exposures, std::vector<Measurement> counts) {
    return judge_exclusion(e7_rule(), with(with(complete_record(), kBCellDepleting, std::move(exposures)),
                                           kBCells, std::move(counts)));
}
Judged e7_after(std::vector<Measurement> counts) {
    return e7({rituximab(kLongAgo)}, std::move(counts));
}

TEST(E7Window, TwoHundredFiftyTwoDaysAreInsideAndTimeAloneNeverClears) {
    for (const int days : {0, 100, 251, 252}) {
        const Judged fails = e7({rituximab(days)}, {count("200", 1)});
        EXPECT_THAT(fails, Fails()) << days;
        EXPECT_FALSE(fails->temporary);
        EXPECT_EQ(fails->clears_on, kToday.plus_days(253 - days));
        EXPECT_EQ(fails.trial().possible_from, std::nullopt);
    }
}

TEST(E7Window, TheNoteNamesTheDayAndTheBCells) {
    const Judged fails = judge_exclusion(
        e7_rule(), with(complete_record(), kBCellDepleting, {given("rituximab", on("2026-06-23"))}));
    EXPECT_THAT(remarks_of(*fails),
                HasSubstr("last recorded 2026-06-23; window of 36 weeks (252 days), up to and "
                          "including 2027-03-02, and B cells must have recovered"));
    EXPECT_EQ(fails->clears_on, day("2027-03-03"));
}

TEST(E7Window, OngoingTherapyFailsWithoutADay) {
    DrugExposure ongoing = rituximab(0);
    ongoing.ongoing = true;
    EXPECT_THAT(e7({ongoing}, {}), Fails());
    EXPECT_EQ(e7({ongoing}, {})->clears_on, std::nullopt);
    EXPECT_EQ(e7({ongoing, rituximab(30)}, {})->clears_on, std::nullopt);
}

TEST(E7Window, StraddlingIsToBeConfirmedWhateverTheCount) {
    const DrugExposure unclear = given("rituximab", {kToday.plus_days(-300), kToday.plus_days(-200)});
    EXPECT_THAT(e7({unclear}, {count("200", 1)}), LeansToFail());
}

TEST(E7Recovery, NeverExposedNeedsNoCount) {
    const Judged passes = e7({}, {});
    EXPECT_THAT(passes, Passes());
    EXPECT_EQ(passes->basis, Basis::no_record);
}

TEST(E7Recovery, NoCountAfterTheTherapyIsUnknown) {
    EXPECT_THAT(e7_after({}), UnknownFor(Reason::no_data));
    EXPECT_THAT(e7_after({})->missing, ElementsAre(kInputBCells));
    EXPECT_THAT(e7_after({count("200", kLongAgo)}), UnknownFor(Reason::no_data));
    EXPECT_THAT(e7_after({count("200", kLongAgo + 1)}), UnknownFor(Reason::no_data));
    EXPECT_THAT(e7_after({count("200", kLongAgo - 1)}), Passes());
    EXPECT_THAT(e7_after({count("200", -1)}), UnknownFor(Reason::no_data));
}

TEST(E7Recovery, CountsThatWereNotRetrieved) {
    PatientFacts facts = with(complete_record(), kBCellDepleting, {rituximab(kLongAgo)});
    facts.measurement_coverage[at(kBCells)] = Retrieval::not_retrieved;
    EXPECT_THAT(judge_exclusion(e7_rule(), facts), UnknownFor(Reason::not_retrieved));
    facts = with(facts, kBCells, {count("200", 10)});
    facts.measurement_coverage[at(kBCells)] = Retrieval::incomplete;
    EXPECT_THAT(judge_exclusion(e7_rule(), facts), LeansToPass());
}

TEST(E7Recovery, AtTheLowerLimitIsRecoveredWhateverTheBaseline) {
    EXPECT_THAT(e7_after({count("90", 10)}), Passes());
    EXPECT_THAT(e7_after({count("91", 10)}), Passes());
    EXPECT_THAT(e7_after({count("90", 10), count("500", kLongAgo + 5)}), Passes());
    EXPECT_EQ(e7_after({count("90", 10)})->basis, Basis::evidence);
}

TEST(E7Recovery, BelowTheLimitWithoutABaselineIsUnknown) {
    const Judged unknown = e7_after({count("89", 10)});
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputBaseline));
}

TEST(E7Recovery, BelowTheLimitTheBaselineDecides) {
    EXPECT_THAT(e7_after({count("59", 10), count("60", kLongAgo + 1)}), Fails());
    EXPECT_THAT(e7_after({count("60", 10), count("60", kLongAgo + 1)}), Passes());
    EXPECT_THAT(e7_after({count("61", 10), count("60", kLongAgo + 1)}), Passes());
}

TEST(E7Recovery, AFailIsNotTemporaryAndSaysWhy) {
    const Judged fails = e7_after({count("59", 10), count("60", kLongAgo + 1)});
    EXPECT_FALSE(fails->temporary);
    EXPECT_EQ(fails->clears_on, std::nullopt);
    EXPECT_THAT(remarks_of(*fails), HasSubstr("the B-cell count of 2026-11-12 is below"));
}

TEST(E7Recovery, TheBaselineIsBeforeTheFirstDose) {
    DrugExposure course = rituximab(kLongAgo);
    course.first_day = kToday.plus_days(-kLongAgo - 15);
    EXPECT_THAT(e7({course}, {count("59", 10), count("60", kLongAgo + 15)}), UnknownFor(Reason::no_data));
    EXPECT_THAT(e7({course}, {count("59", 10), count("60", kLongAgo + 16)}), Fails());
    EXPECT_THAT(e7({rituximab(kLongAgo), rituximab(800)}, {count("59", 10), count("60", 500)}),
                UnknownFor(Reason::no_data));
    EXPECT_THAT(e7({rituximab(kLongAgo), rituximab(800)}, {count("59", 10), count("60", 801)}), Fails());
}

TEST(E7Recovery, WithoutALowerLimitOnlyTheBaselineCanClear) {
    EXPECT_THAT(e7_after({count("61", 10, std::nullopt), count("60", kLongAgo + 1)}), Passes());
    const Judged below = e7_after({count("59", 10, std::nullopt), count("60", kLongAgo + 1)});
    EXPECT_THAT(below, UnknownFor(Reason::no_data));
    EXPECT_THAT(below->missing, ElementsAre(kInputBCells));
    EXPECT_THAT(remarks_of(*below), HasSubstr("has no lower reference limit"));
    EXPECT_THAT(e7_after({count("200", 10, std::nullopt)})->missing, ElementsAre(kInputBaseline));
}

TEST(E7Recovery, TheLatestCountDecides) {
    EXPECT_THAT(e7_after({count("200", 10), count("20", 50)}), Passes());
    EXPECT_THAT(e7_after({count("20", 10), count("200", 50)}), UnknownFor(Reason::no_data));
}

TEST(E7Recovery, UnusableConflictingAndOpenCounts) {
    Measurement unreadable = count("200", 10);
    unreadable.unusable = Unusable::unreadable;
    EXPECT_THAT(e7_after({unreadable, count("200", 50)}), UnknownFor(Reason::unusable));
    EXPECT_THAT(e7_after({count("200", 10), unreadable}), UnknownFor(Reason::unusable));
    EXPECT_THAT(e7_after({count("200", 10), count("20", 10)}), UnknownFor(Reason::conflicting));
    EXPECT_THAT(e7_after({count("200", 10), unreadable, count("20", 10)}), UnknownFor(Reason::conflicting));
    EXPECT_THAT(e7_after({count("200", 10), count("20", 10), unreadable}), UnknownFor(Reason::conflicting));
    EXPECT_THAT(e7_after({count("200", 10), count("200", 10, "300")}), UnknownFor(Reason::conflicting));
    EXPECT_THAT(e7_after({count("200", 10), count("200", 10)}), Passes());
    Measurement open = count("1", 10);
    open.value = less_than("100");
    EXPECT_THAT(e7_after({open, count("60", kLongAgo + 1)}), UnknownFor(Reason::unusable));
    open.value = between("70", "100");
    EXPECT_THAT(e7_after({open, count("60", kLongAgo + 1)}), Passes());
    EXPECT_THAT(e7_after({open, count("300", kLongAgo + 1)}), UnknownFor(Reason::unusable));
}

TEST(E7Recovery, AnUnusableBaselineIsUnusable) {
    Measurement unreadable = count("60", kLongAgo + 1);
    unreadable.unusable = Unusable::unreadable;
    const Judged unknown = e7_after({count("59", 10), unreadable});
    EXPECT_THAT(unknown, UnknownFor(Reason::unusable));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputBaseline));
    EXPECT_THAT(e7_after({count("59", 10), count("60", kLongAgo + 1), unreadable}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(e7_after({count("59", 10), count("60", kLongAgo + 1), count("50", kLongAgo + 1)}),
                UnknownFor(Reason::conflicting));
    Measurement open = count("60", kLongAgo + 1);
    open.value = between("50", "70");
    EXPECT_THAT(e7_after({count("59", 10), open}), UnknownFor(Reason::unusable));
    EXPECT_THAT(e7_after({count("70", 10), open}), Passes());
    EXPECT_THAT(e7_after({count("49", 10), open}), Fails());
}

TEST(E7Recovery, PreliminaryCountsOnlyLean) {
    Measurement preliminary = count("200", 10);
    preliminary.grade = Grade::confirm;
    EXPECT_THAT(e7_after({preliminary}), LeansToPass());
    Measurement weak_baseline = count("60", kLongAgo + 1);
    weak_baseline.grade = Grade::confirm;
    EXPECT_THAT(e7_after({count("59", 10), weak_baseline}), LeansToFail());
}

TEST(E7Recovery, ATherapyOfUncertainMembershipCanOnlyLeanToFail) {
    DrugExposure uncertain = rituximab(kLongAgo);
    uncertain.grade = Grade::confirm;
    EXPECT_THAT(e7({uncertain}, {count("59", 10), count("60", kLongAgo + 1)}), LeansToFail());
    EXPECT_THAT(e7({uncertain}, {count("200", 10)}), Passes());
    EXPECT_THAT(e7({uncertain}, {}), UnknownFor(Reason::no_data));
}

TEST(E7Recovery, MedicationsThatNameNoDrugDoNotHideTheMissingCount) {
    PatientFacts facts = with(complete_record(), kBCellDepleting, {rituximab(kLongAgo)});
    facts.medications_not_understood = {{.records = 1, .names = {}}};
    EXPECT_THAT(judge_exclusion(e7_rule(), facts), UnknownFor(Reason::no_data));
    facts.medication_source_complete = false;
    EXPECT_THAT(judge_exclusion(e7_rule(), facts), UnknownFor(Reason::not_retrieved));
}

TEST(E7Recovery, APlannedDoseIsNoTherapy) {
    EXPECT_THAT(e7({rituximab(kLongAgo), rituximab(-20)}, {count("200", 10)}), Passes());
}

} // namespace
} // namespace trialcds::eligibility::testing
