// The one port to the service under test: a request in, an answer (or why there is none) out. The network
// adapter is http_exchange.h; tests script a service instead. Header names compare without case (RFC 9110).
// Thread-safety: plain values.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/result.h"

namespace trialcds::cds_hooks_check {

struct Header {
    std::string name;
    std::string value;
};

struct Request {
    std::string method;
    std::string path; // as it goes over the wire, with the prefix of the base URL
    std::vector<Header> headers;
    std::string body;
};

struct Response {
    int status = 0;
    std::vector<Header> headers;
    std::string body;
};

using Exchange = std::function<base::Result<Response>(const Request &)>;

// "" when there is no such header.
[[nodiscard]] inline std::string_view find_header(const std::vector<Header> &headers, std::string_view name) {
    for (const Header &header : headers)
        if (base::same_letters(header.name, name)) return header.value;
    return {};
}

} // namespace trialcds::cds_hooks_check
