#include <algorithm>
#include <iterator>

#include "datatype_reader.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

// A death date that cannot be read is still a death.
void read_deceased_date(const Cursor &at, Patient &target) {
    const DateValue date = read_date(at);
    target.deceased |= !date.text.empty();
}

// A sex that is not the administrative one: US Core's of birth and for clinical use, FHIR's parameter for
// clinical use, and the vendor's that came before it.
constexpr std::string_view kSexExtensions[] = {
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex",
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex",
    "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse",
    "http://open.epic.com/FHIR/StructureDefinition/extension/sex-for-clinical-use",
};

// valueCode, valueString, valueCoding, or a valueCodeableConcept, of the extension or of the "value" within it.
void read_sex(json::Value extension, Patient &target) {
    const json::Value coded = extension["valueCodeableConcept"];
    const std::string_view text = coded["coding"].present() ? std::string_view() : coded["text"].text();
    for (const std::string_view stated : {extension["valueCode"].text(), extension["valueString"].text(),
                                          extension["valueCoding"]["code"].text(), text})
        if (!stated.empty()) target.sexes.push_back(stated);
    for (const json::Value coding : coded["coding"].elements())
        target.sexes.push_back(coding["code"].text());
}

void read_extensions(const Cursor &at, Patient &target) {
    for (const json::Value extension : at.value.elements()) {
        const std::string_view url = extension["url"].text();
        if (std::find(std::begin(kSexExtensions), std::end(kSexExtensions), url) == std::end(kSexExtensions))
            continue;
        read_sex(extension, target);
        for (const json::Value part : extension["extension"].elements())
            if (part["url"].text() == "value") read_sex(part, target);
    }
}

void read_links(const Cursor &at, Patient &target) {
    if (!at.value.is_array()) at.note(Note::wrong_type);
    for (json::Value link : at.value.elements()) {
        target.replaced |= link["type"].text() == "replaced-by";
        if (const std::string_view other = link["other"]["reference"].text(); !other.empty())
            target.links.push_back({link["type"].text(), other});
    }
}

const Field<Patient> kPatientFields[] = {
    {"birthDate", [](const Cursor &at, Patient &target) { target.birth_date = read_birth_date(at); }},
    {"gender", [](const Cursor &at, Patient &target) { target.gender = read_text(at); }},
    {"deceasedBoolean", [](const Cursor &at, Patient &target) { target.deceased |= read_boolean(at); }},
    {"deceasedDateTime", read_deceased_date},
    {"extension", read_extensions},
    {"link", read_links},
};

} // namespace

void read_resource(const Cursor &at, Patient &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (!read_member(at, key, member, kPatientFields, target)) read_common_member(at, key, member, origin);
    }
}

} // namespace trialcds::fhir
