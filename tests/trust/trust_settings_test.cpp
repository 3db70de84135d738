#include <functional>
#include <string>

#include <gmock/gmock.h>

#include "trust/trust_settings.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;

TrustSettings good() {
    TrustSettings settings;
    settings.public_base = "https://cds.example.org";
    TrustedIssuer issuer;
    issuer.issuer = "https://ehr.example/fhir";
    issuer.jku = "https://ehr.example/jwks";
    issuer.default_tenant = "clinic";
    settings.issuers = {issuer};
    return settings;
}

std::string problems(const std::function<void(TrustSettings &)> &change) {
    TrustSettings settings = good();
    change(settings);
    const auto checked = check(settings);
    return checked ? "" : checked.error().public_text;
}

TEST(TrustSettings, DefaultsAreTheProtocolsRecommendation) {
    const TrustSettings settings = good();
    EXPECT_TRUE(check(settings));
    EXPECT_EQ(settings.leeway, 60);
    EXPECT_EQ(settings.max_lifetime, 3600);
    EXPECT_FALSE(settings.allow_missing_typ);
    EXPECT_FALSE(settings.demo_mode);
    EXPECT_THAT(settings.issuers.front().algorithms,
                testing::ElementsAre(JwsAlgorithm::es384, JwsAlgorithm::rs384));
}

// Anybody can sign in the Sandbox's name: its private key is part of the page (docs/clients.md).
TEST(TrustSettings, TheSandboxIsTrustedInDemonstrationModeOnly) {
    const std::string sandbox = "https://sandbox.cds-hooks.org";
    for (const std::string &issuer :
         {sandbox, sandbox + "/", sandbox + ":443", sandbox + "./x",
          std::string("https://SANDBOX.cds-hooks.ORG"), std::string("http://u@sandbox.cds-hooks.org")}) {
        EXPECT_THAT(problems([&](TrustSettings &s) { s.issuers[0].issuer = issuer; }), HasSubstr("private key"))
            << issuer;
        EXPECT_EQ(problems([&](TrustSettings &s) {
                      s.issuers[0].issuer = issuer;
                      s.demo_mode = true;
                  }),
                  "")
            << issuer;
    }
    EXPECT_THAT(problems([&](TrustSettings &s) { s.issuers[0].jku = sandbox + "/.well-known/jwks.json"; }),
                HasSubstr("private key"))
        << "its keys under another issuer's name are as public";
    EXPECT_EQ(
        problems([&](TrustSettings &s) { s.issuers[0].issuer = "https://sandbox.cds-hooks.org.example"; }), "");
}

TEST(TrustSettings, Item65_AJkuIsAnHttpsUrl) {
    for (const char *jku :
         {"", "http://ehr.example/jwks", "HTTPS://ehr.example/jwks", "https://", "https:///jwks",
          "https://user@ehr.example/jwks", "https://ehr.example/jwks#k", "https://ehr.example/a b",
          "https://ehr.example\\@evil.example/", "file:///etc/passwd", "ehr.example/jwks",
          "https://ehr.example/\n", "https://\xC3\xA9hr.example/"})
        EXPECT_THAT(problems([&](TrustSettings &s) { s.issuers[0].jku = jku; }), HasSubstr("jku")) << jku;
    EXPECT_EQ(problems([](TrustSettings &s) { s.issuers[0].jku = std::nullopt; }), "");
    EXPECT_EQ(problems([](TrustSettings &s) { s.issuers[0].jku = "https://ehr.example:8443/jwks?tenant=a@b"; }),
              "");
}

TEST(TrustSettings, ThePublicAddressIsHttpsUnlessDemonstrated) {
    for (const char *url :
         {"", "/", "cds.example.org", "http://cds.example.org", "https://cds.example.org?x=1", "https://"})
        EXPECT_THAT(problems([&](TrustSettings &s) { s.public_base = url; }), HasSubstr("public_base")) << url;
    EXPECT_EQ(problems([](TrustSettings &s) { s.public_base = "https://cds.example.org/trials/"; }), "");
    const auto demo = [](const char *url) {
        return problems([url](TrustSettings &s) {
            s.public_base = url;
            s.demo_mode = true;
        });
    };
    EXPECT_EQ(demo("http://127.0.0.1:8080"), "");
    EXPECT_THAT(demo("ftp://127.0.0.1"), HasSubstr("public_base"));
    EXPECT_THAT(demo("http://"), HasSubstr("public_base"));
}

TEST(TrustSettings, LimitsHaveLimits) {
    EXPECT_EQ(problems([](TrustSettings &s) { s.leeway = 0; }), "");
    EXPECT_EQ(problems([](TrustSettings &s) { s.leeway = 300; }), "");
    EXPECT_EQ(problems([](TrustSettings &s) { s.max_lifetime = 1; }), "");
    EXPECT_EQ(problems([](TrustSettings &s) { s.max_lifetime = 86400; }), "");
    EXPECT_THAT(problems([](TrustSettings &s) { s.leeway = -1; }), HasSubstr("leeway"));
    EXPECT_THAT(problems([](TrustSettings &s) { s.leeway = 301; }), HasSubstr("leeway"));
    EXPECT_THAT(problems([](TrustSettings &s) { s.max_lifetime = 0; }), HasSubstr("max_lifetime"));
    EXPECT_THAT(problems([](TrustSettings &s) { s.max_lifetime = 86401; }), HasSubstr("max_lifetime"));
}

TEST(TrustSettings, EveryProblemIsNamedAtOnce) {
    const std::string all = problems([](TrustSettings &s) {
        s.issuers.push_back(s.issuers[0]);
        s.issuers[0].algorithms.clear();
        s.issuers[0].default_tenant.reset();
        s.issuers[0].extra_audiences = {""};
        TrustedIssuer nameless;
        s.issuers.push_back(nameless);
    });
    for (const char *part :
         {"no algorithm", "no tenant", "extra audience is empty", "more than once", "no name"})
        EXPECT_THAT(all, HasSubstr(part));
    EXPECT_THAT(problems([](TrustSettings &s) { s.issuers.clear(); }), HasSubstr("no issuer"));
}

} // namespace
} // namespace trialcds::server
