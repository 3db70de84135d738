// The files of the evidence page, what a browser may do with them, and the link that leads there.
#include <gmock/gmock.h>

#include "cds_hooks/evidence_page.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class EvidencePageTest : public testing::Test {
  protected:
    std::optional<HttpResponse> ask(const std::string &target, const std::string &method = "GET") {
        const EvidencePage page({{"index.html", "text/html; charset=utf-8", "<!doctype html>"},
                                 {"launch.html", "text/html; charset=utf-8", "<!doctype html>launch"},
                                 {"assets/index-B2c.js", "text/javascript; charset=utf-8", "let a"}},
                                services_, settings_);
        report_ = {};
        return page.handle({method, target, {}, base::Sensitive<std::string>()},
                           {.as_of = test::kAsOf,
                            .correlation_id = "ref-1",
                            .uuid = [] { return test::kUuid; },
                            .report = &report_});
    }
    static std::string policy(const std::optional<HttpResponse> &response) {
        return std::string(find_header(response->headers, "Content-Security-Policy"));
    }

    ServicesHolder services_{test::services()};
    EvidencePageSettings settings_;
    CallReport report_;
};

TEST_F(EvidencePageTest, TheBuiltFilesAreThereAndNothingElse) {
    for (const char *target : {"/evidence/", "/evidence/index.html", "/evidence/?code=c&state=s"})
        EXPECT_EQ(ask(target)->body, "<!doctype html>") << target;
    EXPECT_EQ(ask("/evidence/launch.html?iss=x&launch=y")->body, "<!doctype html>launch");
    EXPECT_EQ(ask("/evidence/assets/index-B2c.js")->body, "let a");
    EXPECT_EQ(report_.service_id, "evidence");
    for (const char *target : {"/evidence/other.html", "/evidence/../settings", "/evidence//index.html",
                               "/evidence/assets/", "/evidence/%69ndex.html"}) {
        const auto response = ask(target);
        EXPECT_EQ(response->status, 404) << target;
        EXPECT_EQ(test::document(response->body)->root()["resourceType"].text(), "OperationOutcome");
    }
    for (const char *target : {"/", "/evidences", "/evidence.json", "/evaluations", "/cds-services"})
        EXPECT_FALSE(ask(target).has_value()) << target;
}

TEST_F(EvidencePageTest, WithoutItsFinalSlashItLeadsToItselfWithWhatTheEhrSaid) {
    settings_.base_path = "/cds";
    const auto response = ask("/cds/evidence?code=c&state=s");
    EXPECT_EQ(response->status, 308);
    EXPECT_EQ(find_header(response->headers, "Location"), "/cds/evidence/?code=c&state=s");
    EXPECT_EQ(ask("/cds/evidence/")->status, 200);
    EXPECT_EQ(ask("/evidence/")->status, 200) << "a proxy may take the path away";
}

TEST_F(EvidencePageTest, HeadSaysWhatGetSaysAndNothingIsWritten) {
    const auto head = ask("/evidence/", "HEAD");
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(head->body, "");
    EXPECT_EQ(policy(head), policy(ask("/evidence/")));
    for (const char *method : {"POST", "PUT", "DELETE"}) {
        const auto refused = ask("/evidence/", method);
        EXPECT_EQ(refused->status, 405);
        EXPECT_EQ(find_header(refused->headers, "Allow"), "GET, HEAD, OPTIONS");
    }
    EXPECT_EQ(ask("/evidence/", "OPTIONS")->status, 204);
}

TEST_F(EvidencePageTest, OnlyWhatIsNamedAfterItsContentIsKeptByTheBrowser) {
    EXPECT_EQ(find_header(ask("/evidence/assets/index-B2c.js")->headers, "Cache-Control"),
              "public, max-age=31536000, immutable");
    for (const char *target :
         {"/evidence/", "/evidence/launch.html", "/evidence/settings.json", "/evidence/none"})
        EXPECT_EQ(find_header(ask(target)->headers, "Cache-Control"), "no-store") << target;
}

TEST_F(EvidencePageTest, ItRunsItsOwnScriptAsksNobodyElseAndIsFramedByNobodyUnlessTheSiteSaysSo) {
    EXPECT_EQ(policy(ask("/evidence/")), "default-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
                                         "'none'; frame-ancestors 'none'");
    settings_.asks = {"https://fhir.north.example", "https://login.north.example"};
    settings_.framed_by = {"https://ehr.north.example"};
    for (const char *target :
         {"/evidence/", "/evidence/launch.html", "/evidence/settings.json", "/evidence/none"}) {
        const auto response = ask(target);
        EXPECT_EQ(policy(response), "default-src 'self'; connect-src 'self' https://fhir.north.example "
                                    "https://login.north.example; base-uri 'none'; form-action 'none'; "
                                    "frame-ancestors https://ehr.north.example")
            << target;
        EXPECT_EQ(find_header(response->headers, "Referrer-Policy"), "no-referrer");
        EXPECT_EQ(find_header(response->headers, "X-Content-Type-Options"), "nosniff");
    }
}

TEST_F(EvidencePageTest, ItIsToldWhereItMaySignInAndAsWhom) {
    EXPECT_EQ(ask("/evidence/settings.json")->body, R"({"clients":[]})");
    settings_.clients = {{"https://fhir.north.example/r4", "trial-cds", "", "north"},
                         {"https://fhir.south.example", "abc", "launch patient/Patient.rs", "south"}};
    const auto settings = test::document(ask("/evidence/settings.json")->body);
    const json::Value north = settings->root()["clients"].at(0);
    EXPECT_EQ(north["iss"].text(), "https://fhir.north.example/r4");
    EXPECT_EQ(north["client_id"].text(), "trial-cds");
    EXPECT_EQ(north["name"].text(), "north");
    EXPECT_EQ(settings->root()["clients"].at(1)["scope"].text(), "launch patient/Patient.rs");
    services_.set(nullptr);
    EXPECT_EQ(ask("/evidence/settings.json")->status, 503);
}

// Every type that is searched for, and the Medications that orders refer to.
TEST_F(EvidencePageTest, TheUsualScopeCoversEveryTypeThatIsRead) {
    const std::string scope = default_scope(test::shipped()->catalogue);
    EXPECT_THAT(scope, AllOf(testing::StartsWith("launch openid fhirUser "),
                             HasSubstr(" patient/Medication.rs"), Not(HasSubstr("*"))));
    for (const mappings::PrefetchKey &key : test::shipped()->catalogue.prefetch)
        EXPECT_THAT(scope + " ", HasSubstr(" patient/" + key.resource_type + ".rs ")) << key.key;
}

} // namespace
} // namespace trialcds::cds_hooks
