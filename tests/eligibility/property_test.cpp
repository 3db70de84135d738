// Properties that hold for every rule tree and every record, checked on random ones.
#include <rapidcheck.h>

#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

// A tree of all_of, any_of and not over leaves; a leaf tests one variable against "at least 1".
struct Tree {
    enum class Kind { leaf, all, any, negation } kind = Kind::leaf;
    std::size_t leaf = 0;
    std::vector<Tree> of;
};

constexpr std::size_t kLeaves = kVariables;

Expression to_expression(const Tree &tree) {
    if (tree.kind == Tree::Kind::leaf)
        return {MeasurementTest{.variable = static_cast<VariableIndex>(tree.leaf), .range = at_least("1")}};
    std::vector<Expression> operands;
    for (const Tree &operand : tree.of)
        operands.push_back(to_expression(operand));
    if (tree.kind == Tree::Kind::all) return all_of(std::move(operands));
    if (tree.kind == Tree::Kind::any) return any_of(std::move(operands));
    return negation(std::move(operands.front()));
}

Tree random_tree(int depth) {
    const int kind = depth == 0 ? 0 : *rc::gen::inRange(0, 4);
    if (kind == 0) return {.leaf = *rc::gen::inRange<std::size_t>(0, kLeaves)};
    Tree tree{.kind = static_cast<Tree::Kind>(kind)};
    const int operands = tree.kind == Tree::Kind::negation ? 1 : *rc::gen::inRange(1, 5);
    for (int i = 0; i < operands; ++i)
        tree.of.push_back(random_tree(depth - 1));
    return tree;
}

// no, yes, unknown, and weak results that only lean
enum class Leaf { no, yes, unknown, leans_no, leans_yes };

std::vector<Leaf> random_leaves() {
    std::vector<Leaf> leaves;
    for (std::size_t i = 0; i < kLeaves; ++i)
        leaves.push_back(static_cast<Leaf>(*rc::gen::inRange(0, 5)));
    return leaves;
}

PatientFacts to_facts(const std::vector<Leaf> &leaves) {
    PatientFacts facts = complete_record();
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (leaves[i] == Leaf::unknown) continue;
        const bool yes = leaves[i] == Leaf::yes || leaves[i] == Leaf::leans_yes;
        Measurement result = measured(yes ? "1" : "0", days_ago(1));
        if (leaves[i] == Leaf::leans_no || leaves[i] == Leaf::leans_yes) result.grade = Grade::confirm;
        facts.measurements[i] = {result};
    }
    return facts;
}

bool is_decided(Leaf leaf) {
    return leaf == Leaf::no || leaf == Leaf::yes;
}

TEST(Property, SettlingAnUnknownNeverChangesADecidedResult) {
    const bool holds = rc::check("Kleene logic is monotone", [] {
        const Tree tree = random_tree(4);
        std::vector<Leaf> leaves = random_leaves();
        const Judged before = judge(to_expression(tree), to_facts(leaves));
        for (Leaf &leaf : leaves)
            if (!is_decided(leaf)) leaf = *rc::gen::arbitrary<bool>() ? Leaf::yes : Leaf::no;
        const Judged after = judge(to_expression(tree), to_facts(leaves));
        RC_ASSERT(after->outcome != CriterionOutcome::unknown);
        if (before->outcome != CriterionOutcome::unknown) RC_ASSERT(after->outcome == before->outcome);
    });
    EXPECT_TRUE(holds);
}

TEST(Property, SettlingLeansTheWayTheyLeanSettlesTheWholeTheWayItLeans) {
    const bool holds = rc::check("leanings are Kleene's logic over what they lean to", [] {
        const Tree tree = random_tree(4);
        std::vector<Leaf> leaves = random_leaves();
        for (Leaf &leaf : leaves)
            if (leaf == Leaf::unknown) leaf = Leaf::leans_yes;
        const Judged before = judge(to_expression(tree), to_facts(leaves));
        for (Leaf &leaf : leaves) {
            if (leaf == Leaf::leans_yes) leaf = Leaf::yes;
            if (leaf == Leaf::leans_no) leaf = Leaf::no;
        }
        const CriterionOutcome settled = judge(to_expression(tree), to_facts(leaves))->outcome;
        RC_ASSERT(settled == before->leaning.value_or(before->outcome));
    });
    EXPECT_TRUE(holds);
}

void shuffle(Tree &tree) {
    for (std::size_t i = tree.of.size(); i > 1; --i)
        std::swap(tree.of[i - 1], tree.of[*rc::gen::inRange<std::size_t>(0, i)]);
    for (Tree &operand : tree.of)
        shuffle(operand);
}

TEST(Property, TheOrderOfOperandsChangesNothing) {
    const bool holds = rc::check("operand order", [] {
        Tree tree = random_tree(4);
        const PatientFacts facts = to_facts(random_leaves());
        const Judged before = judge(to_expression(tree), facts);
        shuffle(tree);
        const Judged after = judge(to_expression(tree), facts);
        RC_ASSERT(after->outcome == before->outcome);
        RC_ASSERT(after->reason == before->reason);
        RC_ASSERT(after->leaning == before->leaning);
        RC_ASSERT(after->missing == before->missing);
        RC_ASSERT(after->harmless == before->harmless);
    });
    EXPECT_TRUE(holds);
}

TEST(Property, TurningAnExclusionIsNegation) {
    const bool holds = rc::check("exclusion = not inclusion", [] {
        const Tree tree = random_tree(4);
        const PatientFacts facts = to_facts(random_leaves());
        const Judged turned = judge_exclusion(to_expression(tree), facts);
        const Judged negated = judge(negation(to_expression(tree)), facts);
        RC_ASSERT(turned->outcome == negated->outcome);
        RC_ASSERT(turned->leaning == negated->leaning);
        RC_ASSERT(turned->missing == negated->missing);
    });
    EXPECT_TRUE(holds);
}

// A record and rules with windows in days only, so that nothing depends on the calendar.
PatientFacts random_exposures(Day as_of) {
    PatientFacts facts = complete_record();
    facts.medications_not_understood = {{.records = *rc::gen::inRange(0, 2), .names = {}}};
    facts.medication_source_complete = *rc::gen::arbitrary<bool>();
    if (*rc::gen::inRange(0, 4) == 0) facts.medication_sources_refused = {base::LocalizedText("source")};
    const int exposures = *rc::gen::inRange(0, 4);
    for (int i = 0; i < exposures; ++i) {
        const int last = *rc::gen::inRange(0, 400);
        const int span = *rc::gen::element(0, 0, 30, 200);
        DrugExposure exposure = given("d", {as_of.plus_days(-last - span), as_of.plus_days(-last)});
        exposure.ongoing = *rc::gen::inRange(0, 8) == 0;
        if (exposure.ongoing) exposure.last.last = as_of;
        if (*rc::gen::arbitrary<bool>()) exposure.grade = Grade::confirm;
        if (*rc::gen::arbitrary<bool>())
            exposure.half_life = HalfLife{number("18.5"), number("22.4"), *rc::gen::arbitrary<bool>()};
        facts.exposures[at(kBiologic)].push_back(exposure);
    }
    const int results = *rc::gen::inRange(0, 3);
    std::vector<Measurement> esr;
    for (int i = 0; i < results; ++i)
        esr.push_back(measured(std::to_string(*rc::gen::inRange(28, 33)),
                               on(as_of.plus_days(-*rc::gen::inRange(0, 60)))));
    return with(std::move(facts), kEsr, std::move(esr));
}

void shift(PatientFacts &facts, int days) {
    const auto move = [days](DateInterval &date) {
        date = {date.first.plus_days(days), date.last.plus_days(days)};
    };
    for (DrugExposure &exposure : facts.exposures[at(kBiologic)]) {
        move(exposure.last);
        exposure.first_day = exposure.first_day->plus_days(days);
    }
    for (Measurement &result : facts.measurements[at(kEsr)])
        move(result.date);
}

TrialDefinition windows_in_days() {
    return trial_of(
        {criterion(CriterionKind::exclusion,
                   {Exposure{.group = kBiologic, .window = kTwelveWeeks, .half_lives = number("5")}}),
         criterion(CriterionKind::exclusion,
                   {Exposure{.group = kBiologic, .window = kThirtySixWeeks, .time_clears = false}}),
         criterion(CriterionKind::inclusion,
                   {MeasurementTest{.variable = kEsr,
                                    .range = at_least("30"),
                                    .freshness = Freshness{kSixWeeks, Period{50, 0}}}})});
}

std::optional<Day> shifted(std::optional<Day> day_or_none, int days) {
    return day_or_none ? std::optional(day_or_none->plus_days(days)) : std::nullopt;
}

TEST(Property, OnlyTheDistanceToTodayMatters) {
    const bool holds = rc::check("shifting all dates keeps the verdicts", [] {
        const int days = *rc::gen::inRange(-2000, 2000);
        PatientFacts facts = random_exposures(kToday);
        const Judged before(windows_in_days(), facts, kToday);
        shift(facts, days);
        const Judged after(windows_in_days(), facts, kToday.plus_days(days));
        RC_ASSERT(after.trial().outcome == before.trial().outcome);
        RC_ASSERT(after.trial().possible_from == shifted(before.trial().possible_from, days));
        for (std::size_t i = 0; i < before.trial().criteria.size(); ++i) {
            const CriterionResult &then = before.trial().criteria[i];
            const CriterionResult &now = after.trial().criteria[i];
            RC_ASSERT(now.outcome == then.outcome);
            RC_ASSERT(now.reason == then.reason);
            RC_ASSERT(now.leaning == then.leaning);
            RC_ASSERT(now.temporary == then.temporary);
            RC_ASSERT(now.clears_on == shifted(then.clears_on, days));
            RC_ASSERT(now.expires_on == shifted(then.expires_on, days));
        }
    });
    EXPECT_TRUE(holds);
}

TEST(Property, ATemporaryFailPassesOnTheDayItClearsAndNotBefore) {
    const bool holds = rc::check("clears_on is kept", [] {
        const PatientFacts facts = random_exposures(kToday);
        const Judged before(windows_in_days(), facts, kToday);
        for (std::size_t i = 0; i < before.trial().criteria.size(); ++i) {
            const CriterionResult &result = before.trial().criteria[i];
            if (!result.temporary) continue;
            const Judged then(windows_in_days(), facts, *result.clears_on);
            RC_ASSERT(then.trial().criteria[i].outcome == CriterionOutcome::passes);
            const Judged eve(windows_in_days(), facts, result.clears_on->plus_days(-1));
            RC_ASSERT(eve.trial().criteria[i].outcome != CriterionOutcome::passes);
        }
    });
    EXPECT_TRUE(holds);
}

TEST(Property, APassHoldsThroughTheDayItExpires) {
    const bool holds = rc::check("expires_on is kept", [] {
        const PatientFacts facts = random_exposures(kToday);
        const Judged before(windows_in_days(), facts, kToday);
        for (std::size_t i = 0; i < before.trial().criteria.size(); ++i) {
            const CriterionResult &result = before.trial().criteria[i];
            if (result.outcome != CriterionOutcome::passes || !result.expires_on) continue;
            const Judged then(windows_in_days(), facts, *result.expires_on);
            RC_ASSERT(then.trial().criteria[i].outcome == CriterionOutcome::passes);
            const Judged next(windows_in_days(), facts, result.expires_on->plus_days(1));
            RC_ASSERT(next.trial().criteria[i].outcome != CriterionOutcome::passes);
        }
    });
    EXPECT_TRUE(holds);
}

} // namespace
} // namespace trialcds::eligibility::testing
