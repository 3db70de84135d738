#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/base64url.h"

namespace trialcds::base {
namespace {

TEST(Base64Url, ReadsWhatRfc4648Lists) {
    EXPECT_EQ(from_base64url(""), "");
    EXPECT_EQ(from_base64url("Zg"), "f");
    EXPECT_EQ(from_base64url("Zm8"), "fo");
    EXPECT_EQ(from_base64url("Zm9v"), "foo");
    EXPECT_EQ(from_base64url("Zm9vYmFy"), "foobar");
    EXPECT_EQ(from_base64url("-_-_"), "\xFB\xFF\xBF");
}

TEST(Base64Url, WritesWithoutPadding) {
    EXPECT_EQ(to_base64url(""), "");
    EXPECT_EQ(to_base64url("f"), "Zg");
    EXPECT_EQ(to_base64url("fo"), "Zm8");
    EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64url("\xFB\xFF\xBF"), "-_-_");
}

TEST(Base64Url, ReadsBackEveryByteAtEveryPosition) {
    for (int byte = 0; byte < 256; ++byte)
        for (std::size_t before = 0; before < 3; ++before) {
            const std::string bytes = std::string(before, 'x') + static_cast<char>(byte);
            ASSERT_EQ(from_base64url(to_base64url(bytes)), bytes) << byte;
        }
}

TEST(Base64Url, RefusesPaddingForeignCharactersAndStrayBits) {
    for (const char *text :
         {"Zg==", "Zm8=", "=", "Zm9v\n", " Zm9v", "Zm 9v", "+/+/", "Zm9v.", "Zm9\xC3\xA9", "A", "AAAAA"})
        EXPECT_FALSE(from_base64url(text)) << text;
    EXPECT_FALSE(from_base64url(std::string_view("Zm\0v", 4)));
    // "Zg" is f; the four unused bits of the last character must be zero (RFC 4648 3.5)
    for (const char *text : {"Zh", "Zm9", "ZmA9Zm-", "AB"})
        EXPECT_EQ(from_base64url(text).has_value(), false) << text;
}

TEST(Base64Url, OneTextPerBytes) {
    std::set<std::string> decoded;
    int accepted = 0;
    for (const char a : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
        for (const char b : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
            if (const auto bytes = from_base64url(std::string{a, b})) {
                ++accepted;
                decoded.insert(*bytes);
            }
    EXPECT_EQ(accepted, 256);
    EXPECT_EQ(decoded.size(), 256U);
}

} // namespace
} // namespace trialcds::base
