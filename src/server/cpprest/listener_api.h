// The seam to cpprestsdk: its http_listener, which our handlers are written against, with our transport under
// it instead of its own. Invariant: a listener opened through open_on() is never served by cpprestsdk's
// transport, which one malformed chunk ends together with the process. cpprestsdk knows one transport for all
// listeners of a process, so requests are routed by the listener's URI. Source: cpprest/details/http_server.h
// and http_server_api.h (2.10.18). Thread-safety: reentrant.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <cpprest/http_listener.h>

#include "base/result.h"
#include "base/work_budget.h"
#include "cds_hooks/client_identity.h"

namespace trialcds::server::transport {

class Endpoint;

// A URI no other listener of this process has; it names no place on a network.
[[nodiscard]] web::uri unique_uri();

// Opens the listener on this endpoint. Throws what cpprestsdk throws.
void open_on(const std::shared_ptr<Endpoint> &endpoint,
             web::http::experimental::listener::http_listener &listener);

// What cpprestsdk's request has no room for.
struct RequestOrigin {
    std::string target;         // as sent, where web::uri would normalise
    std::string client_subject; // RFC 2253; "" without a verified client certificate
    std::optional<cds_hooks::JudgedClient> judged;
    base::CancelFlag cancelled;
};

// Of a request that has not been replied to.
[[nodiscard]] const RequestOrigin &origin_of(const web::http::http_request &message);

// A body that lies in memory, as that of a request from this transport does, without a task in between.
[[nodiscard]] std::string bytes_of(const concurrency::streams::istream &body);

} // namespace trialcds::server::transport
