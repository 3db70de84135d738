// MedicationStatement, MedicationRequest, MedicationAdministration, MedicationDispense and Medication.
#include "medication_reader.h"

#include <algorithm>

#include "base/ascii.h"
#include "datatype_reader.h"
#include "reference.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

MedicationUseKind use_kind(ResourceType type) {
    if (type == ResourceType::medication_request) return MedicationUseKind::request;
    if (type == ResourceType::medication_administration) return MedicationUseKind::administration;
    if (type == ResourceType::medication_dispense) return MedicationUseKind::dispense;
    return MedicationUseKind::statement;
}

// A medication use while it is read: what is decided only when all members are known.
struct Draft {
    MedicationUse *use;
    ReferenceValue reference;
    bool has_reference = false;
    DateValue prepared;
};

void read_medication_reference(const Cursor &at, Draft &draft) {
    draft.reference = read_reference(at);
    draft.has_reference = at.value.is_object();
}

bool is_part_modified(const Cursor &at) {
    if (!has_modifier_extension(at.value)) return false;
    at.note(Note::modifier_extension_part);
    return true;
}

void read_supply(const Cursor &at, Draft &draft) {
    if (!at.value.is_object()) at.note(Note::wrong_type);
    if (is_part_modified(at)) return;
    for (auto [key, member] : at.value.members()) {
        if (is(key, "validityPeriod")) {
            draft.use->validity_period = read_period(at.child("validityPeriod", member));
        } else if (is(key, "expectedSupplyDuration")) {
            draft.use->supply_duration = read_quantity(at.child("expectedSupplyDuration", member));
        } else if (is(key, "numberOfRepeatsAllowed")) {
            draft.use->repeats = read_number(at.child("numberOfRepeatsAllowed", member));
        }
    }
}

struct Dosage {
    CodeableConcept route;
    std::string_view text;
};

bool read_one_dosage(const Cursor &at, Dosage &dosage) {
    if (is_part_modified(at)) return false;
    for (auto [key, member] : at.value.members()) {
        if (is(key, "route")) {
            dosage.route = read_concept(at.child("route", member));
        } else if (is(key, "text")) {
            dosage.text = read_text(at.child("text", member));
        }
    }
    return true;
}

template <typename T, typename Get>
std::span<const T> pick(const Cursor &at, std::span<const Dosage> dosages, Get get) {
    if (dosages.empty()) return {};
    T *const items = static_cast<T *>(at.arena().allocate(dosages.size() * sizeof(T), alignof(T)));
    std::size_t kept = 0;
    for (const Dosage &dosage : dosages)
        if (!get(dosage).empty()) new (items + kept++) T(get(dosage));
    return {items, kept};
}

void read_dosage(const Cursor &at, Draft &draft) {
    const std::span<const Dosage> dosages = read_list<Dosage>(at, read_one_dosage);
    draft.use->route = pick<CodeableConcept>(at, dosages, [](const Dosage &dosage) { return dosage.route; });
    draft.use->dosage_text =
        pick<std::string_view>(at, dosages, [](const Dosage &dosage) { return dosage.text; });
}

const Field<Draft> kUseFields[] = {
    {"status", [](const Cursor &at, Draft &draft) { draft.use->status = read_text(at); }},
    {"intent", [](const Cursor &at, Draft &draft) { draft.use->intent = read_text(at); }},
    {"medicationCodeableConcept",
     [](const Cursor &at, Draft &draft) { draft.use->medication = read_concept(at); }},
    {"medicationReference", read_medication_reference},
    {"authoredOn", [](const Cursor &at, Draft &draft) { draft.use->authored_on = read_date(at); }},
    {"dateAsserted", [](const Cursor &at, Draft &draft) { draft.use->authored_on = read_date(at); }},
    {"effectiveDateTime", [](const Cursor &at, Draft &draft) { draft.use->effective = read_date(at); }},
    {"effectivePeriod", [](const Cursor &at, Draft &draft) { draft.use->effective_period = read_period(at); }},
    {"dosageInstruction", read_dosage},
    {"dosage", read_dosage},
    {"dispenseRequest", read_supply},
    {"category", [](const Cursor &at, Draft &draft) { draft.use->category = read_concepts(at); }},
    {"doNotPerform", [](const Cursor &at, Draft &draft) { draft.use->do_not_perform = read_boolean(at); }},
    {"reportedBoolean", [](const Cursor &at, Draft &draft) { draft.use->reported |= read_boolean(at); }},
    {"reportedReference", [](const Cursor &at, Draft &draft) { draft.use->reported |= at.value.is_object(); }},
    {"whenHandedOver", [](const Cursor &at, Draft &draft) { draft.use->handed_over = read_date(at); }},
    {"whenPrepared", [](const Cursor &at, Draft &draft) { draft.prepared = read_date(at); }},
    {"daysSupply", [](const Cursor &at, Draft &draft) { draft.use->days_supply = read_quantity(at); }},
};

// An inactive ingredient (isActive false) is no exposure.
bool read_ingredient(const Cursor &at, CodeableConcept &slot) {
    if (is_part_modified(at)) return false;
    bool inactive = false;
    bool coded = false;
    for (auto [key, member] : at.value.members()) {
        if (is(key, "itemCodeableConcept")) {
            slot = read_concept(at.child("itemCodeableConcept", member));
            coded = !slot.empty();
        } else if (is(key, "isActive")) {
            inactive = member.is_bool() && !member.is_true();
        }
    }
    if (!coded && !inactive) at.note(Note::ingredient_reference);
    return coded && !inactive;
}

const Field<Medication> kMedicationFields[] = {
    {"status", [](const Cursor &at, Medication &target) { target.status = read_text(at); }},
    {"code", [](const Cursor &at, Medication &target) { target.code = read_concept(at); }},
    {"form", [](const Cursor &at, Medication &target) { target.form = read_concept(at); }},
    {"ingredient",
     [](const Cursor &at, Medication &target) {
         target.ingredient = read_list<CodeableConcept>(at, read_ingredient);
     }},
};

// They share a code, or a name: then one of them only says more than the other.
bool say_the_same(const CodeableConcept &a, const CodeableConcept &b) {
    const auto is_named = [](const CodeableConcept &coded, std::string_view name) {
        return !name.empty() && (base::same_letters(coded.text, name) ||
                                 std::any_of(coded.coding.begin(), coded.coding.end(), [name](const Coding &c) {
                                     return base::same_letters(c.display, name);
                                 }));
    };
    constexpr std::size_t kMostCodings = 32; // every pair is compared; whoever sends more is not understood
    if (a.coding.size() > kMostCodings || b.coding.size() > kMostCodings) return false;
    if (is_named(b, a.text)) return true;
    return std::any_of(a.coding.begin(), a.coding.end(), [&](const Coding &coding) {
        return is_named(b, coding.display) ||
               std::any_of(b.coding.begin(), b.coding.end(), [&coding](const Coding &other) {
                   return !coding.code.empty() && coding.code == other.code && coding.system == other.system;
               });
    });
}

// Follows "#id" at once, since contained resources are at hand; other references wait for finish().
void follow_contained(const Cursor &at, std::string_view id, ResourceContext &origin, MedicationUse &use) {
    int index = 0;
    const Cursor contained = at.child("contained", origin.contained);
    for (json::Value value : origin.contained.elements()) {
        const Cursor place = contained.element(index++, value);
        if (value["id"].text() != id || value["resourceType"].text() != "Medication") continue;
        Medication medication;
        ResourceContext inner;
        read_resource(place, medication, inner);
        if (!inner.refusal.empty()) break;
        if (!take_over(medication, use)) at.note(Note::medications_differ);
        return;
    }
    use.unresolved_reference = true;
}

void follow_reference(const Cursor &at, const Draft &draft, ResourceContext &origin) {
    MedicationUse &use = *draft.use;
    use.reference_display = draft.reference.display;
    if (!use.medication.empty()) at.note(Note::several_medications);
    const Reference reference = parse_reference(draft.reference.reference);
    if (reference.form == ReferenceForm::contained) {
        follow_contained(at, reference.id, origin, use);
    } else if (reference.form == ReferenceForm::none) {
        use.unresolved_reference = true;
    } else {
        origin.medication = draft.reference.reference;
    }
}

} // namespace

bool take_over(const Medication &medication, MedicationUse &use) {
    if (!use.medication.empty() && !medication.code.empty() && !say_the_same(use.medication, medication.code)) {
        use.medication = {};
        use.ingredient = {};
        use.reference_display = {};
        return false;
    }
    if (use.medication.empty()) use.medication = medication.code;
    use.ingredient = medication.ingredient;
    use.form = medication.form;
    return true;
}

void read_resource(const Cursor &at, MedicationUse &target, ResourceContext &origin) {
    target.kind = use_kind(origin.type);
    Draft draft{&target, {}, false, {}};
    for (auto [key, member] : at.value.members()) {
        if (!read_member(at, key, member, kUseFields, draft)) read_common_member(at, key, member, origin);
    }
    if (target.handed_over.text.empty()) target.handed_over = draft.prepared;
    judge_effective(at, target);
    judge_status(at, target.status, origin);
    judge_subject(at, origin);
    if (draft.has_reference) {
        follow_reference(at, draft, origin);
    } else {
        judge_code(at, target.medication);
    }
}

void read_resource(const Cursor &at, Medication &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (!read_member(at, key, member, kMedicationFields, target))
            read_common_member(at, key, member, origin);
    }
    if (target.status == "entered-in-error") origin.refusal = "entered-in-error";
}

} // namespace trialcds::fhir
