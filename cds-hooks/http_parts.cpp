#include "http_parts.h"

#include <utility>

#include "base/ascii.h"
#include "cds_hooks/operation_outcome.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using base::same_letters;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// No charset, or UTF-8.
bool may_be_utf8(std::string_view parameter) {
    if (parameter.size() < 8 || !same_letters(parameter.substr(0, 8), "charset=")) return true;
    std::string_view charset = parameter.substr(8);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"')
        charset = charset.substr(1, charset.size() - 2);
    return same_letters(charset, "utf-8") || same_letters(charset, "utf8");
}

// application/json, whatever its parameters, with charset=utf-8 if any charset is named.
bool is_json(std::string_view content_type) {
    std::size_t end = content_type.find(';');
    if (!same_letters(trimmed(content_type.substr(0, end)), "application/json")) return false;
    while (end != std::string_view::npos) {
        content_type.remove_prefix(end + 1);
        end = content_type.find(';');
        if (!may_be_utf8(trimmed(content_type.substr(0, end)))) return false;
    }
    return true;
}

} // namespace

std::string path_of(std::string_view target) {
    std::string path;
    for (const char c : target.substr(0, target.find_first_of("?#")))
        if (c != '/' || path.empty() || path.back() != '/') path.push_back(c);
    if (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

std::string path_below(std::string_view base_path, std::string_view target) {
    std::string path = path_of(target);
    if (path.starts_with(base_path)) path.erase(0, base_path.size());
    return path;
}

bool is_reading(std::string_view method) {
    return method == "GET" || method == "HEAD";
}

HttpResponse json_response(std::string body) {
    return {200,
            {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
            std::move(body)};
}

HttpResponse not_allowed(std::string allow, const std::string &correlation_id) {
    HttpResponse response =
        error_response({ErrorCode::method_not_allowed, "", "this path answers " + allow, ""}, correlation_id);
    response.headers.push_back({"Allow", std::move(allow)});
    return response;
}

HttpResponse without_body(HttpResponse response) {
    response.body.clear();
    return response;
}

std::optional<base::Error> check_body(const HttpRequest &http, std::size_t max_body) {
    const auto refusal = [](ErrorCode code, std::string text) {
        return base::Error{code, "", std::move(text), ""};
    };
    if (!is_json(find_header(http.headers, "Content-Type")))
        return refusal(ErrorCode::unsupported_media, "send Content-Type: application/json (UTF-8)");
    if (const auto coding = find_header(http.headers, "Content-Encoding");
        !coding.empty() && !same_letters(coding, "identity"))
        return refusal(ErrorCode::unsupported_media, "send the body without a Content-Encoding");
    if (http.body.reveal().size() > max_body)
        return refusal(ErrorCode::too_large, "the body is over " + std::to_string(max_body) + " bytes");
    return std::nullopt;
}

} // namespace trialcds::cds_hooks
