// I2a (ACR/EULAR 2013 score >= 9) and I5g (activity index >= 2.5): bounds, never an imputed zero.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

enum class Item { no, yes, unknown, leans_yes, leans_no };

Expression item(Item value) {
    switch (value) {
    case Item::no:
        return always_false();
    case Item::yes:
        return always_true();
    case Item::unknown:
        return question();
    case Item::leans_yes:
        return leaning(true);
    case Item::leans_no:
        return leaning(false);
    }
    return {};
}

// CRP 2.25, mRSS 1.5, DLCO 1.0 of the activity index, against 2.5
Judged activity(Item crp, Item mrss, Item dlco) {
    return judge({Score{.id = "activity",
                        .threshold = number("2.5"),
                        .categories = {{"crp", {{number("2.25"), {item(crp)}}}, kInputOther},
                                       {"skin", {{number("1.5"), {item(mrss)}}}, kInputMrss},
                                       {"dlco", {{number("1.0"), {item(dlco)}}}, kInputAdjusted}}}},
                 complete_record());
}

TEST(I5gActivity, ThePairsThatReachTheThreshold) {
    EXPECT_THAT(activity(Item::yes, Item::no, Item::yes), Passes());      // 3.25
    EXPECT_THAT(activity(Item::yes, Item::yes, Item::no), Passes());      // 3.75
    EXPECT_THAT(activity(Item::no, Item::yes, Item::yes), Passes());      // 2.5, exactly
    EXPECT_THAT(activity(Item::yes, Item::yes, Item::unknown), Passes()); // whatever the rest
}

TEST(I5gActivity, CrpAloneIsNotEnough) {
    EXPECT_THAT(activity(Item::yes, Item::no, Item::no), Fails()); // 2.25
}

TEST(I5gActivity, BoundsThatStraddleAreUnknownAndNameWhatIsMissing) {
    const Judged unknown = activity(Item::yes, Item::unknown, Item::no);
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, ElementsAre(kInputMrss));
    EXPECT_THAT(activity(Item::unknown, Item::unknown, Item::unknown)->missing,
                ElementsAre(kInputMrss, kInputAdjusted, kInputOther));
}

TEST(I5gActivity, AnUpperBoundBelowTheThresholdDecides) {
    const Judged fails = activity(Item::unknown, Item::no, Item::no); // at most 2.25
    EXPECT_THAT(fails, Fails());
    EXPECT_THAT(fails->missing, IsEmpty());
}

TEST(I5gActivity, LeaningItemsCanOnlyLean) {
    EXPECT_THAT(activity(Item::yes, Item::leans_yes, Item::no), LeansToPass());
    EXPECT_THAT(activity(Item::yes, Item::leans_yes, Item::unknown)->missing, IsEmpty());
    EXPECT_THAT(activity(Item::yes, Item::leans_no, Item::no), UnknownFor(Reason::no_data));
}

Score classification(std::vector<ScoreCategory> categories) {
    return {
        .id = "acr-eular", .threshold = number("9"), .never_fails = true, .categories = std::move(categories)};
}

ScoreCategory fingers(Item puffy, Item sclerodactyly) {
    return {"fingers", {{number("2"), {item(puffy)}}, {number("4"), {item(sclerodactyly)}}}, kInputOnset};
}
ScoreCategory single(std::string id, std::string_view weight, Item value, InputIndex input = kInputOther) {
    return {std::move(id), {{number(weight), {item(value)}}}, input};
}

Judged score_of(std::vector<ScoreCategory> categories) {
    return judge({classification(std::move(categories))}, complete_record());
}

TEST(I2aClassification, OnlyTheHighestItemOfACategoryCounts) {
    // fingers 4 (not 2 + 4), antibodies 3, telangiectasia 2: 9
    EXPECT_THAT(score_of({fingers(Item::yes, Item::yes), single("antibody", "3", Item::yes),
                          single("telangiectasia", "2", Item::yes)}),
                Passes());
    // fingers 4 + antibodies 3: 7
    EXPECT_THAT(score_of({fingers(Item::yes, Item::yes), single("antibody", "3", Item::yes)}),
                UnknownFor(Reason::no_data));
}

TEST(I2aClassification, TheThresholdIsInclusive) {
    EXPECT_THAT(score_of({single("a", "8.99", Item::yes)}), UnknownFor(Reason::no_data));
    EXPECT_THAT(score_of({single("a", "9", Item::yes)}), Passes());
    EXPECT_THAT(score_of({single("a", "9.01", Item::yes)}), Passes());
}

TEST(I2aClassification, MissingItemsNeverMakeItFail) {
    const Judged unknown = score_of({single("raynaud", "3", Item::no)});
    EXPECT_THAT(unknown, UnknownFor(Reason::no_data));
    EXPECT_THAT(unknown->missing, IsEmpty());
}

TEST(I2aClassification, AnItemThatCannotBeReadIsUnknown) {
    ScoreCategory capillaroscopy{"nailfold", {{number("2"), {}}}, kInputDiagnosis};
    EXPECT_THAT(score_of({single("a", "8", Item::yes), capillaroscopy})->missing, ElementsAre(kInputDiagnosis));
}

TEST(I2aClassification, ACategoryWhoseHighestItemIsKnownLacksNothing) {
    EXPECT_THAT(score_of({fingers(Item::unknown, Item::yes)})->missing, IsEmpty());
    EXPECT_THAT(score_of({fingers(Item::yes, Item::unknown)})->missing, ElementsAre(kInputOnset));
}

TEST(I2aClassification, AnUnreadSourceIsNamedAsTheReason) {
    PatientFacts facts = complete_record();
    facts.conditions.retrieval = Retrieval::incomplete;
    const Score score = classification(
        {{"raynaud", {{number("3"), {{FindingTest{.value_set = kScleroderma}}}}}, kInputDiagnosis}});
    EXPECT_THAT(judge({score}, facts), UnknownFor(Reason::not_retrieved));
}

TEST(I2aClassification, NotesOfItemsThatAreAbsentAreNotShown) {
    const auto noted = [](bool yes) {
        return Expression{Confirm{.of = {yes ? always_true() : always_false()}, .note = "by proxy"}};
    };
    const auto one = [&](bool yes) {
        return judge({classification({{"skin", {{number("9"), {noted(yes)}}}, kInputMrss}})},
                     complete_record());
    };
    EXPECT_EQ(remarks_of(*one(true)), "by proxy\n");
    EXPECT_EQ(remarks_of(*one(false)), "");
}

TEST(I2aClassification, AProxyThatIsNotNeededLeavesNoRemark) {
    const Expression proxy{Confirm{.of = {always_true()}, .note = "by proxy"}};
    const ScoreCategory skin{"skin", {{number("9"), {proxy}}, {number("4"), {always_true()}}}, kInputMrss};
    EXPECT_EQ(remarks_of(*score_of({skin, single("antibody", "5", Item::yes)})), "");
    EXPECT_EQ(remarks_of(*score_of({skin, single("antibody", "3", Item::yes)})), "by proxy\n");
}

TEST(I5gActivity, AResultEndsWhenItsFirstItemGrowsOld) {
    const Freshness fresh{kSixWeeks, kSixMonths};
    const auto recent = [&](VariableIndex variable, std::string_view limit) {
        return Expression{MeasurementTest{.variable = variable, .range = more_than(limit), .freshness = fresh}};
    };
    const Score score{.threshold = number("2.5"),
                      .categories = {{"crp", {{number("2.25"), {recent(kHsCrp, "10")}}}, kInputOther},
                                     {"skin", {{number("1.5"), {recent(kMrss, "18")}}}, kInputMrss}}};
    const PatientFacts facts = with(with(complete_record(), kHsCrp, {measured("11", days_ago(30))}), kMrss,
                                    {measured("19", days_ago(20))});
    const Judged passes = judge({score}, facts);
    EXPECT_THAT(passes, Passes());
    EXPECT_EQ(passes->expires_on, kToday.plus_days(12));
    EXPECT_FALSE(passes->expires_for_good);
    const PatientFacts low = with(with(complete_record(), kHsCrp, {measured("10", days_ago(30))}), kMrss,
                                  {measured("19", days_ago(40))});
    EXPECT_EQ(judge({score}, low)->outcome, CriterionOutcome::fails);
    EXPECT_EQ(judge_exclusion({score}, low)->expires_on, kToday.plus_days(12)); // the CRP, which is absent
}

TEST(I5gActivity, AScoreThatDoesNotFitANumberIsUnusable) {
    const auto huge = [](std::string_view weight) { return single("huge", weight, Item::unknown); };
    const Score score{.threshold = number("2.5"),
                      .categories = {huge("999999999999999999"), huge("0.000000000000000001")}};
    EXPECT_THAT(judge({score}, complete_record()), UnknownFor(Reason::unusable));
}

} // namespace
} // namespace trialcds::eligibility::testing
