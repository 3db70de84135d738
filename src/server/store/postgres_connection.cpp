#include "postgres_connection.h"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include <poll.h>

#include "clock/clock.h"

namespace trialcds::server {
namespace {

using std::chrono::milliseconds;

bool is_readable(const std::string &connection) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(connection.c_str(), nullptr), &PQconninfoFree);
    return options != nullptr;
}

std::string stage_of(ConnStatusType reached) {
    switch (reached) {
    case CONNECTION_NEEDED:
    case CONNECTION_STARTED:
        return "no connection to its host";
    case CONNECTION_SSL_STARTUP:
        return "no TLS with the server";
    default:
        return "the server did not let us in";
    }
}

// Of an error that is told by its SQLSTATE alone, "...: FATAL:  28P01\n": never more of the server's words.
std::string state_in(std::string_view message) {
    constexpr std::size_t kStateSize = 5;
    while (!message.empty() && message.back() == '\n')
        message.remove_suffix(1);
    const std::size_t at = message.rfind(' ');
    if (at == std::string_view::npos) return "";
    const std::string_view state = message.substr(at + 1);
    const bool is_state =
        state.size() == kStateSize &&
        state.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
    return is_state ? ": SQLSTATE " + std::string(state) : "";
}

// The server's notices ("relation exists, skipping") are nobody's business, least of all standard error's.
void ignore(void *, const PGresult *) {}

} // namespace

bool PostgresConnection::wait(short events, TimePoint deadline) const {
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - steady_now()).count();
        if (left <= 0) return false;
        pollfd socket{PQsocket(connection_.get()), events, 0};
        const int ready = ::poll(&socket, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

tl::expected<std::unique_ptr<PostgresConnection>, std::string>
PostgresConnection::open(const std::string &connection, TimePoint deadline) {
    std::unique_ptr<PostgresConnection> made(new PostgresConnection(PQconnectStart(connection.c_str())));
    PGconn *raw = made->connection_.get();
    if (raw == nullptr || PQstatus(raw) == CONNECTION_BAD)
        return tl::make_unexpected(is_readable(connection) ? stage_of(CONNECTION_NEEDED)
                                                           : "the connection string is not readable");
    PQsetNoticeReceiver(raw, ignore, nullptr);
    PQsetErrorVerbosity(raw, PQERRORS_SQLSTATE);
    ConnStatusType reached = PQstatus(raw);
    for (PostgresPollingStatusType next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
         next = PQconnectPoll(raw)) {
        if (next == PGRES_POLLING_FAILED)
            return tl::make_unexpected(stage_of(reached) + state_in(PQerrorMessage(raw)));
        reached = PQstatus(raw);
        if (!made->wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
            return tl::make_unexpected(stage_of(reached) + ": no answer in time");
    }
    if (PQsetnonblocking(raw, 1) != 0) return tl::make_unexpected("the connection broke");
    return made;
}

PostgresResult PostgresConnection::run(const char *sql, const std::vector<std::string> &values,
                                       TimePoint deadline) {
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

PostgresResult PostgresConnection::last_result(TimePoint deadline) {
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
