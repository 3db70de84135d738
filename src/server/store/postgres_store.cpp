#include "store/postgres_store.h"

#include <array>
#include <atomic>

#include <openssl/evp.h>

#include "hex.h"
#include "postgres_connection.h"
#include "postgres_pool.h"
#include "postgres_shown.h"

namespace trialcds::server {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr unsigned kTokensPerPurge = 256;
constexpr unsigned kClaimsPerPurge = 256;
const std::string kPostgres = "PostgreSQL: ";

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
// Of the most recent ones that make up the quota the oldest.
constexpr auto kLastOfQuota =
    "SELECT received FROM trialcds_feedback WHERE tenant = $1 AND received > $2::bigint "
    "ORDER BY received DESC OFFSET $3::bigint LIMIT 1";
constexpr auto kIsSnoozed = "SELECT 1 FROM trialcds_snooze WHERE tenant = $1 AND trial = $2 AND "
                            "mark = ANY ($3::text[]) AND until > $4::bigint LIMIT 1";
constexpr auto kForget = R"sql(
WITH reports AS (DELETE FROM trialcds_feedback WHERE tenant = $1 AND card = $4::uuid AND NOT accepted)
DELETE FROM trialcds_snooze WHERE tenant = $1 AND trial = $2 AND mark = ANY ($3::text[]))sql";
constexpr auto kDismissals = "SELECT tenant, trial, card, reason, received FROM trialcds_feedback "
                             "WHERE NOT accepted AND trial <> '' ORDER BY received DESC, second DESC, card";
constexpr auto kSnoozes = "SELECT tenant, trial, mark, until FROM trialcds_snooze WHERE until > $1::bigint";
constexpr auto kRecordToken =
    "INSERT INTO trialcds_token (token, expires) VALUES ($1, $2::bigint) ON CONFLICT DO NOTHING";
constexpr auto kAddTokens = "INSERT INTO trialcds_token (token, expires) "
                            "SELECT * FROM unnest($1::text[], $2::bigint[]) ORDER BY 1 ON CONFLICT DO NOTHING";
// More than are recorded from one purge to the next, and not so many that anybody waits long.
constexpr auto kPurgeTokens =
    "DELETE FROM trialcds_token WHERE token = ANY (ARRAY(SELECT token FROM trialcds_token "
    "WHERE expires <= $1::bigint ORDER BY expires LIMIT 1000 FOR UPDATE SKIP LOCKED))";

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
    explicit Impl(const PostgresSettings &settings)
        : reads(settings.connection, settings.connections, settings.connect_deadline, settings.read_deadline),
          writes(settings.connection, settings.connections, settings.connect_deadline, settings.write_deadline),
          tokens(settings.connection, settings.connections, settings.connect_deadline,
                 settings.token_deadline) {}

    // Reports and snoozes may be written twice without harm; a token whose first writing got through without an
    // answer is refused as a replay, and its sender comes with a fresh one.
    PostgresPool reads;
    PostgresPool writes;
    PostgresPool tokens;
    std::atomic<unsigned> recorded = 0; // tokens
    std::atomic<unsigned> claims = 0;
};

PostgresStore::PostgresStore(const PostgresSettings &settings) : impl_(std::make_unique<Impl>(settings)) {}
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
    const auto done = impl_->writes.run([&](PostgresConnection &connection, TimePoint deadline) {
        const auto result = connection.run(kRecord, values, deadline);
        if (result == nullptr) return false;
        added = std::stoul(PQgetvalue(result.get(), 0, 0));
        return true;
    });
    if (!done) return unavailable(done.error());
    return added;
}

Result<std::optional<std::int64_t>> PostgresStore::full_until(const std::string &tenant, const Quota &quota,
                                                              std::int64_t unix_seconds) {
    const std::vector<std::string> values{tenant, std::to_string(unix_seconds - quota.seconds),
                                          std::to_string(quota.most - 1)};
    std::optional<std::int64_t> until;
    // Before a write, and with its connections: a read that somebody waits for does not wait for it.
    const auto done = impl_->writes.run([&](PostgresConnection &connection, TimePoint deadline) {
        const auto result = connection.run(kLastOfQuota, values, deadline);
        if (result == nullptr) return false;
        until.reset();
        if (PQntuples(result.get()) > 0) until = std::stoll(PQgetvalue(result.get(), 0, 0)) + quota.seconds;
        return true;
    });
    if (!done) return unavailable(done.error());
    return until;
}

Result<bool> PostgresStore::is_snoozed(const std::string &tenant, const std::string &trial,
                                       const std::vector<std::string> &marks, std::int64_t unix_seconds) {
    ArrayText wanted;
    for (const std::string &mark : marks)
        wanted.add(mark);
    const std::vector<std::string> values{tenant, trial, std::move(wanted).take(),
                                          std::to_string(unix_seconds)};
    bool found = false;
    const auto done = impl_->reads.run([&](PostgresConnection &connection, TimePoint deadline) {
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
    const auto done = impl_->writes.run([&](PostgresConnection &connection, TimePoint deadline) {
        return connection.run(kForget, values, deadline) != nullptr;
    });
    if (!done) return unavailable(done.error());
    return {};
}

Result<Dismissals> PostgresStore::dismissals(std::int64_t unix_seconds) {
    Dismissals found;
    const auto done = impl_->reads.run([&](PostgresConnection &connection, TimePoint deadline) {
        found = {};
        const auto reports = connection.run(kDismissals, {}, deadline);
        if (reports == nullptr) return false;
        for (int row = 0; row < PQntuples(reports.get()); ++row) {
            const auto text = [&](int column) { return PQgetvalue(reports.get(), row, column); };
            found.reports.push_back({text(0), text(1), text(2), text(3), std::stoll(text(4))});
        }
        const auto snoozes = connection.run(kSnoozes, {std::to_string(unix_seconds)}, deadline);
        if (snoozes == nullptr) return false;
        for (int row = 0; row < PQntuples(snoozes.get()); ++row) {
            const auto text = [&](int column) { return PQgetvalue(snoozes.get(), row, column); };
            found.snoozes.push_back({text(0), text(1), text(2), std::stoll(text(3))});
        }
        return true;
    });
    if (!done) return unavailable(done.error());
    return found;
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
    const auto done = impl_->reads.run([&](PostgresConnection &connection, TimePoint deadline) {
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

Result<bool> PostgresStore::shown_before(const CardClaim &claim) {
    const std::vector<std::string> values{claim.tenant, claim.patient, std::to_string(claim.showing.day.number),
                                          std::to_string(claim.showing.standing),
                                          std::to_string(claim.budget.per_patient_days)};
    bool before = false;
    const auto done = impl_->reads.run([&](PostgresConnection &connection, TimePoint deadline) {
        const auto result = connection.run(kShownBefore, values, deadline);
        before = result != nullptr && PQntuples(result.get()) > 0;
        return result != nullptr;
    });
    if (!done) return unavailable(done.error());
    return before;
}

ReplayAnswer PostgresStore::record(const std::string &issuer, const std::string &jti, std::int64_t expires_at,
                                   std::int64_t unix_seconds) {
    const std::vector<std::string> values{token_key(issuer, jti), std::to_string(expires_at)};
    const bool purge = impl_->recorded++ % kTokensPerPurge == 0;
    bool added = false;
    const auto done = impl_->tokens.run([&](PostgresConnection &connection, TimePoint deadline) {
        const auto result = connection.run(kRecordToken, values, deadline);
        if (result == nullptr) return false;
        added = std::string_view(PQcmdTuples(result.get())) == "1";
        if (purge) (void)connection.run(kPurgeTokens, {std::to_string(unix_seconds)}, deadline);
        return true;
    });
    if (!done) return {ReplayOutcome::unavailable, kPostgres + done.error()};
    return added ? ReplayOutcome::first_use : ReplayOutcome::replayed;
}

bool PostgresStore::add(const std::vector<UsedToken> &tokens) {
    ArrayText keys;
    ArrayText expiries;
    for (const UsedToken &token : tokens) {
        keys.add(token_key(token.issuer, token.jti));
        expiries.add(std::to_string(token.expires_at));
    }
    const std::vector<std::string> values{std::move(keys).take(), std::move(expiries).take()};
    return impl_->tokens
        .run([&](PostgresConnection &connection, TimePoint deadline) {
            return connection.run(kAddTokens, values, deadline) != nullptr;
        })
        .has_value();
}

} // namespace trialcds::server
