#include <string>

#include <gtest/gtest.h>

#include "trust/jws.h"

namespace trialcds::server {
namespace {

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
