// The evidence page's side of a configured service, end to end: it signs in with nothing but a token, the
// record is on a FHIR server of other people's making, and what the program writes is searched for all of it.
#include <gmock/gmock.h>

#include "app/program.h"
#include "base/json.h"
#include "fhir_server.h"
#include "server/wire.h"
#include "support/secret_file.h"
#include "trust/ehr.h"

namespace trialcds::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kPatientId = "base-clean-potential-candidate";
const std::string kTrialId = "NCT06470048";
const std::string kUser = "practitioner-canary";
const std::string kPrivate = "http://10.11.12.13/fhir/R4"; // listed as a base, not as a network

class PageAndServer : public testing::Test {
  protected:
    void SetUp() override {
        TRIALCDS_NEEDS_FHIR_SERVER();
        FhirServer::get()->load(kPatientId, case_bundle(kPatientId));
        (void)folder_.write("keys.json", server::ehr_key_set());
        (void)write_secret(folder_, "key", "0123456789abcdef0123456789abcdef\n");
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = free_port();
            admin_ = free_port();
            process_ = std::make_unique<Process>(std::vector<std::string>{
                "serve", "--config", folder_.write("config.json", config()), "--as-of", "2026-11-22"});
            if (process_->says("Listening on")) return;
            ASSERT_EQ(process_->wait(), 69) << process_->err();
        }
        FAIL() << "no free port in five attempts";
    }
    [[nodiscard]] std::string config() const {
        return R"({"public_base": "https://cds.example.org", "demonstration": true,)"
               R"("limits": {"handler_ms": 60000},)"
               R"("fhir": {"deadline_ms": 20000, "private_networks": ["127.0.0.1"]},)"
               R"("store": {"sqlite": ")" +
               folder_.file("store.db") + R"(", "hash_key": {"file": ")" + folder_.file("key") +
               R"("}}, "listen": {"address": "127.0.0.1", "port": )" + std::to_string(port_) +
               R"(}, "admin": {"address": "127.0.0.1", "port": )" + std::to_string(admin_) +
               R"(}, "tenants": [{"id": "clinic", "mode": "clinician", "smart": {"client_id": "trial-cds"}, )"
               R"("fhir_bases": [")" +
               whole_ + "\", \"" + without_observations_ + "\", \"" + without_patient_ + "\", \"" + kPrivate +
               R"("]}, {"id": "plain", "mode": "clinician", "fhir_bases": [")" + without_page_ +
               R"("]}], "issuers": [{"issuer": ")" + server::kIssuer + R"(", "jku": ")" + server::kJku +
               R"(", "key_file": ")" + folder_.file("keys.json") + R"(", "tenant": "clinic"}]})";
    }

    struct Question {
        std::string base;
        std::string patient = kPatientId;
        std::string token = kFhirToken;
        std::string more{};
        std::string path = "/evaluations";
    };
    [[nodiscard]] std::string ask(const Question &question) const {
        const std::string body = R"({"fhirServer":")" + question.base +
                                 R"(","fhirAuthorization":{"access_token":")" + question.token +
                                 R"(","token_type":"Bearer","expires_in":300,"scope":"patient/*.rs",)"
                                 R"("subject":"trial-cds"},"context":{"patientId":")" +
                                 question.patient + R"(","userId":"Practitioner/)" + kUser + "\"}" +
                                 question.more + "}";
        return test::exchange(port_, request("POST", question.path, body, ""));
    }
    [[nodiscard]] std::string get(const std::string &path) const {
        return test::exchange(port_, request("GET", path));
    }
    [[nodiscard]] std::string metrics() const { return test::exchange(admin_, request("GET", "/metrics")); }

    static std::string body_of(const std::string &answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
    static json::Document evidence(const std::string &answer) {
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
        auto document = json::Document::parse(body_of(answer));
        if (!document) throw std::runtime_error(document.error().public_text);
        return std::move(*document);
    }
    static std::string base(const std::string &manner) {
        return FhirServer::get() == nullptr ? "" : FhirServer::get()->base(kPatientId, manner);
    }

    const std::string whole_ = base("");
    const std::string without_observations_ = base("fault/forbidden/Observation");
    const std::string without_patient_ = base("fault/forbidden/Patient");
    const std::string without_page_ = base("page/7");
    Folder folder_;
    std::unique_ptr<Process> process_;
    std::uint16_t port_ = 0;
    std::uint16_t admin_ = 0;
};

TEST_F(PageAndServer, APageThatBringsATokenOfTheEhrGetsTheEvidence) {
    const json::Document answer = evidence(ask({whole_}));
    const json::Value root = answer.root();
    EXPECT_EQ(root["trials"].at(0)["outcome"].text(), "potential_candidate");
    for (const json::Value read : root["reads"].elements())
        EXPECT_EQ(read["state"].text(), "complete") << read["key"].text();
    EXPECT_GT(root["bundle"]["entry"].size(), 10U);
    EXPECT_EQ(root["cards"][kTrialId]["uuid"].text().size(), 36U);
    EXPECT_THAT(
        metrics(),
        AllOf(HasSubstr(R"(trialcds_calls_total{service="evaluations",status="200",tenant="clinic"} 1)"),
              Not(HasSubstr("trialcds_cards_total{"))));
}

TEST_F(PageAndServer, WhoMayNotReadThePatientIsToldTheSameWhateverTheReason) {
    const std::string unlisted = body_of(ask({"http://127.0.0.1:1/fhir/R4"}));
    EXPECT_THAT(unlisted, HasSubstr("OperationOutcome"));
    const std::vector<Question> refused = {{whole_, kPatientId, "token-of-another"},
                                           {whole_, "another-patient"},
                                           {without_patient_},
                                           {without_page_}, // of a tenant that offers no page
                                           {kPrivate}};
    for (const Question &question : refused) {
        const std::string answer = ask(question);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 403")) << question.base;
        EXPECT_EQ(body_of(answer), unlisted) << question.base;
    }
    EXPECT_THAT(
        metrics(),
        AllOf(HasSubstr(R"(trialcds_prefetch_causes_total{cause="private_address",key="patient"} 1)"),
              HasSubstr(R"(trialcds_prefetch_causes_total{cause="unauthorized",key="patient"} 1)"),
              HasSubstr(R"(trialcds_call_errors_total{code="sign_in_refused",service="evaluations"} 6)")));
}

TEST_F(PageAndServer, ATokenWithoutTheScopeForObservationsLeavesThemUnknownAndSaysSo) {
    const json::Document answer = evidence(ask({without_observations_}));
    std::size_t forbidden = 0;
    for (const json::Value read : answer.root()["reads"].elements()) {
        const bool observations = read["query"].text().starts_with("Observation?");
        EXPECT_EQ(read["cause"].text(), observations ? "forbidden" : "ok") << read["key"].text();
        EXPECT_EQ(read["state"].text(), observations ? "not-retrieved" : "complete") << read["key"].text();
        forbidden += observations ? 1 : 0;
    }
    EXPECT_GT(forbidden, 2U);
    std::size_t unknown = 0;
    for (const json::Value criterion : answer.root()["trials"].at(0)["criteria"].elements()) {
        EXPECT_NE(criterion["outcome"].text(), "fails") << criterion["id"].text();
        unknown += criterion["reason"].text() == "not_retrieved" ? 1 : 0;
    }
    EXPECT_GT(unknown, 2U);
}

TEST_F(PageAndServer, ADismissalHoldsUntilItIsTakenBack) {
    const auto card = [&] {
        const json::Document answer = evidence(ask({whole_}));
        const json::Value shown = answer.root()["cards"][kTrialId];
        return std::pair(std::string(shown["uuid"].text()), shown["stays_away"].is_true());
    };
    const auto [uuid, away] = card();
    EXPECT_FALSE(away);
    const std::string feedback = R"(,"feedback":[{"card":")" + uuid +
                                 R"(","outcome":"overridden","outcomeTimestamp":"2026-11-22T10:00:00Z"}])";
    EXPECT_THAT(ask({whole_, kPatientId, "token-of-another", feedback, "/evaluations/feedback"}),
                StartsWith("HTTP/1.1 403"));
    EXPECT_FALSE(card().second);
    EXPECT_THAT(ask({whole_, kPatientId, kFhirToken, feedback, "/evaluations/feedback"}),
                StartsWith("HTTP/1.1 204"));
    EXPECT_TRUE(card().second);
    const std::string undo = R"(,"card":")" + uuid + "\"";
    EXPECT_THAT(ask({whole_, kPatientId, "token-of-another", undo, "/evaluations/undo"}),
                StartsWith("HTTP/1.1 403"));
    EXPECT_TRUE(card().second);
    EXPECT_THAT(ask({whole_, kPatientId, kFhirToken, undo, "/evaluations/undo"}), StartsWith("HTTP/1.1 204"));
    EXPECT_FALSE(card().second);
    EXPECT_THAT(ask({whole_, kPatientId, kFhirToken, undo, "/evaluations/undo"}), StartsWith("HTTP/1.1 204"));
}

TEST_F(PageAndServer, ThePageItsSettingsAndTheCardsLinkLeadToEachOther) {
    const std::string page = get("/evidence/");
    EXPECT_THAT(page, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("<!doctype html>"),
                            HasSubstr("connect-src 'self' http://127.0.0.1:")));
    const std::size_t script = page.find("src=\"./assets/");
    ASSERT_NE(script, std::string::npos);
    const std::size_t from = script + 7; // "assets/..."
    EXPECT_THAT(get("/evidence/" + page.substr(from, page.find('"', from) - from)),
                AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("immutable")));
    const auto settings = json::Document::parse(body_of(get("/evidence/settings.json")));
    ASSERT_TRUE(settings.has_value());
    EXPECT_EQ(settings->root()["clients"].size(), 4U) << "a client for each base of the tenant with a page";
    EXPECT_EQ(settings->root()["clients"].at(0)["iss"].text(), whole_);
    const std::string jwt =
        token(es384_signer(), server::ehr_header(), server::with(server::ehr_claims(), "jti", "\"call-1\""));
    const std::string call =
        R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
        R"("fhirServer":")" +
        whole_ + R"(","fhirAuthorization":{"access_token":")" + kFhirToken +
        R"(","token_type":"Bearer","expires_in":300,"scope":"user/*.read","subject":"trial-cds"},)"
        R"("context":{"userId":"Practitioner/1","patientId":")" +
        kPatientId + "\"}}";
    EXPECT_THAT(
        test::exchange(port_, request("POST", server::kPath, call, "Authorization: Bearer " + jwt + "\r\n")),
        AllOf(HasSubstr(
            R"("url":"https://cds.example.org/evidence/launch.html","type":"smart","appContext":")")));
}

// Good calls and bad ones; then everything that the program wrote.
TEST_F(PageAndServer, NothingOfThePatientTheUserOrTheTokenIsWritten) {
    (void)ask({whole_});
    (void)ask({without_observations_});
    (void)ask({whole_, kPatientId, "token-canary"});
    (void)ask({whole_, "patient-canary"});
    (void)ask({whole_, kPatientId, kFhirToken, R"(,"language":"canary-word")"});
    (void)ask({whole_, kPatientId, kFhirToken, R"(,"feedback":[{"card":"canary-card","canary-name":1}])",
               "/evaluations/feedback"});
    (void)ask({whole_, kPatientId, kFhirToken, R"(,"card":"canary-card")", "/evaluations/undo"});
    (void)get("/evidence/?code=code-canary&state=state-canary");
    (void)get("/evidence/file-canary");
    const std::string counted = metrics();
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    const std::string log = process_->err();
    EXPECT_THAT(log, AllOf(HasSubstr(R"("service":"evaluations")"), HasSubstr(R"("service":"evidence")")));
    for (const std::string &written : {log, counted})
        for (const std::string &word : {kPatientId, kFhirToken, kUser, std::string("canary")})
            EXPECT_THAT(written, Not(HasSubstr(word)));
}

} // namespace
} // namespace trialcds::test
