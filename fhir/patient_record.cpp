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

std::size_t bytes_of(const PatientRecord &record) {
    std::size_t bytes = 0;
    for (const auto &document : record.documents)
        bytes += document->bytes();
    return bytes;
}

} // namespace trialcds::fhir
