#include "call_parts.h"

#include "cds_hooks/operation_outcome.h"

namespace trialcds::cds_hooks {

using base::ErrorCode;

ReportedError error_of(const base::Error &error, const mappings::Catalogue &catalogue) {
    return {to_string(error.code), loggable_location(error.location, catalogue), error.public_text,
            error.internal_text};
}

ReportedError error_of(int status) {
    switch (status) {
    case 401:
        return {"token_refused", "", "", ""};
    case 404:
        return {to_string(ErrorCode::unknown_service), "", "", ""};
    case 405:
        return {to_string(ErrorCode::method_not_allowed), "", "", ""};
    case 503:
        return {to_string(ErrorCode::unavailable), "", "no knowledge is loaded", ""};
    default:
        return {to_string(ErrorCode::internal), "", "", ""};
    }
}

HttpResponse throttled(std::string_view code, const std::string &text, std::int64_t seconds,
                       CallReport &report) {
    report.error = {code, "", text, ""};
    HttpResponse response = outcome_response(429, "throttled", text);
    response.headers.push_back({"Retry-After", std::to_string(seconds)});
    return response;
}

void report_unknown(const mappings::Extraction &extraction, const ClientPolicy &policy, CallReport &report) {
    for (const auto &[what, count] : extraction.not_understood) {
        report.not_understood[what.type] += count;
        if (policy.shows_cards) continue;
        const bool code = is_mappable(what);
        report.unknown_codes[{what.type, code ? what.system : "", code ? what.code : ""}] += count;
    }
}

} // namespace trialcds::cds_hooks
