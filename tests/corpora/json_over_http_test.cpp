// JSON as a network sends it: JSONTestSuite (github.com/nst/JSONTestSuite) and cases of our own, each as the
// body of a call, or inside one, to a whole service. Protocol items 4, 5 and 25.
#include <algorithm>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "count.h"
#include "running_service.h"
#include "support/shipped_data.h"

namespace trialcds {
namespace {

namespace fs = std::filesystem;
using test::Count;
using test::issue_of;
using test::RunningService;
using test::status_of;

// Valid JSON that the reader refuses on purpose; base/json.h says why.
const std::set<std::string> kRefusedOnPurpose = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_number_double_close_to_zero.json",
    "object_same_key_different_values.json",
    "object_same_key_same_value.json",
    "object_same_key_unclear_values.json",
    "string_1_escaped_invalid_codepoint.json",
    "string_1_invalid_codepoint.json",
    "string_2_escaped_invalid_codepoints.json",
    "string_2_invalid_codepoints.json",
    "string_3_escaped_invalid_codepoints.json",
    "string_3_invalid_codepoints.json",
    "number_1e-999.json", // an exponent beyond what a decimal of ours holds
};

std::vector<fs::path> files_of(const std::string &folder, const std::string &prefix) {
    std::vector<fs::path> files;
    for (const auto &entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().starts_with(prefix) && entry.path().extension() == ".json")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string call_with_extension(const std::string &value) {
    static const std::string call = test::call_of_case("base-clean-potential-candidate");
    return R"({"extension":{"org.example.any":)" + value + "}," + call.substr(1);
}

class JsonOverHttp : public testing::Test {
  protected:
    void SetUp() override {
        if (test::corpus_path("json-test-suite").empty())
            GTEST_SKIP() << "skipped: ../shared/corpora/json-test-suite is not present";
    }
    static std::vector<fs::path> parsing(const std::string &prefix) {
        return files_of(test::corpus_path("json-test-suite/test_parsing"), prefix);
    }
    RunningService service_;
};

TEST_F(JsonOverHttp, Item4_WhatIsNoJsonIs400) {
    Count count("JSONTestSuite n_ over HTTP");
    for (const fs::path &file : parsing("n_")) {
        const std::string answer = service_.post(test::read_text(file));
        EXPECT_TRUE(count.add(status_of(answer) == 400 && issue_of(answer) == "structure"))
            << file.filename() << ": " << answer.substr(0, 400);
    }
    EXPECT_EQ(count.ran(), 188);
    EXPECT_TRUE(service_.is_alive());
}

// Alone it is no call, and is told so by its fields; as the value of an extension it does not matter.
TEST_F(JsonOverHttp, Item25_AnyJsonMayStandInAnExtension) {
    Count count("JSONTestSuite y_ over HTTP, alone and in an extension");
    for (const fs::path &file : parsing("y_")) {
        const std::string text = test::read_text(file);
        const bool refused = kRefusedOnPurpose.contains(file.filename().string());
        const std::string alone = service_.post(text);
        EXPECT_TRUE(
            count.add(status_of(alone) == 400 && issue_of(alone) == (refused ? "structure" : "invalid")))
            << file.filename() << ": " << alone.substr(0, 400);
        const std::string inside = service_.post(call_with_extension(text));
        EXPECT_TRUE(count.add(status_of(inside) == (refused ? 400 : 200)))
            << file.filename() << ": " << inside.substr(0, 400);
    }
    EXPECT_EQ(count.ran(), 2 * 95);
}

TEST_F(JsonOverHttp, WhatTheSuiteLeavesOpenDoesNoHarm) {
    Count count("JSONTestSuite i_ over HTTP, alone and in an extension");
    for (const fs::path &file : parsing("i_")) {
        const std::string text = test::read_text(file);
        EXPECT_TRUE(count.add(status_of(service_.post(text)) == 400)) << file.filename();
        const int inside = status_of(service_.post(call_with_extension(text)));
        EXPECT_TRUE(count.add(inside == 200 || inside == 400)) << file.filename() << ": " << inside;
    }
    EXPECT_EQ(count.ran(), 2 * 35);
    EXPECT_TRUE(service_.is_alive());
}

TEST_F(JsonOverHttp, WhatParsersChangeIsRefusedOrLeftAlone) {
    Count count("JSONTestSuite transform over HTTP");
    for (const fs::path &file : files_of(test::corpus_path("json-test-suite/test_transform"), "")) {
        const bool refused = kRefusedOnPurpose.contains(file.filename().string());
        const std::string answer = service_.post(call_with_extension(test::read_text(file)));
        EXPECT_TRUE(count.add(status_of(answer) == (refused ? 400 : 200)))
            << file.filename() << ": " << answer.substr(0, 400);
    }
    EXPECT_EQ(count.ran(), 22);
}

struct OwnCase {
    const char *name;
    std::string value; // of the extension
    int status;
};

std::string repeated(const std::string &text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

std::string nested(std::size_t depth) {
    return repeated("[", depth) + repeated("]", depth);
}

std::string members(int count) {
    std::string all;
    for (int i = 0; i < count; ++i)
        all += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
    return "{" + all + "}";
}

const std::vector<OwnCase> &own_cases() {
    static const std::vector<OwnCase> cases = {
        {"depth 10", nested(10), 200},
        {"depth 62, with the call around it 64", nested(62), 200},
        {"depth 63, with the call around it 65", nested(63), 400},
        {"depth 100", nested(100), 400},
        {"depth 1,000", nested(1000), 400},
        {"depth 10,000", nested(10000), 400},
        {"depth 100,000", nested(100000), 400},
        {"depth 100,000, of objects", repeated(R"({"a":)", 100000) + "1" + repeated("}", 100000), 400},
        {"depth 100,000, unclosed", repeated("[", 100000), 400},
        {"2^53 + 1", "9007199254740993", 200},
        {"1e400", "1e400", 400},
        {"-1e400", "-1e400", 400},
        {"1e-400", "1e-400", 400},
        {"1e308", "1e308", 200},
        {"64 digits", repeated("9", 64), 200},
        {"65 digits", repeated("9", 65), 400},
        {"a million digits", repeated("9", 1000000), 400},
        {"minus zero", "-0", 200},
        {"duplicate key", R"({"a":1,"a":2})", 400},
        {"duplicate key, one escaped", R"({"a":1,"\u0061":2})", 400},
        {"keys that differ in case", R"({"a":1,"A":2})", 200},
        {"2,000 members", members(2000), 200},
        {"2,001 members", members(2001), 400},
        {"lone high surrogate", R"("\ud800")", 400},
        {"lone low surrogate", R"("\udc00")", 400},
        {"surrogates the wrong way round", R"("\udc00\ud800")", 400},
        {"surrogate in a key", R"({"\ud800":1})", 400},
        {"surrogate pair", R"("\ud83d\ude00")", 200},
        {"escaped NUL", R"("\u0000")", 200},
        {"bare NUL", std::string("\"\0\"", 3), 400},
        {"NUL after the value", std::string("1\0", 2), 400},
        {"overlong UTF-8", "\"\xC0\xAF\"", 400},
        {"surrogate in UTF-8", "\"\xED\xA0\x80\"", 400},
        {"beyond Unicode", "\"\xF4\x90\x80\x80\"", 400},
        {"cut UTF-8", "\"\xE2\x82\"", 400},
        {"comment", "1/*x*/", 400},
        {"trailing comma", "[1,]", 400},
        {"a string of a megabyte", "\"" + repeated("x", 1 << 20) + "\"", 200},
    };
    return cases;
}

TEST(JsonOwnCases, EachHasItsStatus) {
    RunningService service;
    Count count("JSON, own cases");
    for (const OwnCase &one : own_cases())
        EXPECT_TRUE(count.add(status_of(service.post(call_with_extension(one.value))) == one.status))
            << one.name;
    EXPECT_GE(count.ran(), 24);
    EXPECT_TRUE(service.is_alive());
}

// A second value of a field that decides something must not win by its place.
TEST(JsonOwnCases, EachFieldGivenTwiceIs400) {
    RunningService service;
    Count count("JSON, a field twice");
    const std::string call = test::call_of_case("base-clean-potential-candidate");
    for (const char *member :
         {R"("hook":"patient-view")", R"("hookInstance":"x")", R"("context":{"userId":"Practitioner/1"})",
          R"("prefetch":{})", R"("context":null)"})
        EXPECT_TRUE(count.add(status_of(service.post("{" + std::string(member) + "," + call.substr(1))) == 400))
            << member;
    for (const char *member :
         {R"("fhirServer":"https://a.example")", R"("fhirAuthorization":{})", R"("extension":{})"})
        EXPECT_TRUE(count.add(
            status_of(service.post("{" + std::string(member) + "," + member + "," + call.substr(1))) == 400))
            << member;
}

TEST(JsonOwnCases, OtherEncodingsAndWhatStandsAroundACall) {
    RunningService service;
    Count count("JSON, encodings");
    const std::string call = test::call_of_case("base-clean-potential-candidate");
    std::string little, big;
    for (const char c : call) {
        little += std::string{c, '\0'};
        big += std::string{'\0', c};
    }
    const std::vector<OwnCase> cases = {{"UTF-8 byte-order mark", "\xEF\xBB\xBF" + call, 200},
                                        {"two marks", "\xEF\xBB\xBF\xEF\xBB\xBF" + call, 400},
                                        {"UTF-16LE", little, 400},
                                        {"UTF-16LE with a mark", "\xFF\xFE" + little, 400},
                                        {"UTF-16BE with a mark", "\xFE\xFF" + big, 400},
                                        {"blanks around", " \r\n\t" + call + "\n\n", 200},
                                        {"a form feed before", "\f" + call, 400},
                                        {"a second document", call + call, 400},
                                        {"a NUL at the end", call + std::string(1, '\0'), 400},
                                        {"nothing", "", 400},
                                        {"blanks only", "   ", 400}};
    for (const OwnCase &one : cases)
        EXPECT_TRUE(count.add(status_of(service.post(one.value)) == one.status)) << one.name;
}

} // namespace
} // namespace trialcds
