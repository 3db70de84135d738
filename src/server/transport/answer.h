// The transport's own error answers (a FHIR OperationOutcome, so that an EHR reads one shape of error) and the
// bytes of a response's head. Invariant: no header value can break out of its line. Source: RFC 9112 section
// 4, RFC 9110 sections 8.6 and 15, FHIR R4 OperationOutcome. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <string>

#include "cds_hooks/http_messages.h"
#include "transport/failure.h"

namespace trialcds::server::transport {

// The answer to a failure that has one (500 else), and the failure that a status of the framing rules (400,
// 405, 413, 414, 417, 431, 501) stands for.
[[nodiscard]] cds_hooks::HttpResponse refusal(TransportFailure failure);
[[nodiscard]] TransportFailure failure_of(int status);

[[nodiscard]] bool may_have_body(int status);

// Status line and header fields to the empty line. Framing fields set by a handler are ours to set. A handler
// may leave the body of an answer to HEAD away; the length, then unknown, is not told.
[[nodiscard]] std::string response_head(const cds_hooks::HttpResponse &response, unsigned version,
                                        bool keep_alive, bool to_head);

} // namespace trialcds::server::transport
