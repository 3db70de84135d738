#include "datatype_reader.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

// A death date that cannot be read is still a death.
void read_deceased_date(const Cursor &at, Patient &target) {
    const DateValue date = read_date(at);
    target.deceased |= !date.text.empty();
}

void read_links(const Cursor &at, Patient &target) {
    if (!at.value.is_array()) at.note(Note::wrong_type);
    for (json::Value link : at.value.elements())
        target.replaced |= link["type"].text() == "replaced-by";
}

const Field<Patient> kPatientFields[] = {
    {"birthDate", [](const Cursor &at, Patient &target) { target.birth_date = read_birth_date(at); }},
    {"gender", [](const Cursor &at, Patient &target) { target.gender = read_text(at); }},
    {"deceasedBoolean", [](const Cursor &at, Patient &target) { target.deceased |= read_boolean(at); }},
    {"deceasedDateTime", read_deceased_date},
    {"link", read_links},
};

} // namespace

void read_resource(const Cursor &at, Patient &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (!read_member(at, key, member, kPatientFields, target)) read_common_member(at, key, member, origin);
    }
}

} // namespace trialcds::fhir
