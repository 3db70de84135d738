// Any bytes as a bearer token, at a fixed moment, for a verifier that trusts two fixed public keys: only the
// two tokens that were signed before those private keys were dropped can be accepted, byte for byte. Text with
// a line break is a token in the making (header, claims, signature line by line), so that what lies behind
// base64url is reached too.
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/base64url.h"
#include "require.h"
#include "signed_tokens.h"
#include "trust/jwt_verifier.h"

namespace {

using namespace trialcds::server;
using trialcds::base::to_base64url;
using trialcds::fuzz::require;

constexpr std::int64_t kNow = 1795305600;
constexpr const char *kIssuer = "https://ehr.example/fhir";
constexpr const char *kAudience = "https://cds.example.org/cds-services/a";

class NothingSeen final : public ReplayGuard {
  public:
    ReplayAnswer record(const std::string &, const std::string &, std::int64_t, std::int64_t) override {
        return ReplayOutcome::first_use;
    }
};

const JwtVerifier &verifier() {
    static StaticKeySource keys =
        StaticKeySource::create({{kIssuer, std::string(trialcds::fuzz::kKeySet)}}).value();
    static NothingSeen replay;
    static const JwtVerifier made = [] {
        TrustedIssuer trusted;
        trusted.issuer = kIssuer;
        trusted.jku = "https://ehr.example/jwks.json";
        trusted.default_tenant = "clinic";
        trusted.tenants = {{"a", "b"}};
        TrustSettings settings;
        settings.public_base = "https://cds.example.org";
        settings.issuers = {trusted};
        return JwtVerifier::create(settings, keys, replay).value();
    }();
    return made;
}

std::string token_of(std::string_view text) {
    const std::size_t first = text.find('\n');
    if (first == std::string_view::npos) return std::string(text);
    const std::size_t second = text.find('\n', first + 1);
    const std::string_view signature =
        second == std::string_view::npos ? std::string_view() : text.substr(second + 1);
    return to_base64url(text.substr(0, first)) + '.' +
           to_base64url(text.substr(first + 1, second - first - 1)) + '.' + std::string(signature);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string token = token_of(trialcds::fuzz::text_of(data, size));
    const auto outcome = verifier().verify(token, kAudience, kNow);
    const bool known = token == trialcds::fuzz::kSignedEs384 || token == trialcds::fuzz::kSignedRs384;
    require(outcome.has_value() == known);
    if (outcome) {
        require(outcome->issuer == kIssuer && outcome->tenant == "clinic");
        return 0;
    }
    require(!to_string(outcome.error().reason).empty());
    for (const char c : outcome.error().detail)
        require(c >= ' ' && c <= '~'); // fit for a line of the log
    return 0;
}
