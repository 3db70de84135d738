// Titres in every form they are recorded in: text, Quantity, integer, Ratio (clinical-rules 7.4).
#include "answer_text.h"
#include "read_result.h"
#include "reference_range.h"
#include "titer_text.h"

namespace trialcds::mappings {
namespace {

using eligibility::Interval;
using eligibility::Measurement;
using eligibility::Qualitative;
using eligibility::Unusable;

const base::Decimal kOne(1);

void set_value(const Draft &draft, eligibility::VariableIndex variable, const Interval &value,
               Measurement &measurement) {
    const Interval titer = whole_titer(value);
    const ReadingRules &reading = draft.reading(variable);
    if (!is_plausible(reading, titer) || (titer.lower && !titer.lower->value.is_integer()) ||
        (titer.upper && !titer.upper->value.is_integer())) {
        measurement.unusable = Unusable::implausible;
        return;
    }
    measurement.value = titer;
    measurement.has_value = true;
}

// 0.0125 is 1/80 where the unit says titre; rounded dilutions do not come back to a whole number.
std::optional<Interval> reciprocal(const Interval &value) {
    constexpr int kDigits = 6;
    if (!value.lower || !value.upper || value.lower->value != value.upper->value) return std::nullopt;
    if (value.lower->value >= kOne || value.lower->value <= base::Decimal(0)) return std::nullopt;
    const auto titer = kOne.ratio(value.lower->value, kDigits);
    if (!titer || !titer->is_integer()) return std::nullopt;
    return Interval::exactly(*titer);
}

bool is_share(const Interval &value) {
    return (value.lower && value.lower->value < kOne) || (value.upper && value.upper->value < kOne);
}

void read_plain_number(const Draft &draft, eligibility::VariableIndex variable, const WrittenNumber &number,
                       Measurement &measurement) {
    measurement.value_text = number.shown;
    measurement.unit_text = trim(number.unit_text.empty() ? number.unit_code : number.unit_text);
    const UnitFactor unit = unit_factor(draft.lookup, number.unit_code, number.unit_text, variable);
    const MissingUnit missing = draft.reading(variable).missing_unit;
    if (unit.missing && missing == MissingUnit::unusable) {
        measurement.unusable = Unusable::no_unit;
    } else if (!unit.missing && !unit.factor) {
        measurement.unusable = Unusable::not_this_test; // an index or units per volume under a titre's code
    } else if (!is_share(number.value)) {
        if (unit.missing && missing == MissingUnit::confirm) measurement.grade = Grade::confirm;
        set_value(draft, variable, number.value, measurement);
    } else if (const auto titer = reciprocal(number.value); titer && !unit.missing) {
        set_value(draft, variable, *titer, measurement);
    } else {
        measurement.unusable = Unusable::implausible;
    }
}

// One side is 1 and the other the titre, whichever way round they were stored.
std::optional<Interval> from_ratio(const fhir::RatioValue &ratio) {
    const auto numerator = base::Decimal::parse(ratio.numerator.value);
    const auto denominator = base::Decimal::parse(ratio.denominator.value);
    if (!numerator || !denominator || (*numerator != kOne && *denominator != kOne)) return std::nullopt;
    if (!ratio.numerator.comparator.empty() && !ratio.denominator.comparator.empty()) return std::nullopt;
    const std::string_view comparator =
        ratio.numerator.comparator.empty() ? ratio.denominator.comparator : ratio.numerator.comparator;
    return with_comparator(comparator, *numerator < *denominator ? *denominator : *numerator);
}

// Words beside the titre: "positive" agrees with it, a pattern's name leaves it to be confirmed, "negative"
// agrees with "<1:80" only ("negative at 1:80" gives no titre).
bool judge_words(Draft &draft, const TiterText &found, Measurement &measurement) {
    const AnswerText answer = read_answer_text(draft, found.rest);
    if (answer.nothing) return true;
    const bool below = !found.value.lower;
    if (answer.meaning && answer.whole) return (*answer.meaning == Qualitative::negative) == below;
    measurement.grade = Grade::confirm;
    return !answer.mentions_other_than_positive;
}

bool read_text(Draft &draft, eligibility::VariableIndex variable, std::string_view text,
               Measurement &measurement) {
    if (const auto found = find_titer(text)) {
        if (!judge_words(draft, *found, measurement)) return false;
        set_value(draft, variable, found->value, measurement);
        return true;
    }
    const auto number = read_number_text(text);
    if (!number) return false;
    read_plain_number(draft, variable, *number, measurement);
    return true;
}

bool read_texts(Draft &draft, eligibility::VariableIndex variable, const fhir::CodeableConcept &coded,
                Measurement &measurement) {
    if (read_text(draft, variable, coded.text, measurement)) return true;
    for (const fhir::Coding &coding : coded.coding)
        if (read_text(draft, variable, coding.display, measurement)) return true;
    return false;
}

bool read_any(Draft &draft, eligibility::VariableIndex variable, const fhir::ObservationValue &value,
              Measurement &measurement) {
    if (const auto *string = std::get_if<fhir::StringValue>(&value))
        return read_text(draft, variable, string->text, measurement);
    if (const auto *coded = std::get_if<fhir::CodeableConcept>(&value))
        return read_texts(draft, variable, *coded, measurement);
    if (const auto *ratio = std::get_if<fhir::RatioValue>(&value)) {
        const auto titer = from_ratio(*ratio);
        if (titer) set_value(draft, variable, *titer, measurement);
        return titer.has_value();
    }
    const NumberRead read = read_number(value);
    if (read.number) read_plain_number(draft, variable, *read.number, measurement);
    if (read.problem == Unusable::no_value) measurement.unusable = Unusable::no_value;
    return read.number || read.problem == Unusable::no_value;
}

} // namespace

Measurement read_titer(Draft &draft, eligibility::VariableIndex variable, const ObservedResult &result) {
    Measurement measurement;
    measurement.value_text = shown_text(*result.value);
    if (read_any(draft, variable, *result.value, measurement)) return measurement;
    measurement.unusable = Unusable::unreadable;
    return measurement;
}

} // namespace trialcds::mappings
