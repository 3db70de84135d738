// E5b, E6, E10, E11: drug exposure in a window (clinical-rules 0.2, 0.7) and the absence rule 0.4 b.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Exposure within(Period window) {
    return {.group = kCyclophosphamide, .window = window, .input = kInputDrugs};
}

Judged e6(std::vector<DrugExposure> exposures, Exposure rule = within(kTwelveWeeks)) {
    return judge_exclusion({std::move(rule)}, with(complete_record(), kCyclophosphamide, std::move(exposures)));
}

DrugExposure cyclophosphamide(DateInterval last) {
    return given("cyclophosphamide", last);
}
DrugExposure ongoing(std::string_view since) {
    DrugExposure exposure = cyclophosphamide({day(since), kToday});
    exposure.ongoing = true;
    return exposure;
}

TEST(E6Cyclophosphamide, TheEightyFourthDayIsInside) {
    const Judged inside = e6({cyclophosphamide(days_ago(84))});
    EXPECT_EQ(inside->outcome, CriterionOutcome::unknown); // day 84 still counts; it clears tomorrow
    EXPECT_EQ(inside->clears_on, kToday.plus_days(1));
    EXPECT_THAT(e6({cyclophosphamide(days_ago(85))}), Passes());
    EXPECT_EQ(e6({cyclophosphamide(days_ago(85))})->basis, Basis::evidence);
}

TEST(E6Cyclophosphamide, AWashoutThatCompletesWithinTheScreeningPeriodIsPending) {
    const Judged pending = e6({cyclophosphamide(days_ago(43))});
    EXPECT_THAT(pending, Leans(CriterionOutcome::passes, Reason::pending));
    EXPECT_EQ(pending->clears_on, kToday.plus_days(42));
    EXPECT_TRUE(pending->harmless);
    EXPECT_THAT(pending->missing, IsEmpty());
    EXPECT_EQ(pending.trial().outcome, TrialOutcome::potential_candidate);
}

TEST(E6Cyclophosphamide, AWashoutThatTakesLongerFailsForATime) {
    const Judged fails = e6({cyclophosphamide(days_ago(42))});
    EXPECT_THAT(fails, Fails());
    EXPECT_TRUE(fails->temporary);
    EXPECT_EQ(fails->clears_on, kToday.plus_days(43));
    EXPECT_EQ(fails.trial().possible_from, kToday.plus_days(1));
    EXPECT_EQ(screening_from(fails.trial()), kToday.plus_days(1)); // a washout may end during screening
    EXPECT_THAT(remarks_of(*fails), HasSubstr("cyclophosphamide: last recorded 2026-10-11; window of 12 weeks "
                                              "(84 days), up to and including 2027-01-03"));
}

TEST(E6Cyclophosphamide, TheFailClearsOnExactlyTheDayItNames) {
    const PatientFacts facts = with(complete_record(), kCyclophosphamide, {cyclophosphamide(days_ago(0))});
    const Day clears = judge_exclusion({within(kTwelveWeeks)}, facts)->clears_on.value();
    EXPECT_EQ(clears, kToday.plus_days(85));
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts, clears), Passes());
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts, clears.plus_days(-1)),
                Leans(CriterionOutcome::passes, Reason::pending));
}

TEST(E6Cyclophosphamide, OngoingTreatmentFailsAndIsNeverTemporary) {
    const Judged fails = e6({ongoing("2026-01-01")});
    EXPECT_THAT(fails, Fails());
    EXPECT_FALSE(fails->temporary);
    EXPECT_EQ(fails->clears_on, std::nullopt);
    EXPECT_THAT(remarks_of(*fails),
                HasSubstr("the washout has not begun; stopping a treatment is a clinical decision"));
    EXPECT_EQ(fails.trial().possible_from, std::nullopt);
}

TEST(E6Cyclophosphamide, AnEndThatMayLieOnEitherSideOfTheWindowIsToBeConfirmed) {
    const Judged straddles = e6({cyclophosphamide({day("2026-01-01"), day("2026-10-01")})});
    EXPECT_THAT(straddles, LeansToFail());
    EXPECT_EQ(straddles->clears_on, day("2026-10-01").plus_days(85));
    EXPECT_THAT(remarks_of(*straddles), HasSubstr("between 2026-01-01 and 2026-10-01"));
    const Judged unknown_end = e6({cyclophosphamide({day("2026-01-01"), kToday})});
    EXPECT_THAT(unknown_end, LeansToFail());
    EXPECT_EQ(unknown_end->clears_on, std::nullopt);
    EXPECT_THAT(e6({cyclophosphamide({day("2026-01-01"), day("2026-08-29")})}), Passes());
    const Judged unknown_start = e6({cyclophosphamide({base::kDistantPast, day("2026-10-01")})});
    EXPECT_THAT(unknown_start, LeansToFail());
    EXPECT_THAT(remarks_of(*unknown_start), HasSubstr("last exposure at the latest 2026-10-01"));
}

TEST(E6Cyclophosphamide, ALastDayAfterTodayCountsAsToday) {
    const Judged fails = e6({cyclophosphamide({kToday.plus_days(-3), kToday.plus_days(20)})});
    EXPECT_EQ(fails->clears_on, kToday.plus_days(85));
}

TEST(E6Cyclophosphamide, APlannedExposureIsNone) {
    const Judged passes = e6({cyclophosphamide(days_ago(-1))});
    EXPECT_THAT(passes, Passes());
    EXPECT_EQ(passes->basis, Basis::no_record);
}

TEST(E6Cyclophosphamide, TheLatestOfSeveralPulsesGoverns) {
    const Judged fails =
        e6({cyclophosphamide(days_ago(40)), cyclophosphamide(days_ago(10)), cyclophosphamide(days_ago(300))});
    EXPECT_THAT(fails, Fails());
    EXPECT_TRUE(fails->temporary);
    EXPECT_EQ(fails->clears_on, kToday.plus_days(75));
    EXPECT_EQ(fails->evidence.size(), 2U);
}

TEST(E6Cyclophosphamide, APendingPulseBesideAFailingOneClearsBeforeIt) {
    const Judged fails = e6({cyclophosphamide(days_ago(60)), cyclophosphamide(days_ago(10))});
    EXPECT_THAT(fails, Fails());
    EXPECT_TRUE(fails->temporary);
    EXPECT_EQ(fails->clears_on, kToday.plus_days(75));
}

TEST(E6Cyclophosphamide, TwoPendingPulsesClearWithTheLater) {
    const Judged pending = e6({cyclophosphamide(days_ago(60)), cyclophosphamide(days_ago(50))});
    EXPECT_THAT(pending, Leans(CriterionOutcome::passes, Reason::pending));
    EXPECT_EQ(pending->clears_on, kToday.plus_days(35));
}

TEST(E6Cyclophosphamide, AnOngoingRecordBesideAPastOneIsNotTemporary) {
    EXPECT_FALSE(e6({cyclophosphamide(days_ago(10)), ongoing("2026-11-01")})->temporary);
    EXPECT_EQ(e6({cyclophosphamide(days_ago(10)), ongoing("2026-11-01")})->clears_on, std::nullopt);
}

TEST(E6Cyclophosphamide, AWindowInMonthsIsCountedInCalendarMonths) {
    EXPECT_THAT(e6({cyclophosphamide(on("2026-05-21"))}, within(kSixMonths)), Passes());
    EXPECT_THAT(e6({cyclophosphamide(on("2026-05-22"))}, within(kSixMonths)),
                Leans(CriterionOutcome::passes, Reason::pending));
    EXPECT_EQ(e6({cyclophosphamide(on("2026-05-22"))}, within(kSixMonths))->clears_on, kToday.plus_days(1));
}

// --- E10: four weeks ---

TEST(E10Antifibrotic, TheTwentyEighthDayIsInside) {
    EXPECT_EQ(e6({cyclophosphamide(days_ago(28))}, within(kFourWeeks))->clears_on, kToday.plus_days(1));
    EXPECT_THAT(e6({cyclophosphamide(days_ago(29))}, within(kFourWeeks)), Passes());
}

// --- 0.4 b: absence ---

TEST(DrugAbsence, NoneInACompleteSourceWithAnyMedicationIsAbsent) {
    const Judged passes = e6({});
    EXPECT_THAT(passes, Passes());
    EXPECT_EQ(passes->basis, Basis::no_record);
}

TEST(DrugAbsence, APatientWithoutAnyMedicationHasAnUnknownHistory) {
    PatientFacts facts = complete_record();
    facts.medication_records = 0;
    const Judged unknown = judge_exclusion({within(kTwelveWeeks)}, facts);
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputDrugs));
}

TEST(DrugAbsence, NoCompleteSourceMeansNotRetrieved) {
    PatientFacts facts = complete_record();
    facts.medication_source_complete = false;
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts), UnknownFor(Reason::not_retrieved));
    facts = with(facts, kCyclophosphamide, {cyclophosphamide(days_ago(300))});
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts), UnknownFor(Reason::not_retrieved));
    facts = with(facts, kCyclophosphamide, {cyclophosphamide(days_ago(60))});
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts), UnknownFor(Reason::not_retrieved));
}

TEST(DrugAbsence, AnExposureIsPresentHoweverIncompleteTheSourcesButTimeAloneMayNotClearIt) {
    PatientFacts facts = with(complete_record(), kCyclophosphamide, {cyclophosphamide(days_ago(3))});
    facts.medication_source_complete = false;
    const Judged fails = judge_exclusion({within(kTwelveWeeks)}, facts);
    EXPECT_THAT(fails, Fails());
    EXPECT_FALSE(fails->temporary);
    EXPECT_EQ(fails->clears_on, kToday.plus_days(82));
}

TEST(DrugAbsence, MedicationsNotUnderstoodKeepAbsenceToBeConfirmed) {
    PatientFacts facts = complete_record();
    facts.medications_not_understood = {{.records = 2, .names = base::LocalizedText("RTX; local 17")}};
    const Judged leans = judge_exclusion({within(kTwelveWeeks)}, facts);
    EXPECT_THAT(leans, LeansToPass());
    EXPECT_THAT(remarks_of(*leans), HasSubstr("medication records not understood: “RTX”; “local 17”"));
    facts = with(facts, kCyclophosphamide, {cyclophosphamide(days_ago(3))});
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts), Fails());
}

// A possible match stays one, with the doubt said.
TEST(DrugAbsence, ASourceThatTheServerRefusesMayHoldMoreAndIsToBeConfirmed) {
    PatientFacts facts = complete_record();
    facts.medication_sources_refused = {base::LocalizedText("MedicationAdministration")};
    const Judged leans = judge_exclusion({within(kTwelveWeeks)}, facts);
    EXPECT_THAT(leans, LeansToPass());
    EXPECT_TRUE(leans->harmless);
    EXPECT_THAT(leans->missing, IsEmpty());
    EXPECT_EQ(remarks_of(*leans),
              "Medication administrations were refused by the EHR; more drugs may be recorded there.\n");
    facts.medications_not_understood = {{.records = 2, .names = base::LocalizedText("RTX; local 17")}};
    EXPECT_THAT(remarks_of(*judge_exclusion({within(kTwelveWeeks)}, facts)),
                ::testing::AllOf(HasSubstr("refused by the EHR"), HasSubstr("not understood: “RTX”")));
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)},
                                with(facts, kCyclophosphamide, {cyclophosphamide(days_ago(300))})),
                LeansToPass())
        << "a later dose may be among those refused";
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)},
                                with(facts, kCyclophosphamide, {cyclophosphamide(days_ago(3))})),
                Fails());
}

TEST(DrugAbsence, ARefusedSourceIsWhatIsMissingWhereNoMedicationIsRecorded) {
    PatientFacts facts = complete_record();
    facts.medication_sources_refused = {base::LocalizedText("MedicationAdministration")};
    facts.medication_records = 0;
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts), UnknownFor(Reason::not_retrieved));
    facts.medication_records = 3;
    facts.medication_source_complete = false;
    EXPECT_THAT(judge_exclusion({within(kTwelveWeeks)}, facts), UnknownFor(Reason::not_retrieved))
        << "no source is left to speak for the patient";
}

// --- grade, text, route ---

TEST(ExposureGrade, ADrugOfUncertainMembershipOnlyLeans) {
    const auto uncertain = [](DateInterval last) {
        DrugExposure exposure = cyclophosphamide(last);
        exposure.grade = Grade::confirm;
        return exposure;
    };
    EXPECT_THAT(e6({uncertain(days_ago(3))}), LeansToFail());
    EXPECT_THAT(e6({uncertain(days_ago(60))}), LeansToFail());
    EXPECT_EQ(e6({uncertain(days_ago(60))})->clears_on, kToday.plus_days(25));
    EXPECT_THAT(e6({uncertain(days_ago(85))}), Passes());
    EXPECT_THAT(e6({uncertain({day("2026-01-01"), day("2026-10-01")})}), LeansToFail());
    EXPECT_THAT(e6({uncertain(days_ago(3)), cyclophosphamide(days_ago(3))}), Fails());
}

TEST(ExposureGrade, ADrugRecognisedByNameDecidesAndSaysSo) {
    DrugExposure named = cyclophosphamide(days_ago(3));
    named.text_match = true;
    const Judged fails = e6({named});
    EXPECT_THAT(fails, Fails());
    EXPECT_THAT(remarks_of(*fails), HasSubstr("recognised by its name"));
}

Judged e5b(Route route, bool is_ongoing = true) {
    DrugExposure treprostinil = given("treprostinil", days_ago(0));
    treprostinil.route = route;
    treprostinil.ongoing = is_ongoing;
    const Exposure rule{
        .group = kPahIntravenous, .window = Period{}, .route = Route::intravenous, .input = kInputDrugs};
    return judge_exclusion({rule}, with(complete_record(), kPahIntravenous, {treprostinil}));
}

TEST(E5bIntravenousTherapy, TheRouteDecides) {
    EXPECT_THAT(e5b(Route::intravenous), Fails());
    EXPECT_THAT(e5b(Route::other), Passes());
    EXPECT_EQ(e5b(Route::other)->basis, Basis::evidence);
    EXPECT_THAT(e5b(Route::unstated), LeansToFail());
    EXPECT_THAT(remarks_of(*e5b(Route::unstated)), HasSubstr("the route is not recorded"));
}

// --- E11: ever ---

TEST(E11Chlorambucil, AnyExposureEverExcludesForGood) {
    const Exposure ever{.group = kCyclophosphamide, .input = kInputDrugs};
    const Judged fails = e6({cyclophosphamide(days_ago(5000))}, ever);
    EXPECT_THAT(fails, Fails());
    EXPECT_FALSE(fails->temporary);
    EXPECT_EQ(fails->clears_on, std::nullopt);
    EXPECT_THAT(fails->remarks, IsEmpty());
    DrugExposure uncertain = cyclophosphamide(days_ago(5000));
    uncertain.grade = Grade::confirm;
    EXPECT_THAT(e6({uncertain}, ever), LeansToFail());
    EXPECT_THAT(e6({}, ever), Passes());
    EXPECT_THAT(e6({cyclophosphamide(DateInterval{base::kDistantPast, kToday})}, ever), Fails());
}

TEST(ExposureNotes, NeverAdviseToStopAndNeverSayEligible) {
    for (const Judged &result : {e6({ongoing("2026-01-01")}), e6({cyclophosphamide(days_ago(3))}),
                                 e6({cyclophosphamide(days_ago(60))}),
                                 e6({cyclophosphamide({day("2026-01-01"), day("2026-10-01")})})}) {
        EXPECT_THAT(remarks_of(*result), Not(HasSubstr("ligible")));
        EXPECT_THAT(remarks_of(*result), Not(HasSubstr("should")));
    }
}

} // namespace
} // namespace trialcds::eligibility::testing
