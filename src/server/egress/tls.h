// How the other side proves its name: OpenSSL's own host check inside the chain verification, by the
// subjectAltName only and without partial wildcards. Source: RFC 9525. Thread-safety: a context is immutable
// once made.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <openssl/types.h>

#include "base/result.h"
#include "egress/address_guard.h"

namespace trialcds::server::egress {

// With the certificates of this file, or the system's CAs if "": read here, once for all connections.
// unreadable_input: the file cannot be read or holds no certificate.
[[nodiscard]] base::Result<std::shared_ptr<boost::asio::ssl::context>>
client_context(const std::string &ca_file);

// Before the handshake: names the host to a server that has several (SNI), and the name or address that its
// certificate must prove. Throws what OpenSSL refuses.
void name_host(SSL *connection, const Url &url);

} // namespace trialcds::server::egress
