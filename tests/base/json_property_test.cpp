// Properties over generated input: what is written reads back equal, and a Decimal survives its own text.
// The seed is fixed so that a run is repeatable; RC_PARAMS in the environment overrides it.
#include <cstdlib>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "same_tree.h"

namespace trialcds::json {
namespace {

const bool kSeeded = setenv("RC_PARAMS", "seed=20260101 max_success=500", 0) == 0;

std::string utf8(char32_t point) {
    const auto unit = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
    if (point < 0x80) return {unit(point)};
    if (point < 0x800) return {unit(0xC0 | point >> 6), unit(0x80 | (point & 0x3F))};
    if (point < 0x10000)
        return {unit(0xE0 | point >> 12), unit(0x80 | (point >> 6 & 0x3F)), unit(0x80 | (point & 0x3F))};
    return {unit(0xF0 | point >> 18), unit(0x80 | (point >> 12 & 0x3F)), unit(0x80 | (point >> 6 & 0x3F)),
            unit(0x80 | (point & 0x3F))};
}

// Any text a FHIR string can hold and more: controls, quotes, and all planes without the surrogates.
std::string any_string() {
    std::string out;
    const int length = *rc::gen::inRange(0, 12);
    for (int i = 0; i < length; ++i) {
        const int plane = *rc::gen::inRange(0, 5);
        const int point = plane == 0   ? *rc::gen::inRange(0, 0x30)
                          : plane == 1 ? *rc::gen::inRange(0x20, 0x100)
                          : plane == 2 ? *rc::gen::inRange(0x100, 0xD800)
                          : plane == 3 ? *rc::gen::inRange(0xE000, 0x10000)
                                       : *rc::gen::inRange(0x10000, 0x110000);
        out += utf8(static_cast<char32_t>(point));
    }
    return out;
}

std::string any_number() {
    std::string out = *rc::gen::arbitrary<bool>() ? "-" : "";
    out += std::to_string(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000));
    if (*rc::gen::arbitrary<bool>()) out += "." + std::to_string(*rc::gen::inRange(0, 100'000));
    if (*rc::gen::arbitrary<bool>()) out += "e" + std::to_string(*rc::gen::inRange(-200, 200));
    return out;
}

// A tree of our own, so that the reader is compared with something it did not build.
struct Tree {
    enum class Kind { null, yes, no, number, string, array, object } kind = Kind::null;
    std::string text;
    std::vector<Tree> children;
    std::vector<std::string> names; // of an object's children
};

Tree any_tree(int depth) {
    Tree tree;
    tree.kind = static_cast<Tree::Kind>(*rc::gen::inRange(0, depth > 0 ? 7 : 5));
    if (tree.kind == Tree::Kind::number) tree.text = any_number();
    if (tree.kind == Tree::Kind::string) tree.text = any_string();
    if (tree.kind != Tree::Kind::array && tree.kind != Tree::Kind::object) return tree;
    std::map<std::string, bool> used;
    const int children = *rc::gen::inRange(0, *rc::gen::inRange(1, 50));
    for (int i = 0; i < children; ++i) {
        const std::string name = tree.kind == Tree::Kind::object ? any_string() : "";
        if (tree.kind == Tree::Kind::object && !used.emplace(name, true).second) continue;
        tree.names.push_back(name);
        tree.children.push_back(any_tree(children > 10 ? 0 : depth - 1));
    }
    return tree;
}

void write(Writer &writer, const Tree &tree) {
    switch (tree.kind) {
    case Tree::Kind::null:
        writer.raw("null");
        break;
    case Tree::Kind::yes:
    case Tree::Kind::no:
        writer.boolean(tree.kind == Tree::Kind::yes);
        break;
    case Tree::Kind::number:
        writer.decimal_text(tree.text);
        break;
    case Tree::Kind::string:
        writer.string(tree.text);
        break;
    case Tree::Kind::array:
        writer.begin_array();
        for (const Tree &child : tree.children)
            write(writer, child);
        writer.end_array();
        break;
    case Tree::Kind::object:
        writer.begin_object();
        for (std::size_t i = 0; i < tree.children.size(); ++i) {
            writer.key(tree.names[i]);
            write(writer, tree.children[i]);
        }
        writer.end_object();
    }
}

bool matches(const Tree &tree, Value value);

bool children_match(const Tree &tree, Value value) {
    if (value.size() != tree.children.size()) return false;
    std::size_t i = 0;
    for (const Value element : value.elements())
        if (!matches(tree.children[i++], element)) return false;
    for (const auto [key, member] : value.members()) {
        const Tree &child = tree.children[i];
        if (key != tree.names[i++] || !matches(child, member) || !matches(child, value[key])) return false;
    }
    return i == tree.children.size();
}

bool matches(const Tree &tree, Value value) {
    switch (tree.kind) {
    case Tree::Kind::null:
        return value.is_null();
    case Tree::Kind::yes:
        return value.is_true();
    case Tree::Kind::no:
        return value.is_bool() && !value.is_true();
    case Tree::Kind::number:
        return value.number_text() == tree.text;
    case Tree::Kind::string:
        return value.is_string() && value.text() == tree.text;
    case Tree::Kind::array:
        return value.is_array() && children_match(tree, value);
    case Tree::Kind::object:
        return value.is_object() && children_match(tree, value);
    }
    return false;
}

TEST(JsonProperty, WhatIsWrittenReadsBackEqual) {
    ASSERT_TRUE(kSeeded);
    EXPECT_TRUE(rc::check("parse(write(tree)) is the tree", [] {
        const Tree tree = any_tree(4);
        Writer writer(*rc::gen::arbitrary<bool>());
        write(writer, tree);
        const auto document = Document::parse(writer.take());
        RC_ASSERT(document.has_value());
        RC_ASSERT(matches(tree, document->root()));
        const auto again = Document::parse(to_text(document->root()));
        RC_ASSERT(again.has_value());
        RC_ASSERT(test::same_tree(document->root(), again->root()));
    }));
}

TEST(JsonProperty, AnyBytesWrittenAsAStringAreValidJson) {
    EXPECT_TRUE(rc::check("parse(string(bytes)) succeeds", [](const std::string &bytes) {
        Writer writer;
        writer.string(bytes);
        RC_ASSERT(Document::parse(writer.take()).has_value());
    }));
}

TEST(DecimalProperty, ADecimalSurvivesItsOwnText) {
    EXPECT_TRUE(rc::check("parse(to_string(d)) is d, in the shortest form", [] {
        const auto digits = *rc::gen::inRange<std::int64_t>(-999'999'999'999'999'999, 999'999'999'999'999'999);
        const int exponent = *rc::gen::inRange(-18, 19);
        const auto value = base::Decimal::parse(std::to_string(digits) + "e" + std::to_string(exponent));
        if (!value) RC_DISCARD("not exactly representable");
        const std::string text = value->to_string();
        const auto again = base::Decimal::parse(text);
        RC_ASSERT(again.has_value());
        RC_ASSERT(*again == *value);
        RC_ASSERT(again->to_string() == text);
    }));
}

TEST(DecimalProperty, SumsProductsAndOrderAgreeWithWholeNumbers) {
    EXPECT_TRUE(rc::check("hundredths behave as integers", [] {
        const auto a = *rc::gen::inRange(-1'000'000, 1'000'000);
        const auto b = *rc::gen::inRange(-1'000'000, 1'000'000);
        const auto hundredths = [](std::int64_t n) {
            return base::Decimal::parse(std::to_string(n) + "e-2").value();
        };
        RC_ASSERT(hundredths(a).plus(hundredths(b)) == hundredths(std::int64_t{a} + b));
        RC_ASSERT(hundredths(a).minus(hundredths(b)) == hundredths(std::int64_t{a} - b));
        RC_ASSERT(hundredths(a).times(base::Decimal(b)) == hundredths(std::int64_t{a} * b));
        RC_ASSERT((hundredths(a) < hundredths(b)) == (a < b));
        RC_ASSERT(hundredths(a).floor() <= hundredths(a).ceil());
        if (b != 0)
            RC_ASSERT(hundredths(a).times(base::Decimal(b))->ratio(base::Decimal(b), 2) == hundredths(a));
    }));
}

} // namespace
} // namespace trialcds::json
