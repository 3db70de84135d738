// A result in a DiagnosticReport is read as it is on its own: the report contains it or refers to it, as a
// panel or as one result, and the engine sees the same facts (mRSS, an antibody, FVC).
#include "extract_support.h"

namespace trialcds::test {
namespace {

using eligibility::PanelAssessment;

struct Result {
    std::string name;
    std::string variable;
    std::string code;
    std::string value;
};

void PrintTo(const Result &result, std::ostream *out) {
    *out << result.name;
}

const std::string kDate = "2026-11-02";

std::string report(const std::string &more, const std::string &status = "final") {
    return "{'resourceType':'DiagnosticReport','id':'r','status':'" + status + "'," + kSubject +
           ",'code':{'text':'Report'},'effectiveDateTime':'" + kDate + "'," + more + "}";
}

// As observation(), without patient and date.
std::string contained(const std::string &code, const std::string &more, const std::string &id) {
    return "{'resourceType':'Observation','id':'" + id + "','status':'final','code':" + code + "," + more + "}";
}

std::string reference(const std::string &to) {
    return "{'reference':'" + to + "'}";
}

std::vector<Measurement> without_source(std::vector<Measurement> all) {
    for (Measurement &one : all)
        one.origin.source.clear();
    return all;
}

class ExtractReport : public testing::TestWithParam<Result> {
  protected:
    [[nodiscard]] std::vector<Measurement> read(const std::vector<std::string> &resources) const {
        const Facts facts(resources);
        EXPECT_TRUE(facts.accounted());
        EXPECT_FALSE(facts.measurements(GetParam().variable).empty());
        return without_source(facts.measurements(GetParam().variable));
    }
    [[nodiscard]] std::vector<Measurement> plain() const {
        return read({observation(GetParam().code, GetParam().value, "o1", kDate)});
    }
};

TEST_P(ExtractReport, ContainedItIsTheSameFact) {
    const std::string result = contained(GetParam().code, GetParam().value, "x");
    EXPECT_EQ(read({report("'contained':[" + result + "],'result':[" + reference("#x") + "]")}), plain());
    EXPECT_EQ(
        read({report("'contained':[" + observation(GetParam().code, GetParam().value, "x", kDate) + "]")}),
        plain());
}

TEST_P(ExtractReport, ReferredToItIsTheSameFact) {
    const std::string result = observation(GetParam().code, GetParam().value, "o1", kDate);
    for (const char *to : {"Observation/o1", "https://ehr.example/r4/Observation/o1"})
        EXPECT_EQ(read({report(std::string("'result':[") + reference(to) + "]"), result}), plain()) << to;
}

TEST_P(ExtractReport, AsAMemberOfAPanelItIsTheSameFact) {
    const std::string panel = contained("{'text':'Panel'}", "'hasMember':[" + reference("#x") + "]", "panel");
    const std::string member = contained(GetParam().code, GetParam().value, "x");
    EXPECT_EQ(
        read({report("'contained':[" + panel + "," + member + "],'result':[" + reference("#panel") + "]")}),
        plain());
}

TEST_P(ExtractReport, ContainedAndOnItsOwnItCountsOnce) {
    const std::string own = observation(GetParam().code, GetParam().value, "o1", kDate);
    const std::string copy = contained(GetParam().code, GetParam().value, "x");
    EXPECT_EQ(read({report("'contained':[" + copy + "],'result':[" + reference("#x") + "]"), own}), plain());
}

TEST_P(ExtractReport, InAPreliminaryReportItHasToBeConfirmed) {
    const auto facts = read(
        {report("'contained':[" + contained(GetParam().code, GetParam().value, "x") + "]", "preliminary")});
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_EQ(facts.front().grade, Grade::confirm);
    EXPECT_EQ(facts.front().value, plain().front().value);
}

TEST_P(ExtractReport, OfAWithdrawnReportThereIsNoFact) {
    for (const char *status : {"cancelled", "entered-in-error", "registered"}) {
        const Facts facts(
            {report("'contained':[" + contained(GetParam().code, GetParam().value, "x") + "]", status)});
        EXPECT_TRUE(facts.measurements(GetParam().variable).empty()) << status;
        EXPECT_EQ(facts.ignored("DiagnosticReport", status), 1);
        EXPECT_TRUE(facts.accounted());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Results, ExtractReport,
    testing::Values(Result{"Mrss", "mrss-total", coded(kOwn, "mrss-total"), "'valueInteger':22"},
                    Result{"Antibody", "ata", coded(kLoinc, "47322-3"), "'valueString':'positive'"},
                    Result{"Fvc", "fvc-percent-predicted", coded(kLoinc, "19872-1"), quantity("50.0", "%")}),
    [](const auto &tested) { return tested.param.name; });

TEST(ExtractReportSource, NamesTheReport) {
    const Facts facts(
        {report("'contained':[" + contained(coded(kOwn, "mrss-total"), "'valueInteger':22", "x") + "]")});
    EXPECT_EQ(facts.measurement("mrss-total").origin.source, "DiagnosticReport/r#x");
    EXPECT_EQ(facts.out.used, 2) << "the report and its result";
}

TEST(ExtractReportSource, AnUnreadableResultIsSaidWithItsPlace) {
    const Facts facts(
        {report("'contained':[" + contained(coded(kLoinc, "19872-1"), "'valueString':'see text'", "x") + "]")});
    EXPECT_TRUE(std::any_of(facts.out.issues.begin(), facts.out.issues.end(), [](const fhir::Issue &issue) {
        return issue.expression == "DiagnosticReport[0].contained[0].value";
    }));
}

TEST(ExtractReportPanel, ContainedSitesOfThePanelMakeItsTotal) {
    std::string sites;
    std::string members;
    const char *const kSites[] = {
        "face",       "anterior-chest", "abdomen",         "left-fingers",   "right-fingers",
        "left-hand",  "right-hand",     "left-forearm",    "right-forearm",  "left-upper-arm",
        "left-thigh", "right-thigh",    "right-upper-arm", "left-lower-leg", "right-lower-leg",
        "left-foot",  "right-foot"};
    for (const std::string site : kSites) {
        sites += "," + contained(coded(kOwn, "mrss-" + site), "'valueInteger':1", site);
        members += (members.empty() ? "" : ",") + reference("#" + site);
    }
    const Facts facts({report("'contained':[" +
                              contained(coded(kOwn, "mrss-total"), "'hasMember':[" + members + "]", "total") +
                              sites + "],'result':[" + reference("#total") + "]")});
    EXPECT_EQ(facts.measurement("mrss-total").value, exactly("17"));
    EXPECT_TRUE(facts.measurement("mrss-total").derived);
    ASSERT_EQ(facts.assessments().size(), 1U);
}

TEST(ExtractReportGap, AResultThatDidNotComeIsNoAbsence) {
    const Facts facts({kPatient, report("'result':[" + reference("Observation/9") + "]")});
    for (const base::Retrieval state : facts.out.facts.measurement_coverage)
        EXPECT_EQ(state, base::Retrieval::incomplete);
    EXPECT_EQ(facts.issues("unresolved-reference"), 1);
    EXPECT_EQ(facts.out.facts.conditions.retrieval, base::Retrieval::complete);
}

} // namespace
} // namespace trialcds::test
