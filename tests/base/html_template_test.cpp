#include <string>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "base/html_template.h"
#include "base/json_writer.h"

namespace trialcds {
namespace {

std::string filled(std::string_view page, std::string_view value) {
    const auto parsed = base::HtmlTemplate::parse(page, "page.html");
    if (!parsed) return "refused: " + parsed.error().location + ": " + parsed.error().public_text;
    return parsed->fill(json::Document::parse(value)->root());
}

TEST(HtmlTemplate, FillsPlacesWithTextsAndNumbers) {
    EXPECT_EQ(filled("<p>{{name}}, {{age}}</p>", R"({"name": "Ana", "age": 50})"), "<p>Ana, 50</p>");
    EXPECT_EQ(filled("[{{none}}]", "{}"), "[]");
}

TEST(HtmlTemplate, SaysASectionForEachElementAndLooksOutwards) {
    EXPECT_EQ(filled("{{#list}}{{day}}:{{.}} {{/list}}", R"({"day": "1", "list": ["a", "b"]})"), "1:a 1:b ");
    EXPECT_EQ(filled("{{#list}}{{x}}{{#in}}{{x}}{{/in}};{{/list}}",
                     R"({"list": [{"x": "1", "in": [{"x": "2"}]}, {"x": "3"}]})"),
              "12;3;");
}

TEST(HtmlTemplate, SaysASectionOnceWhereSomethingIsThereAndItsInverseWhereNot) {
    const char *page = "{{#it}}yes{{/it}}{{^it}}no{{/it}}";
    for (const char *there : {R"({"it": true})", R"({"it": "text"})", R"({"it": {"a": 1}})", R"({"it": [1]})"})
        EXPECT_EQ(filled(page, there), "yes") << there;
    for (const char *missing : {"{}", R"({"it": false})", R"({"it": null})", R"({"it": ""})", R"({"it": []})"})
        EXPECT_EQ(filled(page, missing), "no") << missing;
}

TEST(HtmlTemplate, RefusesWhatIsNotClosedAndSaysTheLine) {
    EXPECT_EQ(filled("a\n{{name", "{}"), "refused: page.html:2: \"{{\" without \"}}\"");
    EXPECT_EQ(filled("{{#a}}\n", "{}"), "refused: page.html:2: this section does not end: a");
    EXPECT_EQ(filled("{{#a}}{{/b}}", "{}"), "refused: page.html:1: this ends no section that is open: b");
    EXPECT_EQ(filled("{{}}", "{}"), "refused: page.html:1: a place without a name");
}

// Between tags and in a double-quoted attribute: no text of a value opens a tag, leaves its attribute, or
// begins an entity of its own.
TEST(HtmlTemplate, NoTextOfAValueBecomesMarkup) {
    const auto parts = rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::element('<', '>', '"', '\'', '&', '{', '}', '#', ';', '=', '/', '\n', '\x01', '\x7f'),
        rc::gen::inRange('a', 'z')));
    EXPECT_TRUE(rc::check("hostile texts", [&] {
        const std::string text = *parts;
        json::Writer value;
        value.begin_object().member("x", text).end_object();
        const std::string page = filled("<a title=\"{{x}}\">{{x}}</a>", value.take());
        const std::string inside = base::html_escaped(text);
        RC_ASSERT(page == "<a title=\"" + inside + "\">" + inside + "</a>");
        RC_ASSERT(inside.find_first_of("<>\"'\x01\x7f") == std::string::npos);
        for (std::size_t at = inside.find('&'); at != std::string::npos; at = inside.find('&', at + 1)) {
            const std::string entity = inside.substr(at, inside.find(';', at) - at + 1);
            RC_ASSERT(entity == "&amp;" || entity == "&lt;" || entity == "&gt;" || entity == "&quot;" ||
                      entity == "&#39;");
        }
    }));
}

} // namespace
} // namespace trialcds
