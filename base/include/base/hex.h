// Numbers as lower-case hexadecimal digits. Thread-safety: reentrant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trialcds::base {

// The last so many digits of the value, the highest first.
inline void append_hex(std::string &out, std::uint64_t value, int digits) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    while (digits-- > 0)
        out.push_back(kDigits[value >> (4 * digits) & 0xF]);
}

} // namespace trialcds::base
