// ResourceType: the FHIR resource types that are read, and what it takes to conclude from a type that nothing
// is recorded. One row of resource_types.cpp says everything else of a type: its name, its reader, and which
// lists are in doubt when a resource of it must not be used. Source: FHIR R4 4.0.1. Thread-safety: plain
// values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trialcds::fhir {

enum class ResourceType : std::uint8_t {
    observation,
    condition,
    medication_statement,
    medication_request,
    medication_administration,
    medication_dispense,
    medication,
    procedure,
    research_subject,
    diagnostic_report,
    patient,
    bundle,
    operation_outcome,
    other, // last: a type that no criterion reads
};
inline constexpr std::size_t kResourceTypes = static_cast<std::size_t>(ResourceType::other) + 1;

// What must have been read to its end before "no record" means "none".
enum class Absence : std::uint8_t {
    nothing,     // it never does
    list,        // the list of the type
    group,       // Observations are fetched in groups: the list of the group
    one_of_many, // one list of those with this rule, and none of the others in part: one stands in for another
};

[[nodiscard]] std::string_view type_name(ResourceType type); // "" for ResourceType::other
[[nodiscard]] ResourceType resource_type_of(std::string_view name);
[[nodiscard]] Absence absence_of(ResourceType type);

} // namespace trialcds::fhir
