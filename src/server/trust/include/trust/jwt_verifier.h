// Is this token a trusted EHR's, meant for this endpoint, now, and for the first time?
// Invariants: the checks run cheap first and the signature after all that need no key; the replay table is
// written last, so that a token refused for any other reason can neither fill it nor burn an honest `jti`.
// Exactly one refusal reason per token: that of the first check it fails.
// Source: CDS Hooks 2.0 "Trusting CDS Clients"; RFC 7515, 7519, 8725; conformance items 63 to 72.
// Thread-safety: verify() may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cds_hooks/authenticator.h"
#include "trust/jwt_refusal.h"
#include "trust/key_source.h"
#include "trust/replay_guard.h"
#include "trust/trust_settings.h"

namespace trialcds::server {

class JwtVerifier {
  public:
    using Outcome = tl::expected<cds_hooks::ClientIdentity, JwtRefusal>;

    // `keys` and `replay` must outlive this. Error: check(settings).
    [[nodiscard]] static base::Result<JwtVerifier> create(TrustSettings settings, KeySource &keys,
                                                          ReplayGuard &replay);

    // The audience a call of this path must name: the public address of the service and the path, which a proxy
    // may have handed on with or without the public address's own.
    [[nodiscard]] std::string audience_of(std::string_view path) const;

    // May this tenant's calls come as this one does? Asked of a token that is good, before it is used up.
    using MayCall = std::function<bool(const std::string &tenant)>;

    // `expected_audience` is this endpoint's public URL; one trailing slash on either side does not matter.
    [[nodiscard]] Outcome verify(std::string_view token, std::string_view expected_audience,
                                 std::int64_t unix_seconds, const MayCall &may_call = {}) const;

  private:
    struct Token;

    JwtVerifier(TrustSettings settings, KeySource &keys, ReplayGuard &replay);

    [[nodiscard]] std::optional<JwtRefusal> check_claims(const Token &token, std::string_view expected_audience,
                                                         std::int64_t unix_seconds) const;
    [[nodiscard]] Outcome identify(const Token &token, std::int64_t unix_seconds,
                                   const MayCall &may_call) const;

    TrustSettings settings_; // its issuers moved to issuers_
    std::map<std::string, TrustedIssuer, std::less<>> issuers_;
    KeySource *keys_;
    ReplayGuard *replay_;
};

} // namespace trialcds::server
