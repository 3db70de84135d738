#include <set>
#include <string>

#include <gtest/gtest.h>

#include "trust/jws.h"
#include "trust/signer.h"

namespace trialcds::server {
namespace {

TEST(Base64Url, ReadsWhatRfc4648Lists) {
    EXPECT_EQ(decode_base64url(""), "");
    EXPECT_EQ(decode_base64url("Zg"), "f");
    EXPECT_EQ(decode_base64url("Zm8"), "fo");
    EXPECT_EQ(decode_base64url("Zm9v"), "foo");
    EXPECT_EQ(decode_base64url("Zm9vYmFy"), "foobar");
    EXPECT_EQ(decode_base64url("-_-_"), "\xFB\xFF\xBF");
}

TEST(Base64Url, ReadsBackEveryByteAtEveryPosition) {
    for (int byte = 0; byte < 256; ++byte)
        for (std::size_t before = 0; before < 3; ++before) {
            const std::string bytes = std::string(before, 'x') + static_cast<char>(byte);
            ASSERT_EQ(decode_base64url(test::base64url(bytes)), bytes) << byte;
        }
}

TEST(Base64Url, RefusesPaddingForeignCharactersAndStrayBits) {
    for (const char *text :
         {"Zg==", "Zm8=", "=", "Zm9v\n", " Zm9v", "Zm 9v", "+/+/", "Zm9v.", "Zm9\xC3\xA9", "A", "AAAAA"})
        EXPECT_FALSE(decode_base64url(text)) << text;
    EXPECT_FALSE(decode_base64url(std::string_view("Zm\0v", 4)));
    // "Zg" is f; the four unused bits of the last character must be zero (RFC 4648 3.5)
    for (const char *text : {"Zh", "Zm9", "ZmA9Zm-", "AB"})
        EXPECT_EQ(decode_base64url(text).has_value(), false) << text;
}

TEST(Base64Url, OneTextPerBytes) {
    std::set<std::string> decoded;
    int accepted = 0;
    for (const char a : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
        for (const char b : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
            if (const auto bytes = decode_base64url(std::string{a, b})) {
                ++accepted;
                decoded.insert(*bytes);
            }
    EXPECT_EQ(accepted, 256);
    EXPECT_EQ(decoded.size(), 256U);
}

TEST(Jws, SplitsTheCompactSerialization) {
    const auto jws = split_compact("Zm9v.YmFy.eA");
    ASSERT_TRUE(jws);
    EXPECT_EQ(jws->header, "foo");
    EXPECT_EQ(jws->payload, "bar");
    EXPECT_EQ(jws->signature, "x");
    EXPECT_EQ(jws->signing_input, "Zm9v.YmFy");
    EXPECT_TRUE(split_compact("Zm9v..eA")) << "an empty payload is lawful in RFC 7515";
}

TEST(Jws, RefusesAnotherNumberOfPartsAndEmptyOnes) {
    for (const char *text : {"", ".", "..", "Zm9v", "Zm9v.YmFy", "Zm9v.YmFy.", ".YmFy.eA", "Zm9v.YmFy.eA.",
                             "Zm9v.YmFy.eA.eA", "Zm9v.YmFy.eA\n", "{\"payload\":\"Zm9v\"}"})
        EXPECT_FALSE(split_compact(text)) << text;
}

TEST(Jws, SixteenKibibytesAreTheMost) {
    const auto token_of = [](std::size_t size) { return "Zm9v." + std::string(size - 8, 'A') + ".eA"; };
    ASSERT_EQ(token_of(kMaxToken).size(), kMaxToken);
    EXPECT_TRUE(split_compact(token_of(kMaxToken)));
    // still well-formed four characters later: only the size is wrong
    EXPECT_FALSE(split_compact(token_of(kMaxToken + 4)));
}

TEST(Jws, AlgorithmsHaveExactNames) {
    for (const char *name : {"ES256", "ES384", "RS256", "RS384", "PS384"}) {
        ASSERT_TRUE(parse_algorithm(name)) << name;
        EXPECT_EQ(to_string(*parse_algorithm(name)), name);
    }
    for (const char *name : {"none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "hs384", "es384",
                             "Es384", "ES384 ", "", "RS512", "PS256", "ES512", "ES256K", "EdDSA", "RSA-OAEP"})
        EXPECT_FALSE(parse_algorithm(name)) << name;
}

} // namespace
} // namespace trialcds::server
