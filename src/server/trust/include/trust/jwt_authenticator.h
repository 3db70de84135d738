// The Authenticator of a network listener: takes the token out of the request, works out which audience it
// must name, asks JwtVerifier, and holds the tenant to its client certificates if it has any.
// Invariants: the expected audience comes from the configured public address and the request's path, never
// from the Host header or anything else a caller writes; exactly one Authorization header, or none where a
// certificate stands in for the token; every refusal is reported once and looks the same from outside.
// Source: CDS Hooks 2.0 "Trusting CDS Clients"; RFC 6750 section 2.1; conformance items 62, 67 and 73.
// Thread-safety: authenticate() may be called from any thread, and so is `on_refusal`.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cds_hooks/authenticator.h"
#include "clock/clock.h"
#include "trust/jwt_verifier.h"
#include "trust/trust_settings.h"

namespace trialcds::server {

class JwtAuthenticator final : public cds_hooks::Authenticator {
  public:
    using OnRefusal = std::function<void(const JwtRefusal &)>;

    // `clock` must outlive this.
    JwtAuthenticator(JwtVerifier verifier, const Clock &clock, OnRefusal on_refusal,
                     TrustedCertificates certificates = {});

    [[nodiscard]] std::optional<cds_hooks::ClientIdentity>
    authenticate(const cds_hooks::HttpRequest &request) override;

  private:
    [[nodiscard]] JwtVerifier::Outcome outcome(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] JwtVerifier::Outcome by_token(const cds_hooks::HttpRequest &request,
                                                const JwtVerifier::MayCall &may_call) const;
    [[nodiscard]] bool has_certificates(const std::string &tenant) const;

    JwtVerifier verifier_;
    const Clock &clock_;
    OnRefusal on_refusal_;
    TrustedCertificates certificates_;
};

} // namespace trialcds::server
