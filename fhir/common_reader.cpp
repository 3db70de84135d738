// What every resource type shares.
#include "datatype_reader.h"
#include "reference.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

void read_meta(const Cursor &at, ResourceContext &origin) {
    if (!at.value.is_object()) at.note(Note::wrong_type);
    origin.last_updated = at.value["lastUpdated"].text();
}

void read_subject(const Cursor &at, ResourceContext &origin) {
    const std::string_view reference = read_reference(at).reference;
    if (origin.subject.empty()) origin.subject = reference;
}

void read_modifier(const Cursor &at, ResourceContext &origin) {
    if (is_modifier_extension(at.value)) origin.refusal = kModifierExtension;
}

// Negations that FHIR R4 says by status. A resource that holds one would be read as its opposite.
void read_older_negation(const Cursor &at, ResourceContext &origin) {
    if (at.value.is_null() || (at.value.is_bool() && !at.value.is_true()) || at.value.text() == "y") return;
    origin.refusal = kOlderRelease;
}

const Field<ResourceContext> kCommonFields[] = {
    {"id", [](const Cursor &at, ResourceContext &origin) { origin.id = read_text(at); }},
    {"meta", read_meta},
    {"subject", read_subject},
    {"patient", read_subject},
    {"individual", read_subject},
    {"modifierExtension", read_modifier},
    {"contained", [](const Cursor &at, ResourceContext &origin) { origin.contained = at.value; }},
    {"taken", read_older_negation},
    {"wasNotTaken", read_older_negation},
    {"wasNotGiven", read_older_negation},
    {"notGiven", read_older_negation},
    {"notDone", read_older_negation},
    {"notPerformed", read_older_negation},
};

// A contained resource has no life of its own: a contained Patient is the patient this resource is about.
bool names_contained_patient(const ResourceContext &origin) {
    if (!origin.subject.starts_with('#'))
        return false; // before it is taken apart: it may be long and shared by many
    const Reference reference = parse_reference(origin.subject);
    if (origin.contained_else != nullptr) return !origin.contained_else->contains(reference.id);
    for (json::Value contained : origin.contained.elements())
        if (contained["id"].text() == reference.id) return contained["resourceType"].text() == "Patient";
    return true;
}

} // namespace

void read_common_member(const Cursor &at, std::string_view key, json::Value member, ResourceContext &origin) {
    read_member(at, key, member, kCommonFields, origin);
}

void judge_status(const Cursor &at, std::string_view status, ResourceContext &origin) {
    if (status == "entered-in-error") origin.refusal = "entered-in-error";
    if (status.empty()) at.note(Note::missing_status);
}

void judge_code(const Cursor &at, const CodeableConcept &code) {
    if (code.empty()) at.note(Note::missing_code);
}

void judge_subject(const Cursor &at, ResourceContext &origin) {
    if (origin.subject.empty()) {
        at.note(Note::missing_subject);
    } else if (names_contained_patient(origin)) {
        origin.subject = {};
    }
}

} // namespace trialcds::fhir
