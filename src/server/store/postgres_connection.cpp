#include "postgres_connection.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>

#include "clock/clock.h"

namespace trialcds::server {
namespace {

using std::chrono::milliseconds;

// The server's notices ("relation exists, skipping") are nobody's business, least of all standard error's.
void ignore(void *, const PGresult *) {}

} // namespace

bool PostgresConnection::wait(short events, Deadline deadline) const {
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - steady_now()).count();
        if (left <= 0) return false;
        pollfd socket{PQsocket(connection_.get()), events, 0};
        const int ready = ::poll(&socket, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

std::unique_ptr<PostgresConnection> PostgresConnection::open(const std::string &connection, Deadline deadline) {
    std::unique_ptr<PostgresConnection> made(new PostgresConnection(PQconnectStart(connection.c_str())));
    PGconn *raw = made->connection_.get();
    if (raw == nullptr || PQstatus(raw) == CONNECTION_BAD) return nullptr;
    PQsetNoticeReceiver(raw, ignore, nullptr);
    for (PostgresPollingStatusType next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
         next = PQconnectPoll(raw)) {
        if (next == PGRES_POLLING_FAILED) return nullptr;
        if (!made->wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) return nullptr;
    }
    return PQsetnonblocking(raw, 1) == 0 ? std::move(made) : nullptr;
}

PostgresResult PostgresConnection::run(const char *sql, const std::vector<std::string> &values,
                                       Deadline deadline) {
    std::vector<const char *> texts;
    texts.reserve(values.size());
    for (const std::string &value : values)
        texts.push_back(value.c_str());
    PostgresResult result;
    if (PQsendQueryParams(connection_.get(), sql, static_cast<int>(texts.size()), nullptr, texts.data(),
                          nullptr, nullptr, 0) == 1)
        result = last_result(deadline);
    const ExecStatusType status = PQresultStatus(result.get());
    usable_ = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (usable_) return result;
    const char *state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    failure_ =
        state != nullptr ? std::string("SQLSTATE ") + state : "the connection broke or gave no answer in time";
    return nullptr;
}

PostgresResult PostgresConnection::last_result(Deadline deadline) {
    PGconn *raw = connection_.get();
    for (int unsent = PQflush(raw); unsent != 0; unsent = PQflush(raw)) {
        if (unsent < 0 || !wait(POLLOUT | POLLIN, deadline)) return nullptr;
        if (PQconsumeInput(raw) != 1) return nullptr; // the server may be waiting to be read
    }
    PostgresResult last;
    for (;;) {
        while (PQisBusy(raw) == 1)
            if (!wait(POLLIN, deadline) || PQconsumeInput(raw) != 1) return nullptr;
        PostgresResult next(PQgetResult(raw));
        if (next == nullptr) return last;
        last = std::move(next);
    }
}

} // namespace trialcds::server
