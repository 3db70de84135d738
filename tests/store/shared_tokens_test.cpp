// Used tokens of two replicas with one PostgreSQL: no token is good at both, whatever becomes of the database
// and whatever else it is busy with.
#include <thread>

#include <gtest/gtest.h>

#include "store/moments.h"
#include "store/postgres_server.h"
#include "store/postgres_store.h"
#include "trust/replay_guard.h"

namespace trialcds::server {
namespace {

using std::chrono::seconds;

constexpr auto kIssuingEhr = "https://ehr.example";

PostgresSettings patient_settings(const std::string &connection) {
    return {.connection = base::Sensitive<std::string>(connection),
            .connections = 2,
            .connect_deadline = seconds(60),
            .read_deadline = seconds(60),
            .token_deadline = seconds(60),
            .write_deadline = seconds(60)};
}

struct Replica {
    explicit Replica(const std::string &connection, ReplayDoubt doubt = ReplayDoubt::refuse)
        : store(patient_settings(connection)),
          decided(shared, doubt, [this](const std::string &) { ++doubts; }) {}
    bool takes(const std::string &jti) {
        return decided.record(kIssuingEhr, jti, kNow + 300, kNow) == ReplayOutcome::first_use;
    }
    // False: the database was left alone for a minute.
    [[nodiscard]] bool has_told_all() const {
        for (int attempt = 0; attempt < 6000 && shared.untold() > 0; ++attempt)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return shared.untold() == 0;
    }

    int doubts = 0;
    PostgresStore store;
    MemoryReplayGuard own;
    SharedReplayGuard shared{own, store, std::chrono::milliseconds(20)};
    DecidedReplayGuard decided;
};

class SharedTokens : public testing::Test {
  protected:
    void SetUp() override {
        if (!test::postgres_is_installed()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
        postgres_ = std::make_unique<test::PostgresServer>();
    }
    std::unique_ptr<test::PostgresServer> postgres_;
};

// Feedback that waits for a locked table holds every connection that feedback has.
TEST_F(SharedTokens, Item69_FeedbackThatWaitsKeepsNoTokenWaitingAndNoneIsGoodAtBothReplicas) {
    Replica first(postgres_->connection());
    Replica second(postgres_->connection());
    ASSERT_TRUE(first.takes("the tables are there from now on"));
    PGconn *locker = PQconnectdb(postgres_->connection().c_str());
    PQclear(PQexec(locker, "BEGIN"));
    PGresult *locked = PQexec(locker, "LOCK TABLE trialcds_feedback");
    ASSERT_EQ(PQresultStatus(locked), PGRES_COMMAND_OK);
    PQclear(locked);
    std::vector<std::thread> batches;
    for (Replica *replica : {&first, &second})
        for (int batch = 0; batch < 3; ++batch)
            batches.emplace_back([replica, batch] {
                FeedbackBatch reports{"north", {}, kNow};
                for (int i = 0; i < 10'000; ++i)
                    reports.feedback.push_back(
                        {"0f0e0d0c-0b0a-8123-8123-123456789abc", true, kNow + 10'000 * batch + i, ""});
                EXPECT_TRUE(replica->store.record(reports).has_value());
            });
    const auto waiting = [this] {
        return test::ask(postgres_->connection(),
                         "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    };
    while (waiting() != "4") // two connections of each replica
        std::this_thread::yield();
    for (int i = 0; i < 67; ++i) {
        const std::string jti = std::to_string(i);
        EXPECT_TRUE((i % 2 == 0 ? first : second).takes(jti)) << jti;
        EXPECT_FALSE((i % 2 == 0 ? second : first).takes(jti)) << jti << " was good at both";
    }
    EXPECT_EQ(first.doubts + second.doubts, 0);
    PQfinish(locker);
    for (std::thread &batch : batches)
        batch.join();
}

TEST_F(SharedTokens, Item69_ATokenTakenWithoutTheDatabaseIsNoGoodAtTheOtherReplicaOnceItIsBack) {
    Replica first(postgres_->connection(), ReplayDoubt::take);
    Replica second(postgres_->connection(), ReplayDoubt::take);
    ASSERT_TRUE(first.takes("before"));
    postgres_->stop();
    EXPECT_TRUE(first.takes("meanwhile")) << "as this operator has decided";
    EXPECT_FALSE(first.takes("meanwhile"));
    EXPECT_EQ(first.doubts, 1);
    postgres_->start();
    ASSERT_TRUE(first.has_told_all());
    EXPECT_FALSE(second.takes("meanwhile"));
    EXPECT_FALSE(second.takes("before"));
    EXPECT_EQ(test::ask(postgres_->connection(), "SELECT count(*) FROM trialcds_token"), "2");
}

TEST_F(SharedTokens, Item69_ATokenRefusedWithoutTheDatabaseIsGoodAtNoReplicaAfterwards) {
    Replica first(postgres_->connection());
    Replica second(postgres_->connection());
    ASSERT_TRUE(first.takes("before"));
    postgres_->stop();
    EXPECT_FALSE(first.takes("meanwhile"));
    EXPECT_EQ(first.doubts, 1);
    postgres_->start();
    ASSERT_TRUE(first.has_told_all());
    EXPECT_FALSE(second.takes("meanwhile"));
}

// A table of a flood's expired tokens, far more than a call may remove.
TEST_F(SharedTokens, ExpiredTokensGoByTheThousandAndNobodyIsRefusedForIt) {
    Replica replica(postgres_->connection());
    ASSERT_TRUE(replica.takes("first")); // with the first purge
    (void)test::ask(postgres_->connection(), "INSERT INTO trialcds_token SELECT 'old-' || n, " +
                                                 std::to_string(kNow) + " FROM generate_series(1, 3000) n");
    for (int i = 0; i < 256; ++i)
        ASSERT_TRUE(replica.takes(std::to_string(i))); // the last one purges
    EXPECT_EQ(
        test::ask(postgres_->connection(), "SELECT count(*) FROM trialcds_token WHERE token LIKE 'old-%'"),
        "2000");
}

} // namespace
} // namespace trialcds::server
