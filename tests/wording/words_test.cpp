// The words for verdicts: absence is told as absence, an unknown with what is missing, never a verdict.
#include <gmock/gmock.h>

#include "cds-hooks/builders.h"
#include "wording/languages.h"
#include "wording/words.h"

namespace trialcds::wording {
namespace {

using eligibility::Basis;
using eligibility::PartResult;
using test::CriterionKind;
using test::CriterionOutcome;
using test::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

PartResult unknown(Reason reason) {
    PartResult result;
    result.outcome = CriterionOutcome::unknown;
    result.reason = reason;
    return result;
}

std::string words(const PartResult &result, CriterionKind kind = CriterionKind::exclusion) {
    return why(english(), test::shipped()->catalogue, kind, result);
}

TEST(Wording, AnExclusionIsNeverCalledMet) {
    EXPECT_EQ(outcome_word(english(), CriterionKind::inclusion, CriterionOutcome::passes), "met");
    EXPECT_EQ(outcome_word(english(), CriterionKind::inclusion, CriterionOutcome::fails), "not met");
    EXPECT_EQ(outcome_word(english(), CriterionKind::exclusion, CriterionOutcome::passes), "clear");
    EXPECT_EQ(outcome_word(english(), CriterionKind::exclusion, CriterionOutcome::fails), "applies");
    EXPECT_EQ(outcome_word(english(), CriterionKind::exclusion, CriterionOutcome::unknown), "unknown");
}

TEST(Wording, EveryReasonOfAnUnknownHasItsWords) {
    EXPECT_EQ(words(unknown(Reason::no_data)), "nothing recorded");
    EXPECT_EQ(words(unknown(Reason::stale)), "recorded, but too old to decide");
    EXPECT_EQ(words(unknown(Reason::not_retrieved)), "not read from the record");
    EXPECT_EQ(words(unknown(Reason::unusable)), "recorded, but the value cannot be used");
    EXPECT_EQ(words(unknown(Reason::conflicting)), "recorded results contradict each other");
    EXPECT_EQ(words(unknown(Reason::confirm)), "to be confirmed");
    EXPECT_EQ(words(unknown(Reason::pending)), "the washout completes within the screening period");
}

TEST(Wording, ALeaningIsSaidInTheCriterionsOwnSense) {
    PartResult result = unknown(Reason::confirm);
    result.leaning = CriterionOutcome::passes;
    EXPECT_EQ(words(result, CriterionKind::inclusion), "the record leans to \"met\", to be confirmed");
    EXPECT_EQ(words(result, CriterionKind::exclusion), "the record leans to \"clear\", to be confirmed");
    result.clears_on = base::parse_day("2026-12-24");
    EXPECT_THAT(words(result), HasSubstr("; clears on 2026-12-24"));
}

TEST(Wording, AWashoutNamesItsDay) {
    PartResult result = unknown(Reason::pending);
    result.clears_on = base::parse_day("2026-12-24");
    EXPECT_EQ(words(result), "the washout completes within the screening period, clears on 2026-12-24");
    result.outcome = CriterionOutcome::fails;
    EXPECT_EQ(words(result), "clears on 2026-12-24 at the earliest") << "a fail that time alone does not clear";
    result.temporary = true;
    EXPECT_EQ(words(result), "clears on 2026-12-24");
    result.clears_on.reset();
    EXPECT_EQ(words(result), "");
}

TEST(Wording, AbsenceIsSaidAsAbsence) {
    PartResult result;
    result.outcome = CriterionOutcome::passes;
    EXPECT_EQ(words(result), "");
    result.basis = Basis::no_record;
    EXPECT_EQ(words(result), "none recorded");
    result.expires_on = base::parse_day("2026-12-15");
    EXPECT_EQ(words(result), "none recorded; holds until 2026-12-15");
    result.basis = Basis::evidence;
    EXPECT_EQ(words(result), "holds until 2026-12-15");
}

TEST(Wording, WhatIsMissingIsNamedInTheCataloguesWords) {
    PartResult result = unknown(Reason::no_data);
    result.missing = {eligibility::InputIndex{0}, eligibility::InputIndex{1}, eligibility::InputIndex{60000}};
    const auto &inputs = test::shipped()->catalogue.inputs;
    EXPECT_THAT(missing_labels(english(), test::shipped()->catalogue, result),
                ElementsAre(inputs[0].label.english(), inputs[1].label.english()));
    EXPECT_EQ(words(result), "nothing recorded; to settle it: " + inputs[0].label.english() + ", " +
                                 inputs[1].label.english());
}

TEST(Wording, CountsTellInclusionsFromExclusions) {
    test::Scene scene;
    EXPECT_EQ(counts(english(), scene.assessment), "no exclusion settled, 0 to check.");
    scene.add("I1", CriterionOutcome::passes);
    scene.add("I2", CriterionOutcome::fails);
    scene.unknown("E1", Reason::no_data, CriterionKind::exclusion);
    EXPECT_EQ(counts(english(), scene.assessment), "Inclusion 1 of 2 met, no exclusion settled, 1 to check.")
        << "what nobody could look at was not looked for";
    scene.add("E2", CriterionOutcome::passes, CriterionKind::exclusion);
    EXPECT_EQ(counts(english(), scene.assessment), "Inclusion 1 of 2 met, no exclusion found, 1 to check.");
    scene.unknown("E4", Reason::confirm, CriterionKind::exclusion).leaning = CriterionOutcome::fails;
    EXPECT_EQ(counts(english(), scene.assessment), "Inclusion 1 of 2 met, 1 exclusion suspected, 2 to check.");
    scene.assessment.criteria.pop_back();
    scene.add("E3", CriterionOutcome::fails, CriterionKind::exclusion);
    EXPECT_EQ(counts(english(), scene.assessment), "Inclusion 1 of 2 met, 1 exclusion found, 1 to check.");
}

TEST(Wording, NoOutcomeIsAVerdictOnThePatient) {
    for (const auto outcome : {test::TrialOutcome::potential_candidate, test::TrialOutcome::more_data_needed,
                               test::TrialOutcome::not_a_candidate})
        EXPECT_THAT(std::string(outcome_phrase(english(), outcome)), Not(HasSubstr("eligible")));
    EXPECT_EQ(outcome_phrase(english(), test::TrialOutcome::potential_candidate), "Possible match for review");
    EXPECT_EQ(outcome_phrase(english(), test::TrialOutcome::more_data_needed), "More data needed");
    EXPECT_EQ(outcome_phrase(english(), test::TrialOutcome::not_a_candidate),
              "Not a candidate on the data recorded");
}

TEST(Wording, AValueIsSaidWithItsUnitAndAFindingOnce) {
    EvidenceText evidence;
    evidence.label = "ESR";
    evidence.value = "34";
    evidence.unit = "mm/h";
    EXPECT_EQ(value_words(english(), evidence), "ESR: 34 mm/h");
    evidence.unit = "{score}";
    EXPECT_EQ(value_words(english(), evidence), "ESR: 34");
    evidence.value = "ESR";
    EXPECT_EQ(value_words(english(), evidence), "ESR");
    for (const char *date : {"2026-11-05", "2026-11-05T10:11:12+01:00"}) {
        evidence.date = date;
        EXPECT_EQ(day_words(english(), evidence), "2026-11-05");
    }
    evidence.date = "2023-05";
    EXPECT_EQ(day_words(english(), evidence), "2023-05");
}

TEST(Wording, TheLimitsAreAlwaysTold) {
    std::string all;
    for (const std::string &sentence : limits(english(), test::recruiting_trial()))
        all += sentence + "\n";
    for (const char *part : {"Key criteria only", "registry text of 2025-11-01", "version 1.2.0",
                             "Recruitment status as of 2025-11-01", "check the registry", "study team decides",
                             "not for diagnosis or treatment"})
        EXPECT_THAT(all, HasSubstr(part));
}

} // namespace
} // namespace trialcds::wording
