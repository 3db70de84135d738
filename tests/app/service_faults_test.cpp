// A configured service when what it leans on fails: the host of an issuer's keys, the machine's clock.
#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "egress/certificates.h"
#include "egress/scripted_server.h"
#include "knowledge/knowledge.h"
#include "program.h"
#include "service/deployment.h"
#include "support/secret_file.h"
#include "trust/ehr.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;

class MovableClock final : public Clock {
  public:
    explicit MovableClock(std::shared_ptr<std::int64_t> second) : second_(std::move(second)) {}
    [[nodiscard]] base::Day today() const override {
        return base::Day{static_cast<std::int32_t>(*second_ / 86400)};
    }
    [[nodiscard]] std::int64_t unix_seconds() const override { return *second_; }

  private:
    std::shared_ptr<std::int64_t> second_;
};

const std::string &card_call() {
    static const std::string body = [] {
        const auto knowledge = mappings::load_knowledge(test::shipped_files());
        return *cds_hooks::hook_request(test::case_bundle("base-clean-potential-candidate"),
                                        (*knowledge)->catalogue.prefetch,
                                        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
    }();
    return body;
}

class Faults : public testing::Test {
  protected:
    // With `jku` the keys are read from there, trusting `authority`; else from a file.
    void start(const std::string &jku = "", const std::string &authority = "") {
        (void)folder_.write("keys.json", ehr_key_set());
        (void)test::write_secret(folder_, "key", "0123456789abcdef0123456789abcdef");
        const std::string keys =
            jku.empty() ? R"("key_file": ")" + folder_.file("keys.json") + "\"" : R"("jku": ")" + jku + "\"";
        const std::string ca_file = authority.empty() ? "" : R"(, "ca_file": ")" + authority + "\"";
        const auto config = parse_config(
            "config.json", R"({"public_base": "https://cds.example.org", "demonstration": true,)"
                           R"("listen": {"address": "127.0.0.1"}, "fhir": {"private_networks": ["127.0.0.1"])" +
                               ca_file +
                               "},"
                               R"("tenants": [{"id": "clinic", "mode": "clinician"}],)"
                               R"("issuers": [{"issuer": ")" +
                               kIssuer + R"(", "tenant": "clinic", )" + keys + R"(}],)" +
                               R"("store": {"sqlite": ")" + folder_.file("store.db") +
                               R"(", "hash_key": {"file": ")" + folder_.file("key") + R"("}}})");
        ASSERT_TRUE(config.has_value())
            << config.error().front().location << config.error().front().public_text;
        auto knowledge = mappings::load_knowledge(test::shipped_files());
        auto service = service::Deployment::create(
            *config, {*knowledge, std::make_unique<MovableClock>(second_), [](auto) {}});
        ASSERT_TRUE(service.has_value()) << service.error().public_text;
        service_ = std::move(*service);
    }
    static std::string token(const std::string &jti, std::int64_t issued, const std::string &kid = kKid,
                             const std::string &path = kPath) {
        auto claims =
            with(with(ehr_claims(), "iat", std::to_string(issued)), "exp", std::to_string(issued + 300));
        claims = with(with(claims, "jti", json_string(jti)), "aud", json_string(kBase + path));
        return test::token(test::es384_signer(), without(with(ehr_header(), "kid", json_string(kid)), "jku"),
                           claims);
    }
    cds_hooks::HttpResponse post(const std::string &token, const std::string &path = kPath,
                                 const std::string &body = card_call()) {
        return service_->handle({"POST",
                                 path,
                                 {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}},
                                 base::Sensitive<std::string>(body)});
    }
    std::string metrics() { return service_->administer({"GET", "/metrics", {}, {}}).body; }

    std::shared_ptr<std::int64_t> second_ = std::make_shared<std::int64_t>(kNow);
    test::Folder folder_;
    std::unique_ptr<service::Deployment> service_;
};

class DeadJwksHost : public Faults {
  protected:
    static std::unique_ptr<test::ScriptedServer> key_host(ssl_ctx_st *certificate) {
        return std::make_unique<test::ScriptedServer>(
            test::by_target([](const std::string &) { return test::answer(200, ehr_key_set()); }), certificate);
    }
    const test::Authority authority_;
    const std::shared_ptr<ssl_ctx_st> certificate_ = authority_.server({"ehr.example", "IP:127.0.0.1"});
};

TEST_F(DeadJwksHost, KnownKeysGoOnAndUnknownOnesAreRefused) {
    auto host = key_host(certificate_.get());
    start(host->url("/jwks.json"), authority_.file());
    EXPECT_EQ(post(token("1", kNow)).status, 200);
    host.reset();
    EXPECT_EQ(post(token("2", kNow)).status, 200) << "item 66: the last good set is kept";
    EXPECT_EQ(post(token("3", kNow, "new-kid")).status, 401);
    EXPECT_EQ(post(token("4", kNow)).status, 200) << "and asking for the unknown one has lost nothing";
    EXPECT_EQ(service_->administer({"GET", "/livez", {}, {}}).status, 200);
}

TEST_F(DeadJwksHost, BeforeItsFirstAnswerNobodyIsTrustedAndTheOperatorIsTold) {
    const std::string dead = key_host(certificate_.get())->url("/jwks.json");
    start(dead, authority_.file());
    const auto refused = post(token("1", kNow));
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.body, "");
    EXPECT_THAT(metrics(), HasSubstr("reason=\"keys_unavailable\""));
}

TEST_F(Faults, ClockJump_TokensAreJudgedByTheNewTimeAndAnswersGoOn) {
    start();
    EXPECT_EQ(post(token("1", kNow)).status, 200);
    *second_ += 7200;
    EXPECT_EQ(post(token("2", kNow)).status, 401) << "expired by the new time";
    EXPECT_EQ(post(token("3", *second_)).status, 200);
    *second_ -= 2 * 86400;
    EXPECT_EQ(post(token("4", kNow)).status, 401) << "issued in the future by the new time";
    EXPECT_EQ(post(token("5", *second_)).status, 200);
}

TEST_F(Faults, ClockJump_AcknowledgedFeedbackStaysAndTheSnoozeEndsByTheClock) {
    start();
    const std::string shown = post(token("1", kNow)).body;
    const std::string uuid = shown.substr(shown.find("\"uuid\":\"") + 8, 36);
    const std::string path = kPath + "/feedback";
    EXPECT_EQ(post(token("2", kNow, kKid, path), path,
                   R"({"feedback":[{"card":")" + uuid +
                       R"(","outcome":"overridden","outcomeTimestamp":"2026-11-22T00:00:00Z"}]})")
                  .status,
              204);
    *second_ -= 86400;
    EXPECT_EQ(post(token("3", *second_)).body, R"({"cards":[]})") << "back: still away";
    *second_ += 29 * 86400;
    EXPECT_EQ(post(token("4", *second_)).body, R"({"cards":[]})");
    *second_ = kNow + 31 * 86400;
    EXPECT_THAT(post(token("5", *second_)).body, HasSubstr("NCT06470048")) << "forward: its time is over";
}

} // namespace
} // namespace trialcds::server
