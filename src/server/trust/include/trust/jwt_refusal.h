// Why a token was refused, for the operator's log and metrics. Nothing of it may reach the caller, who gets
// the same 401 whatever the reason.
// Invariant: `detail` holds printable ASCII, at most some hundred characters, and never the token or a part
// of its signature; `issuer` is "" or one of the configured issuers, so it may be a metric label.
// Source: conformance items 62 to 72. Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trialcds::server {

// One value per check, in the order of the checks.
enum class JwtRefusalReason : std::uint8_t {
    authorization_missing,
    authorization_repeated,
    not_bearer,
    path_unusable, // the request's target is no path, so there is no audience to expect
    too_large,
    malformed, // not three parts of strict base64url
    header_not_json,
    claims_not_json,
    typ_not_jwt,
    algorithm_not_allowed,
    kid_missing,
    critical_extension,
    payload_unencoded,
    key_in_header,
    issuer_unknown,
    jku_mismatch,
    audience_mismatch,
    exp_missing,
    expired,
    nbf_malformed,
    not_yet_valid,
    iat_missing,
    issued_in_future,
    lifetime_too_long,
    jti_missing,
    jti_too_long,
    tenant_unknown,
    kid_unknown,
    keys_unavailable,
    key_unfit, // the key of this kid does not serve the token's algorithm
    signature_wrong,
    replayed,
    replay_table_full,
    replay_store_unavailable,
    certificate_mismatch, // the tenant has client certificates, and this connection showed none of them
};
inline constexpr int kJwtRefusalReasons = static_cast<int>(JwtRefusalReason::certificate_mismatch) + 1;

[[nodiscard]] std::string_view to_string(JwtRefusalReason reason);

struct JwtRefusal {
    JwtRefusalReason reason = JwtRefusalReason::authorization_missing;
    std::string issuer;
    std::string detail;
};

} // namespace trialcds::server
