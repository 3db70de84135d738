// Antibodies and other answers, in the order of clinical-rules 7.3: the value's own words, the
// interpretation, the number against the range given with the same result; else it stays unreadable. Never
// against a cut-off from elsewhere: laboratories differ by a factor of forty.
#include <algorithm>
#include <iterator>

#include "answer_text.h"
#include "code_match.h"
#include "read_result.h"
#include "read_titer.h"
#include "reference_range.h"

namespace trialcds::mappings {
namespace {

using eligibility::AgainstReference;
using eligibility::Bound;
using eligibility::Interval;
using eligibility::Measurement;
using eligibility::Qualitative;
using eligibility::Relation;
using eligibility::Unusable;

using Answer = AnswerReading;

// Naming one of the variable's own answers is positive; another name is another finding, which speaks against
// it without excluding it.
Answer read_named(Draft &draft, const ReadingRules &reading, std::string_view text) {
    draft.take(text);
    if (draft.words.size() == 0 || !draft.work.charge(draft.words.size() * reading.answer_names.size()))
        return {};
    std::vector<std::string> names;
    std::transform(reading.answer_names.begin(), reading.answer_names.end(), std::back_inserter(names),
                   to_words);
    for (std::size_t i = 0; i < draft.words.size(); ++i)
        for (const std::string &name : names)
            if (draft.words.stands_at(i, name)) return {Qualitative::positive, Grade::decides};
    return {Qualitative::negative, Grade::confirm};
}

Answer read_words(Draft &draft, const ReadingRules &reading, std::string_view text) {
    const AnswerText answer = read_answer_text(draft, text);
    if (answer.meaning) return {answer.meaning, answer.whole ? Grade::decides : Grade::confirm};
    if (!reading.answer_names.empty()) return read_named(draft, reading, text);
    return {};
}

// Codings that contradict each other say nothing.
Answer read_codes(const Draft &draft, const fhir::CodeableConcept &coded, bool &contradictory) {
    Answer answer;
    for (const fhir::Coding &coding : coded.coding) {
        const auto meaning = draft.lookup.qualitative(coding.system, coding.code);
        if (!meaning) continue;
        contradictory = contradictory || (answer.meaning && *answer.meaning != *meaning);
        answer.meaning = meaning;
    }
    return answer;
}

Answer read_concept(Draft &draft, const ReadingRules &reading, const fhir::CodeableConcept &coded) {
    bool contradictory = false;
    const Answer by_code = read_codes(draft, coded, contradictory);
    if (contradictory) return {};
    if (by_code.meaning) return by_code;
    if (const Answer by_text = read_words(draft, reading, coded.text); by_text.meaning) return by_text;
    for (const fhir::Coding &coding : coded.coding)
        if (const Answer by_display = read_words(draft, reading, coding.display); by_display.meaning)
            return by_display;
    return {};
}

Answer from_value(Draft &draft, const ReadingRules &reading, const fhir::ObservationValue &value) {
    if (const auto *yes = std::get_if<bool>(&value))
        return {*yes ? Qualitative::positive : Qualitative::negative};
    if (const auto *string = std::get_if<fhir::StringValue>(&value))
        return read_words(draft, reading, string->text);
    if (const auto *coded = std::get_if<fhir::CodeableConcept>(&value))
        return read_concept(draft, reading, *coded);
    return {};
}

// "High" means positive only where there is no abnormally low: a range with an upper limit alone.
bool is_one_sided(const Draft &draft, const ObservedResult &result) {
    const base::Decimal zero(0);
    int limits = 0;
    for (const fhir::ReferenceRange &range : result.reference_range) {
        const auto low = base::Decimal::parse(range.low.value);
        if (!range.low.value.empty() && (!low || *low != zero)) return false;
        if (!range.high.value.empty() || read_limit_text(draft, range.text)) ++limits;
    }
    return limits == 1;
}

Answer from_interpretation(const Draft &draft, const ObservedResult &result) {
    const Interpretation said = read_interpretation(draft, result);
    if (said.answer) return {said.answer};
    if (said.against == AgainstReference::normal) return {Qualitative::negative};
    if ((said.against == AgainstReference::high || said.abnormal) && is_one_sided(draft, result))
        return {Qualitative::positive};
    return {};
}

std::optional<WrittenNumber> number_of(const fhir::ObservationValue &value) {
    if (const auto *string = std::get_if<fhir::StringValue>(&value))
        if (const auto titer = find_titer(string->text); titer && trim(titer->rest).empty())
            return WrittenNumber{titer->value, {}, {}, titer->shown};
    return read_number(value).number;
}

std::optional<Qualitative> against(const Interval &value, const base::Decimal &limit, bool limit_is_positive) {
    switch (relate(value, {Bound{limit, limit_is_positive}, std::nullopt})) {
    case Relation::inside:
        return Qualitative::positive;
    case Relation::outside:
        return Qualitative::negative;
    case Relation::straddles:
        break;
    }
    return std::nullopt;
}

// Several ranges, each named by its answer: "Negative" up to 29, "Equivocal" 30 to 40, "Positive" from 41.
Answer from_named_ranges(Draft &draft, const ObservedResult &result, const Interval &value) {
    Answer answer;
    for (const fhir::ReferenceRange &range : result.reference_range) {
        const AnswerText name = read_answer_text(draft, range.text);
        if (!name.meaning || !name.whole) return {};
        Interval limits;
        if (const auto low = base::Decimal::parse(range.low.value)) limits.lower = Bound{*low, true};
        if (const auto high = base::Decimal::parse(range.high.value)) limits.upper = Bound{*high, true};
        if (!limits.lower && !limits.upper) return {};
        if (relate(value, limits) != Relation::inside) continue;
        if (answer.meaning) return {};
        answer.meaning = name.meaning;
    }
    return answer;
}

Answer from_titer_range(const Draft &draft, const ObservedResult &result, const Interval &value) {
    if (result.reference_range.size() != 1) return {};
    const auto limit = read_limit_text(draft, result.reference_range.front().text);
    if (!limit || !limit->is_titer) return {};
    return {against(value, limit->number, limit->is_outside)};
}

Answer from_range(Draft &draft, const ObservedResult &result) {
    const auto number = number_of(*result.value);
    if (!number) return {};
    if (const auto *string = std::get_if<fhir::StringValue>(result.value); string && find_titer(string->text))
        return from_titer_range(draft, result, number->value);
    if (const auto limits = read_limits(draft, result, *number); limits && limits->high)
        return {against(number->value, *limits->high, limits->high_is_outside)};
    if (result.reference_range.size() > 1) return from_named_ranges(draft, result, number->value);
    return {};
}

Unusable why_not(const ObservedResult &result) {
    const bool none = read_number(*result.value).problem == Unusable::no_value;
    return none ? Unusable::no_value : Unusable::unreadable;
}

} // namespace

AnswerReading read_answer(Draft &draft, const ObservedResult &result) {
    const Answer said = from_value(draft, ReadingRules{}, *result.value);
    return said.meaning ? said : from_interpretation(draft, result);
}

Measurement read_qualitative(Draft &draft, eligibility::VariableIndex variable, const ObservedResult &result) {
    Measurement measurement;
    measurement.value_text = shown_text(*result.value);
    if (const auto *quantity = std::get_if<fhir::Quantity>(result.value))
        measurement.unit_text = quantity->unit.empty() ? quantity->code : quantity->unit;
    const Answer answers[] = {from_value(draft, draft.reading(variable), *result.value),
                              from_interpretation(draft, result), from_range(draft, result)};
    for (const Answer &answer : answers) {
        if (!answer.meaning) continue;
        if (!measurement.qualitative) {
            measurement.qualitative = answer.meaning;
            measurement.grade = answer.grade;
        } else if (*measurement.qualitative != *answer.meaning) {
            measurement.grade = Grade::confirm; // the first decides, the other contradicts it
        }
    }
    if (!measurement.qualitative) measurement.unusable = why_not(result);
    return measurement;
}

} // namespace trialcds::mappings
