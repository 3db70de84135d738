// What the reader refuses, and how it says so: each guard of json.h at its limit and one past it.
#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trialcds::json {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using testing::Not;

base::Error refusal(std::string_view text) {
    const auto document = Document::parse(text);
    if (!document) return document.error();
    ADD_FAILURE() << "accepted: " << text.substr(0, 80);
    return {};
}

void expect_refused(std::string_view text, const char *what) {
    const base::Error error = refusal(text);
    EXPECT_EQ(error.code, ErrorCode::invalid_json);
    EXPECT_THAT(error.public_text, HasSubstr(what));
    EXPECT_THAT(error.location, HasSubstr("byte "));
}

void expect_accepted(std::string_view text) {
    const auto document = Document::parse(text);
    EXPECT_TRUE(document.has_value()) << document.error().public_text << ' ' << document.error().location;
}

std::string repeat(std::string_view part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += part;
    return out;
}

std::string object_of(std::size_t members) {
    std::string out = "{";
    for (std::size_t i = 0; i < members; ++i)
        out += (i > 0 ? ",\"member" : "\"member") + std::to_string(i) + "\":" + std::to_string(i);
    return out + '}';
}

TEST(JsonGuard, NestingOver64) {
    expect_accepted(repeat("[", 64) + repeat("]", 64));
    expect_refused(repeat("[", 65) + repeat("]", 65), "deeper than 64");
    expect_accepted(repeat("{\"a\":", 64) + "1" + repeat("}", 64));
    expect_refused(repeat("{\"a\":", 65) + "1" + repeat("}", 65), "deeper than 64");
}

TEST(JsonGuard, AMillionBracketsDoNotExhaustTheStack) {
    expect_refused(repeat("[", 1'000'000), "deeper than 64");
    expect_refused(repeat("[", 1'000'000) + repeat("]", 1'000'000), "deeper than 64");
    expect_refused(repeat("{\"a\":", 1'000'000), "deeper than 64");
    expect_refused(repeat("[{\"a\":", 1'000'000), "deeper than 64");
}

TEST(JsonGuard, DuplicateKeys) {
    expect_refused(R"({"a":1,"a":2})", "same member twice");
    expect_refused(R"({"a":1,"\u0061":2})", "same member twice");
    expect_refused(R"({"":1,"":2})", "same member twice");
    expect_refused(R"({"status":"final","code":{"a":[1,{"b":2}]},"status":"final"})", "same member twice");
    expect_accepted(R"({"a":{"a":{"a":[{"a":1},{"a":1}]}},"b":{"a":1},"A":0,"aa":0})");
    expect_accepted(R"({"abc":1,"adc":2,"bac":3,"cba":4,"a":5,"ab":6,"":7})");
}

TEST(JsonGuard, DuplicateKeysInLargeObjects) {
    for (const std::size_t members : {31U, 32U, 33U, 500U, 1'998U}) {
        std::string text = object_of(members);
        expect_accepted(text);
        text.pop_back();
        expect_refused(text + ",\"member7\":0}", "same member twice");
        text.append(",\"x\":[{}],\"member").append(std::to_string(members - 1)).append("\":{}}");
        expect_refused(text, "same member twice");
    }
}

TEST(JsonGuard, MembersOver2000) {
    expect_accepted(object_of(2'000));
    expect_refused(object_of(2'001), "more than 2000 members");
    EXPECT_EQ(Document::parse(object_of(2'000))->root()["member1999"].number_text(), "1999");
}

TEST(JsonGuard, ValuesOver2Million) {
    expect_accepted("[" + repeat("1,", 1'999'998) + "1]");
    expect_refused("[" + repeat("1,", 1'999'999) + "1]", "more than 2000000 values");
    expect_refused("[" + repeat("[],", 3'000'000) + "1]", "more than 2000000 values");
}

TEST(JsonGuard, TenMegabytesAreRead) {
    const std::string note = repeat("x", 10'000'000);
    const auto text = Document::parse("{\"div\":\"" + note + "\"}");
    ASSERT_TRUE(text.has_value());
    EXPECT_EQ(text->root()["div"].text(), note);
    const std::string entry = R"({"resource":{"status":"final","valueQuantity":{"value":1.10}}},)";
    const auto bundle = Document::parse("[" + repeat(entry, 160'000) + "0]");
    ASSERT_TRUE(bundle.has_value());
    EXPECT_EQ(bundle->root().size(), 160'001U);
}

TEST(JsonGuard, InvalidUtf8) {
    for (const char *text :
         {"\"\xFF\"", "\"\x80\"", "\"\xC3\"", "\"\xC0\xAF\"", "\"\xE0\x80\xAF\"", "\"\xF0\x80\x80\xAF\"",
          "\"\xED\xA0\xBD\xED\xB8\x80\"", "\"\xED\xB0\x80\"", "\"\xF4\x90\x80\x80\"",
          "\"\xF8\x88\x80\x80\x80\"", "{\"\xE9\":1}", "\xFF", "[\xC3\xA9,\xC3]"})
        expect_refused(text, "not valid UTF-8");
    EXPECT_EQ(refusal("{\"a\":\"Pr\xE9vost\"}").location, "byte 8");
    expect_accepted("\"\xC2\x80 \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF\"");
}

TEST(JsonGuard, LoneSurrogateEscapes) {
    for (const char *text :
         {R"("\udc00")", R"("\uDFFF")", R"("a\uDe00z")", R"("\ud800")", R"("\ud83dx")", R"("\ud83d\n")",
          R"("\ud83d\ud83d")", R"("\ud83d\ude00\ude00")", R"({"\udc00":1})", R"(["ok","\udBFF"])"})
        expect_refused(text, "half of a surrogate pair");
    expect_accepted(R"(["\ud83d\ude00","\ud7ff\ue000"])");
    EXPECT_EQ(Document::parse("[\"\\udbff\\udfff\",\"\xED\x9F\xBF\xED\x80\x80\"]")->root().at(1).text(),
              "\xED\x9F\xBF\xED\x80\x80");
}

TEST(JsonGuard, NulBytesAndTails) {
    using namespace std::string_view_literals;
    expect_refused("{}\0junk"sv, "NUL byte");
    expect_refused("{}\0"sv, "NUL byte");
    expect_refused("\0"sv, "NUL byte");
    expect_refused("{\"a\":\"x\0y\"}"sv, "NUL byte");
    EXPECT_EQ(refusal("{}\0junk"sv).location, "byte 2");
    expect_refused("{}{}", "follows the end");
    expect_refused("{} x", "follows the end");
    expect_refused("[]]", "follows the end");
}

TEST(JsonGuard, EveryControlCharacterInAString) {
    for (char c = 1; c < 0x20; ++c)
        for (const std::size_t before : {0U, 1U, 15U, 16U, 17U, 40U, 63U, 64U, 200U}) {
            const std::string text = '"' + std::string(before, 'x') + c + std::string(20, 'y') + '"';
            EXPECT_FALSE(Document::parse(text).has_value()) << int{c} << " after " << before;
        }
    expect_refused("\"a\nb\"", "control character");
    expect_refused("\"a\x1f"
                   "b\"",
                   "control character");
    expect_accepted("\"\x7f\"");
}

TEST(JsonGuard, OneByteOrderMarkAtTheStart) {
    expect_accepted("\xEF\xBB\xBF{}");
    expect_refused("\xEF\xBB\xBF\xEF\xBB\xBF{}", "value is expected");
    expect_refused("{}\xEF\xBB\xBF", "follows the end");
    expect_refused("\xEF\xBB\xBF", "empty");
    expect_refused("\xFE\xFF", "not valid UTF-8");
    EXPECT_EQ(refusal("\xEF\xBB\xBF[1,]").location, "/1 (byte 6)") << "offsets count the mark";
}

TEST(JsonGuard, NumbersOver64Characters) {
    expect_accepted("[" + std::string(64, '1') + "]");
    expect_refused("[" + std::string(65, '1') + "]", "longer than 64");
    expect_accepted("[0." + std::string(62, '1') + "]");
    expect_refused("[-0." + std::string(62, '1') + "]", "longer than 64");
    expect_refused(std::string(1'000'000, '1'), "number");
    expect_refused("0." + std::string(1'000'000, '1'), "longer than 64");
    expect_refused("1e" + std::string(1'000'000, '0') + "1", "longer than 64");
}

TEST(JsonGuard, ExponentsBeyondADoublesRange) {
    expect_refused("1e400", "range");
    expect_refused("[-1E+400]", "range");
    expect_refused("1e-400", "exponent");
    expect_refused("1e-309", "exponent");
    expect_refused("0e309", "range");
    expect_accepted("1e308");
    expect_accepted("1e-308");
    expect_accepted("1e-00000000000308");
}

// CVE-2024-38517: an exponent near INT_MIN together with decimals underflows RapidJSON's exponent arithmetic.
TEST(JsonGuard, Cve2024_38517) {
    for (const char *number :
         {"1.1111111111e-2147483639", "0.0000000001e-2147483639", "1.1e-2147483647", "1.1e-2147483648",
          "1.1e-2147483649", "1e-214748363", "1.11111111111e-214748364", "1.1111111111e-2147483640",
          "-123.4567890123456e-2147483638", "1e-99999999999999999999", "1.1e2147483647", "0.1e2147483648",
          "1e4294967296", "1e-4294967297"}) {
        EXPECT_FALSE(Document::parse(number).has_value()) << number;
        EXPECT_FALSE(Document::parse(std::string("{\"value\":") + number + "}").has_value()) << number;
    }
    const std::string fraction = "1." + std::string(400'000, '1');
    expect_refused(fraction + "e-2147483639", "longer than 64");
    expect_refused("0." + std::string(400'000, '0') + "1e-2147483639", "longer than 64");
}

TEST(JsonGuard, CutOffAnywhereIsRefused) {
    const std::string text = R"({"a":[1.5e1,true,null,"x\u00e9\n\ud83d\ude00",{"b":false}],"c":{}})";
    expect_accepted(text);
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(Document::parse(std::string_view(text).substr(0, length)).has_value()) << length;
}

TEST(JsonGuard, AnErrorSaysWhereWithoutQuotingTheDocument) {
    EXPECT_EQ(refusal(R"({"entry":[{},{"resource":{"name":[nope]}}]})").location,
              "/entry/1/resource/name/0 (byte 35)");
    EXPECT_EQ(refusal(R"({"entry":[{"id":"1","id":"2"}]})").location, "/entry/0/id (byte 21)");
    EXPECT_EQ(refusal(R"([{"a":1} 2])").location, "/1 (byte 9)");
    EXPECT_EQ(refusal(R"({"a":"\x"})").location, "/a (byte 6)");
    EXPECT_EQ(refusal("").location, "byte 0");
    EXPECT_EQ(refusal("{").location, "byte 1");
    EXPECT_EQ(refusal(R"({"Jane Doe 1970":{"b":[}]}})").location, "byte 23")
        << "free text in a key is not repeated";

    const base::Error error = refusal(R"({"name":"Roe","name":"Doe"})");
    EXPECT_THAT(error.public_text + error.internal_text + error.location, Not(HasSubstr("Roe")));
    EXPECT_THAT(error.public_text + error.internal_text + error.location, Not(HasSubstr("Doe")));
    EXPECT_THAT(error.public_text, HasSubstr("send each member once")) << "and says what to do";
}

TEST(JsonGuard, ADuplicateInALargeObjectIsLocated) {
    std::string text = object_of(50);
    text.pop_back();
    text += ",\"code\":[{}],\"other\":0,\"code\":1,\"last\":2}";
    const std::string offset = std::to_string(text.rfind("code"));
    EXPECT_EQ(refusal(text).location, "/code (byte " + offset + ")");
}

} // namespace
} // namespace trialcds::json
