// Reads FHIR R4's data types out of JSON. Every function is total: a wrong JSON type gives the empty value
// and a note. Texts are views into the document, lists are spans in the record's arena.
// Source: FHIR R4 4.0.1 datatypes, JSON representation. Thread-safety: none needed.
#pragma once

#include <string>

#include "cursor.h"
#include "fhir/datatypes.h"

namespace trialcds::fhir {

struct ReferenceValue {
    std::string_view reference;
    std::string_view display;
};

[[nodiscard]] std::string_view read_text(const Cursor &at);
[[nodiscard]] std::string plain_word(std::string_view text); // in small ASCII letters, without blanks around it
[[nodiscard]] bool read_boolean(const Cursor &at);
[[nodiscard]] std::string_view read_number(const Cursor &at); // a string that is a number is taken, with a note
[[nodiscard]] DateValue read_date(const Cursor &at);          // a placeholder counts as not readable
[[nodiscard]] DateValue read_birth_date(const Cursor &at);
[[nodiscard]] bool is_open_end(json::Value date); // written where there is no end
[[nodiscard]] PeriodValue read_period(const Cursor &at);
[[nodiscard]] CodeableConcept read_concept(const Cursor &at);
[[nodiscard]] std::span<const CodeableConcept> read_concepts(const Cursor &at);
[[nodiscard]] Quantity read_quantity(const Cursor &at);
[[nodiscard]] RangeValue read_range(const Cursor &at);
[[nodiscard]] RatioValue read_ratio(const Cursor &at);
[[nodiscard]] ReferenceValue read_reference(const Cursor &at);

// True when the object holds a modifierExtension (which this reader never knows): it must not be used.
[[nodiscard]] bool has_modifier_extension(json::Value object);
[[nodiscard]] bool is_modifier_extension(json::Value member);

// A choice element: `type` is the part of the key after "value" or "onset" ("Quantity", "DateTime").
// A value: monostate for JSON null, UnsupportedValue for a type no criterion reads or a wrong JSON type.
// A timing: a DateValue without a date for whatever cannot be read.
[[nodiscard]] bool is_observation_value_type(std::string_view type); // one that is read
[[nodiscard]] ObservationValue read_observation_value(const Cursor &at, std::string_view type);
[[nodiscard]] bool is_timing_type(std::string_view type);
[[nodiscard]] TimingValue read_timing(const Cursor &at, std::string_view type);

} // namespace trialcds::fhir
