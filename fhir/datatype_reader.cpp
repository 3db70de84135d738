#include "datatype_reader.h"

#include <algorithm>

namespace trialcds::fhir {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// JSON's number syntax, apart from leading zeros, which do no harm.
bool is_plain_number(std::string_view text) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t start = i;
        while (i < text.size() && is_digit(text[i]))
            ++i;
        return i > start;
    };
    if (i < text.size() && text[i] == '-') ++i;
    if (!digits()) return false;
    if (i < text.size() && text[i] == '.' && (++i, !digits())) return false;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
        if (!digits()) return false;
    }
    return i == text.size();
}

bool is_comparator(std::string_view text) {
    return text == "<" || text == "<=" || text == ">=" || text == ">";
}

bool read_coding(const Cursor &at, Coding &coding) {
    for (auto [key, member] : at.value.members()) {
        if (is(key, "system")) {
            coding.system = read_text(at.child("system", member));
        } else if (is(key, "code")) {
            coding.code = read_text(at.child("code", member));
        } else if (is(key, "display")) {
            coding.display = read_text(at.child("display", member));
        }
    }
    return true;
}

// A value whose comparator cannot be read must not pass for an exact one.
void read_comparator(const Cursor &at, Quantity &quantity, bool &unusable) {
    const std::string_view text = read_text(at);
    if (is_comparator(text)) {
        quantity.comparator = text;
        return;
    }
    at.note(Note::unreadable_comparator);
    unusable = true;
}

} // namespace

std::string_view read_text(const Cursor &at) {
    if (!at.value.is_string()) at.note(Note::wrong_type);
    return at.value.text();
}

std::string plain_word(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    std::string word(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
    for (char &c : word)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return word;
}

bool read_boolean(const Cursor &at) {
    if (!at.value.is_bool()) at.note(Note::wrong_type);
    return at.value.is_true();
}

std::string_view read_number(const Cursor &at) {
    if (at.value.is_number()) return at.value.number_text();
    if (!at.value.is_string()) {
        at.note(Note::wrong_type);
        return {};
    }
    const bool plain = is_plain_number(at.value.text());
    at.note(plain ? Note::number_as_text : Note::unreadable_number);
    return plain ? at.value.text() : std::string_view();
}

DateValue read_birth_date(const Cursor &at) {
    if (!at.value.is_string()) {
        at.note(Note::wrong_type);
        return {};
    }
    DateValue date{at.value.text(), base::PartialDate::parse(at.value.text())};
    if (!date.date) at.note(is_open_end(at.value) ? Note::placeholder_date : Note::unreadable_date);
    return date;
}

// Systems write a day of 1900 or before where they know none: no record is that old.
DateValue read_date(const Cursor &at) {
    constexpr base::Day kOldest{-25'202}; // 1901-01-01
    DateValue date = read_birth_date(at);
    if (date.date && date.date->days.last < kOldest) {
        at.note(Note::placeholder_date);
        date.date.reset();
    }
    return date;
}

bool is_open_end(json::Value date) {
    const std::string_view year = date.text().substr(0, 4);
    return year.size() == 4 && year.find_first_not_of('9') == std::string_view::npos; // the last one there is
}

bool is_reversed(const PeriodValue &period) {
    return period.start.date && period.end.date && period.end.date->days.last < period.start.date->days.first;
}

PeriodValue read_period(const Cursor &at) {
    PeriodValue period;
    if (!at.value.is_object()) at.note(Note::wrong_type);
    for (auto [key, member] : at.value.members()) {
        if (is(key, "start")) {
            period.start = read_date(at.child("start", member));
        } else if (is(key, "end")) {
            const Cursor end = at.child("end", member);
            if (is_open_end(member)) {
                end.note(Note::open_end);
            } else {
                period.end = read_date(end);
            }
        }
    }
    if (is_reversed(period)) at.note(Note::period_reversed);
    return period;
}

CodeableConcept read_concept(const Cursor &at) {
    CodeableConcept result;
    if (!at.value.is_object()) at.note(Note::wrong_type);
    for (auto [key, member] : at.value.members()) {
        if (is(key, "coding")) {
            result.coding = read_list<Coding>(at.child("coding", member), read_coding);
        } else if (is(key, "text")) {
            result.text = read_text(at.child("text", member));
        }
    }
    return result;
}

std::span<const CodeableConcept> read_concepts(const Cursor &at) {
    return read_list<CodeableConcept>(at, [](const Cursor &item, CodeableConcept &slot) {
        slot = read_concept(item);
        return true;
    });
}

Quantity read_quantity(const Cursor &at) {
    Quantity quantity;
    bool unusable = false;
    if (!at.value.is_object()) at.note(Note::wrong_type);
    for (auto [key, member] : at.value.members()) {
        if (is(key, "value")) {
            quantity.value = read_number(at.child("value", member));
        } else if (is(key, "unit")) {
            quantity.unit = read_text(at.child("unit", member));
        } else if (is(key, "system")) {
            quantity.system = read_text(at.child("system", member));
        } else if (is(key, "code")) {
            quantity.code = read_text(at.child("code", member));
        } else if (is(key, "comparator")) {
            read_comparator(at.child("comparator", member), quantity, unusable);
        }
    }
    if (unusable) quantity.value = {};
    return quantity;
}

RangeValue read_range(const Cursor &at) {
    RangeValue range;
    if (!at.value.is_object()) at.note(Note::wrong_type);
    for (auto [key, member] : at.value.members()) {
        if (is(key, "low")) {
            range.low = read_quantity(at.child("low", member));
        } else if (is(key, "high")) {
            range.high = read_quantity(at.child("high", member));
        }
    }
    return range;
}

RatioValue read_ratio(const Cursor &at) {
    RatioValue ratio;
    if (!at.value.is_object()) at.note(Note::wrong_type);
    for (auto [key, member] : at.value.members()) {
        if (is(key, "numerator")) {
            ratio.numerator = read_quantity(at.child("numerator", member));
        } else if (is(key, "denominator")) {
            ratio.denominator = read_quantity(at.child("denominator", member));
        }
    }
    return ratio;
}

ReferenceValue read_reference(const Cursor &at) {
    ReferenceValue reference;
    if (!at.value.is_object()) at.note(Note::wrong_type);
    for (auto [key, member] : at.value.members()) {
        if (is(key, "reference")) {
            reference.reference = read_text(at.child("reference", member));
        } else if (is(key, "display")) {
            reference.display = read_text(at.child("display", member));
        }
    }
    return reference;
}

bool is_modifier_extension(json::Value member) {
    if (!member.present() || member.is_null()) return false;
    return !member.is_array() || member.size() > 0;
}

bool has_modifier_extension(json::Value object) {
    return is_modifier_extension(object["modifierExtension"]);
}

} // namespace trialcds::fhir
