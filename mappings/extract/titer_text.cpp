#include "titer_text.h"

#include <algorithm>

#include "read_number.h"

namespace trialcds::mappings {
namespace {

using eligibility::Interval;

void skip_blanks(std::string_view text, std::size_t &i) {
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t'))
        ++i;
}

// "1:80" at i, with blanks allowed round the colon or slash: its digits, and i behind it; else "" and i as is.
std::string_view take_titer(std::string_view text, std::size_t &i) {
    std::size_t at = i;
    if (at >= text.size() || text[at] != '1') return {};
    ++at;
    skip_blanks(text, at);
    if (at >= text.size() || (text[at] != ':' && text[at] != '/')) return {};
    ++at;
    skip_blanks(text, at);
    const std::size_t digits = at;
    while (at < text.size() && is_digit(text[at]))
        ++at;
    if (at == digits) return {};
    i = at;
    return text.substr(digits, at - digits);
}

bool joins_number(char c) {
    return is_digit(c) || c == ':' || c == '/' || c == '.' || c == ',';
}

// A number goes on behind the titre: "1:80.5", "1/3/2024"; "1:80." and "1:80, speckled" end there.
bool goes_on(std::string_view rest) {
    return rest.size() > 1 && joins_number(rest[0]) && is_digit(rest[1]);
}

const base::Decimal &highest_known(const Interval &value) {
    return value.lower ? value.lower->value : value.upper->value;
}

bool is_higher(const Interval &a, const Interval &b) {
    if (a.lower.has_value() != b.lower.has_value()) return a.lower.has_value();
    return highest_known(a) > highest_known(b);
}

struct Scan {
    std::optional<TiterText> best;
    std::string rest;
};

bool add(Scan &scan, std::string_view comparator, std::string_view digits) {
    const std::size_t leading = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    const auto number = base::Decimal::parse(digits.substr(leading));
    if (!number) return false;
    TiterText found{whole_titer(*with_comparator(comparator, *number)), {}, {}};
    found.shown = std::string(comparator) + "1:" + number->to_string();
    if (!scan.best || is_higher(found.value, scan.best->value)) scan.best = std::move(found);
    scan.rest += ' ';
    return true;
}

} // namespace

Interval whole_titer(Interval value) {
    if (value.lower && !value.lower->inclusive && value.lower->value.is_integer())
        if (const auto next = value.lower->value.plus(base::Decimal(1))) value.lower = {*next, true};
    return value;
}

std::optional<TiterText> find_titer(std::string_view text) {
    Scan scan;
    for (std::size_t i = 0; i < text.size();) {
        std::string_view rest = text.substr(i);
        const std::string_view comparator = take_comparator(rest);
        std::size_t at = rest.empty() ? text.size() : static_cast<std::size_t>(rest.data() - text.data());
        const std::string_view digits = i > 0 && joins_number(text[i - 1]) ? "" : take_titer(text, at);
        if (!digits.empty()) {
            if (goes_on(text.substr(at)) || !add(scan, comparator, digits)) return std::nullopt;
            i = at;
        } else if (is_digit(text[i])) {
            return std::nullopt;
        } else {
            scan.rest += text[i++];
        }
    }
    if (scan.best) scan.best->rest = scan.rest;
    return scan.best;
}

} // namespace trialcds::mappings
