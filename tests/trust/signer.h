// An EHR's side of the trust: makes a key pair, publishes it as a JWK, signs. Keys are made at run time; no
// private key is ever in the repository. The tests' seed decides which.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/base64url.h"

namespace trialcds::test {

using base::to_base64url;

// Members of a JSON object: name -> JSON text ("\"x\"", "12", "[1]").
using Members = std::map<std::string, std::string>;
[[nodiscard]] std::string object(const Members &members);
[[nodiscard]] std::string json_string(std::string_view text);

class Signer {
  public:
    static Signer p256();
    static Signer p384();
    static Signer rsa(unsigned bits = 2048);

    // {"kty":...,"n" or "crv","x","y"}: no kid, no alg, no use
    [[nodiscard]] Members jwk() const;
    [[nodiscard]] std::string key_set(const std::string &kid) const;
    // JOSE signature of the input with this algorithm's digest and padding. A PSS salt of another length than
    // the digest's (-1) is for tests that want it refused.
    [[nodiscard]] std::string sign(std::string_view algorithm, std::string_view input, int pss_salt = -1) const;

  private:
    struct Impl;
    explicit Signer(std::shared_ptr<const Impl> impl);
    std::shared_ptr<const Impl> impl_;
};

// header.payload.signature
[[nodiscard]] std::string token(const Signer &signer, const Members &header, const Members &claims);
[[nodiscard]] std::string signed_text(const Signer &signer, std::string_view algorithm,
                                      const std::string &header, const std::string &payload);

// One key per algorithm for the whole test program: making an RSA pair takes a while.
[[nodiscard]] const Signer &es384_signer();
[[nodiscard]] const Signer &rs384_signer();

} // namespace trialcds::test
