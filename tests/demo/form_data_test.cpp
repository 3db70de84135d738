#include "form_data.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace trialcds {
namespace {

constexpr auto kType = "multipart/form-data; boundary=----x1";

std::string part(const std::string &name, const std::string &value) {
    return "------x1\r\nContent-Disposition: form-data; name=\"" + name +
           "\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n" + value + "\r\n";
}

std::string value(const std::vector<demo::FormPart> &parts, const std::string &name) {
    for (const demo::FormPart &one : parts)
        if (one.name == name) return one.value;
    return "absent";
}

TEST(FormData, AFilesContentComesAsItWas) {
    EXPECT_TRUE(rc::check("any content", [] {
        const auto content = *rc::gen::container<std::string>(
            rc::gen::element('{', '"', '\r', '\n', '-', 'x', '1', ' ', '\0', '\xC3'));
        RC_PRE(content.find("\r\n------x1") == std::string::npos && !content.starts_with("------x1"));
        const auto parts =
            demo::form_parts(kType, part("file", content) + part("text", "t") + "------x1--\r\n");
        RC_ASSERT(parts.size() == 2U);
        RC_ASSERT(value(parts, "file") == content);
        RC_ASSERT(value(parts, "text") == "t");
    }));
}

TEST(FormData, ReadsAFormWithoutAFile) {
    const auto parts = demo::form_parts("application/x-www-form-urlencoded", "text=%7B%22a%22%3A+1%7D&x=");
    EXPECT_EQ(value(parts, "text"), "{\"a\": 1}");
    EXPECT_EQ(value(parts, "x"), "");
}

TEST(FormData, WhatIsBrokenOffGivesWhatCouldBeRead) {
    const std::string whole = part("file", "{}") + part("text", "t") + "------x1--\r\n";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto parts = demo::form_parts(kType, whole.substr(0, length));
        EXPECT_LE(parts.size(), 2U);
        if (parts.empty()) continue;
        EXPECT_EQ(value(parts, "file"), "{}");
    }
    EXPECT_TRUE(demo::form_parts("multipart/form-data", whole).empty());
    EXPECT_TRUE(demo::form_parts("text/plain", whole).empty());
}

} // namespace
} // namespace trialcds
