// FhirReader: the port through which data that the EHR did not send along is fetched from its FHIR server.
// Implementations live in src/server (network) and in tests; the pure modules know only this. It never
// throws. Source: CDS Hooks 2.0 "FHIR resource access", FHIR R4 http. Thread-safety: one call at a time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "fhir/patient_record.h"

namespace trialcds::fhir {

// A read or search relative to the FHIR base, tokens already replaced: "Condition?patient=123".
struct Query {
    std::string key; // the prefetch key it stands for
    std::string path;
};

struct Fetched {
    std::string key;
    Retrieval state = Retrieval::not_retrieved;
    std::vector<std::shared_ptr<const json::Document>> pages; // one Bundle or resource each
    bool broke_off = false; // asked for, and neither had nor said to be unknown or not for this client
};

class FhirReader {
  public:
    virtual ~FhirReader() = default;
    // One Fetched per Query, in the same order, within the reader's own deadline.
    [[nodiscard]] virtual std::vector<Fetched> fetch(std::span<const Query> queries) = 0;
};

// Fetches nothing: every key stays not_retrieved (no FHIR server given, or egress switched off).
class NoFhirReader final : public FhirReader {
  public:
    [[nodiscard]] std::vector<Fetched> fetch(std::span<const Query> queries) override;
};

} // namespace trialcds::fhir
