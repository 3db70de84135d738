// The Authenticator of a network listener: takes the token out of the request, works out which audience it
// must name, and asks JwtVerifier.
// Invariants: the expected audience comes from the configured public address and the request's path, never
// from the Host header or anything else a caller writes; exactly one Authorization header; every refusal is
// reported once and looks the same from outside.
// Source: CDS Hooks 2.0 "Trusting CDS Clients"; RFC 6750 section 2.1; protocol items 62 and 67.
// Thread-safety: authenticate() may be called from any thread, and so is `on_refusal`.
#pragma once

#include <functional>
#include <optional>

#include "cds_hooks/authenticator.h"
#include "server/clock.h"
#include "server/jwt_verifier.h"

namespace trialcds::server {

class JwtAuthenticator final : public cds_hooks::Authenticator {
  public:
    using OnRefusal = std::function<void(const JwtRefusal &)>;

    // `clock` must outlive this.
    JwtAuthenticator(JwtVerifier verifier, const Clock &clock, OnRefusal on_refusal);

    [[nodiscard]] std::optional<cds_hooks::ClientIdentity>
    authenticate(const cds_hooks::HttpRequest &request) override;

  private:
    [[nodiscard]] JwtVerifier::Outcome outcome(const cds_hooks::HttpRequest &request) const;

    JwtVerifier verifier_;
    const Clock &clock_;
    OnRefusal on_refusal_;
};

} // namespace trialcds::server
