#include "base/result.h"

#include <array>

namespace trialcds::base {

std::string_view to_string(ErrorCode code) {
    constexpr std::array<std::string_view, 13> kNames{
        "invalid_json",       "invalid_request",   "inconsistent", "missing_data", "unknown_service",
        "method_not_allowed", "unsupported_media", "too_large",    "unavailable",  "too_costly",
        "invalid_definition", "unreadable_input",  "internal"};
    return kNames[static_cast<std::size_t>(code)];
}

} // namespace trialcds::base
