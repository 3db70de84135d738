// What differs from client to client: whether anything is evaluated or shown, which browser origins may read
// the answer, and what the operator is told of a call.
#include <numeric>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/http_api.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using test::kService;
using testing::Each;
using testing::Gt;

const std::string kOrigin = "https://ehr.example.org";

class Client : public testing::Test {
  protected:
    HttpResponse send(const std::string &method, const std::string &target, const std::string &body = "",
                      std::vector<Header> headers = {{"Content-Type", "application/json"},
                                                     {"Authorization", "Bearer x"}}) {
        const auto nobody = [](const Request &, const ClientIdentity &) {
            return std::make_unique<fhir::NoFhirReader>();
        };
        const HttpApi api(services_, north_, nobody, settings_);
        report_ = {};
        std::int64_t now = 0;
        return api.handle({method, target, std::move(headers), base::Sensitive<std::string>(body)},
                          {.as_of = test::kAsOf,
                           .correlation_id = "ref-1",
                           .uuid = [] { return test::kUuid; },
                           .nanoseconds = [&now] { return now += 5; },
                           .report = &report_});
    }
    HttpResponse possible_match() {
        return send("POST", kService,
                    *cds_hooks::hook_request(test::case_bundle("base-clean-potential-candidate"),
                                             test::service().prefetch, test::kUuid));
    }

    ServicesHolder services_{test::services()};
    test::OneTenant north_;
    ApiSettings settings_{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};
    CallReport report_;
};

TEST_F(Client, ModeClinicianShowsTheCard) {
    settings_.policies["north"] = {};
    EXPECT_NE(possible_match().body, R"({"cards":[]})");
    EXPECT_EQ(report_.cards, 1U);
    EXPECT_EQ(report_.trials.at(0).outcome, eligibility::TrialOutcome::potential_candidate);
    EXPECT_EQ(report_.trials[0].no_card, std::nullopt);
    EXPECT_EQ(report_.no_card, std::nullopt);
}

TEST_F(Client, ModeShadowEvaluatesAndShowsNothing) {
    settings_.policies["north"] = {.evaluates = true, .shows_cards = false};
    EXPECT_EQ(possible_match().body, R"({"cards":[]})");
    EXPECT_EQ(report_.trials.at(0).outcome, eligibility::TrialOutcome::potential_candidate);
    EXPECT_EQ(report_.trials[0].no_card, NoCardReason::client_shadow);
    EXPECT_EQ(report_.cards, 0U);
}

TEST_F(Client, ModeOffLooksAtNoData) {
    settings_.policies["north"] = {.evaluates = false};
    EXPECT_EQ(possible_match().body, R"({"cards":[]})");
    EXPECT_TRUE(report_.trials.empty());
    EXPECT_EQ(report_.no_card, NoCardReason::client_off);
    EXPECT_TRUE(report_.prefetch.empty());
}

TEST_F(Client, RendererIsTheTenants) {
    settings_.policies["north"] = {.profile = wording::Profile::plain};
    const std::string plain = possible_match().body;
    settings_.policies["north"] = {.profile = wording::Profile::basic};
    EXPECT_NE(plain, possible_match().body);
    EXPECT_EQ(plain.find("**"), std::string::npos);
}

TEST_F(Client, LanguageIsTheTenants) {
    settings_.policies["north"] = {.language = wording::find_language("de")};
    const auto answered = test::document(possible_match().body);
    const json::Value card = answered->root()["cards"].at(0);
    EXPECT_THAT(std::string(card["summary"].text()), testing::HasSubstr("Einschluss 5 von 6 erfüllt"));
    EXPECT_THAT(std::string(card["detail"].text()), testing::HasSubstr("### Warum dieser Hinweis"));
    EXPECT_EQ(card["links"].at(0)["label"].text(), "Registereintrag zu NCT06470048");
    EXPECT_EQ(card["source"]["topic"]["display"].text(), "Klinische Studie");
    EXPECT_EQ(card["overrideReasons"].at(0)["display"].text(), "Bereits besprochen");
    EXPECT_EQ(card["overrideReasons"].at(0)["code"].text(), "already-discussed") << "codes are the same in all";
}

TEST_F(Client, Item76_AReportSaysWhatACallDidAndNothingOfThePatient) {
    (void)possible_match();
    EXPECT_EQ(report_.service_id, "trials-patient-view");
    EXPECT_EQ(report_.client.tenant, "north");
    EXPECT_EQ(report_.hook_instance, test::kUuid);
    EXPECT_EQ(report_.prefetch.size(), test::shipped()->catalogue.prefetch.size());
    const auto &criteria = report_.trials.at(0).criteria;
    EXPECT_THAT(criteria, testing::ElementsAre(Gt(0U), 0U, testing::_)) << "a candidate fails nothing";
    EXPECT_EQ(std::accumulate(criteria.begin(), criteria.end(), std::size_t{0}),
              test::shipped()->trials.front().criteria.size());
    EXPECT_THAT(report_.nanoseconds, Each(Gt(0)));
}

TEST_F(Client, Item76_AHookInstanceThatIsNoUuidIsNotReported) {
    std::string body = test::call("");
    const std::string instance = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea";
    (void)send("POST", kService, body);
    EXPECT_EQ(report_.hook_instance, instance);
    const std::size_t at = body.find(instance);
    ASSERT_NE(at, std::string::npos);
    body.replace(at, instance.size(), "Maria Lind 1970-02-03");
    (void)send("POST", kService, body);
    EXPECT_EQ(report_.hook_instance, "");
}

TEST_F(Client, Item74_CorsIsOffUnlessOriginsAreListed) {
    const HttpResponse response =
        send("OPTIONS", kService, "", {{"Origin", kOrigin}, {"Access-Control-Request-Method", "POST"}});
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(find_header(response.headers, "Access-Control-Allow-Origin"), "");
    EXPECT_EQ(find_header(response.headers, "Vary"), "");
}

TEST_F(Client, Item74_AnAllowedOriginMayCallFromABrowserWithoutATokenOnOptions) {
    settings_.allowed_origins = {kOrigin};
    for (const std::string &target : {std::string("/cds-services"), kService}) {
        const HttpResponse response = send("OPTIONS", target, "", {{"Origin", kOrigin}});
        EXPECT_EQ(response.status, 204);
        EXPECT_EQ(find_header(response.headers, "Access-Control-Allow-Origin"), kOrigin);
        EXPECT_EQ(find_header(response.headers, "Vary"), "Origin");
        EXPECT_EQ(find_header(response.headers, "Access-Control-Allow-Methods"), "GET, POST");
        EXPECT_EQ(find_header(response.headers, "Access-Control-Allow-Headers"), "authorization, content-type");
        EXPECT_NE(find_header(response.headers, "Access-Control-Max-Age"), "");
        EXPECT_EQ(find_header(response.headers, "Access-Control-Allow-Credentials"), "");
    }
}

TEST_F(Client, Item74_OtherOriginsAreNotNamedBack) {
    settings_.allowed_origins = {kOrigin};
    for (const std::string origin :
         {"https://ehr.example.org.evil.example", "http://ehr.example.org", "null", ""})
        EXPECT_EQ(find_header(send("OPTIONS", kService, "", {{"Origin", origin}}).headers,
                              "Access-Control-Allow-Origin"),
                  "")
            << origin;
}

TEST_F(Client, Item75_ErrorsCarryTheHeadersToo) {
    settings_.allowed_origins = {kOrigin};
    const std::vector<Header> no_token{{"Origin", kOrigin}, {"Content-Type", "application/json"}};
    const HttpResponse refused = send("POST", kService, test::call(""), no_token);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(find_header(refused.headers, "Access-Control-Allow-Origin"), kOrigin);
    const HttpResponse missing = send("POST", "/nothing", "", no_token);
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(find_header(missing.headers, "Access-Control-Allow-Origin"), kOrigin);
}

} // namespace
} // namespace trialcds::cds_hooks
