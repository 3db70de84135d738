// The client's side of CDS Hooks trust: a private key that signs JSON Web Tokens (RFC 7515, 7518, 7519), and
// tokens as header and claims that a check may spoil one at a time. ES384 signatures are raw r||s, 96 bytes
// (RFC 7518 3.4). The private key never leaves SigningKey::sign. Thread-safety: plain values; sign is const.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trialcds::cds_hooks_check {

struct SigningKey {
    std::string algorithm;  // "ES384" or "RS384"
    std::string kid;        // of the JWK, may be ""
    std::string public_pem; // what an attacker of algorithm confusion would take for an HMAC secret
    std::function<std::string(std::string_view)> sign; // the signature's bytes
};

// A private JWK: EC with curve P-384, or RSA.
[[nodiscard]] base::Result<SigningKey> read_signing_key(std::string_view jwk);

// Members of a JSON object: name -> JSON text.
using JsonMembers = std::map<std::string, std::string>;

struct Token {
    JsonMembers header;
    JsonMembers claims;

    [[nodiscard]] std::string signing_input() const;
    [[nodiscard]] std::string signed_by(const SigningKey &key) const; // compact form
};

[[nodiscard]] std::string hmac_sha384(std::string_view key, std::string_view text);
[[nodiscard]] std::string fresh_uuid(); // version 4, lower case, from OpenSSL's generator

} // namespace trialcds::cds_hooks_check
