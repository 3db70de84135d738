// Connections to PostgreSQL for calls of one kind, so that no other kind can take them all. The tables are made
// when they are not there. Invariants: no call waits longer than its own deadline and the time to connect;
// after a failure the server is left alone for a second, so that calls do not queue behind it; each connection
// is used by one call at a time. Source: PostgreSQL 15. Thread-safety: from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "base/sensitive.h"
#include "base/waiting.h"
#include "clock/clock.h"
#include "postgres_connection.h"

namespace trialcds::server {

class PostgresPool {
  public:
    PostgresPool(base::Sensitive<std::string> connection, std::size_t most,
                 std::chrono::milliseconds connect_deadline, std::chrono::milliseconds call_deadline)
        : connection_(std::move(connection)), most_(most), connect_deadline_(connect_deadline),
          call_deadline_(call_deadline) {}

    // Runs `work` on a connection; it says whether it was done. A connection that turns out dead (the server
    // was restarted) is replaced once, so `work` may be done twice. Else why it was not, for the operator.
    template <typename Work>
    tl::expected<void, std::string> run(const Work &work) {
        const base::Waiting others_compute;
        const TimePoint deadline = steady_now() + call_deadline_;
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

  private:
    [[nodiscard]] bool acquire(TimePoint deadline);
    void release(bool answered);
    [[nodiscard]] std::unique_ptr<PostgresConnection> idle_connection();
    void keep(std::unique_ptr<PostgresConnection> connection);
    void drop_idle();
    // Null: `why` says why not.
    [[nodiscard]] std::unique_ptr<PostgresConnection> connect(std::string &why);

    base::Sensitive<std::string> connection_;
    std::size_t most_;
    std::chrono::milliseconds connect_deadline_;
    std::chrono::milliseconds call_deadline_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::size_t in_use_ = 0;
    TimePoint left_alone_until_{};
    std::vector<std::unique_ptr<PostgresConnection>> idle_;
};

} // namespace trialcds::server
