#include "trust/jwt_refusal.h"

#include <array>

namespace trialcds::server {
namespace {

constexpr std::array<std::string_view, kJwtRefusalReasons> kNames = {
    "authorization_missing",
    "authorization_repeated",
    "not_bearer",
    "path_unusable",
    "too_large",
    "malformed",
    "header_not_json",
    "claims_not_json",
    "typ_not_jwt",
    "algorithm_not_allowed",
    "kid_missing",
    "critical_extension",
    "payload_unencoded",
    "key_in_header",
    "issuer_unknown",
    "jku_mismatch",
    "audience_mismatch",
    "exp_missing",
    "expired",
    "nbf_malformed",
    "not_yet_valid",
    "iat_missing",
    "issued_in_future",
    "lifetime_too_long",
    "jti_missing",
    "jti_too_long",
    "tenant_unknown",
    "kid_unknown",
    "keys_unavailable",
    "key_unfit",
    "signature_wrong",
    "replayed",
    "replay_table_full",
    "replay_store_unavailable",
    "certificate_mismatch",
};

} // namespace

std::string_view to_string(JwtRefusalReason reason) {
    return kNames.at(static_cast<std::size_t>(reason));
}

} // namespace trialcds::server
