// What the rest of the transport knows of a connection, plain or TLS, and of a request it has read. Invariant:
// each ticket is answered at most once; a late or second answer is dropped. Thread-safety: the members of
// Connection may be called from any thread, they do their work on the connection's strand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/shares.h"
#include "base/work_budget.h"
#include "cds_hooks/http_messages.h"
#include "transport/http_server.h"

namespace trialcds::server::transport {

class Connection {
  public:
    Connection() = default;
    virtual ~Connection() = default;
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    virtual void begin() = 0;
    virtual void answer(std::uint64_t ticket, cds_hooks::HttpResponse response) = 0;
    virtual void judged(std::uint64_t ticket, Judgement judgement) = 0;
    [[nodiscard]] virtual bool awaits(std::uint64_t ticket) const = 0;

    virtual void close_if_idle() = 0;
    virtual void close_if_between_requests() = 0; // not in a handshake, nor while it reads what nobody wants
    virtual void give_up() = 0; // 503 for a request that is being handled; otherwise closes unless it writes
    virtual void close() = 0;
};

// A request read to its end. Whoever holds it holds the connection too: a session must not die while its
// handler runs.
struct Exchange {
    std::shared_ptr<Connection> connection;
    std::uint64_t ticket = 0;
    std::shared_ptr<base::Shares::Part> in_flight;
    std::shared_ptr<base::Shares::Part> memory; // as long as the body and what is made of it
    std::string share;
    std::optional<cds_hooks::JudgedClient> judged;
    base::CancelFlag cancelled; // set once the ticket is not awaited any more

    unsigned version = 11;
    std::string method;
    std::string target; // as sent
    std::vector<cds_hooks::Header> headers;
    std::string body;
    std::string remote_address;
    std::string client_subject; // RFC 2253, of a verified client certificate; "" without
};

} // namespace trialcds::server::transport
