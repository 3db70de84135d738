// A TLS server context from PEM files: TLS 1.2 with forward-secret AEAD suites and TLS 1.3, session tickets,
// client certificates as configured. Invariant: a context is whole (certificate, key and CA agree) or not
// made. Source: RFC 9325. Thread-safety: reentrant; a context is not changed after it was made.
#pragma once

#include <memory>

#include "base/result.h"
#include "transport/http_server.h"

namespace boost::asio::ssl {
class context;
}

namespace trialcds::server::transport {

[[nodiscard]] base::Result<std::shared_ptr<boost::asio::ssl::context>>
make_tls_context(const TlsSettings &settings);

} // namespace trialcds::server::transport
