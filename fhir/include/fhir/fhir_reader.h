// FhirReader: the port through which data that the EHR did not send along is fetched from its FHIR server.
// Implementations live in src/server (network) and in tests; the pure modules know only this. It never
// throws. Source: CDS Hooks 2.0 "FHIR resource access", FHIR R4 http. Thread-safety: one call at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "fhir/patient_record.h"

namespace trialcds::fhir {

// A read or search relative to the FHIR base, tokens already replaced: "Condition?patient=123".
struct Query {
    std::string key; // the prefetch key it stands for
    std::string path;
};

// How a read ended, and with it why a key's data is not there or not whole: a closed set of words for logs and
// metrics. None of them holds anything that a server, a call or a record said.
enum class ReadOutcome : std::uint8_t {
    ok,
    // nothing was asked
    no_server,       // the call names no FHIR server
    fetch_forbidden, // this service is configured to read from none
    base_not_listed, // the server is not one of the tenant's
    source_not_kept, // the tenant's EHR keeps no such resources, its configuration says
    unusable_url,    // the base, or what was to be asked of it, is no URL that may be asked for
    unusable_token,  // the token has bytes that no header can carry
    unknown_host,    // the host's name has no address
    resolver_busy,   // too many hosts' names were being asked for, or asking failed
    private_address, // the host's address is not public and not listed as a network of the site's own
    // no answer
    connect,   // no connection
    tls,       // no handshake, or a certificate that does not prove the name
    timeout,   // too slow
    cancelled, // the call had ended
    malformed, // not HTTP, broken off, or in a content encoding that was not asked for
    too_large,
    redirect, // not followed
    // an answer that is no data
    not_found,         // 404 or 410
    no_token,          // 401, and the call gave no token that could be sent
    unauthorized,      // 401
    forbidden,         // 403
    throttled,         // 429, and no time to wait
    client_error,      // another 4xx
    server_error,      // 5xx, or a status that asks for patience
    not_fhir,          // something else than what was asked for
    other_patient,     // a Patient, but not the one that was asked for
    operation_outcome, // an OperationOutcome in the data's place
    // a part of the data
    left_out,             // the server said that something is missing
    foreign_next,         // a next page on another origin or outside the base: not asked for
    next_loop,            // a next page that was already read: not asked for
    too_many_pages,       // the rest was not asked for
    too_many_medications, // the rest was not asked for
    internal,             // a fault of this service
};
inline constexpr std::size_t kReadOutcomes = static_cast<std::size_t>(ReadOutcome::internal) + 1;
[[nodiscard]] std::string_view to_string(ReadOutcome outcome);

using ReadCounts = std::array<int, kReadOutcomes>;

// What a key of which nothing was had may hide.
enum class Lack : std::uint8_t {
    none,      // nothing was asked, or the server says that it keeps no such resources
    refused,   // the server does not give them, and may hold some
    broke_off, // it is not known what there is
};

struct Fetched {
    std::string key;
    Retrieval state = Retrieval::not_retrieved;
    std::vector<std::shared_ptr<const json::Document>> pages; // one Bundle or resource each
    Lack lack = Lack::none;
    ReadOutcome cause = ReadOutcome::ok; // why it is not complete
};

class FhirReader {
  public:
    virtual ~FhirReader() = default;
    // One Fetched per Query, in the same order, within the reader's own deadline.
    [[nodiscard]] virtual std::vector<Fetched> fetch(std::span<const Query> queries) = 0;
};

// Fetches nothing: every key stays not_retrieved, for the reason given.
class NoFhirReader final : public FhirReader {
  public:
    explicit NoFhirReader(ReadOutcome why = ReadOutcome::no_server) : why_(why) {}
    [[nodiscard]] std::vector<Fetched> fetch(std::span<const Query> queries) override;

  private:
    ReadOutcome why_;
};

} // namespace trialcds::fhir
