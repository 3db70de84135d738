// One SQLite database and its prepared statements, each ready for the next values when it is left.
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <sqlite3.h>

#include "base/result.h"

namespace trialcds::server {

struct SqliteClose {
    void operator()(sqlite3 *database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using SqliteDatabase = std::unique_ptr<sqlite3, SqliteClose>;

// Null: it cannot be opened; prepare_sqlite_file() has made it. Another program, a backup for instance, is
// waited for so long.
[[nodiscard]] inline SqliteDatabase open_database(const std::string &file, int busy_milliseconds) {
    sqlite3 *opened = nullptr;
    const int result =
        sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    SqliteDatabase database(opened);
    if (result != SQLITE_OK) return nullptr;
    sqlite3_busy_timeout(opened, busy_milliseconds);
    return database;
}

// What an operator is told of a file that cannot be used.
[[nodiscard]] inline tl::unexpected<base::Error> cannot_be_opened(const std::string &file) {
    return base::fail(base::ErrorCode::unreadable_input, file,
                      "the store cannot be opened or made here, or is not a database of this service; the "
                      "folder must exist and be writable");
}

// What the log is told when the file was taken away from under the store.
inline constexpr const char *kFileIsGone =
    "the file of the store was deleted, moved or replaced while it was open; put it back, or start again";

class SqliteStatement {
  public:
    SqliteStatement(sqlite3 *database, const char *sql) {
        sqlite3_stmt *made = nullptr;
        if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) == SQLITE_OK)
            statement_.reset(made);
    }
    explicit operator bool() const { return statement_ != nullptr; }

    // The result of the one step: SQLITE_DONE, SQLITE_ROW or what went wrong. `read` sees the row's columns.
    template <typename Read, typename... Values>
    int query(const Read &read, const Values &...values) {
        int at = 0;
        (bind(++at, values), ...);
        const int result = sqlite3_step(statement_.get());
        if (result == SQLITE_ROW) read(statement_.get());
        sqlite3_reset(statement_.get());
        return result;
    }
    template <typename... Values>
    int run(const Values &...values) {
        return query([](sqlite3_stmt *) {}, values...);
    }

    // Of every row; SQLITE_DONE or what went wrong.
    template <typename Read, typename... Values>
    int each(const Read &read, const Values &...values) {
        int at = 0;
        (bind(++at, values), ...);
        int result = sqlite3_step(statement_.get());
        for (; result == SQLITE_ROW; result = sqlite3_step(statement_.get()))
            read(statement_.get());
        sqlite3_reset(statement_.get());
        return result;
    }

  private:
    // The text outlives the step.
    void bind(int at, const std::string &text) {
        sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    void bind(int at, std::int64_t number) { sqlite3_bind_int64(statement_.get(), at, number); }

    std::unique_ptr<sqlite3_stmt, SqliteClose> statement_;
};

} // namespace trialcds::server
