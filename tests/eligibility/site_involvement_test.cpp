// I5c and I5d: new body areas of the mRSS, and whether a left/right pair is one area or two.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// items: 0 face, 1 chest, 2 left hand, 3 right hand, 4 left thigh, 5 right thigh; -1 is not recorded
PanelAssessment sites(std::vector<int> scores, DateInterval date) {
    PanelAssessment assessment{.date = date};
    for (const int score : scores)
        assessment.items.push_back(score < 0 ? std::nullopt : std::optional<Decimal>(Decimal(score)));
    return assessment;
}

SiteInvolvement new_sites(int n) {
    return {.panel = kMrssPanel,
            .new_items_at_least = n,
            .within = kSixMonths,
            .freshness = kResultAge,
            .input = kInputMrss,
            .total = kMrss,
            .pairs = {{2, 3}, {4, 5}}};
}

Judged involved(int n, std::vector<int> before, std::vector<int> now) {
    return judge({new_sites(n)}, with(complete_record(), {sites(std::move(now), days_ago(3)),
                                                          sites(std::move(before), days_ago(100))}));
}

TEST(I5cNewArea, OneSiteFromZeroToOneIsNew) {
    EXPECT_THAT(involved(1, {0, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0}), Passes());
    EXPECT_THAT(involved(1, {1, 0, 0, 0, 0, 0}, {3, 0, 0, 0, 0, 0}), Fails());
    EXPECT_THAT(involved(1, {2, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}), Fails());
}

TEST(I5cNewArea, AnAssessmentThatMayLieBetweenLeavesTheOrderOpen) {
    const std::vector<int> before(6, 0);
    const std::vector<int> now{1, 0, 0, 0, 0, 0};
    const auto beside = [&](DateInterval date) {
        return judge({new_sites(1)}, with(complete_record(), {sites(now, days_ago(3)), sites(now, date),
                                                              sites(before, days_ago(100))}));
    };
    const Day begun = days_ago(10).first;
    EXPECT_THAT(beside({begun, base::kDistantFuture}), UnknownFor(Reason::unusable));
    EXPECT_THAT(beside({begun, begun}), Fails()) << "it is the earlier one";
}

TEST(I5dTwoNewAreas, TwoSitesThatAreNoPair) {
    EXPECT_THAT(involved(2, {0, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0}), Fails());
    EXPECT_THAT(involved(2, {0, 0, 0, 0, 0, 0}, {1, 2, 0, 0, 0, 0}), Passes());
    EXPECT_THAT(involved(2, {0, 0, 0, 0, 0, 0}, {0, 0, 1, 0, 1, 0}), Passes());
}

TEST(I5cNewArea, OnlyOnePairIsToBeConfirmed) {
    const Judged pair = involved(1, {0, 0, 0, 0, 0, 0}, {0, 0, 1, 1, 0, 0});
    EXPECT_THAT(pair, LeansToPass());
    EXPECT_THAT(remarks_of(*pair), HasSubstr("one pair"));
    EXPECT_THAT(involved(2, {0, 0, 0, 0, 0, 0}, {0, 0, 1, 1, 0, 0}), LeansToPass());
}

TEST(I5dTwoNewAreas, TwoPairsOrAPairAndASiteAreTwoAreas) {
    EXPECT_THAT(involved(2, {0, 0, 0, 0, 0, 0}, {0, 0, 1, 1, 1, 1}), Passes());
    EXPECT_THAT(involved(2, {0, 0, 0, 0, 0, 0}, {1, 0, 1, 1, 0, 0}), Passes());
    EXPECT_THAT(involved(3, {0, 0, 0, 0, 0, 0}, {1, 0, 1, 1, 0, 0}), LeansToPass());
    EXPECT_THAT(involved(4, {0, 0, 0, 0, 0, 0}, {1, 0, 1, 1, 0, 0}), Fails());
}

TEST(I5cNewArea, SitesNotRecordedMayBeNew) {
    EXPECT_THAT(involved(1, {-1, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0}), UnknownFor(Reason::no_data));
    EXPECT_THAT(involved(1, {0, 0, 0, 0, 0, 0}, {-1, 0, 0, 0, 0, 0}), UnknownFor(Reason::no_data));
    EXPECT_THAT(involved(1, {-1, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0})->missing, ElementsAre(kInputMrss));
    EXPECT_THAT(involved(1, {1, 0, 0, 0, 0, 0}, {-1, 0, 0, 0, 0, 0}), Fails());
    EXPECT_THAT(involved(1, {-1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}), Fails());
    EXPECT_THAT(involved(2, {-1, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0}), UnknownFor(Reason::no_data));
    EXPECT_THAT(involved(1, {-1, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0}), Passes());
}

TEST(I5cNewArea, AssessmentsOfDifferentLengthLackTheOtherItems) {
    EXPECT_THAT(involved(1, {0, 0}, {0, 0, 1, 0, 0, 0}), UnknownFor(Reason::no_data));
    EXPECT_THAT(involved(1, {0, 0, 0, 0, 0, 0}, {0, 0}), UnknownFor(Reason::no_data));
}

Judged panel(std::vector<PanelAssessment> assessments, Retrieval coverage = Retrieval::complete,
             SiteInvolvement rule = new_sites(1)) {
    PatientFacts facts = with(complete_record(), std::move(assessments));
    facts.measurement_coverage[at(kMrss)] = coverage;
    return judge({std::move(rule)}, facts);
}

const std::vector<int> kNone{0, 0, 0, 0, 0, 0};
const std::vector<int> kFace{1, 0, 0, 0, 0, 0};

TEST(I5cNewArea, NeedsTwoAssessmentsWithinSixMonths) {
    EXPECT_THAT(panel({}), UnknownFor(Reason::no_data));
    EXPECT_THAT(panel({sites(kFace, days_ago(3))}), UnknownFor(Reason::no_data));
    EXPECT_THAT(panel({sites(kFace, on("2026-11-15")), sites(kNone, on("2026-05-15"))}), Passes());
    EXPECT_THAT(panel({sites(kFace, on("2026-11-15")), sites(kNone, on("2026-05-14"))}),
                UnknownFor(Reason::no_data));
    EXPECT_THAT(panel({sites(kFace, on("2026-11-15")), sites(kNone, on("2026-05"))}),
                UnknownFor(Reason::unusable));
    EXPECT_THAT(judge({new_sites(1)}, PatientFacts{}), UnknownFor(Reason::not_retrieved));
}

TEST(I5cNewArea, ComparesWithTheMostRecentEarlierAssessment) {
    EXPECT_THAT(panel({sites(kFace, days_ago(3)), sites(kFace, days_ago(50)), sites(kNone, days_ago(100))}),
                Fails());
}

TEST(I5cNewArea, CoverageIsThatOfTheTotal) {
    const std::vector<PanelAssessment> both{sites(kFace, days_ago(3)), sites(kNone, days_ago(100))};
    EXPECT_THAT(panel(both, Retrieval::incomplete), LeansToPass());
    EXPECT_THAT(panel({sites(kFace, days_ago(3))}, Retrieval::incomplete), UnknownFor(Reason::not_retrieved));
    SiteInvolvement without_total = new_sites(1);
    without_total.total.reset();
    EXPECT_THAT(panel(both, Retrieval::complete, without_total), LeansToPass());
}

TEST(I5cNewArea, FreshnessOfTheNewest) {
    EXPECT_THAT(panel({sites(kFace, days_ago(42)), sites(kNone, days_ago(100))}), Passes());
    EXPECT_THAT(panel({sites(kFace, days_ago(43)), sites(kNone, days_ago(100))}), LeansToPass());
    EXPECT_THAT(panel({sites(kFace, days_ago(300)), sites(kNone, days_ago(350))}), UnknownFor(Reason::stale));
    EXPECT_EQ(panel({sites(kFace, days_ago(42)), sites(kNone, days_ago(100))})->expires_on, kToday);
}

TEST(I5cNewArea, ContradictingAssessmentsOfOneDay) {
    EXPECT_THAT(panel({sites(kFace, days_ago(3)), sites(kNone, days_ago(3)), sites(kNone, days_ago(100))}),
                UnknownFor(Reason::conflicting));
    EXPECT_THAT(panel({sites(kFace, days_ago(3)), sites(kNone, days_ago(99)), sites(kFace, days_ago(99))}),
                UnknownFor(Reason::conflicting));
    EXPECT_THAT(panel({sites(kFace, days_ago(3)), sites(kFace, days_ago(3)), sites(kNone, days_ago(100))}),
                Passes());
}

TEST(I5cNewArea, WeakAssessmentsOnlyLean) {
    PanelAssessment weak = sites(kNone, days_ago(100));
    weak.grade = Grade::confirm;
    EXPECT_THAT(panel({sites(kFace, days_ago(3)), weak}), LeansToPass());
    PanelAssessment weak_now = sites(kNone, days_ago(3));
    weak_now.grade = Grade::confirm;
    EXPECT_THAT(panel({weak_now, sites(kNone, days_ago(100))}), LeansToFail());
}

TEST(I5cNewArea, BothAssessmentsAreTheEvidence) {
    const Judged passes = panel({sites(kFace, days_ago(3)), sites(kNone, days_ago(100))});
    ASSERT_EQ(passes->evidence.size(), 2U);
    EXPECT_EQ(std::get<PanelEvidence>(passes->evidence[0]).assessment, &passes.facts().panels[0][0]);
}

} // namespace
} // namespace trialcds::eligibility::testing
