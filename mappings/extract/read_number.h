// Numbers as EHRs write them: Quantity, Range, integer, or decimal text with an optional comparator and unit
// ("4.0", "45.0 %", "<0.2", ">5 mg/L"). A comparator makes an interval with an open end. A decimal comma is
// never guessed at: "4,5" is unreadable. Source: clinical-rules 7.5, fhir-reading 3. Thread-safety:
// reentrant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eligibility/facts.h"
#include "fhir/datatypes.h"

namespace trialcds::mappings {

struct WrittenNumber {
    eligibility::Interval value;
    std::string_view unit_code; // UCUM code of a Quantity
    std::string_view unit_text; // Quantity.unit, or what follows the number in a text
    std::string shown;          // "<45", without the unit
};

// A recorded number, or why there is none: no_value when nothing is recorded.
struct NumberRead {
    std::optional<WrittenNumber> number;
    eligibility::Unusable problem = eligibility::Unusable::none;
};

[[nodiscard]] NumberRead read_number(const fhir::ObservationValue &value);
[[nodiscard]] std::optional<WrittenNumber> read_number_text(std::string_view text);
[[nodiscard]] std::optional<WrittenNumber> read_number_quantity(const fhir::Quantity &quantity);

// Takes a comparator off the front ("<", "<=", "=<", U+2264, ...): "<", "<=", ">", ">=" or "".
[[nodiscard]] std::string_view take_comparator(std::string_view &text);
[[nodiscard]] std::optional<eligibility::Interval> with_comparator(std::string_view comparator,
                                                                   const base::Decimal &number);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] bool is_digit(char c);

// value * factor, or null on overflow. The factor is positive.
[[nodiscard]] std::optional<eligibility::Interval> scale(const eligibility::Interval &value,
                                                         const base::Decimal &factor);

} // namespace trialcds::mappings
