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

struct Wording {
    int status;
    const char *issue_type;
    const char *text;
};

constexpr std::array kWordings{
    Wording{400, "structure", "the request is not well-formed HTTP/1.1; send a message as RFC 9112 has it"},
    Wording{405, "not-supported", "this method is not for this target; call a path with GET or POST"},
    Wording{413, "too-long", "the body is longer than this service takes; send less prefetch data"},
    Wording{414, "too-long", "the request target is longer than this service takes"},
    Wording{417, "not-supported", "the only expectation met here is 100-continue"},
    Wording{431, "too-long", "the header fields are longer than this service takes"},
    Wording{501, "not-supported",
            "the method or transfer coding is not known here; use chunked or Content-Length"},
    Wording{503, "timeout", "no answer could be given in time; nothing was evaluated, try again later"},
};
constexpr Wording kFault{500, "exception", "the service met a fault of its own; nothing was evaluated"};

Wording wording(int status) {
    const auto *const found = std::find_if(kWordings.begin(), kWordings.end(),
                                           [&](const Wording &one) { return one.status == status; });
    return found == kWordings.end() ? kFault : *found;
}

bool is_framing(const std::string &name) {
    constexpr std::array kOurs{"Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding"};
    return std::any_of(kOurs.begin(), kOurs.end(),
                       [&](const char *ours) { return boost::beast::iequals(name, ours); });
}

bool is_one_line(const std::string &value) {
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

} // namespace

HttpResponse refusal(int status) {
    const Wording words = wording(status);
    HttpResponse response = cds_hooks::outcome_response(words.status, words.issue_type, words.text);
    if (status == 405) response.headers.push_back({"Allow", "GET, POST"});
    return response;
}

HttpResponse too_busy() {
    HttpResponse response = cds_hooks::outcome_response(
        503, "throttled", "too many requests are being handled; try again in a second");
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

HttpResponse refusal(TransportFailure failure) {
    switch (failure) {
    case TransportFailure::busy:
        return too_busy();
    case TransportFailure::handler_late:
    case TransportFailure::stopping:
        return refusal(503);
    case TransportFailure::malformed:
        return refusal(400);
    case TransportFailure::method:
        return refusal(405);
    case TransportFailure::body_too_large:
        return refusal(413);
    case TransportFailure::target_too_long:
        return refusal(414);
    case TransportFailure::expectation:
        return refusal(417);
    case TransportFailure::head_too_large:
        return refusal(431);
    case TransportFailure::not_implemented:
        return refusal(501);
    default:
        return refusal(500);
    }
}

TransportFailure failure_of(int status) {
    switch (status) {
    case 405:
        return TransportFailure::method;
    case 413:
        return TransportFailure::body_too_large;
    case 414:
        return TransportFailure::target_too_long;
    case 417:
        return TransportFailure::expectation;
    case 431:
        return TransportFailure::head_too_large;
    case 501:
        return TransportFailure::not_implemented;
    default:
        return TransportFailure::malformed;
    }
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
