// Issues: their words, their number, and that they never repeat what the record says.
#include <gmock/gmock.h>

#include "fhir/fhir_reader.h"
#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string many_odd_observations(int count, std::string_view member) {
    std::string text = "[";
    for (int i = 0; i < count; ++i)
        text += (i == 0 ? "" : ",") + observation_json(member);
    return text + "]";
}

TEST(Issue, SeveritiesAreFhirsWords) {
    EXPECT_STREQ(to_string(Severity::information), "information");
    EXPECT_STREQ(to_string(Severity::warning), "warning");
    EXPECT_STREQ(to_string(Severity::error), "error");
}

TEST(Issue, UpToAThousandAreListed) {
    const auto record = read_record(many_odd_observations(1000, R"("valueString":5)"));
    EXPECT_THAT(record.issues, SizeIs(1000));
    EXPECT_EQ(record.issues.back().code, "wrong-type");
}

TEST(Issue, BeyondAThousandTheLastSaysHowManyMore) {
    const auto record = read_record(many_odd_observations(1500, R"("valueString":5)"));
    ASSERT_THAT(record.issues, SizeIs(1000));
    EXPECT_EQ(record.issues.back().code, "too-many-issues");
    EXPECT_THAT(record.issues.back().diagnostics, HasSubstr("501 more"));
}

TEST(Issue, EvenBeyondWhatIsCollected) {
    const auto record = read_record(many_odd_observations(12'000, R"("valueString":5)"));
    ASSERT_THAT(record.issues, SizeIs(1000));
    EXPECT_THAT(record.issues.back().diagnostics, HasSubstr("11001 more"));
}

TEST(Issue, ErrorsAreListedBeforeTheRest) {
    std::string text = many_odd_observations(1500, R"("valueString":5)");
    text.back() = ',';
    text += R"({"resourceType":"Condition","code":{"text":"x"},"subject":{"reference":"Patient/2"}}])";
    const auto record = read_record(text);
    EXPECT_EQ(record.issues.front().code, "other-patient");
}

TEST(Issue, OddThingsOfResourcesNotUsedAreNotListed) {
    const auto record = read_record(
        R"({"resourceType":"Observation","status":"entered-in-error","code":5,"valueString":5,"subject":{"reference":"Patient/1"}})");
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Issue, NoTextOfTheRecordIsRepeated) {
    const auto record = read_record(
        R"([{"resourceType":"Observation","id":"Jane Roe","status":5,"code":{"text":"Jane Roe","coding":["Jane Roe"]},
             "subject":{"reference":"Patient/Jane Roe"},"effectiveDateTime":"Jane Roe","valueJaneRoe":{"a":"Jane Roe"}},
            {"resourceType":"Condition","clinicalStatus":"Jane Roe","subject":{"reference":"Patient/Other Jane Roe"},"onsetJaneRoe":1},
            {"resourceType":"Condition","clinicalStatus":"Jane Roe","subject":{"reference":"Patient/Jane Roe"},"onsetJaneRoe":1},
            {"resourceType":"Jane Roe"}])");
    EXPECT_THAT(record.issues, SizeIs(testing::Ge(8U)));
    for (const Issue &issue : record.issues) {
        EXPECT_THAT(issue.expression + issue.diagnostics + issue.code, Not(HasSubstr("Jane"))) << issue.code;
        EXPECT_FALSE(issue.diagnostics.empty());
    }
    for (const auto &[key, count] : record.ignored)
        EXPECT_THAT(key.type + key.reason, Not(HasSubstr("Jane")));
}

TEST(NoFhirReader, EveryQueryStaysNotRetrieved) {
    NoFhirReader reader;
    const Query queries[] = {{"conditions", "Condition?patient=1"}, {"patient", "Patient/1"}};
    const auto answers = reader.fetch(queries);
    ASSERT_THAT(answers, SizeIs(2));
    EXPECT_EQ(answers[0].key, "conditions");
    EXPECT_EQ(answers[1].key, "patient");
    for (const Fetched &fetched : answers) {
        EXPECT_EQ(fetched.state, Retrieval::not_retrieved);
        EXPECT_THAT(fetched.pages, SizeIs(0));
    }
}

TEST(Sources, OneStateForAll) {
    const Sources sources = Sources::all(Retrieval::complete);
    EXPECT_EQ(sources[ResourceType::research_subject], Retrieval::complete);
    EXPECT_EQ(sources[ResourceType::medication_dispense], Retrieval::complete);
    EXPECT_EQ(sources.observations("skin"), Retrieval::complete);
}

} // namespace
} // namespace trialcds::fhir
