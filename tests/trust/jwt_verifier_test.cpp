// Every check of JwtVerifier at its limit and one past it (conformance items 63 to 70).
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "trust/ehr.h"
#include "trust/jwt_verifier.h"

namespace trialcds::server {
namespace {

using testing::_;
using testing::HasSubstr;
using testing::Return;
using testing::StrictMock;

using JwtVerifierTest = Ehr;

std::string number(std::int64_t value) {
    return std::to_string(value);
}

TEST_F(JwtVerifierTest, AcceptsATokenOfATrustedEhrAndNamesIt) {
    const auto known = outcome(test::token(test::es384_signer(), ehr_header(), ehr_claims()));
    ASSERT_TRUE(known) << to_string(known.error().reason);
    EXPECT_EQ(known->issuer, kIssuer);
    EXPECT_EQ(known->tenant, "clinic");
}

TEST_F(JwtVerifierTest, Item64_TypIsJwtWhateverTheCase) {
    EXPECT_EQ(with_header("typ", json_string("jwt")), "");
    for (const char *typ : {"\"JOSE\"", "\"at+jwt\"", "\"JW\"", "\"JWTT\"", "\"\"", "null", "1", "[\"JWT\"]"})
        EXPECT_EQ(with_header("typ", typ), "typ_not_jwt") << typ;
    EXPECT_EQ(verdict(without(ehr_header(), "typ"), ehr_claims()), "typ_not_jwt");
    settings_.allow_missing_typ = true;
    EXPECT_EQ(verdict(without(ehr_header(), "typ"), ehr_claims()), "");
    EXPECT_EQ(with_header("typ", "null"), "typ_not_jwt") << "present and wrong stays wrong";
}

TEST_F(JwtVerifierTest, Item63_TheAlgorithmMustBeAllowedForTheIssuer) {
    Members rsa = with(with(ehr_header(), "alg", json_string("RS384")), "kid", json_string(kRsaKid));
    const auto signed_by_rsa = [&](const char *alg) {
        rsa["alg"] = json_string(alg);
        const std::string jti = json_string(std::string(alg) + number(++fresh_));
        return verdict_on(test::token(test::rs384_signer(), rsa, with(ehr_claims(), "jti", jti)));
    };
    EXPECT_EQ(signed_by_rsa("RS384"), "");
    EXPECT_EQ(signed_by_rsa("RS256"), "algorithm_not_allowed");
    EXPECT_EQ(signed_by_rsa("PS384"), "algorithm_not_allowed");
    settings_.issuers[0].algorithms = {JwsAlgorithm::rs256, JwsAlgorithm::ps384};
    EXPECT_EQ(signed_by_rsa("RS256"), "");
    EXPECT_EQ(signed_by_rsa("PS384"), "");
    EXPECT_EQ(signed_by_rsa("RS384"), "algorithm_not_allowed");
    EXPECT_EQ(verdict(ehr_header(), ehr_claims()), "algorithm_not_allowed");
}

TEST_F(JwtVerifierTest, Item64_KidIsRequiredAndComparedByteForByte) {
    EXPECT_EQ(verdict(without(ehr_header(), "kid"), ehr_claims()), "kid_missing");
    EXPECT_EQ(with_header("kid", "\"\""), "kid_missing");
    EXPECT_EQ(with_header("kid", "7"), "kid_missing");
    for (const char *kid :
         {"fNn8+TV/bZwj3vH9DJwHfUsMZ2+I0zQj5RlB8Q",
          "fNn8-TV_bZwj3vH9DJwHfUsMZ2-I0zQj5RlB8Q==", "fNn8 TV/bZwj3vH9DJwHfUsMZ2 I0zQj5RlB8Q==",
          "fNn8%2BTV/bZwj3vH9DJwHfUsMZ2%2BI0zQj5RlB8Q==", "../../etc/passwd", "' OR 1=1 --"})
        EXPECT_EQ(with_header("kid", json_string(kid)), "kid_unknown") << kid;
    // the same text escaped in JSON is the same kid
    EXPECT_EQ(with_header("kid", R"("fNn8+TV\/bZwj3vH9DJwHfUsMZ2\u002bI0zQj5RlB8Q==")"), "");
}

TEST_F(JwtVerifierTest, Item65_IssuerIsComparedByteForByte) {
    for (const char *iss : {"https://ehr.example/fhir/", "https://EHR.example/fhir", "https://ehr.example/fhi",
                            "", "https://ehr.example/fhir ", "https://evil.example"})
        EXPECT_EQ(with_claim("iss", json_string(iss)), "issuer_unknown") << iss;
    EXPECT_EQ(with_claim("iss", "[" + json_string(kIssuer) + "]"), "issuer_unknown");
    EXPECT_EQ(verdict(ehr_header(), without(ehr_claims(), "iss")), "issuer_unknown");
}

TEST_F(JwtVerifierTest, Item65_JkuIsTheConfiguredOneOrAbsent) {
    EXPECT_EQ(verdict(without(ehr_header(), "jku"), ehr_claims()), "") << "item 65: keys may come out of band";
    for (const char *jku :
         {"http://169.254.169.254/latest/meta-data/", "https://169.254.169.254/", "https://evil.example/jwks",
          "https://ehr.example/.well-known/jwks.json/", "https://ehr.example/.well-known/jwks.json?",
          "https://ehr.example/.well-known/JWKS.json", "http://ehr.example/.well-known/jwks.json",
          "https://ehr.example:443/.well-known/jwks.json", "https://ehr.example./.well-known/jwks.json",
          "https://x@ehr.example/.well-known/jwks.json", "file:///etc/passwd", ""})
        EXPECT_EQ(with_header("jku", json_string(jku)), "jku_mismatch") << jku;
    EXPECT_EQ(with_header("jku", "null"), "jku_mismatch");
    EXPECT_EQ(with_header("jku", "[" + json_string(kJku) + "]"), "jku_mismatch");
    settings_.issuers[0].jku.reset();
    EXPECT_EQ(verdict(ehr_header(), ehr_claims()), "jku_mismatch") << "none was agreed on";
    EXPECT_EQ(verdict(without(ehr_header(), "jku"), ehr_claims()), "");
}

TEST_F(JwtVerifierTest, Item67_AudienceIsThisEndpointsUrl) {
    EXPECT_EQ(with_claim("aud", json_string(kAudience + "/")), "");
    EXPECT_EQ(with_claim("aud", "[" + json_string(kAudience) + "]"), "");
    EXPECT_EQ(with_claim("aud", R"(["https://other.example",)" + json_string(kAudience) + "]"), "");
    const std::vector<std::string> wrong = {json_string(kAudience + "//"),
                                            json_string(kBase),
                                            json_string(kBase + "/cds-services"),
                                            json_string(kAudience + "/feedback"),
                                            json_string(kAudience + "?x"),
                                            json_string("http://cds.example.org" + kPath),
                                            json_string("https://cds.example.org.evil.example" + kPath),
                                            json_string("https://CDS.example.org" + kPath),
                                            "\"\"",
                                            "\"/\"",
                                            "null",
                                            "[]",
                                            "[\"\"]",
                                            "1",
                                            "{}",
                                            "[[" + json_string(kAudience) + "]]",
                                            json_string("sand_man"),
                                            json_string("*")};
    for (const std::string &aud : wrong)
        EXPECT_EQ(with_claim("aud", aud), "audience_mismatch") << aud;
    EXPECT_EQ(verdict(ehr_header(), without(ehr_claims(), "aud")), "audience_mismatch");
}

// Meld sends one constant audience whatever it calls (docs/clients.md): accepted by a setting of that issuer.
TEST_F(JwtVerifierTest, Item67_AnExtraAudienceIsExactAndOfOneIssuer) {
    settings_.issuers[0].extra_audiences = {"sand_man"};
    EXPECT_EQ(with_claim("aud", json_string("sand_man")), "");
    EXPECT_EQ(with_claim("aud", R"(["sand_man"])"), "");
    EXPECT_EQ(verdict(ehr_header(), ehr_claims()), "") << "the URL stays accepted";
    for (const char *aud : {"sand_man/", "Sand_man", "sand_ma"})
        EXPECT_EQ(with_claim("aud", json_string(aud)), "audience_mismatch") << aud;
}

TEST_F(JwtVerifierTest, Item68_ExpHasSixtySecondsOfLeeway) {
    EXPECT_EQ(with_claim("exp", number(kNow - 59)), "");
    EXPECT_EQ(with_claim("exp", number(kNow - 60)), "expired");
    EXPECT_EQ(with_claim("exp", number(kNow - 60) + ".001"), "") << "a fraction counts (RFC 7519 section 2)";
    settings_.leeway = 0;
    EXPECT_EQ(with_claim("exp", number(kNow + 1)), "");
    EXPECT_EQ(with_claim("exp", number(kNow)), "expired") << "on or after exp is too late (RFC 7519 4.1.4)";
}

TEST_F(JwtVerifierTest, Item68_NbfHasSixtySecondsOfLeewayAndMayBeAbsent) {
    EXPECT_EQ(with_claim("nbf", number(kNow + 60)), "");
    EXPECT_EQ(with_claim("nbf", number(kNow + 61)), "not_yet_valid");
    EXPECT_EQ(with_claim("nbf", number(kNow + 60) + ".5"), "not_yet_valid");
    for (const char *nbf : {"null", "\"1795305600\"", "-1", "1e300", "[]", "253402300800"})
        EXPECT_EQ(with_claim("nbf", nbf), "nbf_malformed") << nbf;
}

TEST_F(JwtVerifierTest, Item68_IatMayLieSixtySecondsAhead) {
    const auto ahead = [&](const std::string &iat) { return with_claim("iat", iat); };
    EXPECT_EQ(ahead(number(kNow + 60)), "");
    EXPECT_EQ(ahead(number(kNow + 61)), "issued_in_future");
    EXPECT_EQ(ahead(number(kNow + 60) + ".1"), "issued_in_future");
    EXPECT_EQ(ahead("1.7953056e9"), "") << "an exponent is a number too";
}

TEST_F(JwtVerifierTest, Item67_ExpAndIatAreRequiredNumbers) {
    for (const std::string claim : {"exp", "iat"}) {
        EXPECT_EQ(verdict(ehr_header(), without(ehr_claims(), claim)), claim + "_missing");
        for (const char *value : {"null", "\"1795305700\"", "true", "-1", "-1e2", "1e300", "[1795305700]", "{}",
                                  "253402300800", "99999999999999999999"})
            EXPECT_EQ(with_claim(claim, value), claim + "_missing") << value;
    }
}

TEST_F(JwtVerifierTest, Item68_ATokenLivesAnHourAtMost) {
    EXPECT_EQ(with_claim("exp", number(kNow + 3600)), "");
    EXPECT_EQ(with_claim("exp", number(kNow + 3601)), "lifetime_too_long");
    EXPECT_EQ(with_claim("exp", number(kNow + 3600) + ".01"), "lifetime_too_long");
    EXPECT_EQ(with_claim("exp", "253402300799"), "lifetime_too_long");
    EXPECT_EQ(with_claim("iat", number(kNow - 3301)), "lifetime_too_long")
        << "the lifetime, not what is left of it";
    settings_.max_lifetime = 300;
    EXPECT_EQ(verdict(ehr_header(), ehr_claims()), "");
    EXPECT_EQ(with_claim("exp", number(kNow + 301)), "lifetime_too_long");
}

TEST_F(JwtVerifierTest, Item67_JtiIsRequiredAndAtMost256Bytes) {
    EXPECT_EQ(verdict(ehr_header(), without(ehr_claims(), "jti")), "jti_missing");
    for (const char *jti : {"\"\"", "null", "12", "[\"a\"]"})
        EXPECT_EQ(with_claim("jti", jti), "jti_missing") << jti;
    EXPECT_EQ(with_claim("jti", json_string(std::string(256, 'j'))), "");
    EXPECT_EQ(with_claim("jti", json_string(std::string(257, 'j'))), "jti_too_long");
}

TEST_F(JwtVerifierTest, Item70_TheTenantClaimSelectsAConfiguredTenant) {
    settings_.issuers[0].tenants = {{"tenant-a", "clinic-a"}, {"tenant-b", "clinic-b"}};
    const auto tenant = [&](const Members &claims) {
        const auto known = outcome(test::token(test::es384_signer(), ehr_header(),
                                               with(claims, "jti", json_string(number(++fresh_)))));
        return known ? known->tenant : std::string(to_string(known.error().reason));
    };
    EXPECT_EQ(tenant(with(ehr_claims(), "tenant", json_string("tenant-a"))), "clinic-a");
    EXPECT_EQ(tenant(with(ehr_claims(), "tenant", json_string("tenant-b"))), "clinic-b");
    for (const char *claim :
         {"\"tenant-c\"", "\"TENANT-A\"", "\"clinic-a\"", "\"\"", "null", "1", "[\"tenant-a\"]"})
        EXPECT_EQ(tenant(with(ehr_claims(), "tenant", claim)), "tenant_unknown") << claim;
    EXPECT_EQ(tenant(ehr_claims()), "clinic");
    settings_.issuers[0].default_tenant.reset();
    EXPECT_EQ(tenant(ehr_claims()), "tenant_unknown");
    settings_.issuers[0] = ehr_issuer();
    EXPECT_EQ(tenant(with(ehr_claims(), "tenant", json_string("anything"))), "clinic")
        << "without a map it is not read";
}

TEST_F(JwtVerifierTest, Item69_ATokenIsGoodOnce) {
    const std::string token = test::token(test::es384_signer(), ehr_header(), ehr_claims());
    EXPECT_EQ(verdict_on(token), "");
    EXPECT_EQ(verdict_on(token), "replayed");
    EXPECT_EQ(verdict_on(token, kNow + 359), "replayed") << "for as long as it could be accepted";
    EXPECT_EQ(verdict_on(token, kNow + 360), "expired");
    const std::string again =
        test::token(test::es384_signer(), ehr_header(), with(ehr_claims(), "exp", number(kNow + 301)));
    EXPECT_EQ(verdict_on(again), "replayed") << "the jti counts, not the bytes";
}

// Item 69: a refused token neither fills the table nor burns an honest token's jti.
TEST_F(JwtVerifierTest, Item69_TheJtiIsRecordedOnlyWhenAllElseHasPassed) {
    const Members claims = ehr_claims();
    const auto &signer = test::es384_signer();
    const auto other = test::Signer::p384();
    const auto header = ehr_header();
    for (const auto &[token, reason] : std::vector<std::pair<std::string, std::string>>{
             {test::token(signer, header, with(claims, "aud", json_string("https://other.example"))),
              "audience_mismatch"},
             {test::token(signer, header, with(claims, "exp", number(kNow - 60))), "expired"},
             {test::token(signer, with(header, "kid", json_string("x")), claims), "kid_unknown"},
             {test::token(other, header, claims), "signature_wrong"}}) {
        EXPECT_EQ(verdict_on(token), reason);
        EXPECT_EQ(replay_.size(), 0U) << reason;
    }
    EXPECT_EQ(verdict_on(test::token(signer, header, claims)), "");
    EXPECT_EQ(replay_.size(), 1U);
}

TEST_F(JwtVerifierTest, Item69_TheRecordLastsUntilExpPlusLeeway) {
    StrictMock<MockReplayGuard> guard;
    const auto verifier = JwtVerifier::create(settings_, *keys_, guard);
    ASSERT_TRUE(verifier);
    const auto verdict_with = [&](const std::string &exp) {
        const auto result = verifier->verify(test::token(test::es384_signer(), ehr_header(),
                                                         with(with(ehr_claims(), "exp", exp), "jti", "\"j\"")),
                                             kAudience, kNow);
        return result ? std::string() : std::string(to_string(result.error().reason));
    };
    EXPECT_CALL(guard, record(kIssuer, "j", kNow + 360, kNow)).WillOnce(Return(ReplayOutcome::first_use));
    EXPECT_EQ(verdict_with(number(kNow + 300)), "");
    EXPECT_CALL(guard, record(kIssuer, "j", kNow + 361, kNow)).WillOnce(Return(ReplayOutcome::first_use));
    EXPECT_EQ(verdict_with(number(kNow + 300) + ".25"), "") << "a fraction is rounded up";
    EXPECT_CALL(guard, record(_, _, _, _)).WillOnce(Return(ReplayOutcome::full));
    EXPECT_EQ(verdict_with(number(kNow + 300)), "replay_table_full");
    EXPECT_CALL(guard, record(_, _, _, _)).WillOnce(Return(ReplayOutcome::unavailable));
    EXPECT_EQ(verdict_with(number(kNow + 300)), "replay_store_unavailable");
}

TEST_F(JwtVerifierTest, Item65_NoKeyIsAskedForBeforeTheClaimsArePassed) {
    StrictMock<MockKeySource> source; // any call fails the test
    StrictMock<MockReplayGuard> guard;
    const auto verifier = JwtVerifier::create(settings_, source, guard);
    ASSERT_TRUE(verifier);
    const auto &signer = test::es384_signer();
    for (const std::string &token :
         {test::token(signer, ehr_header(), with(ehr_claims(), "iss", json_string("https://evil.example"))),
          test::token(signer, with(ehr_header(), "jku", json_string("https://evil.example/")), ehr_claims()),
          test::token(signer, ehr_header(), with(ehr_claims(), "aud", json_string("x"))),
          test::token(signer, ehr_header(), with(ehr_claims(), "exp", number(kNow - 60))),
          test::token(signer, ehr_header(), without(ehr_claims(), "jti"))})
        EXPECT_FALSE(verifier->verify(token, kAudience, kNow));
    EXPECT_CALL(source, key_for(kIssuer, kKid)).WillOnce(Return(KeyLookup{}));
    const auto last = verifier->verify(test::token(signer, ehr_header(), ehr_claims()), kAudience, kNow);
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().reason, JwtRefusalReason::keys_unavailable);
}

TEST_F(JwtVerifierTest, AnIssuersKeysCannotSignForAnother) {
    TrustedIssuer other = ehr_issuer();
    other.issuer = "https://other.example/fhir";
    settings_.issuers.push_back(other);
    const auto others = test::Signer::p384();
    keys_ = std::make_unique<StaticKeySource>(
        StaticKeySource::create({{kIssuer, ehr_key_set()}, {other.issuer, others.key_set(kKid)}}).value());
    EXPECT_EQ(
        verdict_on(test::token(others, ehr_header(), with(ehr_claims(), "iss", json_string(other.issuer)))),
        "");
    EXPECT_EQ(verdict_on(test::token(others, ehr_header(), ehr_claims())), "signature_wrong");
}

TEST_F(JwtVerifierTest, Item72_ARefusalNamesTheFailedCheckForTheLogOnly) {
    const std::string token = test::token(test::es384_signer(), ehr_header(),
                                          with(ehr_claims(), "aud", R"("https://wrong\n\u0007.example")"));
    const auto refused = outcome(token);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().issuer, kIssuer);
    EXPECT_EQ(refused.error().detail, "aud \"https://wrong??.example\" is not the URL that was called");
    const auto stranger = outcome(test::token(test::es384_signer(), ehr_header(),
                                              with(ehr_claims(), "iss", json_string(std::string(5000, 'x')))));
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().issuer, "") << "a name anybody can invent is no metric label";
    EXPECT_LT(stranger.error().detail.size(), 200U);
    const auto forged = outcome(test::token(test::Signer::p384(), ehr_header(), ehr_claims()));
    ASSERT_FALSE(forged);
    EXPECT_EQ(forged.error().detail, "kid \"" + kKid + '"');
}

TEST(JwtRefusal, EveryReasonHasItsOwnName) {
    std::set<std::string_view> names;
    for (int i = 0; i < kJwtRefusalReasons; ++i)
        names.insert(to_string(static_cast<JwtRefusalReason>(i)));
    EXPECT_EQ(names.size(), static_cast<std::size_t>(kJwtRefusalReasons));
    EXPECT_EQ(names.count(""), 0U);
    EXPECT_EQ(to_string(JwtRefusalReason::authorization_missing), "authorization_missing");
    EXPECT_EQ(to_string(JwtRefusalReason::replay_store_unavailable), "replay_store_unavailable");
}

TEST_F(JwtVerifierTest, SettingsAreCheckedBeforeAnythingIsBuilt) {
    settings_.issuers[0].issuer = "https://sandbox.cds-hooks.org";
    const auto verifier = JwtVerifier::create(settings_, *keys_, replay_);
    ASSERT_FALSE(verifier);
    EXPECT_THAT(verifier.error().public_text, HasSubstr("private key"));
}

} // namespace
} // namespace trialcds::server
