// What a reader of a parsed document sees.
#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trialcds::json {
namespace {

using testing::ElementsAre;

Document parsed(std::string_view text, Options options = {}) {
    auto document = Document::parse(text, options);
    if (!document) {
        ADD_FAILURE() << document.error().location << ": " << document.error().public_text;
        return Document::parse("null").value();
    }
    return std::move(document).value();
}

TEST(JsonValue, NavigatesAFhirResource) {
    const Document document = parsed(R"({"resourceType":"Observation","status":"final",
        "code":{"coding":[{"code":"a"},{"code":"b"}]},"valueQuantity":{"value":1.10,"unit":"mg/L"},
        "x":null,"t":true,"f":false,"empty":{},"none":[]})");
    const Value root = document.root();
    EXPECT_TRUE(root.is_object());
    EXPECT_EQ(root.size(), 9U);
    EXPECT_EQ(root["resourceType"].text(), "Observation");
    EXPECT_EQ(root["code"]["coding"].size(), 2U);
    EXPECT_EQ(root["code"]["coding"].at(1)["code"].text(), "b");
    EXPECT_EQ(root["valueQuantity"]["value"].number_text(), "1.10") << "the written precision is kept";
    EXPECT_EQ(root["valueQuantity"]["unit"].text(), "mg/L");
    EXPECT_TRUE(root["x"].is_null());
    EXPECT_TRUE(root["t"].is_bool() && root["t"].is_true());
    EXPECT_TRUE(root["f"].is_bool() && !root["f"].is_true());
    EXPECT_TRUE(root["empty"].is_object() && root["empty"].size() == 0);
    EXPECT_TRUE(root["none"].is_array() && root["none"].size() == 0);
}

TEST(JsonValue, AWrongTypeOrAMissingMemberIsNeverGarbage) {
    const Document document = parsed(R"({"a":[1,"two"],"s":"text","n":5})");
    const Value root = document.root();
    const Value absent = root["missing"];
    EXPECT_FALSE(absent.present());
    EXPECT_FALSE(absent["deeper"].at(3)["still"].present());
    EXPECT_FALSE(absent.is_null()) << "absent is not null";
    EXPECT_EQ(absent.size(), 0U);
    EXPECT_EQ(absent.text(), "");
    EXPECT_EQ(root["n"].text(), "");
    EXPECT_EQ(root["s"].number_text(), "");
    EXPECT_FALSE(root["s"].is_true());
    EXPECT_FALSE(root["s"]["x"].present());
    EXPECT_FALSE(root["a"]["two"].present());
    EXPECT_FALSE(root["a"].at(2).present());
    EXPECT_FALSE(root.at(0).present()) << "an object has no elements";
    for (const Value element : root["s"].elements())
        ADD_FAILURE() << element.size();
    for (const auto [key, value] : root["a"].members())
        ADD_FAILURE() << key << value.size();
    EXPECT_FALSE(Document().root().present());
}

TEST(JsonValue, IteratesInDocumentOrderAndSkipsNestedContainers) {
    const Document document = parsed(R"({"z":{"inner":[1,[2,{}]]},"a":[[],{"b":[3]},"end"],"m":0})");
    std::vector<std::string> keys;
    for (const auto [key, value] : document.root().members())
        keys.push_back(std::string(key) + ':' + std::to_string(value.size()));
    EXPECT_THAT(keys, ElementsAre("z:1", "a:3", "m:0"));
    std::vector<std::string> elements;
    for (const Value element : document.root()["a"].elements())
        elements.push_back(to_text(element));
    EXPECT_THAT(elements, ElementsAre("[]", R"({"b":[3]})", R"("end")"));
}

TEST(JsonValue, ADocumentMayMoveAndOutliveItsText) {
    auto text = std::make_unique<std::string>(R"({"family":"Pr\u00e9vost"})");
    Document document = parsed(*text);
    text.reset();
    const Value family = document.root()["family"];
    const Document moved = std::move(document);
    EXPECT_EQ(family.text(), "Prévost");
    EXPECT_EQ(moved.root()["family"].text(), "Prévost");
}

TEST(JsonValue, DecodesEscapesIncludingNulAndPairs) {
    const Document document =
        parsed(R"(["\"\\\/\b\f\n\r\t","\u0041\u00e9\u20AC\ud83d\uDE00","a\u0000b","a\\udc00"])");
    EXPECT_EQ(document.root().at(0).text(), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(document.root().at(1).text(), "Aé€😀");
    EXPECT_EQ(document.root().at(2).text(), std::string_view("a\0b", 3));
    EXPECT_EQ(document.root().at(3).text(), R"(a\udc00)") << "an escaped backslash is no escape";
}

TEST(JsonValue, RootMayBeAnyValue) {
    EXPECT_EQ(parsed(" \"text\" ").root().text(), "text");
    EXPECT_EQ(parsed("-0.5e+3").root().number_text(), "-0.5e+3");
    EXPECT_TRUE(parsed("null").root().is_null());
    EXPECT_TRUE(parsed("\t[\r\n]").root().is_array());
}

TEST(JsonValue, NumbersStayTheTextTheyWere) {
    for (const char *text :
         {"18446744073709551616", "1.50", "2.2250738585072011e-308", "1E5", "-0", "0.10", "123"}) {
        EXPECT_EQ(parsed(text).root().number_text(), text);
        const Document inside = parsed(std::string("{\"a\":") + text + ",\"b\":[" + text + "]}");
        EXPECT_EQ(inside.root()["a"].number_text(), text);
        EXPECT_EQ(inside.root()["b"].at(0).number_text(), text);
    }
}

TEST(JsonValue, CommentsOnlyWhereAskedFor) {
    const char *text = "// site\n{ /* * / ** */ \"port\": 8080, // end\n \"host\": \"/*no*/\" }\n// last";
    EXPECT_FALSE(Document::parse(text).has_value());
    const Document config = parsed(text, {.comments = true});
    EXPECT_EQ(config.root()["port"].number_text(), "8080");
    EXPECT_EQ(config.root()["host"].text(), "/*no*/");
    for (const char *broken : {"{} /*", "{} /", "/**/", "{ /* }", "//"})
        EXPECT_FALSE(Document::parse(broken, {.comments = true}).has_value()) << broken;
}

} // namespace
} // namespace trialcds::json
