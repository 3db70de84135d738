#include "fhir/resource_types.h"

#include <algorithm>
#include <iterator>

#include "finish_steps.h"
#include "keep_resource.h"
#include "resource_row.h"

namespace trialcds::fhir {
namespace {

// In the order of ResourceType.
constexpr ResourceRow kRows[] = {
    {ResourceType::observation, "Observation", keep_new<Observation>, Absence::group},
    {ResourceType::condition, "Condition", keep_new<Condition>, Absence::list},
    {ResourceType::medication_statement, "MedicationStatement", keep_new<MedicationUse>, Absence::one_of_many},
    {ResourceType::medication_request, "MedicationRequest", keep_new<MedicationUse>, Absence::one_of_many},
    {ResourceType::medication_administration, "MedicationAdministration", keep_new<MedicationUse>,
     Absence::one_of_many},
    {ResourceType::medication_dispense, "MedicationDispense", keep_new<MedicationUse>, Absence::one_of_many},
    {ResourceType::medication, "Medication", keep_new<Medication>, Absence::nothing, Absence::one_of_many,
     nullptr, resolve_medications},
    {ResourceType::procedure, "Procedure", keep_new<Procedure>, Absence::list},
    {ResourceType::research_subject, "ResearchSubject", keep_new<ResearchSubject>, Absence::list},
    {ResourceType::diagnostic_report, "DiagnosticReport", keep_new<Report>, Absence::nothing, Absence::group,
     unfold_reports, settle_reports},
    {ResourceType::patient, "Patient", keep_new<Patient>},
    {ResourceType::bundle, "Bundle"},
    {ResourceType::operation_outcome, "OperationOutcome"},
    {ResourceType::other, ""},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(kRows); ++i)
        if (static_cast<std::size_t>(kRows[i].type) != i) return false;
    return std::size(kRows) == kResourceTypes;
}
static_assert(in_order());

} // namespace

std::span<const ResourceRow> resource_rows() {
    return kRows;
}

const ResourceRow &row_of(ResourceType type) {
    return kRows[static_cast<std::size_t>(type)];
}

std::string_view type_name(ResourceType type) {
    return row_of(type).name;
}

ResourceType resource_type_of(std::string_view name) {
    const auto *const found = std::find_if(std::begin(kRows), std::end(kRows),
                                           [&](const ResourceRow &row) { return row.name == name; });
    return found == std::end(kRows) ? ResourceType::other : found->type;
}

Absence absence_of(ResourceType type) {
    return row_of(type).absence;
}

} // namespace trialcds::fhir
