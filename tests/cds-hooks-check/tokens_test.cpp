// The judge's tokens, held against the verifier of the service, which was written from the RFCs on its own.
#include "cds_hooks_check/tokens.h"

#include <set>

#include <gmock/gmock.h>

#include "base/base64url.h"
#include "cds-hooks-check/private_jwk.h"
#include "trust/ehr.h"

namespace trialcds::cds_hooks_check {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

std::string verdict(const test::KeyPair &pair, const std::string &token) {
    server::TrustSettings settings;
    settings.public_base = server::kBase;
    settings.issuers = {server::ehr_issuer()};
    auto keys = server::StaticKeySource::create({{server::kIssuer, pair.key_set}});
    server::MemoryReplayGuard replay;
    const auto verifier = server::JwtVerifier::create(settings, *keys, replay);
    const auto outcome = verifier->verify(token, server::kAudience, server::kNow);
    return outcome ? "" : std::string(to_string(outcome.error().reason));
}

Token good_token(const SigningKey &key) {
    Token token{server::ehr_header(), server::ehr_claims()};
    token.header["alg"] = '"' + key.algorithm + '"';
    token.header["kid"] = '"' + key.kid + '"';
    return token;
}

TEST(Tokens, Item71_BothKindsOfKeySignWhatAVerifierTakes) {
    for (const auto &pair : {test::elliptic_pair("k"), test::rsa_pair("k")}) {
        const auto key = read_signing_key(pair.private_jwk);
        ASSERT_TRUE(key) << key.error().public_text;
        EXPECT_EQ(verdict(pair, good_token(*key).signed_by(*key)), "");
        Token other = good_token(*key);
        const std::string signature = base::to_base64url(key->sign(other.signing_input()));
        other.claims["jti"] = "\"changed\"";
        EXPECT_EQ(verdict(pair, other.signing_input() + '.' + signature),
                  to_string(server::JwtRefusalReason::signature_wrong));
    }
}

TEST(Tokens, Es384SignaturesAreRawAnd96BytesLong) {
    const auto key = read_signing_key(test::elliptic_pair("k").private_jwk);
    ASSERT_TRUE(key);
    for (int attempt = 0; attempt < 50; ++attempt) // DER would vary
        EXPECT_EQ(key->sign("text " + std::to_string(attempt)).size(), 96U);
}

TEST(Tokens, AKeyThatCannotSignIsRefused) {
    for (const char *text :
         {"", "[]", "{}", R"({"kty":"oct","k":"eA"})", R"({"kty":"EC","crv":"P-384","x":"AA"})",
          R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"})", R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
          R"({"kty":"RSA","n":"*","e":"AQAB","d":"AA"})"})
        EXPECT_FALSE(read_signing_key(text)) << text;
}

TEST(Tokens, TheSecretOfTheConfusedAlgorithmIsThePublicKeysText) {
    const auto key = read_signing_key(test::elliptic_pair("k").private_jwk);
    ASSERT_TRUE(key);
    EXPECT_THAT(key->public_pem, HasSubstr("BEGIN PUBLIC KEY"));
    // RFC 4231, test case 2
    const std::string mac = hmac_sha384("Jefe", "what do ya want for nothing?");
    EXPECT_EQ(base::to_base64url(mac),
              base::to_base64url("\xaf\x45\xd2\xe3\x76\x48\x40\x31\x61\x7f\x78\xd2\xb5\x8a\x6b\x1b"
                                 "\x9c\x7e\xf4\x64\xf5\xa0\x1b\x47\xe4\x2e\xc3\x73\x63\x22\x44\x5e"
                                 "\x8e\x22\x40\xca\x5e\x69\xe2\xc7\x8b\x32\x39\xec\xfa\xb2\x16\x49"));
}

TEST(Tokens, UuidsAreOfVersionFourAndFresh) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string uuid = fresh_uuid();
        EXPECT_THAT(uuid, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

} // namespace
} // namespace trialcds::cds_hooks_check
