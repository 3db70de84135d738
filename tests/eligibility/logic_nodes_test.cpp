// Confirm, FirstAvailable, AskClinician and the notes of a definition.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Expression confirmed(Expression of, std::string note = "a stand-in") {
    return {Confirm{.of = {std::move(of)}, .note = std::move(note)}};
}

TEST(ConfirmNode, TurnsADecisionIntoALeanWithItsNote) {
    EXPECT_THAT(judge(confirmed(always_true()), complete_record()), LeansToPass());
    EXPECT_THAT(judge(confirmed(always_false()), complete_record()), LeansToFail());
    EXPECT_EQ(remarks_of(*judge(confirmed(always_true()), complete_record())), "a stand-in\n");
}

TEST(ConfirmNode, LeavesAnUnknownAsItIs) {
    const Judged unknown = judge(confirmed(question()), complete_record());
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputQuestion));
    EXPECT_THAT(unknown->remarks, IsEmpty());
}

// --- FirstAvailable: hsCRP before CRP, an assay before a pattern ---

Expression crp(VariableIndex variable, InputIndex input) {
    return {MeasurementTest{.variable = variable,
                            .range = at_least("6"),
                            .freshness = Freshness{kSixWeeks, kSixMonths},
                            .input = input}};
}

Judged first_of_two(std::vector<Measurement> first, std::vector<Measurement> second,
                    Retrieval first_coverage = Retrieval::complete) {
    PatientFacts facts = with(with(complete_record(), kHsCrp, std::move(first)), kEsr, std::move(second));
    facts.measurement_coverage[at(kHsCrp)] = first_coverage;
    return judge({FirstAvailable{{crp(kHsCrp, kInputOther), confirmed(crp(kEsr, kInputMrss))}}}, facts);
}

TEST(I5eFirstAvailable, TheFirstWithDataDecidesAlone) {
    EXPECT_THAT(first_of_two({measured("5", days_ago(3))}, {measured("9", days_ago(3))}), Fails());
    EXPECT_THAT(first_of_two({}, {measured("9", days_ago(3))}), LeansToPass());
    EXPECT_EQ(remarks_of(*first_of_two({}, {measured("9", days_ago(3))})), "a stand-in\n");
}

TEST(I5eFirstAvailable, WhatTheSkippedOnesLackNoLongerMatters) {
    EXPECT_THAT(first_of_two({}, {measured("9", days_ago(400))})->missing, ElementsAre(kInputMrss));
    EXPECT_THAT(first_of_two({}, {measured("9", days_ago(400))}), UnknownFor(Reason::stale));
}

TEST(I5eFirstAvailable, EveryOtherUnknownStopsTheSearch) {
    EXPECT_THAT(first_of_two({}, {measured("9", days_ago(3))}, Retrieval::incomplete),
                UnknownFor(Reason::not_retrieved));
    EXPECT_THAT(first_of_two({measured("9", days_ago(400))}, {measured("9", days_ago(3))}),
                UnknownFor(Reason::stale));
    EXPECT_THAT(first_of_two({measured(more_than("5"), days_ago(3))}, {measured("9", days_ago(3))}),
                UnknownFor(Reason::unusable));
}

TEST(I5eFirstAvailable, WhenNoneHasDataTheFirstSpeaksAndAllAreMissing) {
    const Judged unknown = first_of_two({}, {});
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputMrss, kInputOther));
}

// --- AskClinician ---

Hint hint(Expression when, std::optional<bool> leaning_value, std::string note, bool urgent = false) {
    return {.when = {std::move(when)}, .leaning = leaning_value, .note = std::move(note), .urgent = urgent};
}

Judged ask(std::vector<Hint> hints, PatientFacts facts = complete_record()) {
    return judge({AskClinician{.input = kInputQuestion, .hints = std::move(hints)}}, std::move(facts));
}

TEST(E12AskClinician, IsAlwaysUnknownAndNamesItsQuestion) {
    EXPECT_THAT(ask({}), UnknownFor(Reason::no_data));
    EXPECT_THAT(ask({})->missing, ElementsAre(kInputQuestion));
    EXPECT_THAT(ask({hint(always_true(), true, "n")})->missing, ElementsAre(kInputQuestion));
}

TEST(E12AskClinician, TheFirstLeaningCountsAndEveryNoteIsShown) {
    const Judged leans =
        ask({hint(always_false(), true, "does not apply"), hint(always_true(), std::nullopt, "only a note"),
             hint(always_true(), false, "first lean"), hint(leaning(true), true, "second lean")});
    EXPECT_THAT(leans, LeansToFail());
    EXPECT_EQ(remarks_of(*leans), "only a note\nfirst lean\nsecond lean\n");
}

TEST(E12AskClinician, AHintWithoutALeaningOnlyAddsItsNote) {
    const Judged unknown = ask({hint(always_true(), std::nullopt, "only a note")});
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_EQ(remarks_of(*unknown), "only a note\n");
}

TEST(E12AskClinician, AnUnknownHintDoesNotApplyAndLeavesNothingBehind) {
    const Judged unknown =
        ask({hint(question(kInputOther), true, "n"), Hint{.leaning = true, .note = "no rule"}});
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputQuestion));
    EXPECT_THAT(unknown->remarks, IsEmpty());
}

TEST(E12AskClinician, TheEvidenceOfAHintThatAppliesIsShown) {
    const PatientFacts facts =
        with(complete_record(), kTransplant, {diagnosis("tubal ligation", "Procedure/1")});
    const Hint found = hint({FindingTest{.value_set = kTransplant}}, false, "n");
    EXPECT_EQ(ask({found}, facts)->evidence.size(), 1U);
    const Hint not_found = hint(negation({FindingTest{.value_set = kTransplant}}), false, "n");
    EXPECT_THAT(ask({not_found}, facts)->evidence, IsEmpty());
}

TEST(E12Pregnancy, AnUrgentNoteSurvivesAnotherLimbThatDecides) {
    const Expression pregnant{
        AskClinician{.input = kInputQuestion, .hints = {hint(always_true(), true, "pregnant", true)}}};
    const Expression ordinary{
        AskClinician{.input = kInputQuestion, .hints = {hint(always_true(), true, "ordinary")}}};
    const Judged passes = judge_exclusion(all_of({pregnant, ordinary, always_false()}), complete_record());
    EXPECT_THAT(passes, Passes());
    ASSERT_EQ(passes->remarks.size(), 1U);
    EXPECT_EQ(remarks_of(*passes), "pregnant\n");
    EXPECT_TRUE(passes->remarks[0].urgent);
}

// --- conditional notes ---

ConditionalNote note(Expression when, std::string text, bool when_unknown = false) {
    return {.when = {std::move(when)}, .when_unknown = when_unknown, .text = std::move(text)};
}

Judged with_notes(std::vector<ConditionalNote> notes, Expression rule = always_true()) {
    Criterion one = criterion(CriterionKind::inclusion, std::move(rule));
    one.notes = std::move(notes);
    return {trial_of({std::move(one)}), complete_record(), kToday};
}

TEST(I6ConditionalNote, IsShownWhenTrueOrWhenUnknownAsAsked) {
    const Judged shown =
        with_notes({note(always_true(), "true"), note(always_false(), "false"), note(question(), "unknown"),
                    note(question(), "asked unknown", true),
                    note(always_true(), "asked unknown but true", true), ConditionalNote{.text = "no rule"}});
    EXPECT_EQ(remarks_of(*shown), "true\nasked unknown\n");
}

TEST(I6ConditionalNote, AddsNoEvidenceAndNothingMissing) {
    const Expression looks_at_much = any_of({confirmed(always_true(), "inner"), question(kInputOther)});
    const Judged with_note = with_notes({note(looks_at_much, "n", true)}, question());
    const Judged without = with_notes({}, question());
    EXPECT_EQ(with_note->evidence, without->evidence);
    EXPECT_EQ(with_note->missing, without->missing);
    EXPECT_EQ(remarks_of(*with_note), "n\n");
}

TEST(DefinitionNotes, TheSameRemarkIsShownOnce) {
    EXPECT_EQ(remarks_of(*with_notes({note(always_true(), "n"), note(always_true(), "n")})), "n\n");
}

TEST(DefinitionNotes, TheSameEvidenceIsShownOnce) {
    EXPECT_EQ(judge(all_of({always_true(), always_true()}), complete_record())->evidence.size(), 1U);
}

TEST(DefinitionNotes, AnEmptyNoteIsNotShown) {
    EXPECT_THAT(judge(confirmed(always_true(), ""), complete_record())->remarks, IsEmpty());
}

} // namespace
} // namespace trialcds::eligibility::testing
