#include <string>

#include "egress/http_get.h"

namespace trialcds::server {
namespace {

const char *name_of(GetFailure failure) {
    switch (failure) {
    case GetFailure::none:
        return "none";
    case GetFailure::unusable_url:
    case GetFailure::unusable_token:
        return "this is no https URL that may be asked for";
    case GetFailure::unknown_host:
        return "the host's name has no address";
    case GetFailure::resolver_busy:
        return "too many hosts' names are being looked up, or that failed";
    case GetFailure::private_address:
        return "the host's address is private; list its network if it is the site's own";
    case GetFailure::timeout:
        return "no answer in time";
    case GetFailure::too_large:
        return "the answer is too large";
    case GetFailure::redirect:
        return "it answers with a redirect, which is not followed";
    case GetFailure::tls:
        return "TLS failed, or the certificate does not prove the host's name";
    case GetFailure::connect:
        return "no connection";
    case GetFailure::malformed:
        return "the answer is not whole or not HTTP";
    case GetFailure::cancelled:
        return "cancelled";
    }
    return "failed";
}

} // namespace

base::Result<std::string> read_document(HttpGetter &getter, const std::string &url,
                                        std::chrono::milliseconds time) {
    GetRequest request;
    request.url = base::Sensitive<std::string>(url);
    request.accept = "application/json";
    request.pool = "documents";
    const GetAnswer answer = getter.get(std::move(request), time);
    if (answer.failure != GetFailure::none)
        return base::fail(base::ErrorCode::unreadable_input, url, name_of(answer.failure));
    if (answer.status != 200)
        return base::fail(base::ErrorCode::unreadable_input, url, "status " + std::to_string(answer.status));
    return answer.body.reveal();
}

} // namespace trialcds::server
