#include <algorithm>
#include <mutex>
#include <utility>

#include "base/waiting.h"
#include "sqlite_statement.h"
#include "store/feedback_store.h"
#include "store/sqlite_file.h"

namespace trialcds::server {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr int kBusyMilliseconds = 2000; // another program, a backup for instance, may hold the file

constexpr auto kSqliteSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS feedback (
  tenant TEXT NOT NULL, card TEXT NOT NULL, accepted INTEGER NOT NULL, second INTEGER NOT NULL,
  trial TEXT NOT NULL, reason TEXT NOT NULL, received INTEGER NOT NULL,
  PRIMARY KEY (tenant, card, accepted, second)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS feedback_received ON feedback (received);
CREATE INDEX IF NOT EXISTS feedback_of_tenant ON feedback (tenant, received);
CREATE TABLE IF NOT EXISTS snooze (
  tenant TEXT NOT NULL, trial TEXT NOT NULL, mark TEXT NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (tenant, trial, mark)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS snooze_until ON snooze (until);
)sql";

constexpr auto kInsertFeedback =
    "INSERT INTO feedback (tenant, card, accepted, second, trial, reason, received) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET trial = excluded.trial "
    "WHERE trial = '' AND excluded.trial <> ''";
constexpr auto kInsertSnooze = "INSERT INTO snooze (tenant, trial, mark, until) VALUES (?1, ?2, ?3, ?4) "
                               "ON CONFLICT DO UPDATE SET until = max(until, excluded.until)";
// Of the most recent ones that make up the quota the oldest.
constexpr auto kSelectLastOfQuota = "SELECT received FROM feedback WHERE tenant = ?1 AND received > ?2 "
                                    "ORDER BY received DESC LIMIT 1 OFFSET ?3";
constexpr auto kSelectSnooze =
    "SELECT 1 FROM snooze WHERE tenant = ?1 AND trial = ?2 AND mark = ?3 AND until > ?4";
constexpr auto kSelectDismissals =
    "SELECT tenant, trial, card, reason, received FROM feedback "
    "WHERE accepted = 0 AND trial <> '' ORDER BY received DESC, second DESC, card";
constexpr auto kSelectSnoozes = "SELECT tenant, trial, mark, until FROM snooze WHERE until > ?1";
constexpr auto kForgetSnooze = "DELETE FROM snooze WHERE tenant = ?1 AND trial = ?2 AND mark = ?3";
constexpr auto kForgetFeedback = "DELETE FROM feedback WHERE tenant = ?1 AND card = ?2 AND accepted = 0";
constexpr auto kPurgeSnooze = "DELETE FROM snooze WHERE until <= ?1";
constexpr auto kPurgeFeedback = "DELETE FROM feedback WHERE received <= ?1";

// Two connections: in WAL mode a reader does not wait for the writer's sync.
class SqliteStore final : public FeedbackStore {
  public:
    SqliteStore(const std::string &file, SqliteDatabase reader, SqliteDatabase writer)
        : file_(file), reader_(std::move(reader)), writer_(std::move(writer)),
          select_(reader_.get(), kSelectSnooze), select_last_(reader_.get(), kSelectLastOfQuota),
          insert_feedback_(writer_.get(), kInsertFeedback), insert_snooze_(writer_.get(), kInsertSnooze),
          forget_feedback_(writer_.get(), kForgetFeedback), forget_snooze_(writer_.get(), kForgetSnooze),
          purge_feedback_(writer_.get(), kPurgeFeedback), purge_snooze_(writer_.get(), kPurgeSnooze) {}

    [[nodiscard]] bool usable() const {
        return select_ && select_last_ && insert_feedback_ && insert_snooze_ && forget_feedback_ &&
               forget_snooze_ && purge_feedback_ && purge_snooze_;
    }

    Result<std::size_t> record(const FeedbackBatch &batch) override {
        std::size_t added = 0;
        const auto done = transaction([&] { return write(batch, added); });
        if (!done) return tl::make_unexpected(done.error());
        return added;
    }

    // Of the reader: a tenant that is over its quota does not wait for the writer.
    Result<std::optional<std::int64_t>> full_until(const std::string &tenant, const Quota &quota,
                                                   std::int64_t unix_seconds) override {
        const std::lock_guard lock(reading_);
        std::optional<std::int64_t> until;
        const int result =
            select_last_.query([&](sqlite3_stmt *row) { until = sqlite3_column_int64(row, 0) + quota.seconds; },
                               tenant, unix_seconds - quota.seconds, static_cast<std::int64_t>(quota.most) - 1);
        if (result != SQLITE_ROW && result != SQLITE_DONE) return unavailable(reader_);
        return until;
    }

    Result<void> forget(const std::string &tenant, const std::string &trial,
                        const std::vector<std::string> &marks, const std::string &card) override {
        return transaction([&] {
            return forget_feedback_.run(tenant, card) == SQLITE_DONE &&
                   std::all_of(marks.begin(), marks.end(), [&](const std::string &mark) {
                       return forget_snooze_.run(tenant, trial, mark) == SQLITE_DONE;
                   });
        });
    }

    Result<bool> is_snoozed(const std::string &tenant, const std::string &trial,
                            const std::vector<std::string> &marks, std::int64_t unix_seconds) override {
        const std::lock_guard lock(reading_);
        for (const std::string &mark : marks) {
            const int result = select_.run(tenant, trial, mark, unix_seconds);
            if (result == SQLITE_ROW) return true;
            if (result != SQLITE_DONE) return unavailable(reader_);
        }
        return false;
    }

    Result<Dismissals> dismissals(std::int64_t unix_seconds) override {
        const std::lock_guard lock(reading_);
        SqliteStatement reports(reader_.get(), kSelectDismissals);
        SqliteStatement snoozes(reader_.get(), kSelectSnoozes);
        Dismissals found;
        const auto text = [](sqlite3_stmt *row, int column) {
            return std::string(reinterpret_cast<const char *>(sqlite3_column_text(row, column)));
        };
        const auto report = [&](sqlite3_stmt *row) {
            found.reports.push_back(
                {text(row, 0), text(row, 1), text(row, 2), text(row, 3), sqlite3_column_int64(row, 4)});
        };
        const auto snooze = [&](sqlite3_stmt *row) {
            found.snoozes.push_back({text(row, 0), text(row, 1), text(row, 2), sqlite3_column_int64(row, 3)});
        };
        if (!reports || !snoozes || reports.each(report) != SQLITE_DONE ||
            snoozes.each(snooze, unix_seconds) != SQLITE_DONE)
            return unavailable(reader_);
        return found;
    }

    [[nodiscard]] bool is_in_place() const override { return file_.is_in_place(); }

  private:
    static tl::unexpected<base::Error> unavailable(std::string why) {
        return fail(ErrorCode::unavailable, "",
                    "the store of feedback does not take anything now; nothing was kept, send it again later",
                    std::move(why));
    }
    // The library's own words for a code; its message would quote the statement.
    static tl::unexpected<base::Error> unavailable(const SqliteDatabase &database) {
        return unavailable(std::string("SQLite: ") + sqlite3_errstr(sqlite3_extended_errcode(database.get())));
    }
    template <typename Work>
    Result<void> transaction(const Work &work) {
        const base::Waiting others_compute; // for a sync, and for others that write
        const std::lock_guard lock(writing_);
        if (!execute("BEGIN IMMEDIATE")) return unavailable(writer_);
        const bool done = work();
        const bool in_place = file_.is_in_place(); // as late as can be before it is acknowledged
        if (done && in_place && execute("COMMIT")) return {};
        // What SQLite says of it is gone after the next statement.
        auto refused = in_place ? unavailable(writer_) : unavailable(kFileIsGone);
        (void)execute("ROLLBACK");
        return refused;
    }
    bool execute(const char *sql) {
        return sqlite3_exec(writer_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    bool write(const FeedbackBatch &batch, std::size_t &added) {
        for (const StoredFeedback &item : batch.feedback) {
            if (insert_feedback_.run(batch.tenant, item.card, std::int64_t{item.accepted}, item.second,
                                     item.trial, item.reason, batch.unix_seconds) != SQLITE_DONE)
                return false;
            if (sqlite3_changes(writer_.get()) == 0) continue;
            ++added;
            if (item.snooze && insert_snooze_.run(batch.tenant, item.trial, item.snooze->mark,
                                                  item.snooze->until) != SQLITE_DONE)
                return false;
        }
        return purge_snooze_.run(batch.unix_seconds) == SQLITE_DONE &&
               purge_feedback_.run(batch.unix_seconds - kFeedbackKept) == SQLITE_DONE;
    }

    SqliteFile file_;
    SqliteDatabase reader_;
    SqliteDatabase writer_;
    std::mutex reading_;
    std::mutex writing_;
    SqliteStatement select_;
    SqliteStatement select_last_;
    SqliteStatement insert_feedback_;
    SqliteStatement insert_snooze_;
    SqliteStatement forget_feedback_;
    SqliteStatement forget_snooze_;
    SqliteStatement purge_feedback_;
    SqliteStatement purge_snooze_;
};

// Of the whole file: a damaged page is otherwise met by the call that needs it.
bool is_damaged(sqlite3 *database) {
    SqliteStatement check(database, "PRAGMA quick_check(1)");
    if (!check) return sqlite3_errcode(database) == SQLITE_CORRUPT;
    bool sound = false;
    const int result = check.query([&sound](sqlite3_stmt *row) {
        const auto *word = reinterpret_cast<const char *>(sqlite3_column_text(row, 0));
        sound = word != nullptr && std::string_view(word) == "ok";
    });
    return result == SQLITE_CORRUPT || (result == SQLITE_ROW && !sound);
}

tl::unexpected<base::Error> damaged(const std::string &file) {
    return fail(
        ErrorCode::unreadable_input, file,
        "the store's file is damaged; stop what uses it, keep a copy, and put the last backup in its place, "
        "or what sqlite3's .recover still reads of it; or move it away to begin anew, and dismissed cards "
        "come back");
}

} // namespace

Result<std::unique_ptr<FeedbackStore>> open_sqlite_store(const std::string &file,
                                                         const std::function<void()> &on_narrowed) {
    const auto prepared = prepare_sqlite_file(file);
    if (!prepared) return tl::make_unexpected(prepared.error());
    if (*prepared == FileRights::narrowed && on_narrowed) on_narrowed();
    SqliteDatabase writer = open_database(file, kBusyMilliseconds);
    if (writer != nullptr && is_damaged(writer.get())) return damaged(file);
    const bool made =
        writer != nullptr && sqlite3_exec(writer.get(), kSqliteSchema, nullptr, nullptr, nullptr) == SQLITE_OK;
    SqliteDatabase reader = made ? open_database(file, kBusyMilliseconds) : nullptr;
    auto store =
        reader != nullptr ? std::make_unique<SqliteStore>(file, std::move(reader), std::move(writer)) : nullptr;
    if (store == nullptr || !store->usable()) return cannot_be_opened(file);
    return store;
}

} // namespace trialcds::server
