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
    {ResourceType::observation, Absence::group, Absence::nothing, "Observation", keep_new<Observation>},
    {ResourceType::condition, Absence::list, Absence::nothing, "Condition", keep_new<Condition>},
    {ResourceType::medication_statement, Absence::one_of_many, Absence::nothing, "MedicationStatement",
     keep_new<MedicationUse>},
    {ResourceType::medication_request, Absence::one_of_many, Absence::nothing, "MedicationRequest",
     keep_new<MedicationUse>},
    {ResourceType::medication_administration, Absence::one_of_many, Absence::nothing,
     "MedicationAdministration", keep_new<MedicationUse>},
    {ResourceType::medication_dispense, Absence::one_of_many, Absence::nothing, "MedicationDispense",
     keep_new<MedicationUse>},
    {ResourceType::medication, Absence::nothing, Absence::one_of_many, "Medication", keep_new<Medication>,
     nullptr, resolve_medications},
    {ResourceType::procedure, Absence::list, Absence::nothing, "Procedure", keep_new<Procedure>},
    {ResourceType::research_subject, Absence::list, Absence::nothing, "ResearchSubject",
     keep_new<ResearchSubject>},
    {ResourceType::diagnostic_report, Absence::nothing, Absence::group, "DiagnosticReport", keep_new<Report>,
     unfold_reports, settle_reports},
    {ResourceType::patient, Absence::nothing, Absence::nothing, "Patient", keep_new<Patient>},
    {ResourceType::bundle, Absence::nothing, Absence::nothing, "Bundle"},
    {ResourceType::operation_outcome, Absence::nothing, Absence::nothing, "OperationOutcome"},
    {ResourceType::other, Absence::nothing, Absence::nothing, ""},
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
