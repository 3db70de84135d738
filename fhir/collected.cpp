#include "collected.h"

#include <iterator>

namespace trialcds::fhir {
namespace {

// In the order of Kind.
constexpr std::string_view kTypeNames[] = {
    "Observation",
    "Condition",
    "MedicationStatement",
    "MedicationRequest",
    "MedicationAdministration",
    "MedicationDispense",
    "Medication",
    "Procedure",
    "ResearchSubject",
    "Patient",
    "Bundle",
    "OperationOutcome",
    "",
};
static_assert(std::size(kTypeNames) == kKinds);

} // namespace

void Collected::drop(const Origin &origin, std::string_view reason) {
    dropped[origin.sequence] = true;
    ignore(type_name(origin.kind), reason);
}

void Collected::note(const Origin &origin, Note note, std::string_view element) {
    std::string expression(type_name(origin.kind));
    expression += '[' + std::to_string(origin.index) + ']';
    if (!element.empty()) expression.append(".").append(element);
    notes.add(note, kNoResource, std::move(expression));
}

std::string_view type_name(Kind kind) {
    return kTypeNames[static_cast<std::size_t>(kind)];
}

Kind kind_of(std::string_view type) {
    for (std::size_t i = 0; i + 1 < kKinds; ++i)
        if (kTypeNames[i] == type) return static_cast<Kind>(i);
    return Kind::other;
}

} // namespace trialcds::fhir
