#include <algorithm>

#include "datatype_reader.h"
#include "reference.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

constexpr std::string_view kValue = "value";

bool is_value_key(std::string_view key) {
    return key.size() > kValue.size() && key.starts_with(kValue) && key[kValue.size()] >= 'A' &&
           key[kValue.size()] <= 'Z';
}

// Returns true when there was a value already: FHIR allows one, and which one is meant is open.
bool read_value(const Cursor &at, std::string_view key, json::Value member, ObservationValue &target) {
    const std::string_view type = key.substr(kValue.size());
    const Cursor place = at.child(is_observation_value_type(type) ? key : kValue, member);
    const bool several = !std::holds_alternative<std::monostate>(target);
    ObservationValue value = read_observation_value(place, type);
    if (std::holds_alternative<std::monostate>(value)) return false;
    target = several ? ObservationValue(UnsupportedValue{}) : value;
    if (several) at.note(Note::several_values);
    return several;
}

const Field<ReferenceRange> kRangeFields[] = {
    {"low", [](const Cursor &at, ReferenceRange &range) { range.low = read_quantity(at); }},
    {"high", [](const Cursor &at, ReferenceRange &range) { range.high = read_quantity(at); }},
    {"text", [](const Cursor &at, ReferenceRange &range) { range.text = read_text(at); }},
    {"type", [](const Cursor &at, ReferenceRange &range) { range.type = read_concept(at); }},
    {"appliesTo", [](const Cursor &at, ReferenceRange &range) { range.applies_to = read_concepts(at); }},
    {"age", [](const Cursor &at, ReferenceRange &range) { range.age = read_range(at); }},
};

// Whose range it is was said, but not so that it could be read: it may be anybody's.
bool is_for_nobody_known(json::Value range, const ReferenceRange &read) {
    const auto given = [range](std::string_view key) {
        const json::Value member = range[key];
        return member.present() && !member.is_null() && !(member.is_array() && member.size() == 0);
    };
    return (given("type") && read.type.empty()) || (given("age") && !range["age"].is_object()) ||
           (given("appliesTo") && read.applies_to.size() < std::max<std::size_t>(range["appliesTo"].size(), 1));
}

bool read_reference_range(const Cursor &at, ReferenceRange &range) {
    if (has_modifier_extension(at.value)) {
        at.note(Note::modifier_extension_part);
        return false;
    }
    for (auto [key, member] : at.value.members())
        read_member(at, key, member, kRangeFields, range);
    const bool says_nothing = range.low.value.empty() && range.high.value.empty() && range.text.empty();
    return !says_nothing && !is_for_nobody_known(at.value, range);
}

// dataAbsentReason is there unless it is null: an unreadable reason still says that there is no value.
bool is_given(const Cursor &at) {
    if (!at.value.is_object()) at.note(Note::wrong_type);
    return !at.value.is_null();
}

template <typename T>
void read_data_absent(const Cursor &at, T &target) {
    target.data_absent = is_given(at);
}

template <typename T>
void read_code(const Cursor &at, T &target) {
    target.code = read_concept(at);
}

template <typename T>
void read_interpretation(const Cursor &at, T &target) {
    target.interpretation = read_concepts(at);
}

template <typename T>
void read_reference_ranges(const Cursor &at, T &target) {
    target.reference_range = read_list<ReferenceRange>(at, read_reference_range);
}

const Field<Component> kComponentFields[] = {
    {"code", read_code<Component>},
    {"dataAbsentReason", read_data_absent<Component>},
    {"interpretation", read_interpretation<Component>},
    {"referenceRange", read_reference_ranges<Component>},
};

bool read_component(const Cursor &at, Component &component) {
    bool modified = false;
    for (auto [key, member] : at.value.members()) {
        if (is_value_key(key)) {
            component.value_unusable |= read_value(at, key, member, component.value);
        } else if (is(key, "modifierExtension")) {
            modified = is_modifier_extension(member);
        } else {
            read_member(at, key, member, kComponentFields, component);
        }
    }
    if (modified) at.note(Note::modifier_extension_part);
    return !modified;
}

void read_effective(const Cursor &at, Observation &target) {
    target.effective = read_date(at);
}

const Field<Observation> kObservationFields[] = {
    {"status", [](const Cursor &at, Observation &target) { target.status = read_text(at); }},
    {"category", [](const Cursor &at, Observation &target) { target.category = read_concepts(at); }},
    {"code", read_code<Observation>},
    {"effectiveDateTime", read_effective},
    {"effectiveInstant", read_effective},
    {"effectivePeriod",
     [](const Cursor &at, Observation &target) { target.effective_period = read_period(at); }},
    {"effectiveTiming", [](const Cursor &at, Observation &) { at.note(Note::unsupported_timing); }},
    {"issued", [](const Cursor &at, Observation &target) { target.issued = read_date(at); }},
    {"dataAbsentReason", read_data_absent<Observation>},
    {"interpretation", read_interpretation<Observation>},
    {"referenceRange", read_reference_ranges<Observation>},
    {"component", [](const Cursor &at,
                     Observation &target) { target.component = read_list<Component>(at, read_component); }},
};

template <typename T>
bool is_said_absent(const T &part) {
    return part.data_absent && !std::holds_alternative<std::monostate>(part.value);
}

// Which of the two is meant is open: of the value, or of one of its components.
void judge_value(const Cursor &at, Observation &target) {
    if (!is_said_absent(target) &&
        !std::any_of(target.component.begin(), target.component.end(), is_said_absent<Component>))
        return;
    at.note(Note::value_said_absent);
    target.doubtful = true;
}

void read_implicit_rules(const Cursor &at, Observation &target) {
    if (at.value.is_null() || (at.value.is_string() && at.value.text().empty())) return;
    at.note(Note::implicit_rules);
    target.doubtful = true;
}

// A baby or a donor is whom it is about, whoever's record it lies in. What is no person (a diagnosis, a
// specimen) leaves the value the subject's.
void judge_focus_on(const Cursor &at, json::Value focus, Observation &target, ResourceContext &origin) {
    const std::string_view text = focus["reference"].text();
    if (text.empty() && !focus["identifier"].present()) return; // names nothing
    const Reference named = parse_reference(text);
    const bool literal = named.form == ReferenceForm::literal && !named.type.empty();
    const bool person = named.type == "Patient" || named.type == "RelatedPerson";
    if (literal && named.type == "Patient" && named.id == parse_reference(origin.subject).id) return;
    if (literal && person) {
        origin.subject = text; // for what is of others is told from what it says of its subject
        return;
    }
    if (literal && !named.type.starts_with("Practitioner") && named.type != "Person" && named.type != "Group")
        return;
    at.note(Note::focus_open);
    target.doubtful = true;
}

void judge_focus(const Cursor &at, Observation &target, ResourceContext &origin) {
    const json::Value focus = at.value["focus"];
    if (focus.is_object()) judge_focus_on(at, focus, target, origin);
    for (const json::Value one : focus.elements())
        judge_focus_on(at, one, target, origin);
}

bool has_no_date(const Observation &observation) {
    const PeriodValue &period = observation.effective_period;
    return observation.effective.text.empty() && period.start.text.empty() && period.end.text.empty() &&
           observation.issued.text.empty();
}

} // namespace

void read_resource(const Cursor &at, Observation &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (is_value_key(key)) {
            target.value_unusable |= read_value(at, key, member, target.value);
        } else if (is(key, "implicitRules")) {
            read_implicit_rules(at.child(key, member), target);
        } else if (!read_member(at, key, member, kObservationFields, target)) {
            read_common_member(at, key, member, origin);
        }
    }
    judge_status(at, target.status, origin);
    judge_code(at, target.code);
    judge_subject(at, origin);
    judge_effective(at, target);
    judge_value(at, target);
    judge_focus(at, target, origin);
    if (has_no_date(target)) at.note(Note::missing_date);
}

} // namespace trialcds::fhir
