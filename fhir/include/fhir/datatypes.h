// The few FHIR R4 data types that criteria read. Everything is a view into the PatientRecord that owns the
// text (see patient_record.h): do not outlive it. An absent element is an empty view, an empty span, a
// monostate or a null optional; nothing is defaulted to a value. Codes are kept as written.
// Source: FHIR R4 4.0.1 datatypes. Thread-safety: plain values.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/date.h"

namespace trialcds::fhir {

struct Coding {
    std::string_view system;
    std::string_view code;
    std::string_view display;
};

struct CodeableConcept {
    std::span<const Coding> coding;
    std::string_view text;

    [[nodiscard]] bool empty() const { return coding.empty() && text.empty(); }
};

// A date, dateTime or instant. `text` as written; `date` is null when absent or unreadable.
struct DateValue {
    std::string_view text;
    std::optional<base::PartialDate> date;
};

struct PeriodValue {
    DateValue start;
    DateValue end;
};

[[nodiscard]] bool is_reversed(const PeriodValue &period); // ends before it starts: its end is not usable

// value is the number as written ("62.50"), or "" when the Quantity holds none.
struct Quantity {
    std::string_view value;
    std::string_view comparator; // "<", "<=", ">=", ">" or ""
    std::string_view unit;
    std::string_view system;
    std::string_view code;
};

struct RangeValue {
    Quantity low;
    Quantity high;
};

struct RatioValue {
    Quantity numerator;
    Quantity denominator;
};

struct StringValue {
    std::string_view text;
};

struct IntegerValue {
    std::string_view text;
};

// A value[x] of a type no criterion reads (SampledData, time, Attachment, ...), or one of a wrong JSON type.
struct UnsupportedValue {
    std::string_view type; // "SampledData", or "" when the JSON type is wrong
};

using ObservationValue =
    std::variant<std::monostate, Quantity, CodeableConcept, StringValue, bool, IntegerValue, RangeValue,
                 RatioValue, DateValue, PeriodValue, UnsupportedValue>;

struct ReferenceRange {
    Quantity low;
    Quantity high;
    std::string_view text;
    // Whom it is for; one that limits this in a way that cannot be read is not kept.
    CodeableConcept type;
    std::span<const CodeableConcept> applies_to;
    std::optional<RangeValue> age;
};

// onset[x], abatement[x] and performed[x]. Age and Range are in the unit written (a, mo, wk, d). Given twice or
// not readable: a DateValue without a date, so that an abatement is never lost.
struct AgeValue {
    Quantity age;
};

using TimingValue =
    std::variant<std::monostate, DateValue, PeriodValue, AgeValue, RangeValue, StringValue, bool>;

} // namespace trialcds::fhir
