// The text form of a UUID (RFC 9562 section 4): 8-4-4-4-12 hexadecimal digits. Thread-safety: reentrant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/ascii.h"

namespace trialcds::base {

inline constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
inline constexpr std::size_t kUuidVersionAt = 14; // the digit that says how it was made
inline constexpr std::size_t kUuidVariantAt = 19; // 8, 9, a or b in those of RFC 9562

// In either case.
[[nodiscard]] inline bool is_uuid(std::string_view text) {
    return std::equal(text.begin(), text.end(), kUuidForm.begin(), kUuidForm.end(), [](char c, char form) {
        const char small = lower(c);
        return form == '-' ? c == '-' : (c >= '0' && c <= '9') || (small >= 'a' && small <= 'f');
    });
}

// As RFC 9562 asks that it be written.
[[nodiscard]] inline bool is_lower_case_uuid(std::string_view text) {
    return is_uuid(text) && std::none_of(text.begin(), text.end(), [](char c) { return c != lower(c); });
}

[[nodiscard]] constexpr bool is_rfc_variant(char digit) {
    return std::string_view("89ab").find(digit) != std::string_view::npos;
}

} // namespace trialcds::base
