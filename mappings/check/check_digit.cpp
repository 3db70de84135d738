#include "check_digit.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace trialcds::mappings {

namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t digit(char c) {
    return static_cast<std::size_t>(c - '0');
}

using Row = std::array<std::uint8_t, 10>;

// Multiplication in the dihedral group of order 10.
constexpr std::array<Row, 10> kProduct = {{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                           {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
                                           {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
                                           {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
                                           {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
                                           {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
                                           {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
                                           {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
                                           {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
                                           {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}};

// Verhoeff's permutation, which is applied once more with every position.
constexpr Row kPermutation = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};

} // namespace

bool mod10_holds(std::string_view code) {
    const std::size_t hyphen = code.find('-');
    if (hyphen == std::string_view::npos || code.size() != hyphen + 2) return false;
    const std::string_view body = code.substr(0, hyphen);
    if (!all_digits(body) || !all_digits(code.substr(hyphen + 1))) return false;
    std::size_t sum = 0;
    bool doubled = true; // the digit before the hyphen, and every second one from there
    for (std::size_t i = body.size(); i-- > 0; doubled = !doubled) {
        const std::size_t value = digit(body[i]) * (doubled ? 2 : 1);
        sum += value / 10 + value % 10;
    }
    return (sum + digit(code.back())) % 10 == 0;
}

bool verhoeff_holds(std::string_view code) {
    if (code.size() < 6 || code.size() > 18 || !all_digits(code)) return false;
    std::size_t check = 0;
    for (std::size_t position = 0; position < code.size(); ++position) {
        std::size_t value = digit(code[code.size() - 1 - position]);
        for (std::size_t turn = 0; turn < position % 8; ++turn)
            value = kPermutation[value];
        check = kProduct[check][value];
    }
    return check == 0;
}

} // namespace trialcds::mappings
