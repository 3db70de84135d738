#include "cds_hooks/operation_outcome.h"

#include <algorithm>

#include "base/json_writer.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;

constexpr auto kRetryAfterSeconds = "5";
constexpr std::size_t kMostIssues = 20;

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
    case ErrorCode::unavailable:
        return {503, "transient"};
    case ErrorCode::too_costly:
        return {503, "too-costly"};
    case ErrorCode::invalid_definition:
    case ErrorCode::unreadable_input:
    case ErrorCode::internal:
        break;
    }
    return {500, "exception"};
}

std::string diagnostics(const base::Error &error, int status, const std::string &correlation_id) {
    if (status == 500)
        return "The service met a fault of its own; nothing was evaluated. Tell its operator this reference: " +
               correlation_id;
    return error.location.empty() ? error.public_text : error.location + ": " + error.public_text;
}

void begin_issues(json::Writer &out) {
    out.begin_object().member("resourceType", "OperationOutcome");
    out.key("issue").begin_array();
}

void write_issue(json::Writer &out, std::string_view issue_type, std::string_view diagnostics) {
    out.begin_object();
    out.member("severity", "error").member("code", issue_type).member("diagnostics", diagnostics);
    out.end_object();
}

HttpResponse issues_response(int status, json::Writer &out) {
    out.end_array().end_object();
    return {status,
            {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
            out.take()};
}

} // namespace

int status_of(ErrorCode code) {
    return mapped(code).status;
}

HttpResponse error_response(const base::Error &error, const std::string &correlation_id) {
    const auto [status, issue_type] = mapped(error.code);
    HttpResponse response = outcome_response(status, issue_type, diagnostics(error, status, correlation_id));
    if (error.code == ErrorCode::unavailable) response.headers.push_back({"Retry-After", kRetryAfterSeconds});
    return response;
}

HttpResponse outcome_response(int status, std::string_view issue_type, std::string_view diagnostics) {
    json::Writer out;
    begin_issues(out);
    write_issue(out, issue_type, diagnostics);
    return issues_response(status, out);
}

HttpResponse faults_response(const std::vector<base::Error> &faults) {
    json::Writer out;
    begin_issues(out);
    for (std::size_t i = 0; i < std::min(faults.size(), kMostIssues); ++i)
        write_issue(out, mapped(faults[i].code).issue_type, diagnostics(faults[i], 400, ""));
    if (faults.size() > kMostIssues)
        write_issue(out, "invalid", "and " + std::to_string(faults.size() - kMostIssues) + " more of the kind");
    return issues_response(400, out);
}

} // namespace trialcds::cds_hooks
