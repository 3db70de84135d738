// RecordBuilder::add_file: one value or NDJSON, and what is refused.
#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using testing::SizeIs;

const std::string kA = observation_json(R"("id":"a")");
const std::string kB = observation_json(R"("id":"b")");

base::Error refusal(std::string_view text) {
    RecordBuilder builder;
    const auto added = builder.add_file(text);
    if (!added) return added.error();
    ADD_FAILURE() << "accepted: " << text;
    return {};
}

TEST(File, EveryFormHoldsTheSame) {
    const std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + kA +
                               R"(},{"resource":)" + kB + "}]}";
    for (const std::string &text :
         {bundle, "[" + kA + "," + kB + "]", kA + "\n" + kB + "\n", kA + "\n" + kB, kA + "\r\n" + kB + "\r\n",
          "\n" + kA + "\n\n \r\n" + kB + "\n\n", "\xEF\xBB\xBF" + kA + "\n" + kB, "\xEF\xBB\xBF" + bundle,
          "[" + bundle + "]", bundle + "\n" + kA}) {
        const auto record = read_record(text);
        EXPECT_THAT(record.observations, SizeIs(2)) << text.substr(0, 20);
        EXPECT_EQ(record.sources[ResourceType::observation], Retrieval::complete);
        EXPECT_EQ(record.sources[ResourceType::patient], Retrieval::complete);
        expect_all_accounted(record);
    }
}

TEST(File, OneResourceAlone) {
    EXPECT_THAT(read_record(kA).observations, SizeIs(1));
    EXPECT_THAT(read_record("  " + kA + "\n").observations, SizeIs(1));
}

TEST(File, SeveralFilesMakeOneRecord) {
    RecordBuilder builder;
    ASSERT_TRUE(builder.add_file(kA).has_value());
    ASSERT_TRUE(
        builder
            .add_file(R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"x"}]})")
            .has_value());
    ASSERT_TRUE(builder.add_file(kB).has_value());
    const auto record = std::move(builder).finish();
    ASSERT_TRUE(record.has_value());
    EXPECT_THAT(record->observations, SizeIs(2));
    EXPECT_EQ(record->sources[ResourceType::condition], Retrieval::incomplete) << "one part was incomplete";
}

TEST(File, AnIncompletePartMakesAllSourcesIncomplete) {
    for (const std::string &text : {kA + "\n{\"resourceType\":\"OperationOutcome\"}", kA + "\n5",
                                    "[" + kA + ",null]", "[" + kA + ",{\"no\":\"resource\"}]"}) {
        const auto record = read_record(text);
        EXPECT_EQ(record.sources[ResourceType::condition], Retrieval::incomplete) << text;
        EXPECT_THAT(record.observations, SizeIs(1));
        expect_all_accounted(record);
    }
}

TEST(File, SourcesMayBeSetInPlaceOfTheFilesOwn) {
    RecordBuilder builder;
    ASSERT_TRUE(builder.add_file(kA).has_value());
    Sources sources = Sources::all(Retrieval::not_retrieved);
    sources.observation_groups["skin"] = Retrieval::complete;
    builder.set_sources(sources);
    const auto record = std::move(builder).finish();
    EXPECT_EQ(record->sources[ResourceType::patient], Retrieval::not_retrieved);
    EXPECT_EQ(record->sources.observations("skin"), Retrieval::complete);
    EXPECT_EQ(record->sources.observations("laboratory"), Retrieval::not_retrieved);
}

TEST(File, BadJsonIsRefusedWithItsPlace) {
    for (const char *text : {"", "{", "{\"resourceType\":\"Patient\",}", "<html></html>",
                             "{\n\"a\": 1,\n\"b\"\n}", "not json\nat all\n"}) {
        const base::Error error = refusal(text);
        EXPECT_EQ(error.code, ErrorCode::invalid_json) << text;
        EXPECT_FALSE(error.location.empty()) << text;
        EXPECT_FALSE(error.public_text.empty()) << text;
    }
}

TEST(File, ABadLineOfNdjsonIsNamedByItsNumber) {
    const base::Error error = refusal(kA + "\n\n" + kB + "\n{\"resourceType\":");
    EXPECT_EQ(error.code, ErrorCode::invalid_json);
    EXPECT_THAT(error.location, HasSubstr("line 4"));
    EXPECT_THAT(error.public_text, HasSubstr("4"));
}

TEST(File, ATruncatedLastLineIsRefusedNotSkipped) {
    EXPECT_EQ(refusal(kA + "\n" + kB.substr(0, kB.size() / 2)).code, ErrorCode::invalid_json);
}

TEST(File, JsonWithoutAnyResourceIsRefused) {
    for (const char *text : {"{}", "[]", "5", "null", "\"text\"", R"({"body":{"resourceType":"Patient"}})",
                             R"([1,{"a":2}])", R"({"resourceType":null})", "{}\n{}\n"}) {
        const base::Error error = refusal(text);
        EXPECT_EQ(error.code, ErrorCode::invalid_request) << text;
        EXPECT_THAT(error.public_text, HasSubstr("no FHIR resource")) << text;
        EXPECT_THAT(error.public_text, HasSubstr("Bundle")) << text;
    }
}

TEST(File, DuplicateKeysAndDepthBombsAreRefused) {
    EXPECT_EQ(refusal(R"({"resourceType":"Patient","id":"1","id":"2"})").code, ErrorCode::invalid_json);
    EXPECT_EQ(refusal(R"({"resourceType":"Patient","x":)" + std::string(10'000, '[')).code,
              ErrorCode::invalid_json);
}

TEST(File, BundlesInBundlesToTheReadersDepth) {
    std::string text = kA;
    for (int i = 0; i < 20; ++i)
        text = R"({"resourceType":"Bundle","entry":[{"resource":)" + text + "}]}";
    EXPECT_THAT(read_record(text).observations, SizeIs(1));
}

} // namespace
} // namespace trialcds::fhir
