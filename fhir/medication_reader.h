// Gives a medication use what the Medication that it refers to says. Source: FHIR R4 4.0.1 medication[x],
// Medication. Thread-safety: none needed.
#pragma once

#include "collected.h"

namespace trialcds::fhir {

// False where the use names another medication itself: it then names none.
[[nodiscard]] bool take_over(const Medication &medication, MedicationUse &use);

} // namespace trialcds::fhir
