// FVC and DLCO in % of predicted, from every place they are sent in (clinical-rules 7.5, E4): litres never
// pass for a percentage.
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kFvcPercent = coded(kLoinc, "19872-1");
const std::string kFvcVolume = coded(kLoinc, "19868-9");
const std::string kFvcPredicted = coded(kLoinc, "19869-7");
const std::string kDlco = coded(kLoinc, "19911-7");
const std::string kDlcoPercent = coded(kLoinc, "98130-8");
const std::string kFvc = "fvc-percent-predicted";

std::string component(const std::string &code, const std::string &more) {
    return "{'code':" + code + (more.empty() ? "" : "," + more) + "}";
}
std::string components(const std::vector<std::string> &all) {
    std::string out = "'component':[";
    for (std::size_t i = 0; i < all.size(); ++i)
        out += (i > 0 ? "," : "") + all[i];
    return out + "]";
}

TEST(ExtractLung, E4OwnObservation) {
    const Measurement read = Facts({observation(kFvcPercent, quantity("50.0", "%"))}).measurement(kFvc);
    EXPECT_EQ(read.value, exactly("50"));
    EXPECT_EQ(read.grade, Grade::decides);
    EXPECT_FALSE(read.derived);
    EXPECT_EQ(Facts({observation(kFvcPercent, "'valueString':'45.0 %'")}).measurement(kFvc).value,
              exactly("45"));
}

// The German profile: litres in the Observation, predicted litres and the ratio in components.
TEST(ExtractLung, E4ComponentWithTheRatio) {
    const Facts facts(
        {observation(kFvcVolume, quantity("2.05", "L") + "," +
                                     components({component(kFvcPredicted, quantity("3.9", "L")),
                                                 component(kFvcPercent, quantity("52.6", "%"))}))});
    const Measurement read = facts.measurement(kFvc);
    EXPECT_EQ(read.value, exactly("52.6"));
    EXPECT_FALSE(read.derived);
    EXPECT_EQ(facts.out.used, 1);
}

TEST(ExtractLung, E4PercentUnderTheVolumeCode) {
    EXPECT_EQ(Facts({observation(kFvcVolume, quantity("78", "% predicted"))}).measurement(kFvc).value,
              exactly("78"));
}

TEST(ExtractLung, VolumeWithAWrongUnitIsNoPercentage) {
    EXPECT_TRUE(Facts({observation(kFvcVolume, quantity("1.9", "1"))}).measurements(kFvc).empty());
    EXPECT_TRUE(Facts({observation(kFvcVolume, "'valueQuantity':{'value':78}")}).measurements(kFvc).empty());
}

TEST(ExtractLung, E4RatioComponentComesBeforeAPercentUnderTheVolumeCode) {
    const Facts facts({observation(kFvcVolume, quantity("80", "%") + "," +
                                                   components({component(kFvcPercent, quantity("78", "%"))}))});
    EXPECT_EQ(facts.measurement(kFvc).value, exactly("78"));
}

TEST(ExtractLung, E4MeasuredAndPredictedOfOneReport) {
    const Facts facts(
        {observation(kFvcVolume, quantity("2.01", "L") + "," +
                                     components({component(kFvcPredicted, quantity("4020", "mL"))}))});
    const Measurement read = facts.measurement(kFvc);
    EXPECT_EQ(read.value, exactly("50"));
    EXPECT_TRUE(read.derived);
    EXPECT_EQ(read.grade, Grade::decides);
    EXPECT_EQ(read.unit_text, "%");
    EXPECT_EQ(read.value_text, "50");
}

TEST(ExtractLung, E4MeasuredAndPredictedOfTheSameTime) {
    const std::string time = "2026-11-02T09:30:00Z";
    const Facts facts({observation(kFvcVolume, quantity("2.5", "L"), "o1", time),
                       observation(kFvcPredicted, quantity("4", "L"), "o2", time)});
    EXPECT_EQ(facts.measurement(kFvc).value, exactly("62.5"));
    EXPECT_EQ(facts.out.used, 2);
    EXPECT_TRUE(facts.accounted());
}

TEST(ExtractLung, VolumesThatDoNotBelongTogetherGiveNoRatio) {
    const std::string time = "2026-11-02T09:30:00Z";
    const std::string other = "2026-11-02T10:30:00Z";
    const Facts times({observation(kFvcVolume, quantity("2.5", "L"), "o1", time),
                       observation(kFvcPredicted, quantity("4", "L"), "o2", other)});
    EXPECT_TRUE(times.measurements(kFvc).empty());
    EXPECT_EQ(times.ignored("Observation", "not-percent"), 2);
    const Facts two({observation(kFvcVolume, quantity("2.5", "L"), "o1", time),
                     observation(kFvcVolume, quantity("2.6", "L"), "o3", time),
                     observation(kFvcPredicted, quantity("4", "L"), "o2", time)});
    EXPECT_TRUE(two.measurements(kFvc).empty()) << "before or after the bronchodilator is open";
    const Facts undated({observation(kFvcVolume, quantity("2.5", "L"), "o1", ""),
                         observation(kFvcPredicted, quantity("4", "L"), "o2", "")});
    EXPECT_TRUE(undated.measurements(kFvc).empty());
    EXPECT_TRUE(undated.accounted());
}

TEST(ExtractLung, RatioIsNotComputedWhereThePercentIsRecorded) {
    const std::string time = "2026-11-02T09:30:00Z";
    const Facts facts({observation(kFvcVolume, quantity("2.5", "L"), "o1", time),
                       observation(kFvcPredicted, quantity("4", "L"), "o2", time),
                       observation(kFvcPercent, quantity("63", "%"), "o3", time)});
    EXPECT_EQ(facts.measurement(kFvc).value, exactly("63"));
}

TEST(ExtractLung, RatioThatIsImpossibleOrCannotBeFormed) {
    const auto report = [](const std::string &measured, const std::string &predicted) {
        return Facts(
            {observation(kFvcVolume, measured + "," + components({component(kFvcPredicted, predicted)}))});
    };
    EXPECT_EQ(report(quantity("9", "L"), quantity("4", "L")).measurement(kFvc).unusable, Unusable::implausible);
    EXPECT_TRUE(report(quantity("2", "L"), quantity("0", "L")).measurements(kFvc).empty());
    EXPECT_TRUE(report(quantity("2", "L"), quantity("4", "furlong")).measurements(kFvc).empty());
    EXPECT_TRUE(report(quantity("2", "L"), quantity("4", "mg/L")).measurements(kFvc).empty());
    EXPECT_TRUE(report("'valueQuantity':{'value':2,'comparator':'>','unit':'L'}", quantity("4", "L"))
                    .measurements(kFvc)
                    .empty());
    EXPECT_TRUE(report("'valueString':'not done'", quantity("4", "L")).measurements(kFvc).empty());
}

TEST(ExtractLung, LitresUnderThePercentCodeAreImplausible) {
    EXPECT_EQ(Facts({observation(kFvcPercent, "'valueQuantity':{'value':2.4}")}).measurement(kFvc).unusable,
              Unusable::implausible);
    EXPECT_EQ(Facts({observation(kFvcPercent, quantity("2.4", "L"))}).measurement(kFvc).unusable,
              Unusable::unknown_unit);
    EXPECT_EQ(Facts({observation(kFvcPercent, quantity("240", "%"))}).measurement(kFvc).unusable,
              Unusable::implausible);
}

TEST(ExtractLung, LitresAloneAreNoPercentage) {
    const Facts facts({observation(kFvcVolume, quantity("2.4", "L"))});
    EXPECT_TRUE(facts.measurements(kFvc).empty());
    EXPECT_EQ(facts.ignored("Observation", "not-percent"), 1);
}

TEST(ExtractLung, ShareOfOneHasToBeConfirmed) {
    const Measurement read = Facts({observation(kFvcPercent, quantity("0.78", "1"))}).measurement(kFvc);
    EXPECT_EQ(read.value, exactly("78"));
    EXPECT_EQ(read.grade, Grade::confirm);
    EXPECT_EQ(Facts({observation(kFvcPercent, quantity("78", "1"))}).measurement(kFvc).unusable,
              Unusable::implausible);
}

TEST(ExtractLung, PercentWithoutUnitHasToBeConfirmed) {
    const Measurement read =
        Facts({observation(kFvcPercent, "'valueQuantity':{'value':78}")}).measurement(kFvc);
    EXPECT_EQ(read.value, exactly("78"));
    EXPECT_EQ(read.grade, Grade::confirm);
}

TEST(ExtractLung, PostBronchodilatorIsKeptApart) {
    const std::string post = coded(kOwn, "fvc-percent-predicted-post");
    const Facts facts(
        {observation(kFvcPercent, quantity("49", "%"), "o1"), observation(post, quantity("55", "%"), "o2")});
    ASSERT_EQ(facts.measurements(kFvc).size(), 2U);
    EXPECT_FALSE(facts.measurements(kFvc)[0].post_treatment);
    EXPECT_TRUE(facts.measurements(kFvc)[1].post_treatment);
}

TEST(ExtractLung, TransferCoefficientIsNotDlco) {
    const std::string kco = coded(kLoinc, "98203-3");
    EXPECT_TRUE(Facts({observation(kco, quantity("70", "%"))}).measurements("dlco-percent-predicted").empty());
    const std::string both = "{'coding':[{'system':'" + kLoinc + "','code':'98130-8'},{'system':'" + kLoinc +
                             "','code':'98203-3'}]}";
    EXPECT_TRUE(Facts({observation(both, quantity("70", "%"))}).measurements("dlco-percent-predicted").empty());
    // a component of its own does not spoil its neighbours
    const Facts report({observation(kDlco, quantity("5.1", "mL/min/mm[Hg]") + "," +
                                               components({component(kDlcoPercent, quantity("61", "%")),
                                                           component(kco, quantity("80", "%"))}))});
    EXPECT_EQ(report.measurement("dlco-percent-predicted").value, exactly("61"));
}

TEST(ExtractLung, E4HaemoglobinCorrectedDlcoIsAVariableOfItsOwn) {
    const Facts facts({observation(coded(kLoinc, "19913-3"), quantity("41", "%"), "o1"),
                       observation(kDlco, quantity("40", "%"), "o2")});
    EXPECT_EQ(facts.measurement("dlco-hb-percent-predicted").value, exactly("41"));
    EXPECT_EQ(facts.measurement("dlco-percent-predicted").value, exactly("40"));
}

TEST(ExtractLung, EmptyHeadAboveItsComponentDoesNotBlockIt) {
    const Facts facts({observation(kFvcPercent, components({component(kFvcPercent, quantity("72", "%"))}))});
    EXPECT_EQ(facts.measurement(kFvc).value, exactly("72"));
}

TEST(ExtractLung, ComponentThatCannotBeReadIsPointedAt) {
    const Facts facts({observation(
        kFvcVolume, quantity("2", "L") + "," + components({component(kFvcPercent, quantity("52", "L/min"))}))});
    ASSERT_EQ(facts.issues("unknown-unit"), 1);
    const auto issue = std::find_if(facts.out.issues.begin(), facts.out.issues.end(),
                                    [](const fhir::Issue &each) { return each.code == "unknown-unit"; });
    EXPECT_EQ(issue->expression, "Observation[0].component[0].value");
}

} // namespace
} // namespace trialcds::test
