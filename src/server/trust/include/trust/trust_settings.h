// Whom this service believes, as the operator configures it. Values only; check() holds them to the rules
// before anything is built from them.
// Invariants after check(): public_base is an https URL without a query; every issuer once; a `jku` is an https
// URL; at least one algorithm and one tenant per issuer; outside demo_mode no issuer of kPublicKeyPairs by name
// or by the host of its `jku`. Source: CDS Hooks 2.0 "Trusting CDS Clients"; conformance items 63 to 70 and 73.
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "trust/jws.h"
#include "trust/replay_guard.h"

namespace trialcds::server {

struct TrustedIssuer {
    std::string issuer;             // `iss`, byte for byte
    std::optional<std::string> jku; // where its keys are read; nullopt: keys come out of band
    std::vector<JwsAlgorithm> algorithms = {JwsAlgorithm::es384, JwsAlgorithm::rs384};
    std::vector<std::string> extra_audiences;   // `aud` values taken beside the endpoint's URL
    std::map<std::string, std::string> tenants; // `tenant` claim -> tenant id; empty: the claim is not read
    std::optional<std::string> default_tenant;  // when `tenants` is empty or the claim absent
};

// What a verified client certificate says of its bearer. A tenant that has certificates is called with one of
// them only, beside the token or, where the site says so, instead of it.
struct TrustedCertificate {
    std::string tenant;
    bool instead_of_token = false;
};
using TrustedCertificates = std::map<std::string, TrustedCertificate>; // by subject, RFC 2253, byte for byte

struct TrustSettings {
    std::string public_base; // the address EHRs call, without a request's path: "https://cds.example.org"
    std::vector<TrustedIssuer> issuers;
    TrustedCertificates certificates;
    std::int64_t leeway = 60;                       // seconds, on exp, nbf and iat
    std::int64_t max_lifetime = 3600;               // seconds, exp - iat
    ReplayDoubt replay_doubt = ReplayDoubt::refuse; // of a token of which nobody can say whether it was used
    bool allow_missing_typ = false;
    bool demo_mode = false; // take a plain http public_base, and issuers whose private key is public
};

// Everything that is wrong, one line each.
[[nodiscard]] base::Result<void> check(const TrustSettings &settings);

} // namespace trialcds::server
