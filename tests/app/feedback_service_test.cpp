// Feedback on the running program: a dismissed card stays away, and what was acknowledged survives what can
// happen to a machine.
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "feedback_program.h"

namespace trialcds {
namespace {

using test::FeedbackService;
using test::PostgresService;
using test::uuid_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(FeedbackService, Item56_ADismissedCardIsNotBackWithTheNextOpeningOfTheChart) {
    const std::string shown = card();
    ASSERT_THAT(shown, HasSubstr("Possible match for review"));
    EXPECT_THAT(dismiss(uuid_of(shown)), StartsWith("HTTP/1.1 204"));
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"));
    const std::string metrics = this->metrics();
    EXPECT_THAT(metrics, HasSubstr(R"(reason="snoozed",service="trials-patient-view",trial="NCT06470048"} 1)"));
    EXPECT_THAT(metrics, HasSubstr(R"(outcome="overridden",reason="snooze-30d")"));
}

TEST_F(FeedbackService, Item59_TheStoreHoldsNothingOfThePatientTheUserOrTheComment) {
    ASSERT_THAT(dismiss(uuid_of(card())), StartsWith("HTTP/1.1 204"));
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    std::string stored;
    for (const char *name : {"store.db", "store.db-wal"}) {
        std::ifstream file(folder_.file(name), std::ios::binary);
        stored.append(std::istreambuf_iterator<char>(file), {});
    }
    EXPECT_THAT(stored, HasSubstr("snooze-30d")) << "this is what was written";
    for (const char *secret : {"base-clean", "CANARY", "Practitioner", "1976-05-14"})
        EXPECT_THAT(stored, Not(HasSubstr(secret)));
}

TEST_F(FeedbackService, KillMinusNine_WhatWasAcknowledgedIsThereAfterwards) {
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 204"));
    process_->signal(SIGKILL);
    EXPECT_EQ(process_->wait(), 128 + SIGKILL);
    start();
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"));
}

// Reports one after the other, as fast as they are answered, and the process killed somewhere between.
TEST_F(FeedbackService, KillMinusNine_EveryReportThatWasAnsweredIsStored) {
    const std::string uuid = uuid_of(card());
    std::atomic<int> answered = 0;
    std::atomic<bool> over = false;
    std::thread client([&] {
        try {
            for (int second = 10; second < 60; ++second) {
                if (!dismiss(uuid, std::to_string(second)).starts_with("HTTP/1.1 204")) break;
                ++answered;
            }
        } catch (const std::runtime_error &) {
            // nobody listens any more: not answered
        }
        over = true;
    });
    while (answered < 20 && !over)
        std::this_thread::yield();
    process_->signal(SIGKILL);
    (void)process_->wait();
    client.join();
    ASSERT_GE(answered.load(), 20) << "reports were refused";
    sqlite3 *database = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("store.db").c_str(), &database), SQLITE_OK);
    sqlite3_stmt *count = nullptr;
    sqlite3_prepare_v2(database, "SELECT count(*) FROM feedback", -1, &count, nullptr);
    EXPECT_EQ(sqlite3_step(count), SQLITE_ROW);
    EXPECT_GE(sqlite3_column_int(count, 0), answered.load());
    EXPECT_LE(sqlite3_column_int(count, 0), answered.load() + 1) << "the one that was in flight may be there";
    sqlite3_finalize(count);
    sqlite3_close(database);
}

TEST_F(FeedbackService, KillMinusNine_ACallInFlightGetsNoAnswer) {
    const std::string call = test::request("POST", server::kPath, test::card_call(),
                                           "Authorization: Bearer " + fresh_token() + "\r\n");
    test::Connection connection(port_);
    connection.send(call.substr(0, call.size() - 1));
    process_->signal(SIGKILL);
    (void)process_->wait();
    EXPECT_EQ(connection.rest(), "");
    start();
    EXPECT_THAT(card(), HasSubstr("Possible match for review"));
}

// Files may not grow: a disk without room, as the process meets it.
TEST_F(FeedbackService, FullDisk_CardsAreShownAndNothingIsAcknowledgedThatWasNotKept) {
    const std::string uuid = uuid_of(card());
    process_->limit_file_size(0);
    EXPECT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(dismiss(uuid), HasSubstr("Retry-After"));
    EXPECT_THAT(card(), HasSubstr("Possible match for review")) << "a store that fails keeps no card away";
    EXPECT_THAT(metrics(), HasSubstr(R"(trialcds_store_failures_total{operation="write"} 2)"));
    process_->limit_file_size(RLIM_INFINITY);
    EXPECT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 204")) << "and it goes on when there is room again";
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"));
}

TEST_F(FeedbackService, DeletedStore_NothingIsAcknowledgedAndTheServiceSaysThatItIsNotReady) {
    const std::string uuid = uuid_of(card());
    const auto readiness = [this] { return test::exchange(admin_, test::request("GET", "/readyz")); };
    EXPECT_THAT(readiness(), StartsWith("HTTP/1.1 200"));
    std::filesystem::remove(folder_.file("store.db"));
    EXPECT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(card(), HasSubstr("Possible match for review")) << "a store that fails keeps no card away";
    EXPECT_THAT(readiness(), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("the store is not ready")));
    EXPECT_THAT(test::exchange(admin_, test::request("GET", "/livez")), StartsWith("HTTP/1.1 200"));
    start();
    EXPECT_THAT(readiness(), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 204"));
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"));
}

// The key is replaced, as docs say: first both, then the new one alone.
class RotatedKey : public FeedbackService {
  protected:
    void write_files() override {
        FeedbackService::write_files();
        (void)test::write_secret(folder_, "new key", "fedcba9876543210fedcba9876543210\n");
    }
    [[nodiscard]] std::string more_config() const override {
        std::string config = FeedbackService::more_config();
        const std::string old_key = "\"hash_key\": {\"file\": \"" + folder_.file("key") + "\"}";
        const std::string new_key = "\"hash_key\": {\"file\": \"" + folder_.file("new key") + "\"}";
        if (step_ == 0) return config;
        config.replace(config.find(old_key), old_key.size(),
                       step_ == 2
                           ? new_key
                           : new_key + ", \"previous_hash_key\": {\"file\": \"" + folder_.file("key") + "\"}");
        return config;
    }
    int step_ = 0;
};

TEST_F(RotatedKey, WhatWasDismissedStaysAwayAndACardOfTheOldKeyCanStillBeDismissed) {
    const std::string shown_before = uuid_of(card());
    step_ = 1;
    start();
    EXPECT_THAT(card(), HasSubstr("Possible match for review"));
    EXPECT_THAT(dismiss(shown_before, "01"), StartsWith("HTTP/1.1 204"));
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"));
    const std::string config = folder_.file("config-" + std::to_string(port_) + ".json");
    const auto listed = test::run({"feedback", "list", "--config", config, "--as-of", "2026-11-22"});
    EXPECT_THAT(listed.out, HasSubstr("2026-12-22,patient,snooze-30d," + shown_before));
    EXPECT_THAT(listed.err,
                HasSubstr("1 of all dismissals hold by the previous hash key, the last until 2026-12-22"));
    EXPECT_EQ(test::run({"feedback", "undo", "--config", config, "--as-of", "2026-11-22", shown_before}).code,
              0);
    const std::string shown_after = uuid_of(card());
    ASSERT_THAT(dismiss(shown_after, "02"), StartsWith("HTTP/1.1 204"));
    step_ = 2;
    start();
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"))
        << "what was dismissed by the new key needs the new key alone";
}

TEST_F(RotatedKey, WithoutThePreviousKeyWhatWasDismissedComesBack) {
    ASSERT_THAT(dismiss(uuid_of(card()), "01"), StartsWith("HTTP/1.1 204"));
    step_ = 1;
    start();
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"));
    step_ = 2;
    start();
    EXPECT_THAT(card(), HasSubstr("Possible match for review"));
}

class MeasuredFeedback : public FeedbackService {
  protected:
    [[nodiscard]] std::string more_config() const override {
        std::string config = FeedbackService::more_config();
        return config.replace(config.rfind("}}"), 2, R"(}, "reports_per_day": 2})");
    }
};

TEST_F(MeasuredFeedback, ATenantThatReportsWithoutEndIsToldWhenItMayGoOnAndTheOperatorWhoItIs) {
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid, "01"), StartsWith("HTTP/1.1 204"));
    ASSERT_THAT(dismiss(uuid, "02"), StartsWith("HTTP/1.1 204"));
    EXPECT_THAT(dismiss(uuid, "03"), AllOf(StartsWith("HTTP/1.1 429"), HasSubstr("Retry-After: 86400\r\n")));
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})")) << "what was kept holds, and calls are answered";
    EXPECT_THAT(metrics(), AllOf(HasSubstr(R"(trialcds_call_errors_total{code="too_many_reports",)"),
                                 HasSubstr(R"(status="429",tenant="clinic"} 1)")));
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    EXPECT_THAT(process_->err(),
                testing::ContainsRegex(R"("status":429,.*"tenant":"clinic".*"code":"too_many_reports")"));
}

TEST_F(PostgresService, StoppedPostgres_CardsAreShownAndNothingIsAcknowledgedThatWasNotKept) {
    const auto shown = [this] { return card(); };
    const std::string uuid = uuid_of(with_store(shown));
    ASSERT_THAT(with_store([&] { return dismiss(uuid, "01"); }), StartsWith("HTTP/1.1 204"));
    ASSERT_THAT(with_store(shown), HasSubstr(R"({"cards":[]})"));
    postgres_->stop();
    const int writes = failures("write");
    const int tokens = failures("token");
    EXPECT_THAT(card(), HasSubstr("Possible match for review")) << "a store that fails keeps no card away";
    EXPECT_THAT(dismiss(uuid, "02"), StartsWith("HTTP/1.1 503"));
    EXPECT_EQ(failures("write"), writes + 1);
    EXPECT_GT(failures("token"), tokens);
    postgres_->start();
    EXPECT_THAT(with_store(shown), HasSubstr(R"({"cards":[]})")) << "what was acknowledged is there";
    EXPECT_THAT(with_store([&] { return dismiss(uuid, "02"); }), StartsWith("HTTP/1.1 204"));
    EXPECT_EQ(test::ask(postgres_->connection(), "SELECT count(*) FROM trialcds_feedback"), "2");
}

TEST_F(PostgresService, Item69_ATokenTakenWhilePostgresIsStoppedIsRefusedByAnotherReplicaAfterwards) {
    replica_ = launch();
    ASSERT_THAT(with_store([this] { return card(); }), HasSubstr("Possible match for review"));
    postgres_->stop();
    const std::string token = fresh_token();
    EXPECT_THAT(post(token), HasSubstr("Possible match for review"));
    postgres_->start();
    const auto told = [this] { // one before, one meanwhile
        return test::ask(postgres_->connection(), "SELECT count(*) >= 2 FROM trialcds_token");
    };
    while (told() != "t")
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_THAT(with_store([&] { return post_to(replica_.port, token); }), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(with_store([this] { return post_to(replica_.port, fresh_token()); }),
                StartsWith("HTTP/1.1 200"));
}

class CautiousPostgresService : public PostgresService {
  protected:
    [[nodiscard]] std::string replay() const override { return "fail-closed"; }
};

TEST_F(CautiousPostgresService, Item69_WhatNobodyCanCheckForReplayIsRefusedUntilPostgresIsBack) {
    const auto shown = [this] { return card(); };
    ASSERT_THAT(with_store(shown), HasSubstr("Possible match for review"));
    postgres_->stop();
    EXPECT_THAT(card(), AllOf(StartsWith("HTTP/1.1 401"), Not(HasSubstr("replay"))))
        << "outside nobody is told";
    EXPECT_THAT(metrics(), HasSubstr(std::string(R"(trialcds_token_refusals_total{issuer=")") +
                                     server::kIssuer + R"(",reason="replay_store_unavailable"})"));
    EXPECT_GT(failures("token"), 0);
    postgres_->start();
    EXPECT_THAT(with_store(shown), HasSubstr("Possible match for review"));
}

TEST_F(PostgresService, Item69_ATokenThatOneReplicaTookIsRefusedByAnother) {
    replica_ = launch();
    const auto at_both = [this] {
        const std::string token = fresh_token();
        const std::string first = post(token);
        return first + "\nthen " + post_to(replica_.port, token);
    };
    EXPECT_THAT(with_store(at_both),
                AllOf(HasSubstr("Possible match for review"), HasSubstr("\nthen HTTP/1.1 401")));
    const std::string uuid = uuid_of(with_store([this] { return card(); }));
    EXPECT_THAT(with_store([&] { return dismiss(uuid); }), StartsWith("HTTP/1.1 204"));
    EXPECT_THAT(with_store([this] { return post_to(replica_.port, fresh_token()); }),
                HasSubstr(R"({"cards":[]})"))
        << "and a snooze is known to both";
}

} // namespace
} // namespace trialcds
