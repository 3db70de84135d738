#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "base/waiting.h"
#include "sqlite_statement.h"
#include "store/shown_cards.h"
#include "store/sqlite_file.h"

namespace trialcds::server {
namespace {

using base::ErrorCode;
using base::Result;
using cds_hooks::BudgetAnswer;

constexpr int kShortWaitMilliseconds = 200; // somebody waits for a card

// A row with a viewer says when this viewer saw the card last; the one with viewer '' since when the patient's
// card counts, and how much its first line said. Not synced at every commit: what a crash takes is shown again.
constexpr auto kSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS shown (
  tenant TEXT NOT NULL, patient TEXT NOT NULL, viewer TEXT NOT NULL, day INTEGER NOT NULL,
  standing INTEGER NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (tenant, patient, viewer)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shown_of_day ON shown (tenant, viewer, day);
CREATE INDEX IF NOT EXISTS shown_until ON shown (until);
)sql";

constexpr auto kSelect = "SELECT day, standing FROM shown WHERE tenant = ?1 AND patient = ?2 AND viewer = ?3";
constexpr auto kCount = "SELECT count(*) FROM shown WHERE tenant = ?1 AND viewer = ?2 AND day = ?3";
constexpr auto kWrite = "INSERT OR REPLACE INTO shown (tenant, patient, viewer, day, standing, until) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr auto kPurge = "DELETE FROM shown WHERE until <= ?1";
const std::string kPatients; // in place of a viewer

struct Shown {
    std::int64_t day = 0;
    std::int64_t standing = 0;
};

class SqliteShownCards final : public ShownCards {
  public:
    SqliteShownCards(const std::string &file, SqliteDatabase database)
        : file_(file), database_(std::move(database)), select_(database_.get(), kSelect),
          count_(database_.get(), kCount), write_(database_.get(), kWrite), purge_(database_.get(), kPurge) {}

    [[nodiscard]] bool usable() const { return select_ && count_ && write_ && purge_; }

    Result<BudgetAnswer> claim(const CardClaim &claim) override {
        const base::Waiting others_compute;
        const std::lock_guard lock(mutex_);
        if (!execute("BEGIN IMMEDIATE")) return unavailable();
        const auto answer = decide(claim);
        const bool in_place = file_.is_in_place();
        if (answer && in_place && execute("COMMIT")) return *answer;
        // What SQLite says of it is gone after the next statement.
        auto refused = in_place ? unavailable() : unavailable(kFileIsGone);
        (void)execute("ROLLBACK");
        return refused;
    }

    Result<bool> shown_before(const CardClaim &claim) override {
        const base::Waiting others_compute;
        const std::lock_guard lock(mutex_);
        std::optional<Shown> patient;
        if (!read(claim, kPatients, patient)) return unavailable();
        return is_before(claim, patient);
    }

  private:
    static bool is_before(const CardClaim &claim, const std::optional<Shown> &patient) {
        const std::int64_t today = claim.showing.day.number;
        const std::int64_t apart = claim.budget.per_patient_days;
        return apart > 0 && patient && patient->day != today && today < patient->day + apart &&
               claim.showing.standing <= patient->standing;
    }
    // nullopt: the database failed.
    std::optional<BudgetAnswer> decide(const CardClaim &claim) {
        const std::int64_t today = claim.showing.day.number;
        std::optional<Shown> patient, viewer;
        std::int64_t seen = 0;
        if (!read(claim, kPatients, patient) || !read(claim, claim.viewer, viewer) ||
            count_.query([&seen](sqlite3_stmt *row) { seen = sqlite3_column_int64(row, 0); }, claim.tenant,
                         claim.viewer, today) != SQLITE_ROW)
            return std::nullopt;
        const std::int64_t a_day = claim.budget.per_viewer_day;
        if (is_before(claim, patient)) return BudgetAnswer::shown_before;
        const bool again = viewer && viewer->day == today;
        if (a_day > 0 && !again && seen >= a_day) return BudgetAnswer::spent;
        return keep(claim, patient, again) ? std::optional(BudgetAnswer::shown) : std::nullopt;
    }
    bool read(const CardClaim &claim, const std::string &viewer, std::optional<Shown> &found) {
        const int result = select_.query(
            [&found](sqlite3_stmt *row) {
                found = Shown{sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1)};
            },
            claim.tenant, claim.patient, viewer);
        return result == SQLITE_ROW || result == SQLITE_DONE;
    }
    // Writes only what changes: most openings of a chart are the second of their day.
    bool keep(const CardClaim &claim, const std::optional<Shown> &patient, bool again) {
        const auto &[day, standing] = claim.showing;
        const std::int64_t today = day.number;
        const std::int64_t apart = claim.budget.per_patient_days;
        bool kept = true;
        const bool same_day = patient && patient->day == today;
        if (apart > 0 && (!same_day || patient->standing < standing))
            kept = write_.run(claim.tenant, claim.patient, kPatients, today, std::int64_t{standing},
                              today + apart) == SQLITE_DONE;
        if (kept && claim.budget.per_viewer_day > 0 && !again)
            kept = write_.run(claim.tenant, claim.patient, claim.viewer, today, std::int64_t{standing},
                              today + 1) == SQLITE_DONE;
        return kept && (again || purge_.run(today) == SQLITE_DONE);
    }
    bool execute(const char *sql) {
        return sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    static tl::unexpected<base::Error> unavailable(std::string why) {
        return base::fail(ErrorCode::unavailable, "", "", std::move(why));
    }
    // The library's own words for a code; its message would quote the statement.
    tl::unexpected<base::Error> unavailable() {
        return unavailable(std::string("SQLite: ") + sqlite3_errstr(sqlite3_extended_errcode(database_.get())));
    }

    SqliteFile file_;
    SqliteDatabase database_;
    std::mutex mutex_;
    SqliteStatement select_;
    SqliteStatement count_;
    SqliteStatement write_;
    SqliteStatement purge_;
};

} // namespace

Result<std::unique_ptr<ShownCards>> open_sqlite_shown_cards(const std::string &file) {
    if (const auto prepared = prepare_sqlite_file(file); !prepared)
        return tl::make_unexpected(prepared.error());
    SqliteDatabase database = open_database(file, kShortWaitMilliseconds);
    const bool made =
        database != nullptr && sqlite3_exec(database.get(), kSchema, nullptr, nullptr, nullptr) == SQLITE_OK;
    auto cards = made ? std::make_unique<SqliteShownCards>(file, std::move(database)) : nullptr;
    if (cards == nullptr || !cards->usable()) return cannot_be_opened(file);
    return cards;
}

} // namespace trialcds::server
