// Port: where the public keys of a trusted client come from. A key is asked for by (issuer, kid); the `jku`
// of a token is never an address to read from.
// Invariant: "unknown" means that the issuer's current set was at hand and has no such key; "unavailable"
// means that nothing can be said (both refuse the call, but the operator must do different things).
// Source: CDS Hooks 2.0 "Trusting CDS Clients"; conformance items 65 and 66.
// Thread-safety: every implementation may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "trust/public_key.h"

namespace trialcds::server {

struct KeyLookup {
    enum class Outcome : std::uint8_t { found, unknown_kid, unavailable };

    Outcome outcome = Outcome::unavailable;
    std::shared_ptr<const PublicKey> key; // not null exactly when found
    std::string why{};                    // of unavailable, for the operator
};

// The lookup in a set that is at hand.
[[nodiscard]] KeyLookup look_up(const KeySet &set, const std::string &kid);

class KeySource {
  public:
    virtual ~KeySource() = default;
    [[nodiscard]] virtual KeyLookup key_for(const std::string &issuer, const std::string &kid) = 0;
};

// Keys handed over out of band: fixed for the life of the source.
class StaticKeySource final : public KeySource {
  public:
    // issuer -> JWKS text. Error: a text that is no JWKS or holds no usable key, with the reasons of all.
    [[nodiscard]] static base::Result<StaticKeySource> create(const std::map<std::string, std::string> &texts);

    [[nodiscard]] KeyLookup key_for(const std::string &issuer, const std::string &kid) override;

  private:
    std::map<std::string, KeySet> sets_;
};

// Sends each issuer to the source that holds its keys; an issuer without one is "unavailable".
class KeySourceByIssuer final : public KeySource {
  public:
    explicit KeySourceByIssuer(std::map<std::string, std::shared_ptr<KeySource>> sources);

    [[nodiscard]] KeyLookup key_for(const std::string &issuer, const std::string &kid) override;

  private:
    std::map<std::string, std::shared_ptr<KeySource>> sources_;
};

} // namespace trialcds::server
