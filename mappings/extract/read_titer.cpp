#include "read_titer.h"

#include <algorithm>

#include "answer_text.h"
#include "read_number.h"
#include "read_result.h"
#include "reference_range.h"

namespace trialcds::mappings {
namespace {

using eligibility::Interval;
using eligibility::Measurement;
using eligibility::Qualitative;
using eligibility::Unusable;

const base::Decimal kOne(1);

void skip_blanks(std::string_view text, std::size_t &i) {
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t'))
        ++i;
}

// "1:80" at i, with blanks allowed round the colon or slash: its digits, and i behind it; else "" and i as is.
std::string_view take_titer(std::string_view text, std::size_t &i) {
    std::size_t at = i;
    if (at >= text.size() || text[at] != '1') return {};
    ++at;
    skip_blanks(text, at);
    if (at >= text.size() || (text[at] != ':' && text[at] != '/')) return {};
    ++at;
    skip_blanks(text, at);
    const std::size_t digits = at;
    while (at < text.size() && is_digit(text[at]))
        ++at;
    if (at == digits) return {};
    i = at;
    return text.substr(digits, at - digits);
}

bool joins_number(char c) {
    return is_digit(c) || c == ':' || c == '/' || c == '.' || c == ',';
}

// A number goes on behind the titre: "1:80.5", "1/3/2024"; "1:80." and "1:80, speckled" end there.
bool goes_on(std::string_view rest) {
    return rest.size() > 1 && joins_number(rest[0]) && is_digit(rest[1]);
}

const base::Decimal &highest_known(const Interval &value) {
    return value.lower ? value.lower->value : value.upper->value;
}

bool is_higher(const Interval &a, const Interval &b) {
    if (a.lower.has_value() != b.lower.has_value()) return a.lower.has_value();
    return highest_known(a) > highest_known(b);
}

struct Scan {
    std::optional<TiterText> best;
    std::string rest;
};

bool add(Scan &scan, std::string_view comparator, std::string_view digits) {
    const std::size_t leading = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    const auto number = base::Decimal::parse(digits.substr(leading));
    if (!number) return false;
    TiterText found{whole_titer(*with_comparator(comparator, *number)), {}, {}};
    found.shown = std::string(comparator) + "1:" + number->to_string();
    if (!scan.best || is_higher(found.value, scan.best->value)) scan.best = std::move(found);
    scan.rest += ' ';
    return true;
}

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

// The text without the words that name what was seen rather than how much: "speckled pattern".
std::string without_patterns(Draft &draft, eligibility::VariableIndex variable, const std::string &text) {
    const ReadingRules &reading = draft.reading(variable);
    std::string left;
    draft.take(text);
    for (std::size_t i = 0; i < draft.words.size(); ++i)
        if (!is_one_of(draft.words.word(i), reading.pattern_words))
            left.append(draft.words.word(i)).append(" ");
    return left;
}

// Words beside the titre: "positive" agrees with it, a pattern's name says nothing of it, "negative" agrees
// with "<1:80" only ("negative at 1:80" gives no titre); any other word leaves it to be confirmed.
bool judge_words(Draft &draft, eligibility::VariableIndex variable, const TiterText &found,
                 Measurement &measurement) {
    (void)draft.work.charge(kResourceWork);
    const AnswerText answer = read_answer_text(draft, without_patterns(draft, variable, found.rest));
    if (answer.nothing) return true;
    const bool below = !found.value.lower;
    if (answer.meaning && answer.whole) return (*answer.meaning == Qualitative::negative) == below;
    measurement.grade = Grade::confirm;
    return !answer.mentions_other_than_positive;
}

bool read_text(Draft &draft, eligibility::VariableIndex variable, std::string_view text,
               Measurement &measurement) {
    if (const auto found = find_titer(text)) {
        if (!judge_words(draft, variable, *found, measurement)) return false;
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

Interval whole_titer(Interval value) {
    if (value.lower && !value.lower->inclusive && value.lower->value.is_integer())
        if (const auto next = value.lower->value.plus(base::Decimal(1))) value.lower = {*next, true};
    return value;
}

std::optional<TiterText> find_titer(std::string_view text) {
    Scan scan;
    for (std::size_t i = 0; i < text.size();) {
        std::string_view rest = text.substr(i);
        const std::string_view comparator = take_comparator(rest);
        std::size_t at = rest.empty() ? text.size() : static_cast<std::size_t>(rest.data() - text.data());
        const std::string_view digits = i > 0 && joins_number(text[i - 1]) ? "" : take_titer(text, at);
        if (!digits.empty()) {
            if (goes_on(text.substr(at)) || !add(scan, comparator, digits)) return std::nullopt;
            i = at;
        } else if (is_digit(text[i])) {
            return std::nullopt;
        } else {
            scan.rest += text[i++];
        }
    }
    if (scan.best) scan.best->rest = scan.rest;
    return scan.best;
}

Measurement read_titer(Draft &draft, eligibility::VariableIndex variable, const ObservedResult &result) {
    Measurement measurement;
    measurement.value_text = shown_text(*result.value);
    if (read_any(draft, variable, *result.value, measurement)) return measurement;
    measurement.unusable = Unusable::unreadable;
    return measurement;
}

} // namespace trialcds::mappings
