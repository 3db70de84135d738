// Bytes as lower-case hexadecimal digits, two for each. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

#include "base/hex.h"

namespace trialcds::server {

[[nodiscard]] inline std::string hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes)
        base::append_hex(out, static_cast<unsigned char>(c), 2);
    return out;
}

} // namespace trialcds::server
