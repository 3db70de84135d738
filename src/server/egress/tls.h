// How the other side proves its name: OpenSSL's own host check inside the chain verification (subjectAltName
// only, no partial wildcards), instead of the library's, which takes the common name and cannot take a port.
// Source: RFC 9525. Thread-safety: immutable once loaded.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <openssl/x509_vfy.h>

#include "base/result.h"
#include "egress/address_guard.h"

namespace trialcds::server::egress {

using CertificateStore = std::shared_ptr<X509_STORE>; // null: the system's CAs

[[nodiscard]] base::Result<CertificateStore> load_certificates(const std::string &file);

// For one origin. Throws what OpenSSL refuses, which the library turns into a failed connection.
[[nodiscard]] std::function<void(boost::asio::ssl::context &)> tls_options(const Url &url,
                                                                           CertificateStore store);

// Before the handshake: names the host to a server that has several (SNI); `stream` is the library's handle.
void name_host(void *stream, const Url &url);

} // namespace trialcds::server::egress
