// ResourceRow: all that the reader must know of one resource type, in one place (resource_types.cpp).
// Thread-safety: constants.
#pragma once

#include <span>
#include <string_view>

#include "base/json.h"
#include "fhir/resource_types.h"

namespace trialcds::fhir {

struct Collected;

struct ResourceRow {
    ResourceType type;
    Absence absence = Absence::nothing;
    // A resource that must not be used leaves its own list in doubt, and all those with this rule: a Medication
    // may belong to any use of one.
    Absence part_of = Absence::nothing;
    std::string_view name;
    // Reads one resource into its pile. Null: it is no part of the record.
    void (*keep)(Collected &collected, json::Value value, ResourceType type,
                 std::string_view full_url) = nullptr;
    // Called once when all is read and duplicates are gone: makes resources of those that the kept ones hold.
    void (*unfold)(Collected &collected) = nullptr;
    // Called once when it is known whose each resource is: follows references, and says which of the type
    // count.
    void (*settle)(Collected &collected) = nullptr;
};

[[nodiscard]] std::span<const ResourceRow> resource_rows(); // in the order of ResourceType
[[nodiscard]] const ResourceRow &row_of(ResourceType type);

} // namespace trialcds::fhir
