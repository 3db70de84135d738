// Decimal: an exact decimal number, so that no double stands between an EHR's digits and a threshold
// (2.01 * 1000 is below 2010 in binary). value = mantissa * 10^-scale, at most 18 significant digits.
// Every operation is exact or refused (nullopt); nothing is rounded except ratio(), which says so.
// Numerically equal values compare equal whatever their scale (1.0 == 1). Thread-safety: plain value.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trialcds::base {

class Decimal {
  public:
    constexpr Decimal() = default;
    constexpr explicit Decimal(std::int64_t whole) : mantissa_(whole) {}

    // Reads JSON's number syntax: -?digits[.digits][e[+-]digits]. A leading '+' or surrounding blanks are
    // refused. nullopt for anything else, for over 18 significant digits and for |exponent| over 18.
    [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

    [[nodiscard]] std::optional<Decimal> times(const Decimal &factor) const;
    [[nodiscard]] std::optional<Decimal> plus(const Decimal &other) const;
    [[nodiscard]] std::optional<Decimal> minus(const Decimal &other) const;
    // this / other, rounded half to even to `digits` decimals; nullopt when other is zero or on overflow.
    [[nodiscard]] std::optional<Decimal> ratio(const Decimal &other, int digits) const;

    [[nodiscard]] bool is_integer() const;
    [[nodiscard]] std::optional<std::int64_t> as_integer() const; // nullopt unless is_integer()
    // floor towards minus infinity / ceiling, for turning a period into whole days
    [[nodiscard]] std::int64_t floor() const;
    [[nodiscard]] std::int64_t ceil() const;
    [[nodiscard]] std::string to_string() const; // shortest plain notation, no exponent: "22", "0.5", "-3"

    [[nodiscard]] std::strong_ordering operator<=>(const Decimal &other) const;
    [[nodiscard]] bool operator==(const Decimal &other) const { return std::is_eq(*this <=> other); }

  private:
    friend struct DecimalParts; // the arithmetic, in decimal.cpp

    std::int64_t mantissa_ = 0;
    std::int32_t scale_ = 0; // 0..18, and 0 whenever the value is whole
};

} // namespace trialcds::base
