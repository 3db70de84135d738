#include "read_result.h"

#include "observation_date.h"
#include "reference_range.h"

namespace trialcds::mappings {
namespace {

using eligibility::Measurement;
using eligibility::UnitDoubt;
using eligibility::Unusable;

constexpr std::size_t kShownLength = 60;

std::string shorten(std::string_view text) {
    text = trim(text);
    if (text.size() <= kShownLength) return std::string(text);
    std::size_t end = kShownLength;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end; // not inside a UTF-8 sequence
    return std::string(text.substr(0, end)) + "...";
}

struct Shown {
    std::string operator()(const fhir::Quantity &quantity) const {
        return std::string(quantity.comparator) + std::string(quantity.value);
    }
    std::string operator()(const fhir::CodeableConcept &coded) const {
        if (!coded.text.empty()) return shorten(coded.text);
        for (const fhir::Coding &coding : coded.coding)
            if (!coding.display.empty()) return shorten(coding.display);
        return coded.coding.empty() ? "" : shorten(coded.coding.front().code);
    }
    std::string operator()(const fhir::StringValue &string) const { return shorten(string.text); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(const fhir::IntegerValue &integer) const { return std::string(integer.text); }
    std::string operator()(const fhir::RangeValue &range) const {
        return (*this)(range.low) + "-" + (*this)(range.high);
    }
    std::string operator()(const fhir::RatioValue &ratio) const {
        return (*this)(ratio.numerator) + ":" + (*this)(ratio.denominator);
    }
    template <typename Other>
    std::string operator()(const Other &) const {
        return {};
    }
};

void doubt(Measurement &measurement, UnitDoubt why) {
    measurement.grade = Grade::confirm;
    measurement.unit_doubt = why;
}

// The unit may be missing where the variable allows it; elsewhere the value is unusable.
Unusable judge_missing_unit(const ReadingRules &reading, Measurement &measurement) {
    if (reading.missing_unit == MissingUnit::unusable) return Unusable::no_unit;
    if (reading.missing_unit == MissingUnit::confirm) doubt(measurement, UnitDoubt::not_stated);
    return Unusable::none;
}

bool is_within(const ReadingRules &reading, const base::Decimal &number) {
    if (reading.at_least && number < *reading.at_least) return false;
    return !reading.at_most || number <= *reading.at_most;
}

bool is_whole(const eligibility::Interval &value) {
    return (!value.lower || value.lower->value.is_integer()) &&
           (!value.upper || value.upper->value.is_integer());
}

void convert(const Draft &draft, const ReadingRules &reading, const WrittenNumber &number,
             const base::Decimal &factor, const ObservedResult &result, Measurement &measurement) {
    const auto value = scale(number.value, factor);
    if (!value) {
        measurement.unusable = Unusable::unreadable;
        return;
    }
    // A share of one sent for a percentage: likely, but not certain.
    if (reading.fraction_confirm && factor != base::Decimal(1)) doubt(measurement, UnitDoubt::share);
    if (!is_plausible(reading, *value)) {
        measurement.unusable = Unusable::implausible;
        return;
    }
    measurement.value = *value;
    measurement.has_value = true;
    measurement.against_reference = against_reference(draft, result, number);
    if (const auto limits = read_limits(draft, result, number); limits && limits->low)
        measurement.reference_low = limits->low->times(factor);
}

// What it takes to read one, in units of work: it is looked at as a number, as a titre and as words.
struct ReadingWork {
    static constexpr std::size_t kLooks = 4;

    std::size_t operator()(const fhir::StringValue &string) const { return kLooks * string.text.size(); }
    std::size_t operator()(const fhir::CodeableConcept &coded) const {
        std::size_t work = kLooks * coded.text.size();
        for (const fhir::Coding &coding : coded.coding)
            work += kCodeWork + kLooks * coding.display.size();
        return work;
    }
    template <typename Other>
    std::size_t operator()(const Other &) const {
        return 0;
    }
};

// An Observation's own result or a component's. Once the budget is spent there is no value to read.
template <typename Part>
ObservedResult result_from(const Draft &draft, const Part &part, const fhir::Observation &observation) {
    std::size_t work = kResourceWork + std::visit(ReadingWork{}, part.value);
    for (const fhir::CodeableConcept &said : part.interpretation)
        work += ReadingWork{}(said);
    for (const fhir::ReferenceRange &range : part.reference_range) {
        work += kFactWork + ReadingWork::kLooks * range.text.size() + ReadingWork{}(range.type);
        for (const fhir::CodeableConcept &population : range.applies_to)
            work += ReadingWork{}(population);
    }
    if (!draft.work.charge(work)) return {&part.value, {}, {}, true};
    return {&part.value, part.interpretation,
            ranges_for(draft, part.reference_range, date_of(observation).days), part.value_unusable};
}

} // namespace

ObservedResult ObservedResult::of(const Draft &draft, const fhir::Observation &observation) {
    return result_from(draft, observation, observation);
}

ObservedResult ObservedResult::of(const Draft &draft, const fhir::Observation &observation,
                                  const fhir::Component &component) {
    return result_from(draft, component, observation);
}

UnitFactor unit_factor(const Lookup &lookup, std::string_view code, std::string_view text,
                       eligibility::VariableIndex variable) {
    code = trim(code);
    text = trim(text);
    if (code.empty() && text.empty()) return {std::nullopt, true};
    const auto by_code = code.empty() ? std::nullopt : lookup.factor(code, variable);
    const auto by_text = text.empty() ? std::nullopt : lookup.factor(text, variable);
    if (by_code && by_text && *by_code != *by_text) return {};
    return {by_code ? by_code : by_text, false};
}

bool is_plausible(const ReadingRules &reading, const eligibility::Interval &value) {
    if (value.lower && !is_within(reading, value.lower->value)) return false;
    if (value.upper && !is_within(reading, value.upper->value)) return false;
    return !reading.integer || is_whole(value);
}

Measurement read_quantity(const Draft &draft, eligibility::VariableIndex variable,
                          const ObservedResult &result) {
    Measurement measurement;
    measurement.value_text = shown_text(*result.value);
    const NumberRead read = read_number(*result.value);
    if (!read.number) {
        measurement.unusable = read.problem;
        return measurement;
    }
    const WrittenNumber &number = *read.number;
    measurement.value_text = number.shown;
    measurement.unit_text = trim(number.unit_text.empty() ? number.unit_code : number.unit_text);
    const ReadingRules &reading = draft.reading(variable);
    UnitFactor unit = unit_factor(draft.lookup, number.unit_code, number.unit_text, variable);
    if (unit.missing) {
        measurement.unusable = judge_missing_unit(reading, measurement);
        unit.factor = base::Decimal(1);
    } else if (!unit.factor) {
        measurement.unusable = Unusable::unknown_unit;
    }
    if (measurement.unusable == Unusable::none)
        convert(draft, reading, number, *unit.factor, result, measurement);
    return measurement;
}

Measurement read_result(Draft &draft, eligibility::VariableIndex variable, const ObservedResult &result) {
    if (result.value_unusable) {
        Measurement measurement;
        measurement.unusable = Unusable::unreadable;
        return measurement;
    }
    switch (draft.catalogue.variables[eligibility::at(variable)].kind) {
    case VariableKind::quantity:
        return read_quantity(draft, variable, result);
    case VariableKind::titer:
        return read_titer(draft, variable, result);
    case VariableKind::qualitative:
        return read_qualitative(draft, variable, result);
    case VariableKind::ordinal:
        break;
    }
    return read_ordinal(draft, variable, result);
}

std::string shown_text(const fhir::ObservationValue &value) {
    return std::visit(Shown{}, value);
}

} // namespace trialcds::mappings
