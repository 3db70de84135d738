// A TLS server context from PEM files: TLS 1.2 with forward-secret AEAD suites and TLS 1.3, session tickets,
// client certificates as configured. Invariant: a context is whole (certificate, key and CA agree, and the
// server's own certificate is valid by the machine's time) or not made. Source: RFC 9325; RFC 5280
// section 4.1.2.5. Thread-safety: reentrant; a context is not changed after it was made.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "transport/http_server.h"

namespace boost::asio::ssl {
class context;
}

namespace trialcds::server::transport {

[[nodiscard]] base::Result<std::shared_ptr<boost::asio::ssl::context>>
make_tls_context(const TlsSettings &settings);

// The Unix second from which the server's own certificate is valid no more.
[[nodiscard]] std::int64_t expiry_of(boost::asio::ssl::context &context);

} // namespace trialcds::server::transport
