#include "reference_range.h"

#include <algorithm>

#include "base/ascii.h"
#include "read_timing.h"
#include "read_titer.h"

namespace trialcds::mappings {
namespace {

using eligibility::AgainstReference;
using eligibility::Bound;
using eligibility::Interval;
using eligibility::Qualitative;
using eligibility::Relation;

bool same_unit(const Lookup &lookup, const fhir::Quantity &limit, const WrittenNumber &number) {
    const std::string_view a = limit.code.empty() ? limit.unit : limit.code;
    const std::string_view b = number.unit_code.empty() ? number.unit_text : number.unit_code;
    if (a.empty() || a == b || limit.unit == number.unit_text) return true;
    const auto unit_a = lookup.units.find(a);
    const auto unit_b = lookup.units.find(b);
    return unit_a != lookup.units.end() && unit_b != lookup.units.end() && unit_a->second == unit_b->second;
}

bool has_free_number(const Words &words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words.word(i);
        if (std::all_of(word.begin(), word.end(), is_digit)) return true;
    }
    return false;
}

// Beside the limit a text may hold its unit and words for "negative", nothing else.
bool says_only_negative(const Draft &draft, std::string_view rest, std::string_view own_unit) {
    rest = trim(rest);
    if (rest.empty() || rest == own_unit || draft.lookup.units.contains(rest)) return true;
    Words words;
    words.assign(rest);
    if (words.size() == 0) return true;
    if (rest.find_first_of("<>") != std::string_view::npos || has_free_number(words)) return false;
    std::vector<PhraseHit> hits;
    draft.lookup.answer_index.find(words, hits);
    return !hits.empty() && std::all_of(hits.begin(), hits.end(), [](const PhraseHit &hit) {
        return static_cast<Qualitative>(hit.value) == Qualitative::negative;
    });
}

std::size_t number_end(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789."), text.size());
}

std::optional<Limits> limits_of(const Draft &draft, const fhir::ReferenceRange &range,
                                const WrittenNumber &number) {
    Limits limits;
    for (const fhir::Quantity *limit : {&range.low, &range.high})
        if (!limit->value.empty() && !same_unit(draft.lookup, *limit, number)) return std::nullopt;
    if (!range.low.value.empty()) limits.low = base::Decimal::parse(range.low.value);
    if (!range.high.value.empty()) limits.high = base::Decimal::parse(range.high.value);
    limits.high_is_outside = range.high.comparator == "<";
    const auto text = read_limit_text(draft, range.text, trim(number.unit_text));
    if (text && !text->is_titer) {
        if (limits.high && *limits.high != text->number) return std::nullopt;
        limits.high = text->number;
        limits.high_is_outside = limits.high_is_outside || text->is_outside;
    }
    return limits;
}

// FHIR's own meanings of a range; "treatment", "therapeutic", "pre", "post" and the like say what is aimed at.
bool is_of_what_is_normal(const fhir::CodeableConcept &type) {
    return type.empty() || std::any_of(type.coding.begin(), type.coding.end(), [](const fhir::Coding &coding) {
               return coding.code == "normal" || coding.code == "recommended";
           });
}

// All that it says is this word of FHIR's administrative gender, as code or as the name of one.
bool says_only(const fhir::CodeableConcept &population, std::string_view word) {
    const auto is_word = [word](std::string_view text) { return base::same_letters(trim(text), word); };
    bool said = is_word(population.text);
    if (!population.text.empty() && !said) return false;
    for (const fhir::Coding &coding : population.coding) {
        if (!coding.display.empty() && !is_word(coding.display)) return false;
        said = said || is_word(coding.code) || is_word(coding.display);
    }
    return said;
}

// Of people in general only sex is known; whether somebody is pregnant or of some descent is not.
bool is_of_population(const fhir::CodeableConcept &population, eligibility::Sex sex) {
    if (sex == eligibility::Sex::female) return says_only(population, "female");
    return sex == eligibility::Sex::male && says_only(population, "male");
}

bool is_for(const eligibility::Demographics &patient, const fhir::ReferenceRange &range,
            const base::DateInterval &on) {
    if (!is_of_what_is_normal(range.type)) return false;
    if (range.age && !(patient.birth_date && is_of_age(*range.age, *patient.birth_date, on))) return false;
    return std::all_of(range.applies_to.begin(), range.applies_to.end(),
                       [&patient](const fhir::CodeableConcept &population) {
                           return is_of_population(population, patient.sex);
                       });
}

AgainstReference from_code(std::string_view code) {
    if (code == "H" || code == "HH") return AgainstReference::high;
    if (code == "L" || code == "LL") return AgainstReference::low;
    return code == "N" ? AgainstReference::normal : AgainstReference::unstated;
}

void read_interpretation_code(const Draft &draft, const fhir::Coding &coding, Interpretation &found) {
    if (const auto answer = draft.lookup.qualitative(coding.system, coding.code)) {
        found.contradictory = found.contradictory || (found.answer && *found.answer != *answer);
        found.answer = answer;
    }
    if (const AgainstReference against = from_code(coding.code); against != AgainstReference::unstated)
        found.against = against;
    found.abnormal = found.abnormal || coding.code == "A" || coding.code == "AA";
}

AgainstReference from_limits(const Interval &value, const Limits &limits) {
    Interval normal;
    if (limits.low) {
        normal.lower = Bound{*limits.low, true};
        if (relate(value, {std::nullopt, Bound{*limits.low, false}}) == Relation::inside)
            return AgainstReference::low;
    }
    if (limits.high) {
        normal.upper = Bound{*limits.high, !limits.high_is_outside};
        if (relate(value, {Bound{*limits.high, limits.high_is_outside}, std::nullopt}) == Relation::inside)
            return AgainstReference::high;
    }
    return relate(value, normal) == Relation::inside ? AgainstReference::normal : AgainstReference::unstated;
}

} // namespace

std::vector<fhir::ReferenceRange> ranges_for(const Draft &draft, std::span<const fhir::ReferenceRange> ranges,
                                             const base::DateInterval &on) {
    std::vector<fhir::ReferenceRange> own;
    for (const fhir::ReferenceRange &range : ranges)
        if (is_for(draft.facts().demographics, range, on)) own.push_back(range);
    return own;
}

std::optional<Limits> read_limits(const Draft &draft, const ObservedResult &result,
                                  const WrittenNumber &number) {
    std::optional<Limits> found;
    for (const fhir::ReferenceRange &range : result.reference_range) {
        const auto limits = limits_of(draft, range, number);
        if (!limits) return std::nullopt;
        if (!limits->low && !limits->high) continue;
        if (found && *found != *limits) return std::nullopt;
        found = limits;
    }
    return found;
}

std::optional<TextLimit> read_limit_text(const Draft &draft, std::string_view text, std::string_view own_unit) {
    if (text.find_first_of("<\xE2") == std::string_view::npos) return std::nullopt;
    if (const auto titer = find_titer(text)) {
        const auto &[lower, upper] = titer->value;
        if (lower || !says_only_negative(draft, titer->rest, own_unit)) return std::nullopt;
        return TextLimit{upper->value, !upper->inclusive, true};
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string_view rest = text.substr(i);
        const std::string_view comparator = take_comparator(rest);
        if (comparator.empty()) continue;
        const std::size_t end = number_end(rest);
        const auto number = read_number_text(rest.substr(0, end));
        if (!comparator.starts_with('<') || !number || end == 0) return std::nullopt;
        const std::string around = std::string(text.substr(0, i)) + " " + std::string(rest.substr(end));
        if (!says_only_negative(draft, around, own_unit)) return std::nullopt;
        return TextLimit{number->value.upper->value, comparator == "<", false};
    }
    return std::nullopt;
}

Interpretation read_interpretation(const Draft &draft, const ObservedResult &result) {
    Interpretation found;
    for (const fhir::CodeableConcept &coded : result.interpretation)
        for (const fhir::Coding &coding : coded.coding)
            read_interpretation_code(draft, coding, found);
    if (found.contradictory) found.answer.reset();
    return found;
}

AgainstReference against_reference(const Draft &draft, const ObservedResult &result,
                                   const WrittenNumber &number) {
    const AgainstReference said = read_interpretation(draft, result).against;
    const auto limits = read_limits(draft, result, number);
    const AgainstReference computed = limits ? from_limits(number.value, *limits) : AgainstReference::unstated;
    if (computed == AgainstReference::unstated) return said;
    if (said == AgainstReference::unstated) return computed;
    return said == computed ? said : AgainstReference::unstated;
}

} // namespace trialcds::mappings
