#include "read_number.h"

#include <array>

namespace trialcds::mappings {
namespace {

using eligibility::Bound;
using eligibility::Interval;
using eligibility::Unusable;

struct Comparator {
    std::string_view written;
    std::string_view meaning;
};
constexpr std::array<Comparator, 8> kComparators{{{"<=", "<="},
                                                  {"=<", "<="},
                                                  {">=", ">="},
                                                  {"=>", ">="},
                                                  {"<", "<"},
                                                  {">", ">"},
                                                  {"\xE2\x89\xA4", "<="},   // U+2264
                                                  {"\xE2\x89\xA5", ">="}}}; // U+2265

// digits[.digits], or .digits; the length of it, 0 when there is none
std::size_t number_length(std::string_view text) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t start = i;
        while (i < text.size() && is_digit(text[i]))
            ++i;
        return i > start;
    };
    const bool whole = digits();
    if (i < text.size() && text[i] == '.') {
        ++i;
        if (!digits()) return 0;
    }
    return whole || i > 1 ? i : 0;
}

std::optional<base::Decimal> to_decimal(std::string_view digits) {
    while (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]))
        digits.remove_prefix(1);
    return base::Decimal::parse(digits[0] == '.' ? "0" + std::string(digits) : std::string(digits));
}

// What may not follow a number: it would be another number's part ("4,5", "1:80", "20-25", "1/320", "1.2.3").
bool continues_number(std::string_view rest) {
    if (rest.empty()) return false;
    if (rest[0] == ',' || rest[0] == ':' || rest[0] == '.' || rest[0] == '-') return true;
    return rest[0] == '/' && rest.size() > 1 && (is_digit(rest[1]) || rest[1] == ' ');
}

NumberRead unreadable() {
    return {std::nullopt, Unusable::unreadable};
}

NumberRead known_or_unreadable(std::optional<WrittenNumber> number) {
    return number ? NumberRead{std::move(number), Unusable::none} : unreadable();
}

NumberRead read(const fhir::Quantity &quantity) {
    if (quantity.value.empty()) return {std::nullopt, Unusable::no_value};
    return known_or_unreadable(read_number_quantity(quantity));
}

bool is_plain(const fhir::Quantity &quantity) {
    return !quantity.value.empty() && quantity.comparator.empty();
}

NumberRead read(const fhir::RangeValue &range) {
    const bool low = is_plain(range.low);
    const bool high = is_plain(range.high);
    if (range.low.value.empty() && range.high.value.empty()) return {std::nullopt, Unusable::no_value};
    if ((!low && !range.low.value.empty()) || (!high && !range.high.value.empty())) return unreadable();
    WrittenNumber number;
    const fhir::Quantity &with_unit = low ? range.low : range.high;
    if (low && high && (range.low.unit != range.high.unit || range.low.code != range.high.code))
        return unreadable();
    number.unit_code = with_unit.code;
    number.unit_text = with_unit.unit;
    if (low) {
        const auto decimal = base::Decimal::parse(range.low.value);
        if (!decimal) return unreadable();
        number.value.lower = Bound{*decimal, true};
    }
    if (high) {
        const auto decimal = base::Decimal::parse(range.high.value);
        if (!decimal) return unreadable();
        number.value.upper = Bound{*decimal, true};
    }
    if (low && high && number.value.lower->value > number.value.upper->value) return unreadable();
    number.shown = to_string(number.value);
    return {std::move(number), Unusable::none};
}

NumberRead read(const fhir::IntegerValue &integer) {
    const auto decimal = base::Decimal::parse(integer.text);
    if (!decimal) return unreadable();
    return {WrittenNumber{Interval::exactly(*decimal), {}, {}, std::string(integer.text)}, Unusable::none};
}

NumberRead read(const fhir::StringValue &string) {
    if (trim(string.text).empty()) return {std::nullopt, Unusable::no_value};
    return known_or_unreadable(read_number_text(string.text));
}

NumberRead read(const fhir::CodeableConcept &coded) {
    if (coded.empty()) return {std::nullopt, Unusable::no_value};
    return known_or_unreadable(read_number_text(coded.text));
}

NumberRead read(std::monostate) {
    return {std::nullopt, Unusable::no_value};
}

template <typename Other>
NumberRead read(const Other &) {
    return unreadable();
}

} // namespace

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view take_comparator(std::string_view &text) {
    for (const Comparator &comparator : kComparators) {
        if (!text.starts_with(comparator.written)) continue;
        text = trim(text.substr(comparator.written.size()));
        return comparator.meaning;
    }
    return {};
}

std::optional<Interval> with_comparator(std::string_view comparator, const base::Decimal &number) {
    if (comparator.empty()) return Interval::exactly(number);
    const Bound bound{number, comparator.ends_with('=')};
    if (comparator.starts_with('<')) return Interval{std::nullopt, bound};
    if (comparator.starts_with('>')) return Interval{bound, std::nullopt};
    return std::nullopt;
}

std::optional<WrittenNumber> read_number_quantity(const fhir::Quantity &quantity) {
    const auto decimal = base::Decimal::parse(quantity.value);
    if (!decimal) return std::nullopt;
    auto value = with_comparator(quantity.comparator, *decimal);
    if (!value) return std::nullopt;
    return WrittenNumber{*value, quantity.code, quantity.unit,
                         std::string(quantity.comparator) + std::string(quantity.value)};
}

std::optional<WrittenNumber> read_number_text(std::string_view text) {
    std::string_view rest = trim(text);
    const std::string_view comparator = take_comparator(rest);
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    const std::size_t length = number_length(rest);
    if (length == 0 || continues_number(rest.substr(length))) return std::nullopt;
    std::optional<base::Decimal> decimal = to_decimal(rest.substr(0, length));
    if (decimal && negative) decimal = decimal->times(base::Decimal(-1));
    if (!decimal) return std::nullopt;
    const std::string_view unit = trim(rest.substr(length));
    const std::string_view digits = rest.substr(0, length);
    return WrittenNumber{*with_comparator(comparator, *decimal),
                         {},
                         unit,
                         std::string(comparator) + (negative ? "-" : "") + std::string(digits)};
}

NumberRead read_number(const fhir::ObservationValue &value) {
    return std::visit([](const auto &known) { return read(known); }, value);
}

std::optional<Interval> scale(const Interval &value, const base::Decimal &factor) {
    Interval scaled = value;
    for (std::optional<Bound> *bound : {&scaled.lower, &scaled.upper}) {
        if (!*bound) continue;
        const auto product = (*bound)->value.times(factor);
        if (!product) return std::nullopt;
        (*bound)->value = *product;
    }
    return scaled;
}

} // namespace trialcds::mappings
