#include "fhir/patient_record.h"

namespace trialcds::fhir {

Sources Sources::all(Retrieval state) {
    Sources sources;
    sources.patient = state;
    sources.conditions = state;
    sources.procedures = state;
    sources.medication_statements = state;
    sources.medication_requests = state;
    sources.medication_administrations = state;
    sources.medication_dispenses = state;
    sources.research_subjects = state;
    sources.observations_default = state;
    return sources;
}

Retrieval Sources::observations(std::string_view group) const {
    const auto found = observation_groups.find(group);
    return found == observation_groups.end() ? observations_default : found->second;
}

} // namespace trialcds::fhir
