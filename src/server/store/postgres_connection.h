// One connection to PostgreSQL whose every step ends by a deadline. After a failure it is of no more use: make
// a new one. Source: libpq 15, asynchronous command processing. Thread-safety: one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>
#include <tl/expected.hpp>

namespace trialcds::server {

using TimePoint = std::chrono::steady_clock::time_point;

struct PostgresClose {
    void operator()(PGconn *connection) const { PQfinish(connection); }
    void operator()(PGresult *result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, PostgresClose>;

class PostgresConnection {
  public:
    // Or why there is none: how far it came and, where the server refused, its SQLSTATE.
    [[nodiscard]] static tl::expected<std::unique_ptr<PostgresConnection>, std::string>
    open(const std::string &connection, TimePoint deadline);

    // Null: no answer by the deadline, or the server refused it. Values are texts.
    [[nodiscard]] PostgresResult run(const char *sql, const std::vector<std::string> &values,
                                     TimePoint deadline);
    [[nodiscard]] bool usable() const { return usable_; }
    // Why the last run gave null: a SQLSTATE, never the server's words, which may quote values.
    [[nodiscard]] const std::string &failure() const { return failure_; }

  private:
    explicit PostgresConnection(PGconn *connection) : connection_(connection) {}
    [[nodiscard]] PostgresResult last_result(TimePoint deadline);
    [[nodiscard]] bool wait(short events, TimePoint deadline) const;

    std::unique_ptr<PGconn, PostgresClose> connection_;
    bool usable_ = true;
    std::string failure_;
};

} // namespace trialcds::server
