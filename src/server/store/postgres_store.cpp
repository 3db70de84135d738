#include "store/postgres_store.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include <openssl/evp.h>

#include "clock/clock.h"
#include "hex.h"
#include "postgres_connection.h"
#include "postgres_shown.h"

namespace trialcds::server {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kLeftAlone{1};
constexpr unsigned kTokensPerPurge = 256;
constexpr unsigned kClaimsPerPurge = 256;
const std::string kPostgres = "PostgreSQL: ";

// Of two replicas that start at once one makes the tables: the lock's number is the project's own. Who has
// waited for it must look again and not make the indexes "if not exists": that locks a table which calls
// already write.
constexpr auto kBegin = "BEGIN";
constexpr auto kAloneUntilCommit = "SELECT pg_advisory_xact_lock(6470048)";
constexpr auto kCommit = "COMMIT";
constexpr std::array<const char *, 9> kPostgresSchema{
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
    kShownUntil};
// Not to_regclass(): within a transaction it may answer from before the lock was waited for.
constexpr auto kTablesExist =
    "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'trialcds_shown_until' "
    "AND pg_catalog.pg_table_is_visible(oid))";

// One statement, so one transaction: purge, reports and the snoozes of those that are new. Writes take the rows
// of a table in one order and the purge waits for none, so that two batches never wait for each other.
constexpr auto kRecord = R"sql(
WITH sent AS (SELECT * FROM unnest($2::text[], $5::uuid[], $6::boolean[], $7::bigint[], $8::text[], $9::text[],
                                    $10::bigint[]) WITH ORDINALITY
                AS s (trial, card, accepted, second, reason, mark, until, place)),
     gone AS (DELETE FROM trialcds_snooze WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM trialcds_snooze WHERE until <= $3::bigint AND mark <> ALL ($9::text[])
                FOR UPDATE SKIP LOCKED))),
     old AS (DELETE FROM trialcds_feedback WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM trialcds_feedback WHERE received <= $3::bigint - $4::bigint
               FOR UPDATE SKIP LOCKED))),
     new AS (INSERT INTO trialcds_feedback (tenant, card, accepted, second, trial, reason, received)
             SELECT DISTINCT ON (card, accepted, second)
                    $1::text, card, accepted, second, trial, reason, $3::bigint FROM sent
             ORDER BY card, accepted, second, place
             ON CONFLICT (tenant, card, accepted, second) DO UPDATE SET trial = excluded.trial
             WHERE trialcds_feedback.trial = '' AND excluded.trial <> ''
             RETURNING card, accepted, second),
     away AS (INSERT INTO trialcds_snooze (tenant, trial, mark, until)
              SELECT $1::text, trial, mark, max(until) FROM sent JOIN new USING (card, accepted, second)
              WHERE mark <> '' GROUP BY trial, mark ORDER BY trial, mark
              ON CONFLICT (tenant, trial, mark)
              DO UPDATE SET until = greatest(trialcds_snooze.until, excluded.until))
SELECT count(*) FROM new)sql";
constexpr auto kIsSnoozed = "SELECT 1 FROM trialcds_snooze WHERE tenant = $1 AND trial = $2 AND "
                            "mark = ANY ($3::text[]) AND until > $4::bigint LIMIT 1";
constexpr auto kForget = R"sql(
WITH reports AS (DELETE FROM trialcds_feedback WHERE tenant = $1 AND card = $4::uuid AND NOT accepted)
DELETE FROM trialcds_snooze WHERE tenant = $1 AND trial = $2 AND mark = ANY ($3::text[]))sql";
constexpr auto kRecordToken =
    "INSERT INTO trialcds_token (token, expires) VALUES ($1, $2::bigint) ON CONFLICT DO NOTHING";
constexpr auto kPurgeTokens = "DELETE FROM trialcds_token WHERE expires <= $1::bigint";

// PostgreSQL's text form of an array: every element quoted.
class ArrayText {
  public:
    void add(std::string_view element) {
        text_ += text_.size() > 1 ? ",\"" : "\"";
        for (const char c : element) {
            if (c == '"' || c == '\\') text_.push_back('\\');
            text_.push_back(c);
        }
        text_.push_back('"');
    }
    [[nodiscard]] std::string take() && { return std::move(text_) + '}'; }

  private:
    std::string text_ = "{";
};

std::string token_key(const std::string &issuer, const std::string &jti) {
    const std::string framed = std::to_string(issuer.size()) + ':' + issuer + jti;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(framed.data(), framed.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) return {};
    return hex({reinterpret_cast<const char *>(digest.data()), size});
}

tl::unexpected<base::Error> unavailable(const std::string &why) {
    return fail(ErrorCode::unavailable, "",
                "the store of feedback does not answer now; nothing was kept, send it again later",
                kPostgres + why);
}

} // namespace

struct PostgresStore::Impl {
    explicit Impl(PostgresSettings given) : settings(std::move(given)) {}

    // Runs `work` on a connection of the pool. A connection that turns out dead (the server was restarted) is
    // replaced once. Reports and snoozes may be written twice without harm; a token whose first writing got
    // through without an answer is refused as a replay, and its sender comes with a fresh one.
    template <typename Work>
    tl::expected<void, std::string> with_connection(milliseconds within, const Work &work) {
        const TimePoint deadline = steady_now() + within;
        if (!acquire(deadline)) return tl::make_unexpected("not asked: it failed a moment ago, or is too busy");
        bool done = false;
        std::string why = "no answer in time";
        for (int attempt = 0; attempt < 2 && !done && steady_now() < deadline; ++attempt) {
            auto connection = idle_connection();
            const bool fresh = connection == nullptr;
            if (fresh) connection = connect(why);
            if (connection == nullptr) break;
            done = work(*connection, deadline);
            if (!done) why = connection->failure();
            if (connection->usable())
                keep(std::move(connection));
            else
                drop_idle(); // of one server's restart all are dead
            if (fresh) break;
        }
        release(done);
        if (!done) return tl::make_unexpected(std::move(why));
        return {};
    }

    bool acquire(TimePoint deadline) {
        std::unique_lock lock(mutex);
        if (steady_now() < left_alone_until) return false;
        if (!freed.wait_until(lock, deadline, [this] { return in_use < settings.connections; })) return false;
        ++in_use;
        return true;
    }
    void release(bool answered) {
        const std::lock_guard lock(mutex);
        --in_use;
        if (!answered) {
            left_alone_until = steady_now() + kLeftAlone;
            idle.clear();
        }
        freed.notify_one();
    }
    std::unique_ptr<PostgresConnection> idle_connection() {
        const std::lock_guard lock(mutex);
        if (idle.empty()) return nullptr;
        auto connection = std::move(idle.back());
        idle.pop_back();
        return connection;
    }
    void keep(std::unique_ptr<PostgresConnection> connection) {
        const std::lock_guard lock(mutex);
        idle.push_back(std::move(connection));
    }
    void drop_idle() {
        const std::lock_guard lock(mutex);
        idle.clear();
    }
    // Null: `why` says why not.
    std::unique_ptr<PostgresConnection> connect(std::string &why) {
        const TimePoint deadline = steady_now() + settings.connect_deadline;
        auto connection = PostgresConnection::open(settings.connection.reveal(), deadline);
        if (!connection) {
            why = std::move(connection.error());
            return nullptr;
        }
        if (has_tables(**connection, deadline)) return std::move(*connection);
        why = "its tables cannot be made: " + (*connection)->failure();
        return nullptr;
    }
    static bool has_tables(PostgresConnection &connection, TimePoint deadline) {
        if (tables_exist(connection, deadline)) return true;
        const auto run = [&](const char *sql) { return connection.run(sql, {}, deadline) != nullptr; };
        if (!run(kBegin) || !run(kAloneUntilCommit)) return false;
        if (!tables_exist(connection, deadline) &&
            !std::all_of(kPostgresSchema.begin(), kPostgresSchema.end(), run))
            return false;
        return run(kCommit);
    }
    static bool tables_exist(PostgresConnection &connection, TimePoint deadline) {
        const auto exist = connection.run(kTablesExist, {}, deadline);
        return exist != nullptr && PQgetvalue(exist.get(), 0, 0)[0] == 't';
    }

    PostgresSettings settings;
    std::mutex mutex;
    std::condition_variable freed;
    std::size_t in_use = 0;
    TimePoint left_alone_until{};
    std::vector<std::unique_ptr<PostgresConnection>> idle;
    std::atomic<unsigned> tokens = 0;
    std::atomic<unsigned> claims = 0;
};

PostgresStore::PostgresStore(PostgresSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}
PostgresStore::~PostgresStore() = default;

Result<std::size_t> PostgresStore::record(const FeedbackBatch &batch) {
    ArrayText trials;
    ArrayText cards;
    ArrayText accepted;
    ArrayText seconds;
    ArrayText reasons;
    ArrayText marks; // "": nothing stays away
    ArrayText untils;
    for (const StoredFeedback &item : batch.feedback) {
        trials.add(item.trial);
        cards.add(item.card);
        accepted.add(item.accepted ? "t" : "f");
        seconds.add(std::to_string(item.second));
        reasons.add(item.reason);
        marks.add(item.snooze ? item.snooze->mark : "");
        untils.add(item.snooze ? std::to_string(item.snooze->until) : "0");
    }
    const std::vector<std::string> values{batch.tenant,
                                          std::move(trials).take(),
                                          std::to_string(batch.unix_seconds),
                                          std::to_string(kFeedbackKept),
                                          std::move(cards).take(),
                                          std::move(accepted).take(),
                                          std::move(seconds).take(),
                                          std::move(reasons).take(),
                                          std::move(marks).take(),
                                          std::move(untils).take()};
    std::size_t added = 0;
    const auto done = impl_->with_connection(impl_->settings.write_deadline,
                                             [&](PostgresConnection &connection, TimePoint deadline) {
                                                 const auto result = connection.run(kRecord, values, deadline);
                                                 if (result == nullptr) return false;
                                                 added = std::stoul(PQgetvalue(result.get(), 0, 0));
                                                 return true;
                                             });
    if (!done) return unavailable(done.error());
    return added;
}

Result<bool> PostgresStore::is_snoozed(const std::string &tenant, const std::string &trial,
                                       const std::vector<std::string> &marks, std::int64_t unix_seconds) {
    ArrayText wanted;
    for (const std::string &mark : marks)
        wanted.add(mark);
    const std::vector<std::string> values{tenant, trial, std::move(wanted).take(),
                                          std::to_string(unix_seconds)};
    bool found = false;
    const auto done = impl_->with_connection(
        impl_->settings.read_deadline, [&](PostgresConnection &connection, TimePoint deadline) {
            const auto result = connection.run(kIsSnoozed, values, deadline);
            if (result == nullptr) return false;
            found = PQntuples(result.get()) > 0;
            return true;
        });
    if (!done) return unavailable(done.error());
    return found;
}

Result<void> PostgresStore::forget(const std::string &tenant, const std::string &trial,
                                   const std::vector<std::string> &marks, const std::string &card) {
    ArrayText gone;
    for (const std::string &mark : marks)
        gone.add(mark);
    const std::vector<std::string> values{tenant, trial, std::move(gone).take(), card};
    const auto done = impl_->with_connection(impl_->settings.write_deadline,
                                             [&](PostgresConnection &connection, TimePoint deadline) {
                                                 return connection.run(kForget, values, deadline) != nullptr;
                                             });
    if (!done) return unavailable(done.error());
    return {};
}

Result<cds_hooks::BudgetAnswer> PostgresStore::claim(const CardClaim &claim) {
    const std::string today = std::to_string(claim.showing.day.number);
    const std::vector<std::string> values{claim.tenant,
                                          claim.patient,
                                          claim.viewer,
                                          today,
                                          std::to_string(claim.showing.standing),
                                          std::to_string(claim.budget.per_viewer_day),
                                          std::to_string(claim.budget.per_patient_days)};
    const bool purge = impl_->claims++ % kClaimsPerPurge == 0;
    auto answer = cds_hooks::BudgetAnswer::shown;
    const auto done = impl_->with_connection(
        impl_->settings.read_deadline, [&](PostgresConnection &connection, TimePoint deadline) {
            const auto result = connection.run(kClaimShown, values, deadline);
            if (result == nullptr) return false;
            const auto is = [&result](int column) { return PQgetvalue(result.get(), 0, column)[0] == 't'; };
            answer = is(0)   ? cds_hooks::BudgetAnswer::shown_before
                     : is(1) ? cds_hooks::BudgetAnswer::spent
                             : cds_hooks::BudgetAnswer::shown;
            return !purge || connection.run(kPurgeShown, {today}, deadline) != nullptr;
        });
    if (!done) return unavailable(done.error());
    return answer;
}

ReplayAnswer PostgresStore::record(const std::string &issuer, const std::string &jti, std::int64_t expires_at,
                                   std::int64_t unix_seconds) {
    const std::vector<std::string> values{token_key(issuer, jti), std::to_string(expires_at)};
    const bool purge = impl_->tokens++ % kTokensPerPurge == 0;
    bool added = false;
    const auto done = impl_->with_connection(
        impl_->settings.read_deadline, [&](PostgresConnection &connection, TimePoint deadline) {
            const auto result = connection.run(kRecordToken, values, deadline);
            if (result == nullptr) return false;
            added = std::string_view(PQcmdTuples(result.get())) == "1";
            return !purge || connection.run(kPurgeTokens, {std::to_string(unix_seconds)}, deadline) != nullptr;
        });
    if (!done) return {ReplayOutcome::unavailable, kPostgres + done.error()};
    return added ? ReplayOutcome::first_use : ReplayOutcome::replayed;
}

} // namespace trialcds::server
