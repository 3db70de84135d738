// A trusted EHR and a verifier that trusts it: tests change one thing at a time and read the verdict.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "trust/jwt_verifier.h"
#include "trust/signer.h"

namespace trialcds::server {

using test::json_string;
using test::Members;

inline constexpr std::int64_t kNow = 1795305600; // 2026-11-22T00:00:00Z
inline const std::string kIssuer = "https://ehr.example/fhir";
inline const std::string kJku = "https://ehr.example/.well-known/jwks.json";
inline const std::string kKid = "fNn8+TV/bZwj3vH9DJwHfUsMZ2+I0zQj5RlB8Q=="; // as Epic writes them
inline const std::string kRsaKid = "rsa";
inline const std::string kBase = "https://cds.example.org";
inline const std::string kPath = "/cds-services/trials-patient-view";
inline const std::string kAudience = kBase + kPath;

inline TrustedIssuer ehr_issuer() {
    TrustedIssuer trusted;
    trusted.issuer = kIssuer;
    trusted.jku = kJku;
    trusted.default_tenant = "clinic";
    return trusted;
}

inline Members ehr_header() {
    return {{"alg", json_string("ES384")},
            {"typ", json_string("JWT")},
            {"kid", json_string(kKid)},
            {"jku", json_string(kJku)}};
}

inline Members ehr_claims() {
    return {{"iss", json_string(kIssuer)},
            {"aud", json_string(kAudience)},
            {"exp", std::to_string(kNow + 300)},
            {"iat", std::to_string(kNow)},
            {"jti", json_string("b3c7a9e2-54a1-4a5e-9f0e-2f3f6a1f7c11")}};
}

inline Members with(Members members, const std::string &name, const std::string &value) {
    members[name] = value;
    return members;
}

inline Members without(Members members, const std::string &name) {
    members.erase(name);
    return members;
}

inline std::string ehr_key_set() {
    Members elliptic = test::es384_signer().jwk();
    elliptic["kid"] = json_string(kKid);
    Members rsa = test::rs384_signer().jwk();
    rsa["kid"] = json_string(kRsaKid);
    return R"({"keys":[)" + test::object(elliptic) + ',' + test::object(rsa) + "]}";
}

class MockReplayGuard : public ReplayGuard {
  public:
    MOCK_METHOD(ReplayAnswer, record,
                (const std::string &issuer, const std::string &jti, std::int64_t expires_at,
                 std::int64_t unix_seconds),
                (override));
};

class MockKeySource : public KeySource {
  public:
    MOCK_METHOD(KeyLookup, key_for, (const std::string &issuer, const std::string &kid), (override));
};

// A verifier as a function from a token to "" (accepted) or the name of the reason.
class Ehr : public testing::Test {
  protected:
    Ehr() {
        settings_.public_base = kBase;
        settings_.issuers = {ehr_issuer()};
        keys_ = std::make_unique<StaticKeySource>(StaticKeySource::create({{kIssuer, ehr_key_set()}}).value());
    }

    JwtVerifier::Outcome outcome(const std::string &token, std::int64_t at = kNow) {
        const auto verifier = JwtVerifier::create(settings_, *keys_, replay_);
        if (!verifier) throw std::runtime_error(verifier.error().public_text);
        return verifier->verify(token, kAudience, at);
    }
    std::string verdict_on(const std::string &token, std::int64_t at = kNow) {
        const auto result = outcome(token, at);
        return result ? "" : std::string(to_string(result.error().reason));
    }
    // Each call has a jti of its own unless the claims are given without change.
    std::string verdict(const Members &header, Members claims, std::int64_t at = kNow) {
        if (claims.count("jti") != 0 && claims["jti"] == ehr_claims()["jti"])
            claims["jti"] = json_string("fresh-" + std::to_string(++fresh_));
        return verdict_on(test::token(test::es384_signer(), header, claims), at);
    }
    std::string with_header(const std::string &name, const std::string &value) {
        return verdict(with(ehr_header(), name, value), ehr_claims());
    }
    std::string with_claim(const std::string &name, const std::string &value, std::int64_t at = kNow) {
        return verdict(ehr_header(), with(ehr_claims(), name, value), at);
    }

    TrustSettings settings_;
    std::unique_ptr<KeySource> keys_;
    MemoryReplayGuard replay_;
    int fresh_ = 0;
};

} // namespace trialcds::server
