#include "fhir/fhir_reader.h"

namespace trialcds::fhir {

std::vector<Fetched> NoFhirReader::fetch(std::span<const Query> queries) {
    std::vector<Fetched> answers;
    answers.reserve(queries.size());
    for (const Query &query : queries)
        answers.push_back({query.key, Retrieval::not_retrieved, {}});
    return answers;
}

} // namespace trialcds::fhir
