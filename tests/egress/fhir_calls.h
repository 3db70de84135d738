// A FHIR server of a few scripted answers, and a client that reads from it.
#pragma once

#include <string>
#include <vector>

#include "egress/fhir_client.h"
#include "fhir/fhir_reader.h"
#include "getting.h"
#include "scripted_server.h"

namespace trialcds::test {

inline std::string bundle(const std::string &entries, const std::string &next = "") {
    const std::string link = next.empty() ? "" : R"("link":[{"relation":"next","url":")" + next + R"("}],)";
    return R"({"resourceType":"Bundle","type":"searchset",)" + link + R"("entry":[)" + entries + "]}";
}
inline std::string entry(const std::string &resource) {
    return R"({"resource":)" + resource + "}";
}
inline std::string condition(const std::string &id) {
    return entry(R"({"resourceType":"Condition","id":")" + id + R"("})");
}
inline std::string medication_request(const std::string &id, const std::string &medication) {
    return entry(R"({"resourceType":"MedicationRequest","id":")" + id +
                 R"(","medicationReference":{"reference":")" + medication + R"("}})");
}
inline std::string medication(const std::string &id) {
    return R"({"resourceType":"Medication","id":")" + id + R"("})";
}

inline server::FhirClient client_of(const ScriptedServer &server, server::FhirClientSettings settings = {kLong},
                                    std::size_t max_response = std::size_t{50} << 20U) {
    return server::FhirClient(local_getter(max_response),
                              {server.url("/fhir"), base::Sensitive<std::string>("secret-token")}, settings);
}

inline fhir::Fetched fetch_one(server::FhirClient &client, const std::string &path) {
    const std::vector<fhir::Query> queries = {{"key", path}};
    return client.fetch(queries).at(0);
}

} // namespace trialcds::test
