#include "recorded.h"

#include <algorithm>
#include <cstddef>

namespace trialcds::wording {
namespace {

constexpr std::size_t kLongestNumber = 40;
constexpr std::size_t kLongestWord = 20;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void skip_blanks(std::string_view &rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
}

void skip_comparator(std::string_view &rest) {
    for (const std::string_view sign : {"<=", ">=", "=<", "=>", "<", ">", "\u2264", "\u2265"})
        if (rest.starts_with(sign)) {
            rest.remove_prefix(sign.size());
            break;
        }
    skip_blanks(rest);
}

bool skip_digits(std::string_view &rest) {
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_digit);
    const auto count = static_cast<std::size_t>(end - rest.begin());
    rest.remove_prefix(count);
    return count > 0;
}

bool skip_one_of(std::string_view &rest, std::string_view signs) {
    if (rest.empty() || signs.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
}

// "12", "-1.5", ".5", "4,5", "1e3"
bool skip_number(std::string_view &rest) {
    (void)skip_one_of(rest, "+-");
    const bool whole = skip_digits(rest);
    if (skip_one_of(rest, ".,") ? !skip_digits(rest) : !whole) return false;
    if (!skip_one_of(rest, "eE")) return true;
    (void)skip_one_of(rest, "+-");
    return skip_digits(rest);
}

// Of Latin letters beyond ASCII: U+00C0 to U+023F, without the signs for multiplication and division.
bool is_latin(std::string_view two) {
    const auto lead = static_cast<unsigned char>(two[0]), next = static_cast<unsigned char>(two[1]);
    const bool is_sign = lead == 0xC3 && (next == 0x97 || next == 0xB7);
    return lead >= 0xC3 && lead <= 0xC8 && (next & 0xC0) == 0x80 && !is_sign;
}

} // namespace

bool is_number_text(std::string_view text) {
    if (text.size() > kLongestNumber) return false;
    skip_comparator(text);
    if (!skip_number(text)) return false;
    skip_blanks(text);
    if (text.empty()) return true;
    if (!skip_one_of(text, ":/-")) return false;
    skip_comparator(text);
    return skip_number(text) && text.empty();
}

bool is_one_word(std::string_view text) {
    std::size_t letters = 0;
    for (; !text.empty(); ++letters) {
        const bool ascii = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
        if (!ascii && (text.size() < 2 || !is_latin(text.substr(0, 2)))) return false;
        text.remove_prefix(ascii ? 1 : 2);
    }
    return letters > 0 && letters <= kLongestWord;
}

} // namespace trialcds::wording
