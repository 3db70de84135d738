#include "fhir/fhir_reader.h"

namespace trialcds::fhir {

std::string_view to_string(ReadOutcome outcome) {
    constexpr std::array<std::string_view, kReadOutcomes> kNames{"ok",
                                                                 "no_server",
                                                                 "fetch_forbidden",
                                                                 "base_not_listed",
                                                                 "source_not_kept",
                                                                 "unusable_url",
                                                                 "unusable_token",
                                                                 "unknown_host",
                                                                 "resolver_busy",
                                                                 "private_address",
                                                                 "connect",
                                                                 "tls",
                                                                 "timeout",
                                                                 "cancelled",
                                                                 "malformed",
                                                                 "too_large",
                                                                 "redirect",
                                                                 "not_found",
                                                                 "no_token",
                                                                 "unauthorized",
                                                                 "forbidden",
                                                                 "throttled",
                                                                 "client_error",
                                                                 "server_error",
                                                                 "not_fhir",
                                                                 "other_patient",
                                                                 "operation_outcome",
                                                                 "left_out",
                                                                 "foreign_next",
                                                                 "next_loop",
                                                                 "too_many_pages",
                                                                 "too_many_medications",
                                                                 "internal"};
    return kNames[static_cast<std::size_t>(outcome)];
}

std::vector<Fetched> NoFhirReader::fetch(std::span<const Query> queries) {
    std::vector<Fetched> answers;
    answers.reserve(queries.size());
    for (const Query &query : queries)
        answers.push_back({query.key, Retrieval::not_retrieved, {}, Lack::none, why_});
    return answers;
}

} // namespace trialcds::fhir
