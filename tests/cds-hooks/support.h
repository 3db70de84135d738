// Calls, patients and knowledge for the tests of the protocol side.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "base/json.h"
#include "cds_hooks/http_api.h"
#include "cds_hooks/request.h"
#include "fhir/fhir_reader.h"
#include "knowledge/knowledge.h"
#include "support/cases.h"

namespace trialcds::test {

// "2026-11-22": the day of every case
inline const base::Day kAsOf = *base::parse_day("2026-11-22");
inline const std::string kService = "/cds-services/trials-patient-view";
inline const std::string kUuid = "3c1f9f6e-54a1-4f0e-9d9c-0f7a4a1d2b3c";

inline std::string call(const std::string &prefetch, const std::string &more = "",
                        const std::string &context = R"("userId":"Practitioner/p1","patientId":"pat1")") {
    return R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{)" +
           context + "}" + (prefetch.empty() ? "" : R"(,"prefetch":)" + prefetch) + more + "}";
}

inline const std::string kPatient = R"({"resourceType":"Patient","id":"pat1","birthDate":"1976-05-14"})";
inline const std::string kEmptyBundle = R"({"resourceType":"Bundle","type":"searchset","total":0})";

inline cds_hooks::Request request_of(const std::string &body) {
    auto request = cds_hooks::parse_request(body, cds_hooks::PlainHttp::allowed);
    if (!request) throw std::runtime_error(request.error().location + ": " + request.error().public_text);
    return std::move(*request);
}

inline std::shared_ptr<const mappings::Knowledge> shipped() {
    static const std::shared_ptr<const mappings::Knowledge> knowledge = [] {
        std::vector<mappings::File> files;
        for (mappings::File &file : shipped_files())
            if (file.path.find("/cases/") == std::string::npos) files.push_back(std::move(file));
        auto loaded = mappings::load_knowledge(files);
        if (!loaded) throw std::runtime_error(loaded.error().front().public_text);
        return *loaded;
    }();
    return knowledge;
}

inline std::shared_ptr<const cds_hooks::Services> services() {
    static const auto all = cds_hooks::all_trials(shipped());
    return all;
}

inline const cds_hooks::Service &service() {
    return services()->list.front();
}

inline std::shared_ptr<const json::Document> document(const std::string &text) {
    auto parsed = json::Document::parse(text);
    if (!parsed) throw std::runtime_error(parsed.error().public_text + " in " + text.substr(0, 200));
    return std::make_shared<const json::Document>(std::move(*parsed));
}

class MockFhirReader : public fhir::FhirReader {
  public:
    MOCK_METHOD(std::vector<fhir::Fetched>, fetch, (std::span<const fhir::Query>), (override));
};

// A catalogue that asks for the given keys and knows nothing else.
inline mappings::Catalogue catalogue_of(std::vector<mappings::PrefetchKey> keys) {
    mappings::Catalogue catalogue;
    catalogue.prefetch = std::move(keys);
    return catalogue;
}

inline mappings::Catalogue small_catalogue() {
    return catalogue_of(
        {{.key = "patient", .resource_type = "Patient", .group = "", .required = true, .codes = {}},
         {.key = "conditions", .resource_type = "Condition", .group = "", .required = true, .codes = {}},
         {.key = "labs",
          .resource_type = "Observation",
          .group = "laboratory",
          .required = false,
          .codes = {{"http://loinc.org", "4537-7"}}},
         {.key = "meds", .resource_type = "MedicationStatement", .group = "", .required = false, .codes = {}}});
}

// Takes any token for the tenant "north"'s.
class OneTenant final : public cds_hooks::Authenticator {
  public:
    std::optional<cds_hooks::ClientIdentity> authenticate(const cds_hooks::HttpRequest &request) override {
        if (cds_hooks::find_header(request.headers, "Authorization").empty()) return std::nullopt;
        return cds_hooks::ClientIdentity{"https://issuer.example.org", "north"};
    }
};

} // namespace trialcds::test
