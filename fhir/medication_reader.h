// Gives a medication use what the Medication that it refers to says. Source: FHIR R4 4.0.1 medication[x],
// Medication. Thread-safety: none needed.
#pragma once

#include "collected.h"

namespace trialcds::fhir {

void take_over(const Medication &medication, MedicationUse &use);

} // namespace trialcds::fhir
