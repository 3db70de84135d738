// Choice elements: Observation.value[x], and onset[x], abatement[x], performed[x].
#include "datatype_reader.h"

namespace trialcds::fhir {
namespace {

enum class JsonKind { object, string, boolean, number };

bool has_kind(json::Value value, JsonKind kind) {
    switch (kind) {
    case JsonKind::object:
        return value.is_object();
    case JsonKind::string:
        return value.is_string();
    case JsonKind::boolean:
        return value.is_bool();
    case JsonKind::number:
        return value.is_number() || value.is_string(); // read_number judges a string
    }
    return false;
}

template <typename Choice>
struct ChoiceType {
    std::string_view name;
    JsonKind kind;
    Choice (*read)(const Cursor &at);
};

const ChoiceType<ObservationValue> kValueTypes[] = {
    {"Quantity", JsonKind::object, [](const Cursor &at) -> ObservationValue { return read_quantity(at); }},
    {"CodeableConcept", JsonKind::object,
     [](const Cursor &at) -> ObservationValue { return read_concept(at); }},
    {"String", JsonKind::string,
     [](const Cursor &at) -> ObservationValue { return StringValue{at.value.text()}; }},
    {"Boolean", JsonKind::boolean, [](const Cursor &at) -> ObservationValue { return at.value.is_true(); }},
    {"Integer", JsonKind::number,
     [](const Cursor &at) -> ObservationValue {
         const std::string_view text = read_number(at);
         if (text.empty()) return UnsupportedValue{};
         return IntegerValue{text};
     }},
    {"Range", JsonKind::object, [](const Cursor &at) -> ObservationValue { return read_range(at); }},
    {"Ratio", JsonKind::object, [](const Cursor &at) -> ObservationValue { return read_ratio(at); }},
    {"DateTime", JsonKind::string, [](const Cursor &at) -> ObservationValue { return read_date(at); }},
    {"Period", JsonKind::object, [](const Cursor &at) -> ObservationValue { return read_period(at); }},
};

const ChoiceType<TimingValue> kTimingTypes[] = {
    {"DateTime", JsonKind::string, [](const Cursor &at) -> TimingValue { return read_date(at); }},
    {"Period", JsonKind::object, [](const Cursor &at) -> TimingValue { return read_period(at); }},
    {"Age", JsonKind::object, [](const Cursor &at) -> TimingValue { return AgeValue{read_quantity(at)}; }},
    {"Range", JsonKind::object, [](const Cursor &at) -> TimingValue { return read_range(at); }},
    {"String", JsonKind::string, [](const Cursor &at) -> TimingValue { return StringValue{at.value.text()}; }},
    {"Boolean", JsonKind::boolean, [](const Cursor &at) -> TimingValue { return at.value.is_true(); }},
};

template <typename Choice, std::size_t N>
const ChoiceType<Choice> *find_type(const ChoiceType<Choice> (&types)[N], std::string_view name) {
    for (const ChoiceType<Choice> &type : types)
        if (type.name == name) return &type;
    return nullptr;
}

} // namespace

bool is_observation_value_type(std::string_view type) {
    return find_type(kValueTypes, type) != nullptr;
}

ObservationValue read_observation_value(const Cursor &at, std::string_view type) {
    const auto *known = find_type(kValueTypes, type);
    if (known != nullptr && has_kind(at.value, known->kind)) return known->read(at);
    if (known != nullptr) at.note(Note::wrong_type);
    if (at.value.is_null()) return {};
    if (known != nullptr) return UnsupportedValue{};
    at.note(Note::unsupported_value);
    return UnsupportedValue{type};
}

bool is_timing_type(std::string_view type) {
    return find_type(kTimingTypes, type) != nullptr;
}

TimingValue read_timing(const Cursor &at, std::string_view type) {
    const auto *known = find_type(kTimingTypes, type);
    if (known != nullptr && has_kind(at.value, known->kind)) return known->read(at);
    at.note(known != nullptr ? Note::wrong_type : Note::unsupported_time);
    return DateValue{};
}

} // namespace trialcds::fhir
