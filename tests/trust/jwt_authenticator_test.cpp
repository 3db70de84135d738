// The request's side: header, path, clock; and the clients of docs/clients.md as they really call.
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "trust/ehr.h"
#include "trust/jwt_authenticator.h"

namespace trialcds::server {
namespace {

using cds_hooks::HttpRequest;
using testing::ElementsAre;
using testing::IsEmpty;

const FixedClock kClock(base::Day{20779}, kNow);

class JwtAuthenticatorTest : public Ehr {
  protected:
    std::unique_ptr<JwtAuthenticator> authenticator(const Clock &clock = kClock) {
        return std::make_unique<JwtAuthenticator>(
            JwtVerifier::create(settings_, *keys_, replay_).value(), clock,
            [this](const JwtRefusal &refusal) { reasons_.emplace_back(to_string(refusal.reason)); },
            certificates_);
    }
    // The tenant that a call with this client certificate is taken for; "refused" otherwise.
    std::string tenant_of(const std::string &subject, const std::vector<cds_hooks::Header> &headers) {
        const auto known = authenticator()->authenticate(HttpRequest{"POST", kPath, headers, {}, subject});
        return known ? known->tenant : "refused";
    }
    cds_hooks::Header bearer() { return {"Authorization", "Bearer " + fresh_token()}; }

    bool accepts(const std::string &target, const std::vector<cds_hooks::Header> &headers) {
        return authenticator()->authenticate(HttpRequest{"POST", target, headers, {}}).has_value();
    }
    std::string fresh_token(Members claims = ehr_claims()) {
        claims["jti"] = json_string("call-" + std::to_string(++fresh_));
        return test::token(test::es384_signer(), ehr_header(), claims);
    }

    std::vector<std::string> reasons_;
    TrustedCertificates certificates_;
};

TEST_F(JwtAuthenticatorTest, ABearerTokenIdentifiesTheClient) {
    const auto known = authenticator()->authenticate(HttpRequest{
        "POST", kPath, {{"Host", "cds.example.org"}, {"Authorization", "Bearer " + fresh_token()}}, {}});
    ASSERT_TRUE(known);
    EXPECT_EQ(known->issuer, kIssuer);
    EXPECT_EQ(known->tenant, "clinic");
    EXPECT_THAT(reasons_, IsEmpty());
}

TEST_F(JwtAuthenticatorTest, Item73_ATenantWithACertificateIsCalledWithItBesideTheToken) {
    certificates_ = {{"CN=ehr,O=Clinic", {"clinic"}}, {"CN=ehr,O=North", {"north"}}};
    EXPECT_EQ(tenant_of("CN=ehr,O=Clinic", {bearer()}), "clinic");
    EXPECT_EQ(tenant_of("", {bearer()}), "refused");
    EXPECT_EQ(tenant_of("CN=ehr,O=North", {bearer()}), "refused") << "a colleague's certificate is no help";
    EXPECT_EQ(tenant_of("CN=stranger", {bearer()}), "refused") << "whoever signed it";
    EXPECT_EQ(tenant_of("CN=ehr,O=Clinic", {}), "refused") << "the token stays needed";
    EXPECT_THAT(reasons_, ElementsAre("certificate_mismatch", "certificate_mismatch", "certificate_mismatch",
                                      "authorization_missing"));
}

TEST_F(JwtAuthenticatorTest, Item73_ATokenRefusedForItsCertificateIsNotUsedUp) {
    certificates_ = {{"CN=ehr,O=Clinic", {"clinic"}}};
    const auto gate = authenticator();
    const cds_hooks::Header token = bearer();
    EXPECT_FALSE(gate->authenticate(HttpRequest{"POST", kPath, {token}, {}, "CN=stranger"}));
    EXPECT_TRUE(gate->authenticate(HttpRequest{"POST", kPath, {token}, {}, "CN=ehr,O=Clinic"}));
    EXPECT_FALSE(gate->authenticate(HttpRequest{"POST", kPath, {token}, {}, "CN=ehr,O=Clinic"}));
    EXPECT_THAT(reasons_, ElementsAre("certificate_mismatch", "replayed"));
}

TEST_F(JwtAuthenticatorTest, Item73_ACertificateStandsInForATokenOnlyWhereTheSiteSaysSo) {
    certificates_ = {{"CN=ehr,O=Clinic", {"clinic"}},
                     {"CN=ehr,O=North", {.tenant = "north", .instead_of_token = true}}};
    EXPECT_EQ(tenant_of("CN=ehr,O=North", {}), "north");
    EXPECT_EQ(tenant_of("CN=ehr,O=Clinic", {}), "refused");
    EXPECT_EQ(tenant_of("CN=ehr,O=North", {{"Authorization", "Bearer not.a.token"}}), "refused")
        << "a token that is sent is verified";
    EXPECT_EQ(tenant_of("CN=ehr,O=North", {bearer()}), "refused") << "the token names another tenant";
}

TEST_F(JwtAuthenticatorTest, Item73_ATenantWithoutCertificatesDoesNotLookAtThem) {
    certificates_ = {{"CN=ehr,O=North", {"north"}}};
    EXPECT_EQ(tenant_of("CN=ehr,O=North", {bearer()}), "clinic");
    EXPECT_EQ(tenant_of("", {bearer()}), "clinic");
}

TEST_F(JwtAuthenticatorTest, SchemeAndHeaderNameHaveNoCase) {
    EXPECT_TRUE(accepts(kPath, {{"authorization", "bearer " + fresh_token()}}));
    EXPECT_TRUE(accepts(kPath, {{"AUTHORIZATION", "BEARER  " + fresh_token()}}));
    EXPECT_THAT(reasons_, IsEmpty());
}

TEST_F(JwtAuthenticatorTest, ExactlyOneAuthorizationHeader) {
    EXPECT_FALSE(accepts(kPath, {}));
    const std::string value = "Bearer " + fresh_token();
    EXPECT_FALSE(accepts(kPath, {{"Authorization", value}, {"authorization", value}}));
    EXPECT_FALSE(accepts(kPath, {{"Authorization", value}, {"Authorization", "Basic eDp5"}}));
    EXPECT_FALSE(accepts(kPath, {{"X-Authorization", value}}));
    EXPECT_THAT(reasons_, ElementsAre("authorization_missing", "authorization_repeated",
                                      "authorization_repeated", "authorization_missing"));
    EXPECT_TRUE(accepts(kPath, {{"Authorization", value}}));
}

TEST_F(JwtAuthenticatorTest, OtherSchemesAreRefused) {
    const std::string token = fresh_token();
    for (const std::string &value :
         {std::string(), std::string("Bearer"), "Basic " + token, "Bearer:" + token, token, "Bearer\t" + token,
          "Bear " + token, "Bearers " + token, " " + token})
        EXPECT_FALSE(accepts(kPath, {{"Authorization", value}})) << value.substr(0, 10);
    EXPECT_THAT(reasons_, testing::Each("not_bearer"));
    EXPECT_FALSE(accepts(kPath, {{"Authorization", "Bearer "}}));
    EXPECT_FALSE(accepts(kPath, {{"Authorization", "Bearer " + token + ", Bearer " + token}}));
    EXPECT_FALSE(accepts(kPath, {{"Authorization", "Bearer " + token + " "}}));
    EXPECT_EQ(reasons_.size(), 12U);
    EXPECT_EQ(reasons_.back(), "malformed");
}

// Item 67: Host is the caller's word; the public address is ours.
TEST_F(JwtAuthenticatorTest, Item67_TheHostHeaderHasNoSayInTheAudience) {
    const Members elsewhere = with(ehr_claims(), "aud", json_string("https://evil.example" + kPath));
    EXPECT_FALSE(accepts(kPath, {{"Host", "evil.example"},
                                 {"X-Forwarded-Host", "evil.example"},
                                 {"Authorization", "Bearer " + fresh_token(elsewhere)}}));
    EXPECT_THAT(reasons_, ElementsAre("audience_mismatch"));
    EXPECT_TRUE(accepts(kPath, {{"Host", "10.0.0.7:8080"}, {"Authorization", "Bearer " + fresh_token()}}));
}

TEST_F(JwtAuthenticatorTest, Item67_DiscoveryServiceAndFeedbackHaveAnAudienceEach) {
    const std::vector<std::string> paths = {"/cds-services", kPath, kPath + "/feedback"};
    for (const std::string &aud : paths)
        for (const std::string &path : paths)
            EXPECT_EQ(
                accepts(path, {{"Authorization",
                                "Bearer " + fresh_token(with(ehr_claims(), "aud", json_string(kBase + aud)))}}),
                aud == path)
                << aud << " called at " << path;
}

TEST_F(JwtAuthenticatorTest, QueryAndFinalSlashDoNotMatter) {
    for (const std::string &target : {kPath + "/", kPath + "?trace=1", kPath + "/?trace=1"})
        EXPECT_TRUE(accepts(target, {{"Authorization", "Bearer " + fresh_token()}})) << target;
    settings_.public_base = kBase + "/";
    EXPECT_TRUE(accepts(kPath, {{"Authorization", "Bearer " + fresh_token()}}));
    settings_.public_base = kBase + "/trials/";
    EXPECT_TRUE(accepts(
        kPath, {{"Authorization",
                 "Bearer " + fresh_token(with(ehr_claims(), "aud", json_string(kBase + "/trials" + kPath)))}}));
}

// A proxy may hand on the path with the public address's own or without it, as item 08 has it for the service.
TEST_F(JwtAuthenticatorTest, Item67_ThePublicAddressHasAPathOfItsOwn) {
    settings_.public_base = kBase + "/trials";
    const auto accepted_at = [this](const std::string &path, const std::string &audience) {
        const std::string token = fresh_token(with(ehr_claims(), "aud", json_string(audience)));
        return accepts(path, {{"Authorization", "Bearer " + token}});
    };
    const std::string audience = kBase + "/trials" + kPath;
    EXPECT_TRUE(accepted_at(kPath, audience));
    EXPECT_TRUE(accepted_at("/trials" + kPath, audience));
    EXPECT_FALSE(accepted_at("/trials" + kPath, kBase + "/trials/trials" + kPath));
    EXPECT_FALSE(accepted_at("/trialsx" + kPath, audience));
    EXPECT_FALSE(accepted_at("/trials" + kPath, kBase + kPath));
}

TEST_F(JwtAuthenticatorTest, ATargetThatIsNoPathHasNoAudience) {
    for (const std::string &target :
         {std::string(), std::string("*"), kAudience, std::string("?x"), std::string("@evil.example/")})
        EXPECT_FALSE(accepts(target, {{"Authorization", "Bearer " + fresh_token()}})) << target;
    EXPECT_THAT(reasons_, testing::Each("path_unusable"));
}

TEST_F(JwtAuthenticatorTest, TheClockIsAskedAtEachCall) {
    class MovingClock final : public Clock {
      public:
        [[nodiscard]] base::Day today() const override { return base::Day{20779}; }
        [[nodiscard]] std::int64_t unix_seconds() const override { return at; }
        std::int64_t at = kNow;
    };
    MovingClock clock;
    const auto gate = authenticator(clock);
    EXPECT_TRUE(gate->authenticate({"POST", kPath, {{"Authorization", "Bearer " + fresh_token()}}, {}}));
    clock.at = kNow + 360;
    EXPECT_FALSE(gate->authenticate({"POST", kPath, {{"Authorization", "Bearer " + fresh_token()}}, {}}));
    EXPECT_THAT(reasons_, ElementsAre("expired"));
}

TEST_F(JwtAuthenticatorTest, AReplayedCallIsRefusedByTheSameGate) {
    const auto gate = authenticator();
    const HttpRequest request{"POST", kPath, {{"Authorization", "Bearer " + fresh_token()}}, {}};
    EXPECT_TRUE(gate->authenticate(request));
    EXPECT_FALSE(gate->authenticate(request));
    EXPECT_THAT(reasons_, ElementsAre("replayed"));
}

// Section 4.3, "sandbox": ES384, iss is the origin, 5 minutes, iat rounded up to half a second ahead.
TEST_F(JwtAuthenticatorTest, ProfileSandbox) {
    settings_.demo_mode = true;
    settings_.issuers[0].issuer = settings_.issuers[0].jku.emplace("https://sandbox.cds-hooks.org");
    keys_ = std::make_unique<StaticKeySource>(
        StaticKeySource::create({{settings_.issuers[0].issuer, ehr_key_set()}}).value());
    for (const std::string ahead : {"1", "0.5"}) {
        const std::string iat = ahead == "1" ? std::to_string(kNow + 1) : std::to_string(kNow) + ".5";
        const Members claims = {{"iss", json_string("https://sandbox.cds-hooks.org")},
                                {"aud", json_string(kAudience)},
                                {"exp", std::to_string(kNow + 300)},
                                {"iat", iat},
                                {"jti", json_string("sandbox-" + ahead)}};
        const auto token =
            test::token(test::es384_signer(),
                        with(ehr_header(), "jku", json_string("https://sandbox.cds-hooks.org")), claims);
        EXPECT_TRUE(accepts(kPath, {{"Authorization", "Bearer " + token}})) << iat;
    }
    EXPECT_THAT(reasons_, IsEmpty());
}

// Section 4.3, "epic": RS384, nbf five minutes before iat, a quarter of an hour, sub, kid with '/', '+', '='.
TEST_F(JwtAuthenticatorTest, ProfileEpic) {
    Members rsa = test::rs384_signer().jwk();
    rsa["kid"] = json_string(kKid);
    keys_ = std::make_unique<StaticKeySource>(
        StaticKeySource::create({{kIssuer, R"({"keys":[)" + test::object(rsa) + "]}"}}).value());
    Members claims = with(ehr_claims(), "nbf", std::to_string(kNow - 300));
    claims["exp"] = std::to_string(kNow + 900);
    claims["sub"] = json_string("7c1d1b57-0b2c-4f2f-b7f5-6b4a3d1f8e90");
    const auto token =
        test::token(test::rs384_signer(), with(ehr_header(), "alg", json_string("RS384")), claims);
    EXPECT_TRUE(accepts(kPath, {{"Authorization", "Bearer " + token}}));
    EXPECT_THAT(reasons_, IsEmpty());
}

// Section 4.3, "meld": one constant audience.
TEST_F(JwtAuthenticatorTest, ProfileMeld) {
    const Members claims = with(ehr_claims(), "aud", json_string("sand_man"));
    EXPECT_FALSE(accepts(kPath, {{"Authorization", "Bearer " + fresh_token(claims)}}));
    settings_.issuers[0].extra_audiences = {"sand_man"};
    EXPECT_TRUE(accepts(kPath, {{"Authorization", "Bearer " + fresh_token(claims)}}));
    EXPECT_THAT(reasons_, ElementsAre("audience_mismatch"));
}

// Section 4.3, "cerner": one issuer for all customers, told apart by the tenant claim.
TEST_F(JwtAuthenticatorTest, ProfileCerner) {
    settings_.issuers[0].tenants = {{"ec2458f2-1e24-41c8-b71b-0e701af7583d", "clinic-east"}};
    settings_.issuers[0].default_tenant.reset();
    const Members claims = with(ehr_claims(), "tenant", json_string("ec2458f2-1e24-41c8-b71b-0e701af7583d"));
    const auto known = authenticator()->authenticate(
        {"POST", kPath, {{"Authorization", "Bearer " + fresh_token(claims)}}, {}});
    ASSERT_TRUE(known);
    EXPECT_EQ(known->tenant, "clinic-east");
    EXPECT_FALSE(accepts(kPath, {{"Authorization", "Bearer " + fresh_token()}}));
    EXPECT_THAT(reasons_, ElementsAre("tenant_unknown"));
}

} // namespace
} // namespace trialcds::server
