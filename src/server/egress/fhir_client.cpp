#include "egress/fhir_client.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "fhir_fetch.h"

namespace trialcds::server {
namespace {

std::string_view without_final_slash(std::string_view url) {
    return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

} // namespace

bool is_listed_base(std::span<const std::string> listed, std::string_view base_url) {
    return std::any_of(listed.begin(), listed.end(), [&](const std::string &each) {
        return without_final_slash(each) == without_final_slash(base_url);
    });
}

FhirClient::FhirClient(std::shared_ptr<HttpGetter> getter, FhirAccess access, FhirClientSettings settings,
                       OnFetched on_fetched)
    : getter_(std::move(getter)), access_(std::move(access)), settings_(settings),
      on_fetched_(std::move(on_fetched)) {}

std::vector<fhir::Fetched> FhirClient::fetch(std::span<const fhir::Query> queries) {
    FetchCounts counts;
    std::vector<fhir::Fetched> fetched;
    try {
        fetched = egress::FhirFetch(*getter_, access_, settings_, counts).run(queries);
    } catch (const std::exception &) { // no memory, no threads: then nothing was read
        fetched.clear();
        for (const fhir::Query &query : queries)
            fetched.push_back(
                {query.key, fhir::Retrieval::not_retrieved, {}, fhir::Lack::broke_off, ReadOutcome::internal});
    }
    for (std::size_t i = 0; i < counts.reads.size(); ++i)
        counts_.reads[i] += counts.reads[i];
    for (std::size_t i = 0; i < counts.keys.size(); ++i)
        counts_.keys[i] += counts.keys[i];
    if (on_fetched_) on_fetched_(counts);
    return fetched;
}

} // namespace trialcds::server
