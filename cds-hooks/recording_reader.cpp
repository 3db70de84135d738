#include "recording_reader.h"

#include <algorithm>
#include <utility>

namespace trialcds::cds_hooks {

std::vector<fhir::Fetched> RecordingReader::fetch(std::span<const fhir::Query> queries) {
    std::vector<fhir::Query> fresh;
    std::copy_if(queries.begin(), queries.end(), std::back_inserter(fresh),
                 [this](const fhir::Query &query) { return find(query.path) == nullptr; });
    if (!fresh.empty()) {
        std::vector<fhir::Fetched> answers = reader_.fetch(fresh);
        for (std::size_t i = 0; i < std::min(fresh.size(), answers.size()); ++i)
            reads_.push_back({std::move(fresh[i]), std::move(answers[i])});
    }
    std::vector<fhir::Fetched> all;
    for (const fhir::Query &query : queries) {
        const RecordedRead *read = find(query.path);
        all.push_back(read != nullptr ? read->fetched
                                      : fhir::Fetched{query.key,
                                                      fhir::Retrieval::not_retrieved,
                                                      {},
                                                      fhir::Lack::broke_off,
                                                      fhir::ReadOutcome::internal});
    }
    return all;
}

const RecordedRead *RecordingReader::find(std::string_view path) const {
    const auto found = std::find_if(reads_.begin(), reads_.end(),
                                    [path](const RecordedRead &read) { return read.query.path == path; });
    return found == reads_.end() ? nullptr : &*found;
}

} // namespace trialcds::cds_hooks
