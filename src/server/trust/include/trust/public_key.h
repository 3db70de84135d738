// A client's public key (JWK) and the set it comes in (JWKS). This header hides the only file of the project
// that verifies signatures, src/server/trust/public_key.cpp.
// Invariants: a PublicKey is a point on P-256 or P-384, or an RSA modulus of 2048 to 8192 bits with an odd
// exponent of 17 to 64 bits; its type fixes which algorithms it can serve, and the key's own `alg`, `use` and
// `key_ops` narrow that further. A JWK that carries any private or symmetric member is refused whole: whoever
// published it has lost it. Two keys of one `kid` in a set are both refused: nobody could say which was meant.
// Source: RFC 7517 sections 4 and 5; RFC 7518 sections 3 and 6; conformance item 66.
// Thread-safety: immutable; verify() may be called from any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "trust/jws.h"

namespace trialcds::server {

class PublicKey {
  public:
    // The error's public_text says why the key is refused; it holds no key material.
    [[nodiscard]] static base::Result<PublicKey> from_jwk(json::Value jwk);

    PublicKey(PublicKey &&) noexcept;
    PublicKey &operator=(PublicKey &&) noexcept;
    ~PublicKey();

    [[nodiscard]] bool serves(JwsAlgorithm algorithm) const;
    // false also when the key does not serve this algorithm or the signature has another length.
    [[nodiscard]] bool verify(JwsAlgorithm algorithm, std::string_view signing_input,
                              std::string_view signature) const;

  private:
    struct Impl;
    explicit PublicKey(std::unique_ptr<const Impl> impl);
    std::unique_ptr<const Impl> impl_;
};

struct NamedKey {
    std::string kid; // opaque, compared byte for byte
    std::shared_ptr<const PublicKey> key;
};

inline constexpr std::size_t kMaxKeySetText = std::size_t{256} * 1024;
inline constexpr std::size_t kMaxKeysInSet = 64;

struct KeySet {
    std::vector<NamedKey> keys;
    std::vector<std::string> refused; // "/keys/1: why", for the operator

    [[nodiscard]] std::shared_ptr<const PublicKey> find(std::string_view kid) const; // null: unknown
};

// Error: not a JWKS at all, over 256 KiB or over 64 keys. Unusable keys go to `refused`.
[[nodiscard]] base::Result<KeySet> parse_key_set(std::string_view text);

} // namespace trialcds::server
