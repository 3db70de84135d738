// The text form of a UUID (RFC 9562 section 4): 8-4-4-4-12 hexadecimal digits, either case. Thread-safety:
// reentrant.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/ascii.h"

namespace trialcds::cds_hooks {

[[nodiscard]] inline bool is_uuid(std::string_view text) {
    constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(), [](char c, char form) {
        const char small = base::lower(c);
        return form == '-' ? c == '-' : (c >= '0' && c <= '9') || (small >= 'a' && small <= 'f');
    });
}

} // namespace trialcds::cds_hooks
