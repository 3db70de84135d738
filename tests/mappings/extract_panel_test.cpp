// The mRSS and its 17 sites (I4, I5b-d, E3; clinical-rules 5.3): a missing site is never 0.
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::vector<std::string> kSites{
    "face",        "anterior-chest", "abdomen",         "left-fingers",   "right-fingers",   "left-hand",
    "right-hand",  "left-forearm",   "right-forearm",   "left-upper-arm", "right-upper-arm", "left-thigh",
    "right-thigh", "left-lower-leg", "right-lower-leg", "left-foot",      "right-foot"};
const std::string kTotal = coded(kOwn, "mrss-total");

std::string sites(std::size_t count, const std::string &score) {
    std::string out = "'component':[";
    for (std::size_t i = 0; i < count; ++i)
        out += std::string(i > 0 ? "," : "") + "{'code':" + coded(kOwn, "mrss-" + kSites[i]) +
               ",'valueInteger':" + score + "}";
    return out + "]";
}

std::vector<std::string> single_sites(std::size_t count, const std::string &score, const std::string &date) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(observation(coded(kOwn, "mrss-" + kSites[i]), "'valueInteger':" + score,
                                  "s" + std::to_string(100 + i), date));
    return out;
}

std::size_t recorded(const PanelAssessment &assessment) {
    return static_cast<std::size_t>(std::count_if(assessment.items.begin(), assessment.items.end(),
                                                  [](const auto &item) { return item.has_value(); }));
}

TEST(ExtractPanel, I4RecordedTotalWithoutSites) {
    const Facts facts({observation(kTotal, "'valueInteger':22")});
    EXPECT_EQ(facts.measurement("mrss-total").value, exactly("22"));
    EXPECT_FALSE(facts.measurement("mrss-total").derived);
    ASSERT_EQ(facts.assessments().size(), 1U);
    EXPECT_EQ(facts.assessments()[0].total, exactly("22"));
    EXPECT_EQ(recorded(facts.assessments()[0]), 0U);
}

TEST(ExtractPanel, I4SumOfAll17ComponentsWithoutATotal) {
    const Facts facts({observation(kTotal, sites(17, "1"))});
    const Measurement total = facts.measurement("mrss-total");
    EXPECT_EQ(total.value, exactly("17"));
    EXPECT_TRUE(total.derived);
    EXPECT_EQ(total.unusable, Unusable::none) << "the empty head does not block the sum";
    EXPECT_EQ(total.value_text, "17");
    EXPECT_EQ(facts.measurement("mrss-face").value, exactly("1"));
    EXPECT_EQ(facts.out.used, 1);
}

TEST(ExtractPanel, I4SixteenSitesGiveALowerBoundOnly) {
    const Facts facts({observation(kTotal, sites(16, "1"))});
    EXPECT_EQ(facts.measurement("mrss-total").value, at_least("16"));
    EXPECT_EQ(facts.assessments()[0].total, at_least("16"));
    EXPECT_EQ(recorded(facts.assessments()[0]), 16U);
    EXPECT_FALSE(facts.assessments()[0].items[16]);
}

TEST(ExtractPanel, I4SingleSiteObservationsOfOneDay) {
    auto resources = single_sites(17, "2", "2026-11-02T08:00:00Z");
    resources[3] =
        observation(coded(kOwn, "mrss-left-fingers"), "'valueInteger':3", "s103", "2026-11-02T08:20:00Z");
    const Facts facts(resources);
    EXPECT_EQ(facts.measurement("mrss-total").value, exactly("35"));
    ASSERT_EQ(facts.assessments().size(), 1U);
    EXPECT_EQ(facts.assessments()[0].items[3], number("3"));
    EXPECT_EQ(facts.assessments()[0].origin.source, "Observation/s100");
    EXPECT_EQ(facts.out.used, 17);
}

TEST(ExtractPanel, SitesOfTwoDaysAreTwoAssessmentsNewestFirst) {
    auto resources = single_sites(17, "1", "2026-05-04");
    for (const std::string &site : single_sites(3, "2", "2026-11-02")) {
        std::string renamed = site;
        renamed.replace(renamed.find("'s1"), 3, "'t1");
        resources.push_back(renamed);
    }
    const Facts facts(resources);
    ASSERT_EQ(facts.assessments().size(), 2U);
    EXPECT_EQ(facts.assessments()[0].date, between("2026-11-02", "2026-11-02"));
    EXPECT_EQ(facts.assessments()[0].total, at_least("6"));
    EXPECT_EQ(facts.assessments()[1].total, exactly("17"));
}

TEST(ExtractPanel, SingleSitesJoinTheTotalOfTheirDay) {
    auto resources = single_sites(17, "1", "2026-11-02");
    resources.push_back(observation(kTotal, "'valueInteger':17", "total"));
    const Facts facts(resources);
    ASSERT_EQ(facts.assessments().size(), 1U);
    EXPECT_EQ(recorded(facts.assessments()[0]), 17U);
    EXPECT_EQ(facts.measurement("mrss-total").origin.source, "Observation/total");
    EXPECT_FALSE(facts.measurement("mrss-total").derived);
}

TEST(ExtractPanel, GroupingHeadWithoutValueTakesItsSingleSites) {
    auto resources = single_sites(17, "1", "2026-11-02");
    resources.push_back(observation(kTotal, "'hasMember':[{'reference':'Observation/s100'}]", "total"));
    const Facts facts(resources);
    EXPECT_EQ(facts.measurement("mrss-total").value, exactly("17"));
    EXPECT_TRUE(facts.measurement("mrss-total").derived);
}

TEST(ExtractPanel, TwoTotalsOfADayLeaveItOpenWhichTheSitesBelongTo) {
    auto resources = single_sites(17, "1", "2026-11-02");
    resources.push_back(observation(kTotal, "'valueInteger':17", "t1"));
    resources.push_back(observation(kTotal, "'valueInteger':20", "t2"));
    const Facts facts(resources);
    EXPECT_EQ(facts.assessments().size(), 3U);
    EXPECT_EQ(facts.measurements("mrss-total").size(), 3U);
}

TEST(ExtractPanel, SitesWithoutAnExactDayFormNoAssessment) {
    EXPECT_TRUE(Facts(single_sites(17, "1", "2026-11")).assessments().empty());
    EXPECT_TRUE(Facts(single_sites(17, "1", "")).assessments().empty());
}

TEST(ExtractPanel, TotalThatIsNotTheSumIsUsedButHasToBeConfirmed) {
    const Facts facts({observation(kTotal, "'valueInteger':20," + sites(17, "1"))});
    const Measurement total = facts.measurement("mrss-total");
    EXPECT_EQ(total.value, exactly("20"));
    EXPECT_EQ(total.grade, Grade::confirm);
    EXPECT_EQ(facts.assessments()[0].grade, Grade::confirm);
    EXPECT_EQ(facts.issues("total-differs-from-items"), 1);
}

TEST(ExtractPanel, TotalIsHeldAgainstTheBoundsOfIncompleteSites) {
    const Facts possible({observation(kTotal, "'valueInteger':19," + sites(16, "1"))});
    EXPECT_EQ(possible.measurement("mrss-total").grade, Grade::decides);
    const Facts too_low({observation(kTotal, "'valueInteger':15," + sites(16, "1"))});
    EXPECT_EQ(too_low.measurement("mrss-total").grade, Grade::confirm);
    const Facts too_high({observation(kTotal, "'valueInteger':20," + sites(16, "1"))});
    EXPECT_EQ(too_high.measurement("mrss-total").grade, Grade::confirm);
}

TEST(ExtractPanel, SiteOutOfItsScaleCountsAsNotRecorded) {
    auto resources = single_sites(16, "1", "2026-11-02");
    resources.push_back(observation(coded(kOwn, "mrss-right-foot"), "'valueInteger':4", "bad"));
    const Facts facts(resources);
    EXPECT_EQ(facts.measurement("mrss-right-foot").unusable, Unusable::implausible);
    EXPECT_EQ(facts.issues("implausible"), 1);
    EXPECT_EQ(facts.measurement("mrss-total").value, at_least("16"));
}

TEST(ExtractPanel, ContradictorySitesOfOneDayCountAsNotRecorded) {
    auto resources = single_sites(17, "1", "2026-11-02");
    resources.push_back(observation(coded(kOwn, "mrss-face"), "'valueInteger':2", "again"));
    resources.push_back(observation(coded(kOwn, "mrss-face"), "'valueInteger':1", "again2"));
    const Facts facts(resources);
    EXPECT_FALSE(facts.assessments()[0].items[0]);
    EXPECT_EQ(facts.measurement("mrss-total").value, at_least("16"));
    EXPECT_EQ(facts.issues("conflicting-items"), 1);
}

TEST(ExtractPanel, UnreadableTotalIsNotReplacedByTheSum) {
    const Facts facts({observation(kTotal, "'valueInteger':99," + sites(17, "1"))});
    EXPECT_EQ(facts.measurement("mrss-total").unusable, Unusable::implausible);
    ASSERT_EQ(facts.assessments().size(), 1U);
    EXPECT_EQ(facts.assessments()[0].grade, Grade::confirm);
    EXPECT_EQ(facts.assessments()[0].total, exactly("17"));
}

TEST(ExtractPanel, EmptyTotalWithoutSitesIsAnEmptyResult) {
    const Facts facts({observation(kTotal, "'dataAbsentReason':{'text':'not done'}")});
    EXPECT_EQ(facts.measurement("mrss-total").unusable, Unusable::no_value);
    EXPECT_TRUE(facts.assessments().empty());
}

TEST(ExtractPanel, UnsureSiteMakesTheAssessmentUnsure) {
    const Facts facts({observation(kTotal, sites(17, "1"), "o1", "2026-11-02", "preliminary")});
    EXPECT_EQ(facts.measurement("mrss-total").grade, Grade::confirm);
    EXPECT_EQ(facts.assessments()[0].grade, Grade::confirm);
}

} // namespace
} // namespace trialcds::test
