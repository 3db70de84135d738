// Classes (WHO functional class): a whole number, or one of the spellings the data lists.
#include "read_result.h"

namespace trialcds::mappings {
namespace {

using eligibility::Interval;
using eligibility::Measurement;
using eligibility::Unusable;

std::optional<int> find_spelling(const ReadingRules &reading, std::string_view text) {
    const std::string words = to_words(text);
    if (const auto exact = reading.ordinal.find(words); exact != reading.ordinal.end()) return exact->second;
    for (const auto &[spelling, value] : reading.ordinal)
        if (!words.empty() && to_words(spelling) == words) return value;
    return std::nullopt;
}

std::optional<int> find_spelling(const ReadingRules &reading, const fhir::CodeableConcept &coded) {
    if (const auto value = find_spelling(reading, coded.text)) return value;
    for (const fhir::Coding &coding : coded.coding)
        if (const auto value = find_spelling(reading, coding.display)) return value;
    return std::nullopt;
}

std::optional<int> from_number(const ReadingRules &reading, const fhir::ObservationValue &value) {
    const NumberRead read = read_number(value);
    if (!read.number || !read.number->value.lower || !read.number->value.upper) return std::nullopt;
    const base::Decimal &number = read.number->value.lower->value;
    if (number != read.number->value.upper->value || !number.is_integer()) return std::nullopt;
    return find_spelling(reading, number.to_string());
}

} // namespace

Measurement read_ordinal(const Draft &draft, eligibility::VariableIndex variable,
                         const ObservedResult &result) {
    Measurement measurement;
    measurement.value_text = shown_text(*result.value);
    const ReadingRules &reading = draft.reading(variable);
    std::optional<int> found;
    if (const auto *string = std::get_if<fhir::StringValue>(result.value)) {
        found = find_spelling(reading, string->text);
    } else if (const auto *coded = std::get_if<fhir::CodeableConcept>(result.value)) {
        found = find_spelling(reading, *coded);
    } else {
        found = from_number(reading, *result.value);
    }
    if (found) {
        measurement.value = Interval::exactly(base::Decimal(*found));
        measurement.has_value = true;
    } else {
        const bool none = read_number(*result.value).problem == Unusable::no_value;
        measurement.unusable = none ? Unusable::no_value : Unusable::unreadable;
    }
    return measurement;
}

} // namespace trialcds::mappings
