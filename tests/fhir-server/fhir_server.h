// The FHIR server of these tests: Medplum's router and store under Node.js (server.mjs), one for the whole
// program, started with the first test that asks for it. Nothing in it was written for this service but HTTP,
// the token check, the links and the faults. Thread-safety: for the thread that runs the tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/program.h"
#include "base/json.h"

namespace trialcds::test {

inline const std::string kFhirToken = "token-of-the-ehr";
inline const std::string kNode = TRIALCDS_SOURCE_DIR "/tests/fhir-server/start.sh"; // also runs other scripts

class FhirServer {
  public:
    // Null where it cannot run: why_not() says the reason.
    [[nodiscard]] static FhirServer *get();
    [[nodiscard]] static const std::string &why_not();

    // The base of a record; `manner`: "page/2", "fault/html/Condition" or both, as server.mjs tells.
    [[nodiscard]] std::string base(const std::string &record, const std::string &manner = "") const;

    // Puts every resource into the record under its own id: a Bundle as one transaction, in which the server
    // resolves references to a fullUrl, or single ones as a batch. Throws if the server refuses one.
    void load(const std::string &record, const std::string &bundle);
    void put(const std::string &record, const std::vector<json::Value> &resources);

    FhirServer(std::unique_ptr<Process> process, std::uint16_t port);

  private:
    void post(const std::string &record, const std::string &type,
              const std::vector<std::string> &entries) const;

    std::unique_ptr<Process> process_;
    std::uint16_t port_;
};

} // namespace trialcds::test

// In words, where there is no Node.js or its packages could not be had.
#define TRIALCDS_NEEDS_FHIR_SERVER()                                                                           \
    if (trialcds::test::FhirServer::get() == nullptr)                                                          \
    GTEST_SKIP() << "skipped: the FHIR server cannot run: " << trialcds::test::FhirServer::why_not()
