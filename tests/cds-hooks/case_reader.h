// A FHIR server that holds one case and notes what it is asked. What it answers for a key can be replaced.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cds_hooks/client_call.h"
#include "support.h"

namespace trialcds::test {

struct CaseServer {
    explicit CaseServer(const std::string &name) : patient(name) {
        const auto call =
            document(*cds_hooks::hook_request(case_bundle(name), shipped()->catalogue.prefetch, kUuid));
        for (const auto &[key, value] : call->root()["prefetch"].members())
            if (!value.is_null()) pages.emplace(std::string(key), document(json::to_text(value)));
    }

    // As a read that ended like this.
    void refuse(const std::string &key, fhir::ReadOutcome cause) {
        pages.erase(key);
        causes[key] = cause;
    }

    [[nodiscard]] fhir::Fetched answer(const fhir::Query &query) const {
        if (const auto cause = causes.find(query.key); cause != causes.end())
            return {query.key, fhir::Retrieval::not_retrieved, {}, fhir::Lack::refused, cause->second};
        const auto page = pages.find(query.key);
        return {query.key,
                fhir::Retrieval::complete,
                {page == pages.end() ? document(kEmptyBundle) : page->second}};
    }

    std::string patient; // its id
    std::map<std::string, std::shared_ptr<const json::Document>> pages;
    std::map<std::string, fhir::ReadOutcome> causes;
    std::vector<std::vector<std::string>> fetches; // the paths of each
};

// One call's reader. The server must outlive it.
class CaseReader final : public fhir::FhirReader {
  public:
    explicit CaseReader(CaseServer &server) : server_(server) {}
    std::vector<fhir::Fetched> fetch(std::span<const fhir::Query> queries) override {
        auto &paths = server_.fetches.emplace_back();
        std::vector<fhir::Fetched> answers;
        for (const fhir::Query &query : queries) {
            paths.push_back(query.path);
            answers.push_back(server_.answer(query));
        }
        return answers;
    }

  private:
    CaseServer &server_;
};

} // namespace trialcds::test
