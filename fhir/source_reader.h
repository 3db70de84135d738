// Reads what one source answered: a resource, or a Bundle with everything in it. Source: FHIR R4 4.0.1
// Bundle; fhir-reading 2. Thread-safety: none needed.
#pragma once

#include <string_view>

#include "collected.h"

namespace trialcds::fhir {

// One value given to RecordBuilder::add. `expected_type`: "" for any. `before`: on earlier pages.
[[nodiscard]] Retrieval read_source(Collected &collected, json::Value value, std::string_view expected_type,
                                    const Held &before = {});

} // namespace trialcds::fhir
