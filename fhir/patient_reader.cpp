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

// Some write the word, or a digit, in the place of a boolean.
void read_deceased(const Cursor &at, Patient &target) {
    constexpr std::string_view kDied[] = {"true", "yes", "y", "1"};
    constexpr std::string_view kLives[] = {"false", "no", "n", "0", ""};
    if (at.value.is_bool()) {
        target.deceased |= at.value.is_true();
        return;
    }
    if (at.value.is_null()) return;
    const std::string word = plain_word(at.value.is_number() ? at.value.number_text() : at.value.text());
    const bool scalar = at.value.is_number() || at.value.is_string();
    if (scalar && std::find(std::begin(kDied), std::end(kDied), word) != std::end(kDied)) {
        at.note(Note::wrong_type);
        target.deceased = true;
    } else if (!scalar || std::find(std::begin(kLives), std::end(kLives), word) == std::end(kLives)) {
        at.note(Note::deceased_not_understood);
    }
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
void read_sex(json::Value extension, std::vector<std::string_view> &sexes) {
    const auto add = [&](std::string_view stated) {
        if (!stated.empty()) sexes.push_back(stated);
    };
    add(extension["valueCode"].text());
    add(extension["valueString"].text());
    add(extension["valueCoding"]["code"].text());
    const std::size_t so_far = sexes.size();
    const json::Value coded = extension["valueCodeableConcept"];
    for (const json::Value coding : coded["coding"].elements())
        add(coding["code"].text());
    if (sexes.size() == so_far) add(coded["text"].text());
}

// One of which nothing can be read states something that is not known.
void read_extensions(const Cursor &at, Patient &target) {
    for (const json::Value extension : at.value.elements()) {
        const std::string_view url = extension["url"].text();
        if (std::find(std::begin(kSexExtensions), std::end(kSexExtensions), url) == std::end(kSexExtensions))
            continue;
        const std::size_t so_far = target.sexes.size();
        read_sex(extension, target.sexes);
        for (const json::Value part : extension["extension"].elements())
            if (part["url"].text() == "value") read_sex(part, target.sexes);
        if (target.sexes.size() == so_far) target.sexes.emplace_back();
    }
}

void read_links(const Cursor &at, Patient &target) {
    if (!at.value.is_array()) {
        at.note(Note::wrong_type);
        target.links.emplace_back(); // where it leads is not known
    }
    for (json::Value link : at.value.elements()) {
        target.replaced |= link["type"].text() == "replaced-by";
        target.links.push_back({link["type"].text(), link["other"]["reference"].text()});
    }
}

// Labels of the record that a merged or a linked one brought along count as well (patient_match.cpp).
void read_security(json::Value meta, Patient &target) {
    for (const json::Value label : meta["security"].elements())
        target.security.push_back({label["system"].text(), label["code"].text(), label["display"].text()});
}

const Field<Patient> kPatientFields[] = {
    {"birthDate", [](const Cursor &at, Patient &target) { target.birth_date = read_birth_date(at); }},
    {"gender", [](const Cursor &at, Patient &target) { target.gender = read_text(at); }},
    {"deceasedBoolean", read_deceased},
    {"deceasedDateTime", read_deceased_date},
    {"extension", read_extensions},
    {"link", read_links},
};

} // namespace

void read_resource(const Cursor &at, Patient &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (!read_member(at, key, member, kPatientFields, target)) read_common_member(at, key, member, origin);
    }
    read_security(at.value["meta"], target);
}

} // namespace trialcds::fhir
