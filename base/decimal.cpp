#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace trialcds::base {

namespace {

__extension__ using Wide = __int128; // two 18-digit factors, or one shifted by 18 places, fit with room

constexpr int kMaxScale = 18;
constexpr int kMaxExponent = 18;
constexpr std::size_t kMaxDigits = 18;

constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers{};
    std::int64_t power = 1;
    for (auto &entry : powers) {
        entry = power;
        if (power <= 100'000'000'000'000'000) power *= 10;
    }
    return powers;
}();

constexpr std::int64_t power_of_ten(int exponent) {
    return kPowers[static_cast<std::size_t>(exponent)];
}

constexpr Wide magnitude(Wide value) {
    return value < 0 ? -value : value;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view &rest) {
    std::size_t n = 0;
    while (n < rest.size() && is_digit(rest[n]))
        ++n;
    const std::string_view digits = rest.substr(0, n);
    rest.remove_prefix(n);
    return digits;
}

// "e[+-]digits" at the front of rest, or nothing (0); nullopt when malformed or out of bounds.
std::optional<int> take_exponent(std::string_view &rest) {
    if (rest.empty() || (rest.front() != 'e' && rest.front() != 'E')) return 0;
    rest.remove_prefix(1);
    bool negative = false;
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
        negative = rest.front() == '-';
        rest.remove_prefix(1);
    }
    const std::string_view digits = take_digits(rest);
    if (digits.empty()) return std::nullopt;
    int exponent = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc() || exponent > kMaxExponent) return std::nullopt;
    return negative ? -exponent : exponent;
}

// Collects the digits of a number without its leading zeros; zeros are held back until a digit follows, so
// that "5.000000000000000000000" still is the one significant digit it means.
struct DigitCollector {
    std::int64_t mantissa = 0;
    std::size_t digits = 0;
    std::size_t held_zeros = 0;

    [[nodiscard]] bool add(char c) {
        if (c == '0') {
            if (digits > 0) ++held_zeros;
            return true;
        }
        if (digits + held_zeros + 1 > kMaxDigits) return false;
        digits += held_zeros + 1;
        mantissa = mantissa * power_of_ten(static_cast<int>(held_zeros)) * 10 + (c - '0');
        held_zeros = 0;
        return true;
    }
};

} // namespace

struct DecimalParts {
    // The Decimal mantissa * 10^-scale in its normal form, or nullopt when it needs more digits than we keep.
    static std::optional<Decimal> exact(Wide mantissa, int scale) {
        if (mantissa == 0) return Decimal();
        while (scale > 0 && mantissa % 10 == 0) {
            mantissa /= 10;
            --scale;
        }
        if (scale > kMaxScale) return std::nullopt;
        Wide significant = magnitude(mantissa);
        if (significant > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
        while (significant % 10 == 0)
            significant /= 10;
        if (significant >= power_of_ten(kMaxDigits)) return std::nullopt;
        Decimal result;
        result.mantissa_ = static_cast<std::int64_t>(mantissa);
        result.scale_ = scale;
        return result;
    }

    static std::optional<Decimal> sum(const Decimal &left, const Decimal &right, int sign) {
        const int scale = std::max(left.scale_, right.scale_);
        return exact(shifted(left, scale) + sign * shifted(right, scale), scale);
    }

    // The mantissa that `value` has at a larger scale.
    static Wide shifted(const Decimal &value, int scale) {
        return Wide{value.mantissa_} * power_of_ten(scale - value.scale_);
    }
};

std::optional<Decimal> Decimal::parse(std::string_view text) {
    std::string_view rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative) rest.remove_prefix(1);
    const std::string_view whole = take_digits(rest);
    if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
    std::string_view fraction;
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
        fraction = take_digits(rest);
        if (fraction.empty()) return std::nullopt;
    }
    const auto exponent = take_exponent(rest);
    if (!exponent || !rest.empty()) return std::nullopt;

    DigitCollector collected;
    for (const std::string_view part : {whole, fraction})
        for (const char c : part)
            if (!collected.add(c)) return std::nullopt;
    if (collected.mantissa == 0) return Decimal();

    // value = mantissa * 10^shift
    const auto shift = static_cast<std::int64_t>(collected.held_zeros) -
                       static_cast<std::int64_t>(fraction.size()) + *exponent;
    if (shift > kMaxScale || shift < -kMaxScale) return std::nullopt;
    const Wide mantissa = negative ? -Wide{collected.mantissa} : Wide{collected.mantissa};
    if (shift >= 0) return DecimalParts::exact(mantissa * power_of_ten(static_cast<int>(shift)), 0);
    return DecimalParts::exact(mantissa, static_cast<int>(-shift));
}

std::optional<Decimal> Decimal::times(const Decimal &factor) const {
    return DecimalParts::exact(Wide{mantissa_} * factor.mantissa_, scale_ + factor.scale_);
}

std::optional<Decimal> Decimal::plus(const Decimal &other) const {
    return DecimalParts::sum(*this, other, 1);
}

std::optional<Decimal> Decimal::minus(const Decimal &other) const {
    return DecimalParts::sum(*this, other, -1);
}

std::optional<Decimal> Decimal::ratio(const Decimal &other, int digits) const {
    if (other.mantissa_ == 0 || digits < 0 || digits > kMaxScale) return std::nullopt;
    // Long division, one digit at a time: the remainder stays below the divisor, so nothing overflows.
    int places = other.scale_ + digits - scale_;
    Wide divisor = magnitude(other.mantissa_);
    if (places < 0) {
        divisor *= power_of_ten(-places);
        places = 0;
    }
    Wide quotient = magnitude(mantissa_) / divisor;
    Wide remainder = magnitude(mantissa_) % divisor;
    for (; places > 0; --places) {
        remainder *= 10;
        quotient = quotient * 10 + remainder / divisor;
        remainder %= divisor;
        if (quotient > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    }
    const Wide twice = remainder * 2;
    if (twice > divisor || (twice == divisor && quotient % 2 != 0)) ++quotient;
    const bool negative = (mantissa_ < 0) != (other.mantissa_ < 0);
    return DecimalParts::exact(negative ? -quotient : quotient, digits);
}

bool Decimal::is_integer() const {
    return scale_ == 0;
}

std::optional<std::int64_t> Decimal::as_integer() const {
    if (!is_integer()) return std::nullopt;
    return mantissa_;
}

std::int64_t Decimal::floor() const {
    const std::int64_t unit = power_of_ten(scale_);
    const std::int64_t towards_zero = mantissa_ / unit;
    return mantissa_ % unit < 0 ? towards_zero - 1 : towards_zero;
}

std::int64_t Decimal::ceil() const {
    const std::int64_t unit = power_of_ten(scale_);
    const std::int64_t towards_zero = mantissa_ / unit;
    return mantissa_ % unit > 0 ? towards_zero + 1 : towards_zero;
}

std::string Decimal::to_string() const {
    std::string text = std::to_string(mantissa_);
    if (scale_ == 0) return text;
    const std::size_t sign = mantissa_ < 0 ? 1 : 0;
    const auto places = static_cast<std::size_t>(scale_);
    if (text.size() - sign <= places) text.insert(sign, places + 1 - (text.size() - sign), '0');
    text.insert(text.size() - places, 1, '.');
    return text;
}

std::strong_ordering Decimal::operator<=>(const Decimal &other) const {
    if (scale_ == other.scale_) return mantissa_ <=> other.mantissa_;
    const int scale = std::max(scale_, other.scale_);
    const Wide left = DecimalParts::shifted(*this, scale);
    const Wide right = DecimalParts::shifted(other, scale);
    if (left == right) return std::strong_ordering::equal;
    return left < right ? std::strong_ordering::less : std::strong_ordering::greater;
}

} // namespace trialcds::base
