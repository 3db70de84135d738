// What befalls one tenant (its FHIR server is silent, its store is locked, it floods) costs another no answer.
#include <atomic>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "configured_program.h"

namespace trialcds {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kWard = "https://ward.example/fhir";

// The clinic's FHIR server takes every question and gives no answer. The ward sends its records along.
class TwoTenants : public test::ProgramWithStore {
  protected:
    explicit TwoTenants(test::ScriptedServer::Script ehr = [](test::Peer &peer, const std::string &) {
        peer.wait_until_client_leaves();
        return false;
    }) {
        silent_ = std::make_unique<test::ScriptedServer>(std::move(ehr));
    }

    [[nodiscard]] std::string more_limits() const override {
        return R"("worker_threads": 2, "in_flight": 60,)";
    }
    [[nodiscard]] std::string more_tenants() const override {
        return R"(,{"id": "ward", "mode": "clinician"},{"id": "deaf", "mode": "clinician", "fhir_bases": [")" +
               silent_->url("/fhir") + "\"]}";
    }
    [[nodiscard]] std::string more_issuers() const override {
        return issuer(kWard, "ward") + issuer(kDeaf, "deaf");
    }
    [[nodiscard]] std::string ward_token() const { return token_of(kWard); }
    [[nodiscard]] std::string deaf_token() const { return token_of(kDeaf); }

    // Its requests are sent, their answers not waited for.
    [[nodiscard]] std::unique_ptr<test::Connection> begin_call(const std::string &token,
                                                               const std::string &body,
                                                               const std::string &path = server::kPath) const {
        auto connection = std::make_unique<test::Connection>(port_);
        connection->send(test::request("POST", path, body, "Authorization: Bearer " + token + "\r\n"));
        return connection;
    }
    // The clinic's; its uuid.
    [[nodiscard]] std::string card_shown() const {
        std::smatch card;
        const std::string shown = post(fresh_token());
        EXPECT_TRUE(std::regex_search(shown, card, std::regex(R"re("uuid":"([^"]+)")re"))) << shown;
        return card.empty() ? "" : card[1].str();
    }
    void expect_the_ward_is_served(int calls) const {
        for (int i = 0; i < calls; ++i) {
            const std::string answer = post(ward_token());
            EXPECT_THAT(answer, StartsWith("HTTP/1.1 200")) << i;
            EXPECT_THAT(answer, HasSubstr("Possible match for review")) << i;
        }
        EXPECT_THAT(metrics(), HasSubstr(R"(tenant="ward"} )" + std::to_string(calls)))
            << "each of its calls was handled once";
    }

    static constexpr auto kDeaf = "https://deaf.example/fhir";
    std::unique_ptr<test::ScriptedServer> silent_;

  private:
    [[nodiscard]] std::string issuer(const std::string &name, const std::string &tenant) const {
        return R"(,{"issuer": ")" + name + R"(", "key_file": ")" + folder_.file("keys.json") +
               R"(", "tenant": ")" + tenant + "\"}";
    }
    [[nodiscard]] static std::string token_of(const std::string &issuer) {
        static std::atomic<int> count = 0;
        const auto claims = server::with(server::ehr_claims(), "iss", test::json_string(issuer));
        return test::token(test::es384_signer(), server::without(server::ehr_header(), "jku"),
                           server::with(claims, "jti", test::json_string(issuer + std::to_string(++count))));
    }
};

TEST_F(TwoTenants, ASilentFhirServerOfOneCostsTheOtherNothing) {
    const std::string unread =
        R"({"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "fhirServer": ")" +
        silent_->url("/fhir") +
        R"(", "fhirAuthorization": {"access_token": "t", "token_type": "Bearer",
        "expires_in": 300, "scope": "patient/*.rs", "subject": "s"},
        "context": {"userId": "Practitioner/1", "patientId": "1"}})";
    std::vector<std::unique_ptr<test::Connection>> waiting;
    for (int i = 0; i < 50; ++i)
        waiting.push_back(begin_call(deaf_token(), unread));
    for (int tries = 0; tries < 3000 && silent_->connections() < 30; ++tries)
        usleep(10'000);
    EXPECT_GE(silent_->connections(), 30U) << "as many as a tenant may have wait for it";
    expect_the_ward_is_served(20);
}

TEST_F(TwoTenants, ALockedStoreOfFeedbackKeepsNoCardAway) {
    sqlite3 *locking = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("store.db").c_str(), &locking), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(locking, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    const std::string report = R"({"feedback": [{"card": ")" + card_shown() +
                               R"(", "outcome": "overridden", "outcomeTimestamp": "2026-11-22T00:00:00Z"}]})";
    const std::string path = server::kPath + "/feedback";
    std::vector<std::unique_ptr<test::Connection>> waiting;
    for (int i = 0; i < 20; ++i)
        waiting.push_back(begin_call(fresh_token(server::kBase + path), report, path));
    expect_the_ward_is_served(20);
    EXPECT_EQ(sqlite3_exec(locking, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(locking);
    int kept = 0;
    std::string last;
    for (const auto &sent : waiting) {
        last = sent->rest();
        kept += last.starts_with("HTTP/1.1 204") ? 1 : 0;
    }
    EXPECT_GT(kept, 0) << "what could be kept was; the last was told: " << last;
}

TEST_F(TwoTenants, FloodsOfFeedbackOfOneCostTheOtherNothing) {
    const std::string card = card_shown();
    std::string items;
    for (int i = 0; i < 500; ++i) {
        const std::string second = std::to_string(100000 + i).substr(2);
        items += std::string(i == 0 ? "" : ",") + R"({"card": ")" + card + R"(", "outcome": "overridden",)" +
                 R"("outcomeTimestamp": "2026-11-22T0)" + second.substr(0, 1) + ":0" + second.substr(1, 1) +
                 ":" + std::to_string(10 + i % 50) + "." + second.substr(2) + "Z\"}";
    }
    const std::string path = server::kPath + "/feedback";
    const std::string flood = R"({"feedback": [)" + items + "]}";
    std::vector<std::unique_ptr<test::Connection>> flooding;
    for (int i = 0; i < 20; ++i)
        flooding.push_back(begin_call(fresh_token(server::kBase + path), flood, path));
    expect_the_ward_is_served(20);
    int kept = 0;
    for (const auto &sent : flooding) {
        const std::string answer = sent->rest();
        kept += answer.starts_with("HTTP/1.1 204") ? 1 : 0;
        EXPECT_THAT(answer,
                    AnyOf(StartsWith("HTTP/1.1 204"), StartsWith("HTTP/1.1 429"), StartsWith("HTTP/1.1 503")));
    }
    EXPECT_GT(kept, 0) << "the store was busy with them";
}

} // namespace
} // namespace trialcds
