// Why the transport itself refused a request, ended a connection that was in use, or took none: a closed set of
// words for logs and metrics. Nothing that came over the connection is in it. Source: RFC 9112 and the limits
// of ListenSettings. Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace trialcds::server {

enum class TransportFailure : std::uint8_t {
    // answered with a status
    malformed,       // 400: not HTTP/1.1 as this service wants it
    method,          // 405: a method that is not for this target
    body_too_large,  // 413
    target_too_long, // 414
    expectation,     // 417
    head_too_large,  // 431
    not_implemented, // 501: method or transfer coding
    busy,            // 503: as many requests are being handled as may be
    handler_late,    // 503: no answer within the time that a handler has
    stopping,        // 503: the drain of a service that stops took too long
    fault,           // 500, or no answer: an exception, whose type is the detail
    // closed without an answer
    head_late,            // the head, or a TLS handshake, was not whole in time
    body_late,            // nor the body
    broken_off,           // the client left before its request was whole
    answer_not_taken,     // the client did not read the answer, or left
    tls,                  // no handshake; the detail is the TLS library's reason
    too_many_connections, // of one client or of all; or one that gave way to another
};
inline constexpr std::size_t kTransportFailures =
    static_cast<std::size_t>(TransportFailure::too_many_connections) + 1;
[[nodiscard]] std::string_view to_string(TransportFailure failure);

// Called from any thread, for each. `detail`: "", or a type or a reason from a library's own fixed texts.
using OnTransportFailure = std::function<void(TransportFailure failure, std::string_view detail)>;

} // namespace trialcds::server
