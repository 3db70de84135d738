#include "read_linked.h"

#include "read_titer.h"
#include "reference_range.h"

namespace trialcds::mappings {
namespace {

using eligibility::Measurement;
using eligibility::Qualitative;
using eligibility::Unusable;
using eligibility::VariableIndex;

bool in_words(const fhir::ObservationValue &value) {
    return std::holds_alternative<fhir::StringValue>(value) ||
           std::holds_alternative<fhir::CodeableConcept>(value) || std::holds_alternative<bool>(value);
}

// A bare number under a presence test's code may be an index: only what is written as a titre is one.
bool is_written_as_titer(const fhir::ObservationValue &value, const Measurement &titer) {
    return in_words(value) ? titer.value_text.find_first_of(":/") != std::string::npos
                           : std::holds_alternative<fhir::RatioValue>(value) || !titer.unit_text.empty();
}

// The lowest titre that the result's own range calls positive.
std::optional<base::Decimal> first_positive(const Draft &draft, const ObservedResult &result) {
    if (result.reference_range.size() != 1) return std::nullopt;
    const auto limit = read_limit_text(draft, result.reference_range.front().text);
    if (!limit || !limit->is_titer) return std::nullopt;
    return limit->is_outside ? limit->number : limit->number.plus(base::Decimal(1));
}

std::optional<Measurement> titer_of_positive(const Draft &draft, VariableIndex titer,
                                             const ObservedResult &result, const Measurement &presence) {
    const auto &least = draft.reading(titer).positive_is_at_least;
    if (!least || presence.qualitative != Qualitative::positive) return std::nullopt;
    const auto positive_from = first_positive(draft, result);
    if (!positive_from || *positive_from < *least) return std::nullopt;
    Measurement measurement = presence;
    measurement.qualitative.reset();
    measurement.value = {eligibility::Bound{*positive_from, true}, std::nullopt};
    measurement.has_value = true;
    return measurement;
}

void add_presence(Draft &draft, VariableIndex titer, VariableIndex presence, const ObservedResult &result,
                  std::vector<LinkedReading> &readings) {
    Measurement answer = read_result(draft, presence, result);
    if (!answer.qualitative) return;
    // The words did not go with the titre beside them ("positive <1:80").
    if (find_titer(answer.value_text)) answer.grade = Grade::confirm;
    readings.clear();
    if (auto bound = titer_of_positive(draft, titer, result, answer))
        readings.push_back({titer, std::move(*bound)});
    readings.push_back({presence, std::move(answer)});
}

void add_titer(Draft &draft, VariableIndex titer, const ObservedResult &result,
               std::vector<LinkedReading> &readings) {
    const Measurement presence = readings.front().measurement;
    Measurement read = read_result(draft, titer, result);
    if (read.has_value && is_written_as_titer(*result.value, read)) {
        if (presence.unusable != Unusable::none) readings.clear();
        readings.push_back({titer, std::move(read)});
    } else if (auto bound = titer_of_positive(draft, titer, result, presence)) {
        readings.push_back({titer, std::move(*bound)});
    }
}

} // namespace

std::vector<LinkedReading> read_linked(Draft &draft, VariableIndex variable, const ObservedResult &result) {
    std::vector<LinkedReading> readings;
    readings.push_back({variable, read_result(draft, variable, result)});
    const auto &other = draft.reading(variable).counterpart;
    if (!other || result.value_unusable) return readings;
    const bool is_titer = draft.catalogue.variables[eligibility::at(variable)].kind == VariableKind::titer;
    const Unusable problem = readings.front().measurement.unusable;
    if (!is_titer) {
        add_titer(draft, *other, result, readings);
    } else if (problem == Unusable::unreadable && in_words(*result.value)) {
        add_presence(draft, variable, *other, result, readings);
    }
    return readings;
}

} // namespace trialcds::mappings
