// How a drug is given: from the dosage's route, else from the dose form in the product's name, else from the
// dosage text. Routes that contradict each other leave it unstated. Source: clinical-rules 2, E5.
// Thread-safety: reentrant.
#pragma once

#include "extraction.h"

namespace trialcds::mappings {

[[nodiscard]] eligibility::Route read_route(Draft &draft, const fhir::MedicationUse &use);

} // namespace trialcds::mappings
