// clinical-rules 0.2: Kleene's strong three-valued logic; a combined unknown carries what is missing.
#include <map>

#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

enum class Value { no, yes, unknown, leans_no, leans_yes };

constexpr Value kTruths[] = {Value::no, Value::yes, Value::unknown};
constexpr Value kAll[] = {Value::no, Value::yes, Value::unknown, Value::leans_no, Value::leans_yes};

Expression operand(Value value, InputIndex input = kInputQuestion) {
    switch (value) {
    case Value::no:
        return always_false();
    case Value::yes:
        return always_true();
    case Value::unknown:
        return question(input);
    case Value::leans_no:
        return leaning(false);
    case Value::leans_yes:
        return leaning(true);
    }
    return {};
}

Value value_of(const PartResult &result) {
    if (result.outcome == CriterionOutcome::passes) return Value::yes;
    if (result.outcome == CriterionOutcome::fails) return Value::no;
    if (!result.leaning) return Value::unknown;
    return *result.leaning == CriterionOutcome::passes ? Value::leans_yes : Value::leans_no;
}

// Kleene's tables, written out: row = first operand, column = second, in the order no, yes, unknown.
constexpr Value kAnd[3][3] = {{Value::no, Value::no, Value::no},
                              {Value::no, Value::yes, Value::unknown},
                              {Value::no, Value::unknown, Value::unknown}};
constexpr Value kOr[3][3] = {{Value::no, Value::yes, Value::unknown},
                             {Value::yes, Value::yes, Value::yes},
                             {Value::unknown, Value::yes, Value::unknown}};

TEST(Kleene, AllNinePairs) {
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column) {
            const std::vector<Expression> pair{operand(kTruths[row]), operand(kTruths[column])};
            EXPECT_EQ(value_of(*judge(all_of(pair), complete_record())), kAnd[row][column]) << row << column;
            EXPECT_EQ(value_of(*judge(any_of(pair), complete_record())), kOr[row][column]) << row << column;
        }
}

TEST(Kleene, NotTurnsTruthAndLeaning) {
    const std::map<Value, Value> turned{{Value::no, Value::yes},
                                        {Value::yes, Value::no},
                                        {Value::unknown, Value::unknown},
                                        {Value::leans_no, Value::leans_yes},
                                        {Value::leans_yes, Value::leans_no}};
    for (const auto &[before, after] : turned)
        EXPECT_EQ(value_of(*judge(negation(operand(before)), complete_record())), after);
}

// What a lean counts as when leanings are combined.
Value as_leaning(Value value) {
    if (value == Value::leans_no) return Value::no;
    if (value == Value::leans_yes) return Value::yes;
    return value;
}

TEST(Kleene, LeaningsCombineAsIfTheyWereDecidedForEveryPair) {
    for (const Value left : kAll)
        for (const Value right : kAll) {
            const Value truth = value_of(*judge(all_of({operand(left), operand(right)}), complete_record()));
            const auto l = static_cast<int>(as_leaning(left));
            const auto r = static_cast<int>(as_leaning(right));
            const Value leaning_value = kAnd[l][r];
            const bool decided =
                left == Value::no || right == Value::no || (left == Value::yes && right == Value::yes);
            if (decided)
                EXPECT_EQ(truth, leaning_value);
            else
                EXPECT_EQ(as_leaning(truth), leaning_value);
            EXPECT_EQ(truth == Value::no || truth == Value::yes, decided);
        }
}

TEST(Kleene, AtLeastTwoOfThreeCountsBothWays) {
    const auto two_of = [](Value a, Value b, Value c) {
        return judge({AtLeastN{.n = 2, .of = {operand(a), operand(b), operand(c)}}}, complete_record());
    };
    EXPECT_THAT(two_of(Value::yes, Value::yes, Value::unknown), Passes());
    EXPECT_THAT(two_of(Value::no, Value::no, Value::unknown), Fails());
    EXPECT_THAT(two_of(Value::yes, Value::no, Value::unknown), UnknownFor(Reason::no_data));
    EXPECT_THAT(two_of(Value::yes, Value::no, Value::leans_yes), LeansToPass());
    EXPECT_THAT(two_of(Value::yes, Value::no, Value::leans_no), LeansToFail());
}

TEST(Kleene, ANodeWithoutEnoughOperandsSaysNothing) {
    EXPECT_THAT(judge(all_of({}), complete_record()), UnknownFor(Reason::no_data));
    EXPECT_THAT(judge(any_of({}), complete_record()), UnknownFor(Reason::no_data));
    EXPECT_THAT(judge({Not{}}, complete_record()), UnknownFor(Reason::no_data));
    EXPECT_THAT(judge({Confirm{}}, complete_record()), UnknownFor(Reason::no_data));
    EXPECT_THAT(judge({FirstAvailable{}}, complete_record()), UnknownFor(Reason::no_data));
    EXPECT_THAT(judge({AtLeastN{.n = 2, .of = {always_true()}}}, complete_record()),
                UnknownFor(Reason::no_data));
    EXPECT_THAT(judge({AtLeastN{.n = 0, .of = {always_false()}}}, complete_record()),
                UnknownFor(Reason::no_data));
}

TEST(Kleene, AnUnknownCarriesTheUnionOfWhatIsMissingSortedAndOnce) {
    const Judged unknown = judge(all_of({question(kInputOther), always_true(), question(kInputMrss),
                                         any_of({question(kInputOther), always_false()})}),
                                 complete_record());
    EXPECT_THAT(unknown->missing, ::testing::ElementsAre(kInputMrss, kInputOther));
}

TEST(Kleene, ADecidedResultLacksNothing) {
    EXPECT_THAT(judge(any_of({question(), always_true()}), complete_record())->missing, ::testing::IsEmpty());
    EXPECT_THAT(judge(all_of({question(), always_false()}), complete_record())->missing, ::testing::IsEmpty());
    const Judged nested = judge(all_of({any_of({question(kInputMrss), always_true()}), question(kInputOther)}),
                                complete_record());
    EXPECT_THAT(nested->missing, ::testing::ElementsAre(kInputOther));
}

TEST(Kleene, OnlyWhatDecidedRemainsAsEvidence) {
    const PatientFacts facts =
        with(with(complete_record(), kScleroderma, {diagnosis("diffuse systemic sclerosis")}), kEsr,
             {measured("12", days_ago(5))});
    const Expression diagnosed{FindingTest{.value_set = kScleroderma}};
    const Expression high_esr{MeasurementTest{.variable = kEsr, .range = at_least("30")}};
    const Judged passes = judge(any_of({high_esr, diagnosed}), facts);
    ASSERT_THAT(passes, Passes());
    ASSERT_EQ(passes->evidence.size(), 1U);
    EXPECT_EQ(std::get<FindingEvidence>(passes->evidence[0]).finding,
              &passes.facts().findings[at(kScleroderma)][0]);
    const Judged fails = judge(all_of({diagnosed, high_esr, diagnosed}), facts);
    ASSERT_EQ(fails->evidence.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<MeasurementEvidence>(fails->evidence[0]));
    EXPECT_EQ(judge(all_of({diagnosed, negation(high_esr), diagnosed}), facts)->evidence.size(), 2U);
}

// The worst reason among the operands that lean nowhere.
struct ReasonCase {
    Reason reason;
    Expression expression;
};

std::vector<ReasonCase> reasons_worst_first() {
    const Freshness fresh{kSixWeeks, kSixMonths};
    return {{Reason::not_retrieved, {MeasurementTest{.variable = kHaemoglobin, .range = at_least("1")}}},
            {Reason::conflicting, {MeasurementTest{.variable = kEsr, .range = at_least("30")}}},
            {Reason::unusable, {MeasurementTest{.variable = kHsCrp, .range = at_least("6")}}},
            {Reason::stale, {MeasurementTest{.variable = kFvc, .range = at_most("50"), .freshness = fresh}}},
            {Reason::no_data, question()}};
}

TEST(Kleene, TheWorstReasonNamesACombinedUnknown) {
    PatientFacts facts =
        with(with(with(complete_record(), kEsr, {measured("20", days_ago(3)), measured("40", days_ago(3))}),
                  kHsCrp, {measured(more_than("5"), days_ago(3))}),
             kFvc, {measured("70", days_ago(400))});
    facts.measurement_coverage[at(kHaemoglobin)] = Retrieval::not_retrieved;
    const auto reasons = reasons_worst_first();
    for (std::size_t worse = 0; worse < reasons.size(); ++worse)
        for (std::size_t other = worse; other < reasons.size(); ++other) {
            const std::vector<Expression> pair{reasons[other].expression, reasons[worse].expression};
            EXPECT_THAT(judge(all_of(pair), facts), UnknownFor(reasons[worse].reason)) << worse << other;
            EXPECT_THAT(judge(any_of(pair), facts), UnknownFor(reasons[worse].reason)) << worse << other;
        }
    EXPECT_THAT(judge(all_of({leaning(true), question()}), facts), UnknownFor(Reason::no_data));
}

} // namespace
} // namespace trialcds::eligibility::testing
