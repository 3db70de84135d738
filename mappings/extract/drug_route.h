// How a drug is given: from the dosage's route, else from the dose form in the product's name, else from the
// dosage text. Routes that contradict each other leave it unstated. Source: clinical-rules 2, E5.
// Thread-safety: reentrant.
#pragma once

#include <optional>

#include "extraction.h"

namespace trialcds::mappings {

// What the names and the form of the product say; nothing where they do not speak of it.
[[nodiscard]] std::optional<eligibility::Route> route_of_product(Draft &draft, const fhir::MedicationUse &use);

[[nodiscard]] eligibility::Route read_route(Draft &draft, const fhir::MedicationUse &use,
                                            const std::optional<eligibility::Route> &of_product);

} // namespace trialcds::mappings
