// What extraction writes down of each resource when it is asked to: the rules that said something of it, why it
// was not used, and in which list it was counted as not understood; and that asking changes nothing.
#include "extract/read_trace.h"

#include "extract_support.h"

namespace trialcds::test {
namespace {

using mappings::About;
using mappings::ReadBy;
using mappings::ReadRecord;
using testing::Contains;
using testing::IsEmpty;
using testing::SizeIs;

struct TracedFacts {
    mappings::ReadTrace trace;
    mappings::Extraction out;

    explicit TracedFacts(const std::vector<std::string> &resources) {
        base::WorkBudget unlimited;
        out = mappings::extract_facts(record_of(resources), shipped_catalogue(), kAsOf, unlimited, &trace)
                  .value();
    }
    [[nodiscard]] ReadRecord record(const std::string &source) const {
        for (const ReadRecord &one : trace.records)
            if (one.source == source) return one;
        ADD_FAILURE() << source << " is not in the trace";
        return {};
    }
    // "code http://loinc.org|4537-7 as esr", one for each step
    [[nodiscard]] std::vector<std::string> steps(const std::string &source) const {
        std::vector<std::string> all;
        for (const mappings::ReadStep &step : record(source).steps) {
            std::string said = std::string(to_string(step.by)) + " " + step.matched;
            if (const auto subject = subject_of(step, shipped_catalogue())) said += " as " + subject->id;
            all.push_back(said);
        }
        return all;
    }
};

TEST(ReadTrace, SaysByWhichCodeAnObservationWasRecognised) {
    const TracedFacts facts({kPatient, observation(kEsr, quantity("30", "mm/h"))});
    EXPECT_THAT(facts.steps("Observation/o1"), Contains("code http://loinc.org|4537-7 as esr"));
    EXPECT_TRUE(facts.record("Observation/o1").used);
    EXPECT_TRUE(facts.record("Patient/p").used);
}

TEST(ReadTrace, SaysByWhichWords) {
    const TracedFacts facts({observation(text_only("Modified Rodnan skin score"), "'valueInteger':22")});
    const auto steps = facts.steps("Observation/o1");
    ASSERT_THAT(steps, SizeIs(1));
    EXPECT_THAT(steps.front(),
                testing::AllOf(testing::StartsWith("name "), testing::EndsWith(" as mrss-total")));
}

TEST(ReadTrace, SaysWhyAConditionMayBeAboutAConcern) {
    const TracedFacts facts({condition(text_only("Unclassified arthritis of the wrist")),
                             condition(coded(kIcd10Cm, "M06.9"), "", "c2"),
                             condition(text_only("SLE?"), "", "c3")});
    EXPECT_THAT(facts.steps("Condition/c1"), Contains("stem arthrit as other-rheumatic-disease"));
    EXPECT_THAT(facts.steps("Condition/c3"), Contains("abbreviation SLE as other-rheumatic-disease"));
    EXPECT_THAT(facts.record("Condition/c1").not_understood, testing::Not(Contains(nullptr)));
    EXPECT_TRUE(facts.record("Condition/c1").used);
}

TEST(ReadTrace, SaysInWhichListARecordWasNotUnderstood) {
    const TracedFacts facts({condition(text_only("Qxzv")), condition(coded(kIcd10Cm, "I10"), "", "c2"),
                             statement(text_only("Zzyqq"), "'status':'active'")});
    const ReadRecord odd = facts.record("Condition/c1");
    EXPECT_EQ(odd.ignored, "not-understood");
    EXPECT_THAT(odd.not_understood, Contains(&facts.out.facts.conditions.not_understood.front()));
    EXPECT_THAT(facts.steps("Condition/c1"), Contains("unknown-words Qxzv as other-rheumatic-disease"));
    const ReadRecord other = facts.record("Condition/c2");
    EXPECT_EQ(other.ignored, "something-else");
    EXPECT_THAT(other.not_understood,
                testing::Not(Contains(&facts.out.facts.conditions.not_understood.front())));
    EXPECT_THAT(facts.steps("Condition/c2"), Contains("outside-block I10 as other-rheumatic-disease"));
    EXPECT_THAT(facts.record("MedicationStatement/m1").not_understood,
                testing::ElementsAre(&facts.out.facts.medications_not_understood.front()));
}

TEST(ReadTrace, SaysByWhichRuleADrugWasRecognised) {
    const TracedFacts facts({statement(kRituximab, "'status':'active'"),
                             statement(text_only("MabThera 500 mg"), "'status':'active'", "m2"),
                             statement(text_only("xyzolumab"), "'status':'active'", "m3"),
                             statement(text_only("Ramipril 5 mg"), "'status':'active'", "m4")});
    EXPECT_THAT(facts.steps("MedicationStatement/m1"), Contains("code " + kRxNorm + "|121191 as rituximab"));
    EXPECT_THAT(facts.steps("MedicationStatement/m2"), Contains("name mabthera as rituximab"));
    EXPECT_THAT(facts.steps("MedicationStatement/m3"), Contains(testing::StartsWith("ending xyzolumab as ")));
    EXPECT_THAT(facts.steps("MedicationStatement/m4"), Contains("another-drug-name ramipril"));
    EXPECT_EQ(facts.record("MedicationStatement/m4").ignored, "another-drug");
}

// What was not given, done or measured says what it would have been.
TEST(ReadTrace, SaysWhatAnUnusedRecordWouldHaveBeen) {
    const TracedFacts facts({statement(kRituximab, "'status':'not-taken'"),
                             observation(kEsr, quantity("30", "mm/h"), "o1", "2026-11-02", "cancelled"),
                             procedure(coded(kSnomed, "58390007"), "'status':'not-done'")});
    EXPECT_EQ(facts.record("MedicationStatement/m1").ignored, "not-an-exposure");
    EXPECT_THAT(facts.steps("MedicationStatement/m1"), Contains(testing::EndsWith(" as rituximab")));
    EXPECT_EQ(facts.record("Observation/o1").ignored, "cancelled");
    EXPECT_THAT(facts.steps("Observation/o1"), Contains(testing::EndsWith(" as esr")));
    EXPECT_EQ(facts.record("Procedure/pr1").ignored, "not-done");
    EXPECT_THAT(facts.steps("Procedure/pr1"), Contains(testing::EndsWith(" as stem-cell-transplant")));
    EXPECT_THAT(facts.out.facts.exposures, testing::Each(IsEmpty()));
}

TEST(ReadTrace, AskingChangesNothing) {
    const std::vector<std::string> resources{
        kPatient, observation(kEsr, quantity("30", "mm/h")), condition(text_only("Qxzv")),
        statement(kRituximab, "'status':'not-taken'"),
        procedure(text_only("Infusion of something"), "'status':'completed'")};
    const TracedFacts traced(resources);
    const Facts plain(resources);
    EXPECT_EQ(traced.out.facts, plain.out.facts);
    EXPECT_EQ(traced.out.ignored, plain.out.ignored);
    EXPECT_EQ(traced.out.used, plain.out.used);
    EXPECT_THAT(traced.trace.records, SizeIs(resources.size()));
}

TEST(ReadTrace, AStepIsAboutWhatIsRead) {
    mappings::Reads none = mappings::reads_of_rules({}, shipped_catalogue());
    const TracedFacts facts({statement(kRituximab, "'status':'active'")});
    const mappings::ReadStep step = facts.record("MedicationStatement/m1").steps.front();
    EXPECT_EQ(step.about, About::ingredient);
    EXPECT_FALSE(is_about(step, none, shipped_catalogue()));
    none.drug_groups.assign(none.drug_groups.size(), true);
    EXPECT_TRUE(is_about(step, none, shipped_catalogue()));
}

} // namespace
} // namespace trialcds::test
