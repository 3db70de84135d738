// I3 and I5a: disease duration from the first manifestation that is not Raynaud's phenomenon.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Expression at_most_60_months() {
    return {TimeSince{.value_sets = {kSclerodactyly, kIld},
                      .weak_value_sets = {kDyspnoea},
                      .diagnoses = {kScleroderma},
                      .sign = MeasuredSign{kMrss, more_than("0")},
                      .at_most = kSixtyMonths,
                      .input = kInputOnset}};
}

Finding began(std::string_view date, std::string_view label = "sclerodactyly") {
    Finding finding = diagnosis(label, label);
    finding.onset = on(date);
    return finding;
}
Finding only_recorded(std::string_view date, std::string_view label = "sclerodactyly") {
    Finding finding = diagnosis(label, label);
    finding.recorded = day(date);
    return finding;
}

PatientFacts record(std::vector<Finding> strong, std::vector<Finding> weak = {}) {
    return with(with(complete_record(), kSclerodactyly, std::move(strong)), kDyspnoea, std::move(weak));
}

Judged duration(std::vector<Finding> strong, std::vector<Finding> weak = {}) {
    return judge(at_most_60_months(), record(std::move(strong), std::move(weak)));
}

TEST(I3Duration, SixtyMonthsAreInclusive) {
    EXPECT_THAT(duration({began("2021-11-23")}), Passes());
    EXPECT_THAT(duration({began("2021-11-22")}), Passes());
    EXPECT_THAT(duration({began("2021-11-21")}), Fails());
}

TEST(I3Duration, APassExpiresForGood) {
    const Judged passes = duration({began("2022-01-10")});
    EXPECT_EQ(passes->expires_on, day("2027-01-10"));
    EXPECT_TRUE(passes->expires_for_good);
    EXPECT_EQ(passes.trial().window_closes_on, day("2027-01-10"));
    EXPECT_THAT(judge(at_most_60_months(), record({began("2022-01-10")}), day("2027-01-10")), Passes());
    const Judged fails = judge(at_most_60_months(), record({began("2022-01-10")}), day("2027-01-11"));
    EXPECT_THAT(fails, Fails());
    EXPECT_FALSE(fails->temporary);
}

TEST(I3Duration, TheEarliestManifestationCounts) {
    EXPECT_THAT(duration({began("2024-01-01"), began("2021-11-21", "digital ulcer")}), Fails());
    EXPECT_EQ(duration({began("2024-01-01"), began("2022-03-01", "digital ulcer")})->expires_on,
              day("2027-03-01"));
}

TEST(I3Duration, APartialOnsetIsDecidedOnlyWhenBothEndsAgree) {
    EXPECT_THAT(duration({began("2022")}), Passes());
    EXPECT_EQ(duration({began("2022")})->expires_on, day("2027-01-01"));
    EXPECT_THAT(duration({began("2021")}), UnknownFor(Reason::unusable));
    EXPECT_THAT(duration({began("2021")})->missing, ElementsAre(kInputOnset));
    EXPECT_THAT(duration({began("2020")}), Fails());
}

TEST(I3Duration, TheRecordedDateBoundsAPartialOnset) {
    Finding partial = began("2021");
    partial.recorded = day("2021-06-01");
    EXPECT_THAT(duration({partial}), Fails());
}

TEST(I3Duration, ARecordedDateAloneIsOnlyAnUpperBound) {
    EXPECT_THAT(duration({only_recorded("2021-11-21")}), Fails());
    const Judged unknown = duration({only_recorded("2024-01-01")});
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(remarks_of(*unknown), HasSubstr("sclerodactyly: onset unknown, recorded by 2024-01-01"));
}

TEST(I3Duration, AnOnsetWithinTheLimitBeforeWhatIsMerelyRecordedLeansToPass) {
    EXPECT_THAT(duration({began("2024-01-01"), only_recorded("2024-05-01", "ILD")}), LeansToPass());
    EXPECT_THAT(duration({began("2021"), only_recorded("2024-05-01", "ILD")}), UnknownFor(Reason::no_data));
}

TEST(I3Duration, WhatWasRecordedBeforeTheOnsetContradictsIt) {
    EXPECT_THAT(duration({began("2024-01-01"), only_recorded("2023-05-01", "ILD")}), LeansToPass());
    EXPECT_THAT(duration({began("2024-01-01")}, {only_recorded("2020-05-01", "dyspnoea")}), LeansToFail());
}

TEST(I3Duration, AFirstSignWithoutADateLeavesItToBeConfirmed) {
    const Judged leans = duration({began("2024-01-01"), diagnosis("puffy hands", "Condition/9")});
    EXPECT_THAT(leans, LeansToPass());
    EXPECT_THAT(remarks_of(*leans), HasSubstr("puffy hands: has no date"));
    EXPECT_THAT(duration({began("2020-01-01"), diagnosis("puffy hands", "Condition/9")}), Fails());
    EXPECT_THAT(duration({diagnosis("puffy hands")}), UnknownFor(Reason::no_data));
}

TEST(I3Duration, ADiagnosisWithoutADateSaysNothingOfTheOnset) {
    const PatientFacts facts =
        with(record({began("2024-01-01")}), kScleroderma, {diagnosis("diffuse", "Condition/9")});
    EXPECT_THAT(judge(at_most_60_months(), facts), Passes());
}

TEST(I3Duration, SkinMeasuredBeforeTheRecordedOnsetContradictsIt) {
    const auto scored = [](std::string_view value, std::string_view date) {
        return judge(at_most_60_months(),
                     with(record({began("2024-06-15")}), kMrss, {measured(value, on(date))}));
    };
    EXPECT_THAT(scored("18", "2019-01-10"), LeansToFail());
    EXPECT_THAT(remarks_of(*scored("18", "2019-01-10")), HasSubstr("2019-01-10"));
    EXPECT_THAT(scored("18", "2024-06-14"), LeansToPass());
    EXPECT_THAT(scored("18", "2024-06-15"), Passes());
    EXPECT_THAT(scored("0", "2019-01-10"), Passes());
}

TEST(I3Duration, NothingRecorded) {
    EXPECT_THAT(duration({}), UnknownFor(Reason::no_data));
    PatientFacts facts = complete_record();
    facts.conditions.retrieval = Retrieval::incomplete;
    EXPECT_THAT(judge(at_most_60_months(), facts), UnknownFor(Reason::not_retrieved));
}

TEST(I3Duration, UnreadConditionsMayHoldAnEarlierOnset) {
    PatientFacts facts = record({began("2024-01-01")});
    facts.conditions.retrieval = Retrieval::incomplete;
    EXPECT_THAT(judge(at_most_60_months(), facts), LeansToPass());
    facts = record({began("2015-01-01")});
    facts.conditions.retrieval = Retrieval::incomplete;
    EXPECT_THAT(judge(at_most_60_months(), facts), Fails());
}

TEST(I3Duration, DyspnoeaHasOtherCausesAndCanOnlyLean) {
    EXPECT_THAT(duration({}, {began("2024-01-01", "dyspnoea")}), LeansToPass());
    EXPECT_THAT(duration({}, {began("2015-01-01", "dyspnoea")}), LeansToFail());
    EXPECT_THAT(duration({}, {began("2021", "dyspnoea")}), UnknownFor(Reason::unusable));
    EXPECT_THAT(duration({}, {only_recorded("2024-01-01", "dyspnoea")}), UnknownFor(Reason::no_data));
}

TEST(I3Duration, StrongAndWeakManifestationsTogether) {
    EXPECT_THAT(duration({began("2024-01-01")}, {began("2024-06-01", "dyspnoea")}), Passes());
    const Judged disagree = duration({began("2024-01-01")}, {began("2015-01-01", "dyspnoea")});
    EXPECT_THAT(disagree, LeansToFail());
    EXPECT_THAT(remarks_of(*disagree), HasSubstr("another cause"));
    EXPECT_THAT(duration({began("2015-01-01")}, {began("2024-01-01", "dyspnoea")}), Fails());
    EXPECT_THAT(duration({began("2021")}, {began("2015-01-01", "dyspnoea")}), LeansToFail());
    EXPECT_THAT(duration({began("2024-01-01")}, {began("2021", "dyspnoea")}), UnknownFor(Reason::unusable));
}

TEST(I3Duration, UnconfirmedAndSingleEncounterRecordsAreWeak) {
    Finding unconfirmed = began("2024-01-01");
    unconfirmed.grade = Grade::confirm;
    EXPECT_THAT(duration({unconfirmed}), LeansToPass());
    Finding visit = began("2015-01-01");
    visit.encounter_diagnosis = true;
    EXPECT_THAT(duration({visit}), LeansToFail());
}

TEST(I3Duration, AnOnsetInTheFutureIsNotCounted) {
    EXPECT_THAT(duration({began("2026-11-23")}), UnknownFor(Reason::no_data));
    EXPECT_THAT(duration({began("2026-11-22")}), Passes());
}

} // namespace
} // namespace trialcds::eligibility::testing
