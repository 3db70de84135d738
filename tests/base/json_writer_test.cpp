// The writer: escapes, layout, and always valid JSON.
#include "base/json_writer.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "same_tree.h"

namespace trialcds::json {
namespace {

std::string string_text(std::string_view text) {
    Writer writer;
    writer.string(text);
    return writer.take();
}

TEST(JsonWriter, WritesACompactCard) {
    Writer writer;
    writer.begin_object().key("cards").begin_array().begin_object();
    writer.member("summary", "More data needed").member("rank", std::int64_t{-3}).member_bool("shown", true);
    writer.key("score").decimal_text("1.10").key("none").begin_array().end_array();
    writer.key("extension").begin_object().end_object().key("verbatim").raw(R"({"a":null})");
    writer.end_object().string("x").number(7).boolean(false).end_array().end_object();
    EXPECT_EQ(writer.take(),
              R"({"cards":[{"summary":"More data needed","rank":-3,"shown":true,"score":1.10,"none":[],)"
              R"("extension":{},"verbatim":{"a":null}},"x",7,false]})");
}

TEST(JsonWriter, WritesPrettyText) {
    Writer writer(true);
    writer.begin_object().member("a", "b").key("list").begin_array().number(1).number(2).end_array();
    writer.key("empty").begin_array().end_array().key("none").begin_object().end_object().end_object();
    EXPECT_EQ(writer.take(), "{\n  \"a\": \"b\",\n  \"list\": [\n    1,\n    2\n  ],\n  \"empty\": [],\n"
                             "  \"none\": {}\n}");
}

TEST(JsonWriter, EscapesWhatJsonRequires) {
    EXPECT_EQ(string_text("\"\\/"), R"("\"\\/")");
    EXPECT_EQ(string_text("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(string_text(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
    EXPECT_EQ(string_text("Prévost 😀 \u2028"), "\"Prévost 😀 \u2028\"");
    EXPECT_EQ(string_text(""), "\"\"");
}

TEST(JsonWriter, ReplacesWhatIsNotUtf8) {
    const std::string mark = "\xEF\xBF\xBD";
    EXPECT_EQ(string_text("a\xFFz"), "\"a" + mark + "z\"");
    EXPECT_EQ(string_text("\xC0\x80"), "\"" + mark + mark + "\"") << "overlong";
    EXPECT_EQ(string_text("\xE0\x80\x80"), "\"" + mark + mark + mark + "\"") << "overlong";
    EXPECT_EQ(string_text("\xED\xA0\x80"), "\"" + mark + mark + mark + "\"") << "surrogate";
    EXPECT_EQ(string_text("\xF4\x90\x80\x80"), "\"" + mark + mark + mark + mark + "\"") << "above U+10FFFF";
    EXPECT_EQ(string_text("\xF0\x9F\x98"), "\"" + mark + mark + mark + "\"") << "cut off";
    EXPECT_EQ(string_text("\xE2\x82\""), "\"" + mark + mark + "\\\"\"") << "the quote is still escaped";
    EXPECT_TRUE(Document::parse(string_text("\xFF\x80\xED\xBF\xBF\n\xC3")).has_value());
}

TEST(JsonWriter, WritesTheLargestIntegers) {
    Writer writer;
    writer.begin_array().number(std::numeric_limits<std::int64_t>::min());
    writer.number(std::numeric_limits<std::int64_t>::max()).end_array();
    EXPECT_EQ(writer.take(), "[-9223372036854775808,9223372036854775807]");
}

TEST(JsonWriter, WritesASubDocumentBack) {
    const std::string text =
        R"({"id":"p1","name":[{"family":"O'Neil \"x\" \u000b é"}],"n":1.10,"b":[true,false,null,[],{}],"k\"ey":-0})";
    const auto document = Document::parse(text);
    ASSERT_TRUE(document.has_value());
    EXPECT_EQ(to_text(document->root()), text);
    EXPECT_EQ(to_text(document->root()["name"]), R"([{"family":"O'Neil \"x\" \u000b é"}])");
    EXPECT_EQ(to_text(Value()), "") << "an absent value has no text";
}

TEST(JsonWriter, WhatIsWrittenReadsBackEqual) {
    const auto first = Document::parse(R"({"a":"\u0000\ud83d\ude00\\\"","b":[1e5,{"c":{"d":[[[]]]}}],"":""})");
    ASSERT_TRUE(first.has_value());
    const auto second = Document::parse(to_text(first->root()));
    ASSERT_TRUE(second.has_value());
    EXPECT_TRUE(test::same_tree(first->root(), second->root()));
}

#ifndef NDEBUG
TEST(JsonWriterDeathTest, MisuseIsAProgrammingError) {
    EXPECT_DEATH(Writer().key("a"), "key outside an object");
    EXPECT_DEATH(Writer().begin_array().key("a"), "key outside an object");
    EXPECT_DEATH(Writer().begin_object().string("a"), "needs a key");
    EXPECT_DEATH(Writer().begin_object().end_array(), "");
    EXPECT_DEATH(Writer().begin_object().key("a").end_object(), "");
    EXPECT_DEATH(Writer().end_object(), "");
}
#endif

} // namespace
} // namespace trialcds::json
