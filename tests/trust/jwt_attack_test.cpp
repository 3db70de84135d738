// What a hostile caller sends (docs/clients.md; RFC 8725).
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "trust/ehr.h"

namespace trialcds::server {
namespace {

using JwtAttack = Ehr;

std::string input_of(const Members &header, const Members &claims) {
    return test::to_base64url(test::object(header)) + '.' + test::to_base64url(test::object(claims));
}

std::string hmac(const std::string &key, const std::string &input, const EVP_MD *digest) {
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char *>(input.data()), input.size(),
         reinterpret_cast<unsigned char *>(mac.data()), &length);
    mac.resize(length);
    return mac;
}

TEST_F(JwtAttack, Item63_NoAlgorithmInAnySpelling) {
    for (const char *alg : {"none", "None", "NONE", "nOnE", "none ", ""}) {
        const std::string input = input_of(with(ehr_header(), "alg", json_string(alg)), ehr_claims());
        EXPECT_EQ(verdict_on(input + '.'), "malformed") << alg;
        EXPECT_EQ(verdict_on(input + ".AA"), "algorithm_not_allowed") << alg;
    }
    for (const char *alg : {"null", "[]", "[\"ES384\"]", "0", "{}"})
        EXPECT_EQ(verdict_on(input_of(with(ehr_header(), "alg", alg), ehr_claims()) + ".AA"),
                  "algorithm_not_allowed")
            << alg;
    EXPECT_EQ(verdict_on(input_of(without(ehr_header(), "alg"), ehr_claims()) + ".AA"),
              "algorithm_not_allowed");
}

// The public key is known to all; used as an HMAC secret it must prove nothing.
TEST_F(JwtAttack, Item63_HmacWithThePublicKeyAsSecret) {
    const std::vector<std::string> secrets = {test::object(test::rs384_signer().jwk()), ehr_key_set(),
                                              test::rs384_signer().jwk().at("n"), ""};
    for (const std::string &secret : secrets)
        for (const auto &[alg, digest] : {std::pair{"HS256", EVP_sha256()}, std::pair{"HS384", EVP_sha384()},
                                          std::pair{"hs384", EVP_sha384()}, std::pair{"RS384", EVP_sha384()}}) {
            const Members header =
                with(with(ehr_header(), "alg", json_string(alg)), "kid", json_string(kRsaKid));
            const std::string input = input_of(header, ehr_claims());
            const std::string expected =
                std::string(alg) == "RS384" ? "signature_wrong" : "algorithm_not_allowed";
            EXPECT_EQ(verdict_on(input + '.' + test::to_base64url(hmac(secret, input, digest))), expected)
                << alg;
        }
}

TEST_F(JwtAttack, TheNameOfTheAlgorithmInAnotherCase) {
    for (const char *alg : {"es384", "Es384", "eS384", "ES384 ", "ES-384"})
        EXPECT_EQ(with_header("alg", json_string(alg)), "algorithm_not_allowed") << alg;
}

TEST_F(JwtAttack, Item63_AKeyUsedForAnotherAlgorithmThanItsType) {
    settings_.issuers[0].algorithms = {JwsAlgorithm::es256, JwsAlgorithm::es384, JwsAlgorithm::rs256,
                                       JwsAlgorithm::rs384};
    EXPECT_EQ(with_header("kid", json_string(kRsaKid)), "key_unfit") << "ES384 with the RSA key";
    for (const char *alg : {"RS384", "RS256", "ES256"}) {
        const auto header = with(ehr_header(), "alg", json_string(alg));
        EXPECT_EQ(verdict_on(input_of(header, ehr_claims()) + ".AAAA"), "key_unfit")
            << alg << " with the P-384 key";
    }
}

TEST_F(JwtAttack, Item71_ASignatureOfAnotherLengthOrSpelling) {
    const std::string input = input_of(ehr_header(), ehr_claims());
    const std::string signature = test::es384_signer().sign("ES384", input);
    const auto verdict_of = [&](const std::string &bytes) {
        return verdict_on(input + '.' + test::to_base64url(bytes));
    };
    for (const std::string &bytes :
         {signature + '\0', signature.substr(0, 95), signature.substr(0, 48), signature + signature,
          std::string(96, '\0'), '\0' + signature, std::string(1, '\0')})
        EXPECT_EQ(verdict_of(bytes), "signature_wrong") << bytes.size();
    const std::string text = test::to_base64url(signature);
    for (const std::string &spelling : {text + "=", text + "\n", " " + text, text + ".", text + "A"})
        EXPECT_EQ(verdict_on(input + '.' + spelling), "malformed") << spelling.size();
    EXPECT_EQ(verdict_of(signature), "") << "the honest one, after all the others";
}

TEST_F(JwtAttack, AChangedTokenUnderAnHonestSignature) {
    const std::string honest = test::token(test::es384_signer(), ehr_header(), ehr_claims());
    const std::string signature = honest.substr(honest.rfind('.'));
    const Members longer = with(ehr_claims(), "exp", std::to_string(kNow + 3600));
    EXPECT_EQ(verdict_on(input_of(ehr_header(), longer) + signature), "signature_wrong");
    EXPECT_EQ(verdict_on(input_of(with(ehr_header(), "x", "1"), ehr_claims()) + signature), "signature_wrong");
    EXPECT_EQ(verdict_on(honest), "");
}

TEST_F(JwtAttack, Item64_AKeyBroughtAlong) {
    const auto own = test::Signer::p384();
    for (const auto &[member, value] :
         std::vector<std::pair<std::string, std::string>>{{"jwk", test::object(own.jwk())},
                                                          {"x5u", json_string("https://evil.example/c.pem")},
                                                          {"x5c", R"(["MIIB"])"},
                                                          {"jwk", "null"}})
        EXPECT_EQ(verdict_on(test::token(own, with(ehr_header(), member, value), ehr_claims())),
                  "key_in_header")
            << member;
}

TEST_F(JwtAttack, Item64_ExtensionsWeDoNotImplement) {
    for (const char *crit : {R"(["exp"])", R"(["b64"])", "[]", "null", R"([["b64"]])", R"({"crit":["x"]})",
                             R"("")", R"(["http://example.com/UNDEFINED"])"})
        EXPECT_EQ(with_header("crit", crit), "critical_extension") << crit;
    EXPECT_EQ(verdict(with(with(ehr_header(), "b64", "false"), "crit", R"(["b64"])"), ehr_claims()),
              "critical_extension");
    for (const char *b64 : {"false", "null", "0", "\"true\"", "\"false\""})
        EXPECT_EQ(with_header("b64", b64), "payload_unencoded") << b64;
    EXPECT_EQ(with_header("b64", "true"), "");
}

TEST_F(JwtAttack, DuplicateMembers) {
    const auto &signer = test::es384_signer();
    const std::string header = test::object(ehr_header());
    const std::string claims = test::object(ehr_claims());
    const auto twice = [](std::string text, const std::string &member) { return text.insert(1, member + ','); };
    EXPECT_EQ(verdict_on(test::signed_text(signer, "ES384", twice(header, R"("alg":"none")"), claims)),
              "header_not_json");
    EXPECT_EQ(verdict_on(test::signed_text(signer, "ES384", twice(header, R"("\u0061lg":"ES384")"), claims)),
              "header_not_json");
    for (const char *claim :
         {R"("iss":"https://evil.example")", R"("aud":"x")", R"("exp":9999999999)", R"("jti":"other")"})
        EXPECT_EQ(verdict_on(test::signed_text(signer, "ES384", header, twice(claims, claim))),
                  "claims_not_json")
            << claim;
}

TEST_F(JwtAttack, HeadersAndClaimsThatAreNoObjects) {
    const auto &signer = test::es384_signer();
    const std::string header = test::object(ehr_header());
    const std::string claims = test::object(ehr_claims());
    std::string deep;
    for (int i = 0; i < 5000; ++i)
        deep += R"({"a":)";
    const std::vector<std::string> texts = {"",
                                            "null",
                                            "[]",
                                            "\"x\"",
                                            "1",
                                            "{",
                                            "{}{}",
                                            "{}x",
                                            "// c\n{}",
                                            std::string("{}\0", 3),
                                            "{\"a\":\"\xC3\"}",
                                            R"({"a":"\ud800"})",
                                            "{\"a\":01}",
                                            deep};
    for (const std::string &text : texts) {
        if (!text.empty()) {
            EXPECT_EQ(verdict_on(test::signed_text(signer, "ES384", text, claims)),
                      text.size() > kMaxToken ? "too_large" : "header_not_json")
                << text.substr(0, 40);
        }
        EXPECT_EQ(verdict_on(test::signed_text(signer, "ES384", header, text)),
                  text.size() > kMaxToken ? "too_large" : "claims_not_json")
            << text.substr(0, 40);
    }
}

TEST_F(JwtAttack, TokensOfAnySize) {
    EXPECT_EQ(verdict_on(""), "malformed");
    EXPECT_EQ(verdict_on(std::string(kMaxToken, 'A')), "malformed");
    EXPECT_EQ(verdict_on(std::string(kMaxToken + 1, 'A')), "too_large");
    EXPECT_EQ(verdict_on(std::string(10'000'000, '.')), "too_large");
    const auto padded = [](std::size_t extra) {
        return test::token(test::es384_signer(), ehr_header(),
                           with(ehr_claims(), "pad", json_string(std::string(extra, 'x'))));
    };
    const std::size_t room = (kMaxToken - padded(0).size()) / 4 * 3;
    EXPECT_EQ(verdict_on(padded(room - 3)), "");
    EXPECT_EQ(verdict_on(padded(room + 6)), "too_large");
}

// No prefix of a token, and no token with one character changed, is accepted or ends badly.
TEST_F(JwtAttack, EveryPrefixAndEveryChangedCharacter) {
    const std::string honest = test::token(test::es384_signer(), ehr_header(), ehr_claims());
    for (std::size_t length = 0; length < honest.size(); length += 3)
        EXPECT_NE(verdict_on(honest.substr(0, length)), "") << length;
    for (std::size_t at = 0; at < honest.size(); at += 5) {
        std::string bent = honest;
        bent[at] = bent[at] == 'A' ? 'B' : 'A';
        EXPECT_NE(verdict_on(bent), "") << at;
    }
    EXPECT_EQ(replay_.size(), 0U);
    EXPECT_EQ(verdict_on(honest), "");
}

} // namespace
} // namespace trialcds::server
