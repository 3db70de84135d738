// What assess() writes down of every node when it is asked to: in the order of evaluation, with what each node
// left behind, and without a change of the verdict.
#include "builders.h"
#include "eligibility/trace.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct TracedRun {
    TrialDefinition trial;
    PatientFacts facts;
    Trace trace;
    TrialAssessment assessment;

    explicit TracedRun(Expression rule, PatientFacts record = complete_record(),
                       CriterionKind kind = CriterionKind::inclusion)
        : trial(trial_of({criterion(kind, std::move(rule))})), facts(std::move(record)) {
        base::WorkBudget unlimited;
        assessment = assess(trial, facts, kToday, unlimited, &trace).value();
    }
    [[nodiscard]] const Expression &rule() const { return trial.criteria.front().parts.front().rule; }
    // The nodes of the criterion's rule, without those of `about`.
    [[nodiscard]] Trace of_rule() const {
        Trace nodes;
        for (const TracedNode &traced : trace)
            if (traced.node == &rule() || (!nodes.empty() && traced.depth > 0)) nodes.push_back(traced);
        return nodes;
    }
};

std::vector<std::size_t> depths(const Trace &trace) {
    std::vector<std::size_t> all;
    for (const TracedNode &traced : trace)
        all.push_back(traced.depth);
    return all;
}

std::vector<CriterionOutcome> outcomes(const Trace &trace) {
    std::vector<CriterionOutcome> all;
    for (const TracedNode &traced : trace)
        all.push_back(traced.result.outcome);
    return all;
}

constexpr auto kYes = CriterionOutcome::passes;
constexpr auto kNo = CriterionOutcome::fails;
constexpr auto kOpen = CriterionOutcome::unknown;

TEST(Trace, HoldsEveryNodeBeforeThoseBelowIt) {
    const TracedRun run(any_of({negation(always_true()), always_true()}));
    const Trace nodes = run.of_rule();
    ASSERT_EQ(nodes.size(), 4U);
    EXPECT_EQ(nodes.front().node, &run.rule());
    EXPECT_THAT(depths(nodes), ElementsAre(0, 1, 2, 1));
    EXPECT_THAT(outcomes(nodes), ElementsAre(kYes, kNo, kYes, kYes));
}

// An exclusion's verdict is turned, its nodes are not.
TEST(Trace, IsInTheSenseOfTheNode) {
    const TracedRun run(always_true(), complete_record(), CriterionKind::exclusion);
    EXPECT_EQ(run.assessment.criteria.front().outcome, kNo);
    EXPECT_THAT(outcomes(run.of_rule()), ElementsAre(kYes));
}

// What an operand lacks stays with it, also where the decision of another made it superfluous.
TEST(Trace, ANodeKeepsWhatItLeftBehind) {
    const TracedRun run(any_of({question(), always_true()}));
    const Trace nodes = run.of_rule();
    ASSERT_EQ(nodes.size(), 3U);
    EXPECT_THAT(nodes[0].result.missing, IsEmpty());
    EXPECT_EQ(nodes[1].result.outcome, kOpen);
    EXPECT_EQ(nodes[1].result.reason, Reason::no_data);
    EXPECT_THAT(nodes[1].result.missing, ElementsAre(kInputQuestion));
    EXPECT_THAT(run.assessment.criteria.front().missing, IsEmpty());
}

TEST(Trace, WhatWasNotEvaluatedIsNotThere) {
    const TracedRun run({FirstAvailable{{question(), always_true(), always_false()}}});
    EXPECT_THAT(outcomes(run.of_rule()), ElementsAre(kYes, kOpen, kYes));
}

TEST(Trace, HoldsTheRulesOfNotesAndAbout) {
    TracedRun run(always_true());
    run.trial.criteria.front().notes.push_back({.when = {question()}, .text = "a note"});
    Trace trace;
    base::WorkBudget unlimited;
    ASSERT_TRUE(assess(run.trial, run.facts, kToday, unlimited, &trace).has_value());
    std::vector<const Expression *> roots;
    for (const TracedNode &traced : trace)
        if (traced.depth == 0) roots.push_back(traced.node);
    EXPECT_THAT(roots,
                ElementsAre(&run.trial.about, &run.rule(), &run.trial.criteria.front().notes[0].when[0]));
}

TEST(Trace, ChangesNoVerdict) {
    const TracedRun run(all_of({always_true(), leaning(false)}));
    const TrialAssessment plain = assess(run.trial, run.facts, kToday);
    const CriterionResult &a = plain.criteria.front();
    const CriterionResult &b = run.assessment.criteria.front();
    EXPECT_EQ(a.outcome, b.outcome);
    EXPECT_EQ(a.leaning, b.leaning);
    EXPECT_EQ(a.remarks, b.remarks);
    EXPECT_EQ(a.harmless, b.harmless);
}

} // namespace
} // namespace trialcds::eligibility::testing
