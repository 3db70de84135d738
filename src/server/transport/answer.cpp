#include "answer.h"

#include <algorithm>
#include <array>
#include <ostream> // Boost 1.74 uses it without including it
#include <string_view>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>

#include "cds_hooks/operation_outcome.h"

namespace trialcds::server::transport {
namespace {

using cds_hooks::HttpResponse;

struct Refusal {
    TransportFailure failure;
    int status;
    const char *issue_type;
    const char *text;
};

constexpr const char *kLate = "no answer could be given in time; nothing was evaluated, try again later";

constexpr std::array kRefusals{
    Refusal{TransportFailure::malformed, 400, "structure",
            "the request is not well-formed HTTP/1.1; send a message as RFC 9112 has it"},
    Refusal{TransportFailure::method, 405, "not-supported",
            "this method is not for this target; call a path with GET or POST"},
    Refusal{TransportFailure::body_too_large, 413, "too-long",
            "the body is longer than this service takes; send less prefetch data"},
    Refusal{TransportFailure::target_too_long, 414, "too-long",
            "the request target is longer than this service takes"},
    Refusal{TransportFailure::expectation, 417, "not-supported",
            "the only expectation met here is 100-continue"},
    Refusal{TransportFailure::head_too_large, 431, "too-long",
            "the header fields are longer than this service takes"},
    Refusal{TransportFailure::not_implemented, 501, "not-supported",
            "the method or transfer coding is not known here; use chunked or Content-Length"},
    Refusal{TransportFailure::busy, 503, "throttled",
            "too many requests are being handled; try again in a second, with a new token if one is needed"},
    Refusal{TransportFailure::handler_late, 503, "timeout", kLate},
    Refusal{TransportFailure::stopping, 503, "timeout", kLate},
};
constexpr Refusal kFault{TransportFailure::fault, 500, "exception",
                         "the service met a fault of its own; nothing was evaluated"};

bool is_framing(const std::string &name) {
    constexpr std::array kOurs{"Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding"};
    return std::any_of(kOurs.begin(), kOurs.end(),
                       [&](const char *ours) { return boost::beast::iequals(name, ours); });
}

bool is_one_line(const std::string &value) {
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

} // namespace

HttpResponse refusal(TransportFailure failure) {
    const auto *const found = std::find_if(kRefusals.begin(), kRefusals.end(),
                                           [&](const Refusal &one) { return one.failure == failure; });
    const Refusal &said = found == kRefusals.end() ? kFault : *found;
    HttpResponse response = cds_hooks::outcome_response(said.status, said.issue_type, said.text);
    if (failure == TransportFailure::method) response.headers.push_back({"Allow", "GET, POST"});
    if (failure == TransportFailure::busy) response.headers.push_back({"Retry-After", "1"});
    return response;
}

TransportFailure failure_of(int status) {
    const auto *const found = std::find_if(kRefusals.begin(), kRefusals.end(),
                                           [&](const Refusal &one) { return one.status == status; });
    return found == kRefusals.end() ? TransportFailure::malformed : found->failure;
}

bool may_have_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const HttpResponse &response, unsigned version, bool keep_alive, bool to_head) {
    std::string head = version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    const auto reason =
        boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
    head += std::to_string(response.status) + " " + std::string(reason) + "\r\n";
    for (const auto &[name, value] : response.headers)
        if (!is_framing(name) && is_one_line(name) && is_one_line(value))
            head.append(name).append(": ").append(value).append("\r\n");
    if (may_have_body(response.status) && !(to_head && response.body.empty()))
        head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    if (!keep_alive)
        head += "Connection: close\r\n";
    else if (version == 10)
        head += "Connection: keep-alive\r\n";
    return head + "\r\n";
}

} // namespace trialcds::server::transport
