#include "cds_hooks/operation_outcome.h"

#include "base/json_writer.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;

struct Mapped {
    int status;
    const char *issue_type;
};

Mapped mapped(ErrorCode code) {
    switch (code) {
    case ErrorCode::invalid_json:
        return {400, "structure"};
    case ErrorCode::invalid_request:
        return {400, "invalid"};
    case ErrorCode::inconsistent:
        return {400, "conflict"};
    case ErrorCode::missing_data:
        return {412, "required"};
    case ErrorCode::unknown_service:
        return {404, "not-found"};
    case ErrorCode::method_not_allowed:
        return {405, "not-supported"};
    case ErrorCode::unsupported_media:
        return {415, "not-supported"};
    case ErrorCode::too_large:
        return {413, "too-long"};
    case ErrorCode::invalid_definition:
    case ErrorCode::unreadable_input:
    case ErrorCode::internal:
        break;
    }
    return {500, "exception"};
}

std::string diagnostics(const base::Error &error, int status, const std::string &correlation_id) {
    if (status >= 500)
        return "The service met a fault of its own; nothing was evaluated. Tell its operator this reference: " +
               correlation_id;
    return error.location.empty() ? error.public_text : error.location + ": " + error.public_text;
}

} // namespace

int status_of(ErrorCode code) {
    return mapped(code).status;
}

HttpResponse error_response(const base::Error &error, const std::string &correlation_id) {
    const auto [status, issue_type] = mapped(error.code);
    return outcome_response(status, issue_type, diagnostics(error, status, correlation_id));
}

HttpResponse outcome_response(int status, std::string_view issue_type, std::string_view diagnostics) {
    json::Writer out;
    out.begin_object().member("resourceType", "OperationOutcome");
    out.key("issue").begin_array().begin_object();
    out.member("severity", "error").member("code", issue_type).member("diagnostics", diagnostics);
    out.end_object().end_array().end_object();
    return {status,
            {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
            out.take()};
}

} // namespace trialcds::cds_hooks
