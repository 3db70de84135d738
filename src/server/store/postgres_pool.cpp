#include "postgres_pool.h"

#include <algorithm>
#include <array>

#include "postgres_shown.h"

namespace trialcds::server {
namespace {

constexpr std::chrono::seconds kLeftAlone{1};

// Of two replicas that start at once one makes the tables: the lock's number is the project's own. Who has
// waited for it must look again and not make the indexes "if not exists": that locks a table which calls
// already write.
constexpr auto kBegin = "BEGIN";
constexpr auto kAloneUntilCommit = "SELECT pg_advisory_xact_lock(6470048)";
constexpr auto kCommit = "COMMIT";
constexpr std::array<const char *, 10> kPostgresSchema{
    "CREATE TABLE IF NOT EXISTS trialcds_feedback (tenant text, card uuid, accepted boolean, second bigint, "
    "trial text NOT NULL, reason text NOT NULL, received bigint NOT NULL, "
    "PRIMARY KEY (tenant, card, accepted, second))",
    "CREATE INDEX IF NOT EXISTS trialcds_feedback_received ON trialcds_feedback (received)",
    "CREATE TABLE IF NOT EXISTS trialcds_snooze (tenant text, trial text, mark text, until bigint NOT NULL, "
    "PRIMARY KEY (tenant, trial, mark))",
    "CREATE INDEX IF NOT EXISTS trialcds_snooze_until ON trialcds_snooze (until)",
    "CREATE TABLE IF NOT EXISTS trialcds_token (token text PRIMARY KEY, expires bigint NOT NULL)",
    "CREATE INDEX IF NOT EXISTS trialcds_token_expires ON trialcds_token (expires)",
    kShownTable,
    kShownOfDay,
    kShownUntil,
    "CREATE INDEX IF NOT EXISTS trialcds_feedback_of_tenant ON trialcds_feedback (tenant, received)"};
// The last of them, so that what an earlier version has not made is made. Not to_regclass(): within a
// transaction it may answer from before the lock was waited for.
constexpr auto kTablesExist =
    "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'trialcds_feedback_of_tenant' "
    "AND pg_catalog.pg_table_is_visible(oid))";

bool tables_exist(PostgresConnection &connection, TimePoint deadline) {
    const auto exist = connection.run(kTablesExist, {}, deadline);
    return exist != nullptr && PQgetvalue(exist.get(), 0, 0)[0] == 't';
}

bool has_tables(PostgresConnection &connection, TimePoint deadline) {
    if (tables_exist(connection, deadline)) return true;
    const auto run = [&](const char *sql) { return connection.run(sql, {}, deadline) != nullptr; };
    if (!run(kBegin) || !run(kAloneUntilCommit)) return false;
    if (!tables_exist(connection, deadline) &&
        !std::all_of(kPostgresSchema.begin(), kPostgresSchema.end(), run))
        return false;
    return run(kCommit);
}

} // namespace

bool PostgresPool::acquire(TimePoint deadline) {
    std::unique_lock lock(mutex_);
    if (steady_now() < left_alone_until_) return false;
    if (!freed_.wait_until(lock, deadline, [this] { return in_use_ < most_; })) return false;
    ++in_use_;
    return true;
}

void PostgresPool::release(bool answered) {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (!answered) {
        left_alone_until_ = steady_now() + kLeftAlone;
        idle_.clear();
    }
    freed_.notify_one();
}

std::unique_ptr<PostgresConnection> PostgresPool::idle_connection() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

void PostgresPool::keep(std::unique_ptr<PostgresConnection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
}

void PostgresPool::drop_idle() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
}

std::unique_ptr<PostgresConnection> PostgresPool::connect(std::string &why) {
    const TimePoint deadline = steady_now() + connect_deadline_;
    auto connection = PostgresConnection::open(connection_.reveal(), deadline);
    if (!connection) {
        why = std::move(connection.error());
        return nullptr;
    }
    if (has_tables(**connection, deadline)) return std::move(*connection);
    why = "its tables cannot be made: " + (*connection)->failure();
    return nullptr;
}

} // namespace trialcds::server
