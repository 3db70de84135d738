// What every route of this service does alike: the path that a target names, the refusals of a method or a
// body, an answer of JSON. Private to cds-hooks. Source: RFC 9110. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cds_hooks/http_messages.h"

namespace trialcds::cds_hooks {

// The path without query, doubled slashes and a trailing slash: users type the discovery URL with a final '/'
// and clients append to it.
[[nodiscard]] std::string path_of(std::string_view target);

// The same below the path that a proxy serves this under ("" or "/prefix").
[[nodiscard]] std::string path_below(std::string_view base_path, std::string_view target);

[[nodiscard]] bool is_reading(std::string_view method); // GET or HEAD

[[nodiscard]] HttpResponse json_response(std::string body);
[[nodiscard]] HttpResponse not_allowed(std::string allow, const std::string &correlation_id); // 405
[[nodiscard]] HttpResponse without_body(HttpResponse response); // HEAD: what GET would say

// unsupported_media or too_large.
[[nodiscard]] std::optional<base::Error> check_body(const HttpRequest &http, std::size_t max_body);

} // namespace trialcds::cds_hooks
