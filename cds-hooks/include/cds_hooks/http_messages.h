// An HTTP call and its answer in our own words, so that no transport's type reaches the pure modules and the
// transport can be replaced without touching a handler. Header names compare without regard to case.
// Thread-safety: plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sensitive.h"
#include "base/work_budget.h"
#include "cds_hooks/client_identity.h"

namespace trialcds::cds_hooks {

struct Header {
    std::string name;
    std::string value;

    bool operator==(const Header &) const = default;
};

// The first value of a header, "" when there is none.
[[nodiscard]] std::string_view find_header(const std::vector<Header> &headers, std::string_view name);

struct HttpRequest {
    std::string method; // as sent; methods are case-sensitive
    std::string target; // path and query as sent
    std::vector<Header> headers;
    base::Sensitive<std::string> body;
    std::string client_subject{};         // RFC 2253, of a verified client certificate; "" without one
    std::optional<JudgedClient> judged{}; // nullopt: nobody has looked yet at who calls
    base::CancelFlag cancelled{};         // set once its time is over or the service stops; null: it never is
};

struct HttpResponse {
    int status = 200;
    std::vector<Header> headers;
    std::string body;
};

} // namespace trialcds::cds_hooks
