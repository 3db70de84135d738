// A made-up patient of any size as a CDS Hooks patient-view request with full prefetch: minified JSON,
// US-Core-like resources of about 1.7 kB, of 30: 1 Patient, 3 Condition, 22 Observation, 4 MedicationStatement,
// the rest in the same proportion. The patient is a possible match, so a card is returned.
#pragma once

#include <string>

namespace trialcds::bench {

struct SyntheticPatient {
    std::string request; // the body of POST /cds-services/<id>
    std::string bundle;  // the same resources as one Bundle
};

[[nodiscard]] SyntheticPatient synthetic_patient(int resources);

} // namespace trialcds::bench
