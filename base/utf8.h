// One step of UTF-8 (RFC 3629): how long is the sequence at the front of a text, if it is valid. Private to
// base; used where an odd byte must be located or replaced, not for bulk validation. Pure function.
#pragma once

#include <cstddef>
#include <string_view>

namespace trialcds::json {

// Bytes of the valid sequence at the front of `text` (1..4); 0 when it is invalid or cut off: overlong forms,
// surrogates and values above U+10FFFF are invalid. `text` must not be empty.
[[nodiscard]] inline std::size_t utf8_sequence(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;
        return follows(1, low, high) && follows(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
        return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

} // namespace trialcds::json
