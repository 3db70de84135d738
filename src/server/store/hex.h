// Bytes as lower-case hexadecimal digits, two for each. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

namespace trialcds::server {

[[nodiscard]] inline std::string hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.push_back(kDigits[byte >> 4U]);
        out.push_back(kDigits[byte & 15U]);
    }
    return out;
}

} // namespace trialcds::server
