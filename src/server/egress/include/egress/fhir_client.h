// FhirClient: reads from the EHR's FHIR server, for one call, what the EHR did not send along.
// Invariants: every URL asked for, the next pages included, is on the base's origin and under its path, so the
// token goes nowhere else; one deadline covers everything; a key is `complete` only when all its pages, and the
// Medications they refer to, were read and no server said that something was left out. A server that refuses,
// fails, is late or answers something else than FHIR has not said "there is none". Nothing is thrown; no URL,
// token or answer gets into a count or a text.
// Source: FHIR R4 http and search (paging, outcome entries), CDS Hooks 2.0 "FHIR resource access", conformance
// items 28 to 37. Thread-safety: one fetch at a time; make one client per call.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sensitive.h"
#include "egress/http_get.h"
#include "fhir/fhir_reader.h"

namespace trialcds::server {

using fhir::ReadOutcome;

// For metrics: how each read ended, and what kept a key from being whole beside that (a next page that was not
// asked for, a gap that the server owned up to).
struct FetchCounts {
    fhir::ReadCounts reads{};
    std::array<int, 3> keys{}; // by fhir::Retrieval

    [[nodiscard]] int of(ReadOutcome outcome) const { return reads[static_cast<std::size_t>(outcome)]; }
    [[nodiscard]] int of(fhir::Retrieval state) const { return keys[static_cast<std::size_t>(state)]; }
};

struct FhirClientSettings {
    std::chrono::milliseconds deadline{450};
    std::size_t max_parallel = 8;
    std::size_t max_pages = 20;       // of one key
    std::size_t max_medications = 50; // of one fetch
};

struct FhirAccess {
    std::string base_url; // on the tenant's allow list: is_listed_base
    std::optional<base::Sensitive<std::string>> token;
    std::string pool{};                           // as in GetRequest
    std::shared_ptr<base::Shares::Part> memory{}; // the same; held as long as this
};

// Whether the base is one of the list's, exactly but for a final slash.
[[nodiscard]] bool is_listed_base(std::span<const std::string> listed, std::string_view base_url);

class FhirClient final : public fhir::FhirReader {
  public:
    // Told once for each fetch, when it has ended.
    using OnFetched = std::function<void(const FetchCounts &)>;

    FhirClient(std::shared_ptr<HttpGetter> getter, FhirAccess access, FhirClientSettings settings = {},
               OnFetched on_fetched = {});

    [[nodiscard]] std::vector<fhir::Fetched> fetch(std::span<const fhir::Query> queries) override;

    [[nodiscard]] const FetchCounts &counts() const { return counts_; } // of all fetches so far

  private:
    std::shared_ptr<HttpGetter> getter_;
    FhirAccess access_;
    FhirClientSettings settings_;
    OnFetched on_fetched_;
    FetchCounts counts_;
};

} // namespace trialcds::server
