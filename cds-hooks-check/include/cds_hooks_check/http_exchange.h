// The network side of Exchange: HTTP/1.1 over TCP or TLS 1.2+, one connection for each request so that no
// answer can depend on an earlier one. One deadline holds from connecting to the last byte (finding the host
// has the system's own); an answer over 16 MiB is refused. Redirects are not followed: a check must see what
// this address answers. Thread-safety: one caller at a time.
#pragma once

#include <chrono>
#include <string>

#include "cds_hooks_check/exchange.h"

namespace trialcds::cds_hooks_check {

struct Target {
    bool tls = false;
    std::string host; // a bracketed IPv6 address without its brackets
    std::string port;
    std::string prefix; // path before /cds-services, "" or "/x"

    [[nodiscard]] bool loopback() const;
    [[nodiscard]] std::string origin() const; // "https://host:8443", without the scheme's own port
};

struct TlsSettings {
    std::string ca_file; // PEM; "" is the system's own list
    bool insecure = false;
};

// "https://host[:port][/prefix]"; a final slash or "/cds-services" is dropped.
[[nodiscard]] base::Result<Target> parse_base(std::string_view url);

[[nodiscard]] Exchange http_exchange(const Target &target, const TlsSettings &tls,
                                     std::chrono::milliseconds timeout);

} // namespace trialcds::cds_hooks_check
