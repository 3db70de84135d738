// Letters of protocols and codes, which are ASCII: no locale, every other byte stays as it is.
// Thread-safety: reentrant.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace trialcds::base {

[[nodiscard]] constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] inline std::string lower(std::string_view text) {
    std::string out(text);
    for (char &c : out)
        c = lower(c);
    return out;
}

// Printed, and no blank.
[[nodiscard]] constexpr bool is_visible(char c) {
    return c > ' ' && c <= '~';
}

// Equal without regard to case.
[[nodiscard]] inline bool same_letters(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace trialcds::base
