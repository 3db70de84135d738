#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "trust/public_key.h"
#include "trust/rsa_moduli.h"
#include "trust/signer.h"

namespace trialcds::server {
namespace {

using test::json_string;
using test::Members;
using test::Signer;
using testing::HasSubstr;

base::Result<PublicKey> import_text(const std::string &text) {
    const auto document = json::Document::parse(text);
    if (!document) return tl::make_unexpected(document.error());
    return PublicKey::from_jwk(document->root());
}

base::Result<PublicKey> import(const Members &jwk) {
    return import_text(test::object(jwk));
}

Members with(Members jwk, const std::string &name, const std::string &value) {
    jwk[name] = value;
    return jwk;
}

std::string why(const Members &jwk) {
    const auto key = import(jwk);
    return key ? "accepted" : key.error().public_text;
}

const std::string kInput = "eyJhbGciOiJFUzM4NCJ9.e30";

TEST(PublicKey, VerifiesItsOwnSignatureOfEveryAlgorithm) {
    const std::vector<std::pair<std::string, Signer>> pairs = {{"ES256", Signer::p256()},
                                                               {"ES384", test::es384_signer()},
                                                               {"RS256", test::rs384_signer()},
                                                               {"RS384", test::rs384_signer()},
                                                               {"PS384", test::rs384_signer()}};
    for (const auto &[name, signer] : pairs) {
        const auto key = import(signer.jwk());
        ASSERT_TRUE(key) << name;
        const auto algorithm = *parse_algorithm(name);
        const std::string signature = signer.sign(name, kInput);
        EXPECT_TRUE(key->serves(algorithm)) << name;
        EXPECT_TRUE(key->verify(algorithm, kInput, signature)) << name;
        EXPECT_FALSE(key->verify(algorithm, kInput + "x", signature)) << name;
        EXPECT_FALSE(key->verify(algorithm, kInput, signature + '\0')) << name << ": one byte more";
        EXPECT_FALSE(key->verify(algorithm, kInput, signature.substr(0, signature.size() - 1))) << name;
        EXPECT_FALSE(key->verify(algorithm, kInput, '\0' + signature)) << name;
        EXPECT_FALSE(key->verify(algorithm, kInput, std::string(signature.size(), '\0'))) << name;
        EXPECT_FALSE(key->verify(algorithm, kInput, "")) << name;
        for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
            std::string bent = signature;
            bent[at] = static_cast<char>(bent[at] ^ 1);
            EXPECT_FALSE(key->verify(algorithm, kInput, bent)) << name << " byte " << at;
        }
    }
}

TEST(PublicKey, AnotherKeysSignatureIsWrong) {
    const auto key = import(test::es384_signer().jwk());
    ASSERT_TRUE(key);
    EXPECT_FALSE(key->verify(JwsAlgorithm::es384, kInput, Signer::p384().sign("ES384", kInput)));
}

// RFC 7518 3.4: r and s side by side, 96 bytes for P-384, not ASN.1 (item 71).
TEST(PublicKey, Item71_EllipticSignaturesAreNotDer) {
    const Signer &signer = test::es384_signer();
    const auto key = import(signer.jwk());
    const std::string raw = signer.sign("ES384", kInput);
    ASSERT_EQ(raw.size(), 96U);
    const std::string der =
        std::string("\x30\x64\x02\x30", 4) + raw.substr(0, 48) + "\x02\x30" + raw.substr(48);
    EXPECT_FALSE(key->verify(JwsAlgorithm::es384, kInput, der));
}

TEST(PublicKey, TheTypeOfTheKeyFixesTheAlgorithm) {
    const auto p256 = import(Signer::p256().jwk());
    const auto p384 = import(test::es384_signer().jwk());
    const auto rsa = import(test::rs384_signer().jwk());
    for (const auto algorithm : {JwsAlgorithm::es256, JwsAlgorithm::es384, JwsAlgorithm::rs256,
                                 JwsAlgorithm::rs384, JwsAlgorithm::ps384}) {
        EXPECT_EQ(p256->serves(algorithm), algorithm == JwsAlgorithm::es256) << to_string(algorithm);
        EXPECT_EQ(p384->serves(algorithm), algorithm == JwsAlgorithm::es384) << to_string(algorithm);
        EXPECT_EQ(rsa->serves(algorithm), to_string(algorithm)[1] == 'S' && to_string(algorithm)[0] != 'E');
    }
    // PKCS #1 v1.5 and PSS are not interchangeable, nor are the digests
    const std::string signature = test::rs384_signer().sign("RS384", kInput);
    EXPECT_TRUE(rsa->verify(JwsAlgorithm::rs384, kInput, signature));
    EXPECT_FALSE(rsa->verify(JwsAlgorithm::ps384, kInput, signature));
    EXPECT_FALSE(rsa->verify(JwsAlgorithm::rs256, kInput, signature));
}

// RFC 7518 3.5: the salt has the digest's length, 48 bytes for PS384.
TEST(PublicKey, APssSaltOfAnotherLengthIsRefused) {
    const auto key = import(test::rs384_signer().jwk());
    ASSERT_TRUE(key);
    for (const int salt : {0, 20, 32, 47, 48, 49})
        EXPECT_EQ(key->verify(JwsAlgorithm::ps384, kInput, test::rs384_signer().sign("PS384", kInput, salt)),
                  salt == 48)
            << salt;
}

TEST(PublicKey, Item66_ItsOwnAlgUseAndKeyOpsAreHonoured) {
    const Members rsa = test::rs384_signer().jwk();
    const auto narrow = import(with(rsa, "alg", json_string("RS384")));
    ASSERT_TRUE(narrow);
    EXPECT_TRUE(narrow->serves(JwsAlgorithm::rs384));
    EXPECT_FALSE(narrow->serves(JwsAlgorithm::ps384));
    EXPECT_FALSE(narrow->verify(JwsAlgorithm::ps384, kInput, test::rs384_signer().sign("PS384", kInput)));
    for (const char *alg : {"ES384", "HS384", "none", "RS512", "rs384", "RSA-OAEP", ""})
        EXPECT_THAT(why(with(rsa, "alg", json_string(alg))), HasSubstr("`alg`")) << alg;
    EXPECT_THAT(why(with(rsa, "alg", "384")), HasSubstr("`alg`"));
    EXPECT_THAT(why(with(test::es384_signer().jwk(), "alg", json_string("ES256"))), HasSubstr("`alg`"));

    EXPECT_TRUE(import(with(rsa, "use", json_string("sig"))));
    EXPECT_THAT(why(with(rsa, "use", json_string("enc"))), HasSubstr("`use`"));
    EXPECT_THAT(why(with(rsa, "use", "null")), HasSubstr("`use`"));
    EXPECT_TRUE(import(with(rsa, "key_ops", R"(["verify"])")));
    EXPECT_TRUE(import(with(rsa, "key_ops", R"(["encrypt","verify"])")));
    EXPECT_THAT(why(with(rsa, "key_ops", R"(["encrypt"])")), HasSubstr("`key_ops`"));
    EXPECT_THAT(why(with(rsa, "key_ops", "[]")), HasSubstr("`key_ops`"));
    EXPECT_THAT(why(with(rsa, "key_ops", json_string("verify"))), HasSubstr("`key_ops`"));
}

TEST(PublicKey, AKeyThatShowsItsPrivatePartIsRefused) {
    for (const char *member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
        EXPECT_THAT(why(with(test::rs384_signer().jwk(), member, json_string("AQAB"))), HasSubstr("private"))
            << member;
        EXPECT_THAT(why(with(test::es384_signer().jwk(), member, "null")), HasSubstr("private")) << member;
    }
    EXPECT_THAT(why({{"kty", json_string("oct")}, {"k", json_string("AAAA")}}),
                HasSubstr("private or symmetric"));
}

TEST(PublicKey, APointOffTheCurveIsRefused) {
    const Members good = test::es384_signer().jwk();
    std::string y = *base::from_base64url(good.at("y").substr(1, good.at("y").size() - 2));
    y.back() = static_cast<char>(y.back() ^ 1);
    EXPECT_THAT(why(with(good, "y", json_string(test::to_base64url(y)))), HasSubstr("not a point"));
    EXPECT_THAT(why(with(good, "y", good.at("x"))), HasSubstr("not a point"));
    const std::string zeros = json_string(test::to_base64url(std::string(48, '\0')));
    EXPECT_THAT(why(with(with(good, "x", zeros), "y", zeros)), HasSubstr("not a point"));
    const std::string ones =
        json_string(test::to_base64url(std::string(48, '\xFF'))); // not below the field's prime
    EXPECT_THAT(why(with(with(good, "x", ones), "y", ones)), HasSubstr("not a point"));
}

TEST(PublicKey, CoordinatesHaveTheCurvesLength) {
    const Members good = test::es384_signer().jwk();
    const std::string x = *base::from_base64url(good.at("x").substr(1, good.at("x").size() - 2));
    EXPECT_TRUE(import(good));
    EXPECT_THAT(why(with(good, "x", json_string(test::to_base64url('\0' + x)))), HasSubstr("not a point"));
    EXPECT_THAT(why(with(good, "x", json_string(test::to_base64url(x.substr(1))))), HasSubstr("not a point"));
    EXPECT_THAT(why(with(good, "x", json_string(test::to_base64url(x) + "="))), HasSubstr("not a point"));
    EXPECT_THAT(why(with(good, "x", "17")), HasSubstr("not a point"));
    EXPECT_THAT(why(with(good, "crv", json_string("P-256"))), HasSubstr("not a point"));
    for (const char *curve : {"P-521", "p-384", "secp256k1", "Ed25519", "brainpoolP384r1", ""})
        EXPECT_THAT(why(with(good, "crv", json_string(curve))), HasSubstr("`crv`")) << curve;
}

// Big-endian bytes of a hexadecimal number.
std::string bytes_of(std::string_view hexadecimal) {
    std::string bytes;
    for (std::size_t at = 0; at < hexadecimal.size(); at += 2)
        bytes.push_back(static_cast<char>(std::stoi(std::string(hexadecimal.substr(at, 2)), nullptr, 16)));
    return bytes;
}
// An odd number with one bit less.
std::string halved(std::string bytes) {
    for (std::size_t at = bytes.size(); at-- > 0;) {
        const auto above = at == 0 ? 0U : static_cast<unsigned char>(bytes[at - 1]) & 1U;
        bytes[at] = static_cast<char>((static_cast<unsigned char>(bytes[at]) >> 1U) | (above << 7U));
    }
    bytes.back() = static_cast<char>(bytes.back() | 1);
    return bytes;
}

TEST(PublicKey, Item66_RsaHas2048To8192Bits) {
    const auto with_modulus = [](const std::string &bytes) {
        return Members{{"kty", json_string("RSA")},
                       {"e", json_string("AQAB")},
                       {"n", json_string(test::to_base64url(bytes))}};
    };
    const std::string smallest = bytes_of(test::kModulus2048);
    const std::string largest = bytes_of(test::kModulus8192);
    EXPECT_THAT(why(Signer::rsa(1024).jwk()), HasSubstr("1024 bits"));
    EXPECT_THAT(why(with_modulus(halved(smallest))), HasSubstr("2047 bits"));
    EXPECT_EQ(why(with_modulus(smallest)), "accepted");
    EXPECT_EQ(why(with_modulus(largest)), "accepted");
    EXPECT_THAT(why(with_modulus("\x01" + largest)), HasSubstr("8193 bits"));
    EXPECT_THAT(why(with_modulus(largest + largest)), HasSubstr("length"));
    // leading zeros do not make a small number large, or a long text short
    EXPECT_THAT(why(with_modulus(std::string(2048, '\0') + "\x01")), HasSubstr("length"));
}

TEST(PublicKey, TheRsaExponentIsOddAndFrom65537To64Bits) {
    const Members rsa = test::rs384_signer().jwk();
    const auto exponent = [&](const std::string &bytes) {
        return why(with(rsa, "e", json_string(test::to_base64url(bytes))));
    };
    EXPECT_EQ(exponent(std::string("\x01\x00\x01", 3)), "accepted");
    EXPECT_EQ(exponent("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "accepted");
    for (const std::string &bytes :
         {std::string(""), std::string("\x00", 1), std::string("\x01"), std::string("\x03"),
          std::string("\x11"), std::string("\xFF\xFF"), std::string("\x01\x00\x00", 3),
          std::string("\x01\x00\x02", 3), std::string("\x01\x00\x00\x00\x00\x00\x00\x00\x01", 9)})
        EXPECT_THAT(exponent(bytes), HasSubstr("public exponent")) << test::to_base64url(bytes);
}

TEST(PublicKey, AModulusThatIsNoProductOfTwoPrimesIsRefused) {
    const Members rsa = test::rs384_signer().jwk();
    const auto modulus = [&](const std::string &bytes) {
        return why(with(rsa, "n", json_string(test::to_base64url(bytes))));
    };
    std::string even = bytes_of(test::kModulus2048);
    even.back() = static_cast<char>(even.back() & ~1);
    EXPECT_THAT(modulus(even), HasSubstr("not an RSA public key"));
    std::string threefold = bytes_of(test::kModulus2048); // 256 = 1 modulo 3: the sum of the bytes tells
    const auto rest = [&] {
        return std::accumulate(threefold.begin(), threefold.end(), 0,
                               [](int sum, unsigned char byte) { return (sum + byte) % 3; });
    };
    for (threefold.back() = 1; rest() != 0;)
        threefold.back() = static_cast<char>(threefold.back() + 2);
    EXPECT_THAT(modulus(threefold), HasSubstr("not an RSA public key"));
    EXPECT_THAT(modulus(bytes_of(test::kPrime2048)), HasSubstr("not an RSA public key"));
}

TEST(PublicKey, WhatIsNoKeyIsRefused) {
    for (const char *text : {"null", "[]", "\"x\"", "1", "true"}) {
        const auto key = import_text(text);
        ASSERT_FALSE(key) << text;
        EXPECT_THAT(key.error().public_text, HasSubstr("not a JSON object")) << text;
    }
    for (const char *type : {"", "oct", "OKP", "ec", "rsa"})
        EXPECT_THAT(why(with(test::es384_signer().jwk(), "kty", json_string(type))), HasSubstr("`kty`"))
            << type;
    EXPECT_THAT(why({{"kty", json_string("EC")}}), HasSubstr("`crv`"));
    EXPECT_THAT(why({{"kty", json_string("RSA")}}), HasSubstr("0 bits"));
}

} // namespace
} // namespace trialcds::server
