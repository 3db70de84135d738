#include "fhir/patient_record.h"

namespace trialcds::fhir {

Sources Sources::all(Retrieval state) {
    Sources sources;
    sources.lists_.fill(state);
    return sources;
}

Retrieval Sources::observations(std::string_view group) const {
    const auto found = observation_groups.find(group);
    return found == observation_groups.end() ? (*this)[ResourceType::observation] : found->second;
}

} // namespace trialcds::fhir
