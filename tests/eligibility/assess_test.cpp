// Criteria with parts, harmless unknowns and the outcome of the trial (clinical-rules 0.1, 0.3).
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Criterion with_parts(CriterionKind kind, Combine combine, std::vector<Part> parts) {
    return {.id = "C", .kind = kind, .combine = combine, .parts = std::move(parts)};
}

Judged judge_criterion(Criterion one, PatientFacts facts = complete_record()) {
    return {trial_of({std::move(one)}), std::move(facts), kToday};
}

Part settled(std::string id, Expression rule) {
    Part result = part(std::move(id), std::move(rule));
    result.settled_by_clinician = true;
    return result;
}

TEST(Parts, ACriterionWithoutShownPartsHasNone) {
    EXPECT_THAT(judge(always_true(), complete_record())->parts, IsEmpty());
    EXPECT_THAT(
        judge_criterion(with_parts(CriterionKind::inclusion, Combine::all_of, {part("C1", always_true())}))
            ->parts,
        SizeIs(1));
}

TEST(Parts, ADefinitionWithoutARuleSaysNothing) {
    for (const CriterionKind kind : {CriterionKind::inclusion, CriterionKind::exclusion})
        for (const Combine combine : {Combine::all_of, Combine::any_of}) {
            const Judged unknown = judge_criterion(with_parts(kind, combine, {}));
            EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
            EXPECT_FALSE(unknown->harmless);
        }
}

TEST(I5ActiveDisease, OnePartCarriesAndAllAreShown) {
    const Judged passes = judge_criterion(
        with_parts(CriterionKind::inclusion, Combine::any_of,
                   {part("I5a", question()), part("I5b", always_true()), part("I5c", always_false())}));
    EXPECT_THAT(passes, Passes());
    ASSERT_THAT(passes->parts, SizeIs(3));
    EXPECT_EQ(passes->parts[0].outcome, CriterionOutcome::unknown);
    EXPECT_THAT(passes->parts[0].missing, ElementsAre(kInputQuestion));
    EXPECT_EQ(passes->parts[1].outcome, CriterionOutcome::passes);
    EXPECT_EQ(passes->parts[2].outcome, CriterionOutcome::fails);
    EXPECT_EQ(passes->parts[1].part->id, "I5b");
    EXPECT_EQ(passes->part, nullptr);
    EXPECT_THAT(passes->missing, IsEmpty());
}

TEST(E5Exclusion, APresentLimbFailsAndSoDoesTheCriterion) {
    const Judged fails = judge_criterion(with_parts(CriterionKind::exclusion, Combine::any_of,
                                                    {part("E5a", always_false()), part("E5b", always_true())}));
    EXPECT_THAT(fails, Fails());
    EXPECT_EQ(fails->parts[0].outcome, CriterionOutcome::passes);
    EXPECT_EQ(fails->parts[1].outcome, CriterionOutcome::fails);
    EXPECT_THAT(judge_criterion(with_parts(CriterionKind::exclusion, Combine::any_of,
                                           {part("E5a", always_false()), part("E5b", always_false())})),
                Passes());
}

TEST(E2Exclusion, PartsThatMustAllBePresent) {
    EXPECT_THAT(judge_criterion(with_parts(CriterionKind::exclusion, Combine::all_of,
                                           {part("a", always_true()), part("b", always_false())})),
                Passes());
    EXPECT_THAT(judge_criterion(with_parts(CriterionKind::exclusion, Combine::all_of,
                                           {part("a", always_true()), part("b", always_true())})),
                Fails());
}

TEST(Parts, TheCriterionMergesMissingEvidenceAndNotes) {
    Part first = part("a", question(kInputOther));
    first.notes = {{.when = {always_true()}, .text = "of the part"}};
    Criterion both =
        with_parts(CriterionKind::inclusion, Combine::all_of, {first, part("b", question(kInputMrss))});
    both.notes = {{.when = {always_true()}, .text = "of the criterion"}};
    const Judged unknown = judge_criterion(both);
    EXPECT_THAT(unknown->missing, ElementsAre(kInputMrss, kInputOther));
    EXPECT_EQ(remarks_of(*unknown), "of the part\nof the criterion\n");
    EXPECT_EQ(remarks_of(unknown->parts[0]), "of the part\n");
    EXPECT_EQ(remarks_of(unknown->parts[1]), "");
}

TEST(Parts, ExpiryAndClearingAreThoseOfThePartsToo) {
    const PatientFacts facts =
        with(complete_record(), kCyclophosphamide, {given("cyclophosphamide", days_ago(3))});
    const Judged fails =
        judge_criterion(with_parts(CriterionKind::exclusion, Combine::any_of,
                                   {part("a", {Exposure{.group = kCyclophosphamide, .window = kTwelveWeeks}}),
                                    part("b", negation({Age{.at_most = 70}}))}),
                        facts);
    EXPECT_TRUE(fails->parts[0].temporary);
    EXPECT_EQ(fails->parts[0].clears_on, kToday.plus_days(82));
    EXPECT_EQ(fails->parts[1].expires_on, day("2051-05-16"));
    EXPECT_TRUE(fails->temporary);
}

// --- harmless unknowns ---

TEST(Harmless, ALeanToPassIsALeanToFailIsNot) {
    EXPECT_TRUE(judge(leaning(true), complete_record())->harmless);
    EXPECT_FALSE(judge(leaning(false), complete_record())->harmless);
    EXPECT_TRUE(judge_exclusion(leaning(false), complete_record())->harmless);
    EXPECT_FALSE(judge_exclusion(leaning(true), complete_record())->harmless);
    EXPECT_FALSE(judge(question(), complete_record())->harmless);
}

bool harmless_where_a_clinician_settles_it(const Expression &excludes) {
    Criterion by_criterion = criterion(CriterionKind::exclusion, excludes);
    by_criterion.settled_by_clinician = true;
    Criterion by_part = criterion(CriterionKind::exclusion, excludes);
    by_part.parts[0].settled_by_clinician = true;
    const bool harmless = judge_criterion(by_criterion)->harmless;
    EXPECT_EQ(judge_criterion(by_part)->harmless, harmless);
    return harmless;
}

TEST(Harmless, WhatAClinicianSettlesKeepsNobodyOutUnlessTheRecordLeansToFailing) {
    EXPECT_TRUE(harmless_where_a_clinician_settles_it(question()));
    EXPECT_TRUE(harmless_where_a_clinician_settles_it(leaning(false)));
    EXPECT_FALSE(harmless_where_a_clinician_settles_it(leaning(true))) << "a pregnancy";
}

TEST(Harmless, ASettledCriterionThatFailsStillFails) {
    Criterion settled_criterion = criterion(CriterionKind::exclusion, always_true());
    settled_criterion.settled_by_clinician = true;
    const Judged fails = judge_criterion(settled_criterion);
    EXPECT_FALSE(fails->harmless);
    EXPECT_EQ(fails.trial().outcome, TrialOutcome::not_a_candidate);
}

TEST(E5Harmless, OnlyTheSettledLimbIsForgiven) {
    const auto e5 = [](Expression a, Expression c) {
        return judge_criterion(with_parts(CriterionKind::exclusion, Combine::any_of,
                                          {part("E5a", std::move(a)), settled("E5c", std::move(c))}));
    };
    EXPECT_TRUE(e5(always_false(), question())->harmless);
    EXPECT_FALSE(e5(question(), question())->harmless);
    EXPECT_TRUE(e5(leaning(false), question())->harmless);
    EXPECT_TRUE(e5(always_false(), question())->parts[1].harmless);
    EXPECT_FALSE(e5(question(), question())->parts[0].harmless);
}

TEST(I2Harmless, ASettledInclusionLimbIsPresumedToPass) {
    const auto i2 = [](Expression classification, Expression subset) {
        return judge_criterion(
            with_parts(CriterionKind::inclusion, Combine::all_of,
                       {settled("I2a", std::move(classification)), part("I2b", std::move(subset))}));
    };
    EXPECT_TRUE(i2(question(), always_true())->harmless);
    EXPECT_TRUE(i2(question(), leaning(true))->harmless);
    EXPECT_FALSE(i2(question(), question())->harmless);
    EXPECT_THAT(i2(question(), always_false()), Fails());
}

// --- the trial ---

Judged judge_trial(std::vector<Criterion> criteria, PatientFacts facts = complete_record()) {
    return {trial_of(std::move(criteria)), std::move(facts), kToday};
}
Criterion inclusion(Expression rule) {
    return criterion(CriterionKind::inclusion, std::move(rule));
}
Criterion exclusion(Expression rule) {
    return criterion(CriterionKind::exclusion, std::move(rule));
}

TEST(TrialOutcome, AnyFailMeansNotACandidate) {
    EXPECT_EQ(judge_trial({inclusion(always_true()), inclusion(question()), exclusion(always_true())})
                  .trial()
                  .outcome,
              TrialOutcome::not_a_candidate);
}

TEST(TrialOutcome, OnlyHarmlessUnknownsMeanAPotentialCandidate) {
    const Judged judged = judge_trial({inclusion(always_true()), inclusion(leaning(true))});
    EXPECT_EQ(judged.trial().outcome, TrialOutcome::potential_candidate);
    EXPECT_EQ(judged.trial().possible_from, std::nullopt);
}

TEST(TrialOutcome, AnyOtherUnknownMeansMoreDataNeeded) {
    EXPECT_EQ(judge_trial({inclusion(question()), inclusion(leaning(true))}).trial().outcome,
              TrialOutcome::more_data_needed);
    EXPECT_EQ(judge_trial({inclusion(leaning(false))}).trial().outcome, TrialOutcome::more_data_needed);
}

TEST(TrialOutcome, ResultsStandInTheOrderOfTheDefinition) {
    const Judged judged = judge_trial({inclusion(always_true()), exclusion(always_true())});
    ASSERT_THAT(judged.trial().criteria, SizeIs(2));
    EXPECT_EQ(judged.trial().criteria[0].criterion, &judged.trial().trial->criteria[0]);
    EXPECT_EQ(judged.trial().criteria[1].criterion, &judged.trial().trial->criteria[1]);
    EXPECT_EQ(judged.trial().as_of, kToday);
}

PatientFacts with_washouts(int cyclophosphamide_days, int biologic_days) {
    return with(with(complete_record(), kCyclophosphamide,
                     {given("cyclophosphamide", days_ago(cyclophosphamide_days))}),
                kBiologic, {given("abatacept", days_ago(biologic_days))});
}
Criterion washout(DrugGroupIndex group) {
    return exclusion({Exposure{.group = group, .window = kTwelveWeeks}});
}

TEST(PossibleFrom, SixWeeksBeforeTheLatestClearingDay) {
    const Judged judged = judge_trial({washout(kCyclophosphamide), washout(kBiologic)}, with_washouts(20, 5));
    EXPECT_EQ(judged.trial().outcome, TrialOutcome::not_a_candidate);
    EXPECT_EQ(judged.trial().possible_from, kToday.plus_days(80 - 42));
}

TEST(PossibleFrom, NeverBeforeToday) {
    PatientFacts young = complete_record();
    young.demographics.birth_date = on("2008-12-01");
    EXPECT_EQ(judge_trial({inclusion({Age{.at_least = 18}})}, young).trial().possible_from, kToday);
}

TEST(PossibleFrom, OnlyIfEveryFailIsTemporary) {
    EXPECT_EQ(judge_trial({washout(kCyclophosphamide), exclusion(always_true())}, with_washouts(20, 5))
                  .trial()
                  .possible_from,
              std::nullopt);
}

TEST(WindowClosesOn, TheEarliestExpiryForGoodAndNeverAFreshness) {
    PatientFacts facts = with(complete_record(), kEsr, {measured("40", days_ago(2))});
    const Criterion esr = inclusion({MeasurementTest{
        .variable = kEsr, .range = at_least("30"), .freshness = Freshness{kSixWeeks, kSixMonths}}});
    const Judged judged =
        judge_trial({esr, inclusion({Age{.at_most = 70}}), inclusion({Age{.at_most = 60}})}, facts);
    EXPECT_EQ(judged.trial().window_closes_on, day("2041-05-16"));
    EXPECT_EQ(judge_trial({esr}, facts).trial().window_closes_on, std::nullopt);
}

TEST(AboutRecorded, IsTrueWhenTheRecordShowsOrLeansToTheCondition) {
    const auto about = [](Expression expression) {
        TrialDefinition trial = trial_of({criterion(CriterionKind::inclusion, question())});
        trial.about = std::move(expression);
        return Judged(std::move(trial), complete_record(), kToday);
    };
    EXPECT_TRUE(about(always_true()).trial().about_recorded);
    EXPECT_TRUE(about(leaning(true)).trial().about_recorded);
    EXPECT_FALSE(about(question(kInputOther)).trial().about_recorded);
    EXPECT_FALSE(about(leaning(false)).trial().about_recorded);
    EXPECT_THAT(about(question(kInputOther))->missing, ElementsAre(kInputQuestion));
}

TEST(Assess, GivesTheSameResultEveryTime) {
    const TrialDefinition trial = trial_of({washout(kCyclophosphamide), inclusion(question())});
    const PatientFacts facts = with_washouts(20, 5);
    const TrialAssessment first = assess(trial, facts, kToday);
    const TrialAssessment second = assess(trial, facts, kToday);
    ASSERT_EQ(first.criteria.size(), second.criteria.size());
    for (std::size_t i = 0; i < first.criteria.size(); ++i) {
        EXPECT_EQ(first.criteria[i].outcome, second.criteria[i].outcome);
        EXPECT_EQ(first.criteria[i].remarks, second.criteria[i].remarks);
        EXPECT_EQ(first.criteria[i].evidence, second.criteria[i].evidence);
        EXPECT_EQ(first.criteria[i].missing, second.criteria[i].missing);
    }
}

TEST(Names, AreThoseOfTheInterface) {
    EXPECT_EQ(to_string(CriterionOutcome::passes), "passes");
    EXPECT_EQ(to_string(CriterionOutcome::fails), "fails");
    EXPECT_EQ(to_string(CriterionOutcome::unknown), "unknown");
    EXPECT_EQ(to_string(Reason::no_data), "no_data");
    EXPECT_EQ(to_string(Reason::stale), "stale");
    EXPECT_EQ(to_string(Reason::not_retrieved), "not_retrieved");
    EXPECT_EQ(to_string(Reason::unusable), "unusable");
    EXPECT_EQ(to_string(Reason::conflicting), "conflicting");
    EXPECT_EQ(to_string(Reason::confirm), "confirm");
    EXPECT_EQ(to_string(Reason::pending), "pending");
    EXPECT_EQ(to_string(Basis::evidence), "evidence");
    EXPECT_EQ(to_string(Basis::no_record), "no_record");
    EXPECT_EQ(to_string(TrialOutcome::potential_candidate), "potential_candidate");
    EXPECT_EQ(to_string(TrialOutcome::more_data_needed), "more_data_needed");
    EXPECT_EQ(to_string(TrialOutcome::not_a_candidate), "not_a_candidate");
    EXPECT_EQ(to_string(CriterionKind::inclusion), "inclusion");
    EXPECT_EQ(to_string(CriterionKind::exclusion), "exclusion");
}

} // namespace
} // namespace trialcds::eligibility::testing
