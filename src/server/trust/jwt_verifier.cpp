#include "trust/jwt_verifier.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/decimal.h"
#include "base/json.h"
#include "trust/jws.h"
#include "trust/public_base.h"

namespace trialcds::server {
namespace {

using base::Decimal;
using Reason = JwtRefusalReason;
using Refused = std::optional<JwtRefusal>;

constexpr std::size_t kMaxJti = 256;
constexpr std::size_t kMaxShown = 128;

// What a caller wrote, made fit for a log line: nothing that could end the line or hide in it, and not long.
std::string shown(std::string_view text) {
    std::string safe;
    for (const char c : text.substr(0, kMaxShown))
        safe.push_back(c >= ' ' && c <= '~' ? c : '?');
    return text.size() > kMaxShown ? safe + "..." : safe;
}

JwtRefusal refusal(Reason reason, std::string detail = {}) {
    return {reason, {}, std::move(detail)};
}

Refused check_header(json::Value header, bool allow_missing_typ) {
    const json::Value typ = header["typ"];
    if (typ ? !base::same_letters(typ.text(), "JWT") : !allow_missing_typ)
        return refusal(Reason::typ_not_jwt, "typ \"" + shown(typ.text()) + '"');
    if (!parse_algorithm(header["alg"].text()))
        return refusal(Reason::algorithm_not_allowed, "alg \"" + shown(header["alg"].text()) + '"');
    if (header["kid"].text().empty()) return refusal(Reason::kid_missing);
    // No extension is implemented here, so whatever `crit` asks for cannot be honoured (RFC 7515 4.1.11).
    if (header["crit"]) return refusal(Reason::critical_extension);
    if (header["b64"] && !header["b64"].is_true()) return refusal(Reason::payload_unencoded);
    for (const char *member : {"jwk", "x5u", "x5c"})
        if (header[member]) return refusal(Reason::key_in_header, member);
    return std::nullopt;
}

Refused check_parties(const TrustedIssuer &trusted, json::Value header, JwsAlgorithm algorithm) {
    const auto &allowed = trusted.algorithms;
    if (std::find(allowed.begin(), allowed.end(), algorithm) == allowed.end())
        return refusal(Reason::algorithm_not_allowed,
                       std::string(to_string(algorithm)) + " is not allowed for this issuer");
    const json::Value jku = header["jku"];
    if (jku && (!trusted.jku || jku.text() != *trusted.jku))
        return refusal(Reason::jku_mismatch, "jku \"" + shown(jku.text()) + '"');
    return std::nullopt;
}

std::string_view without_final_slash(std::string_view url) {
    return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

bool is_audience(std::string_view text, std::string_view expected, const TrustedIssuer &trusted) {
    if (text.empty()) return false;
    const auto &extra = trusted.extra_audiences;
    return without_final_slash(text) == without_final_slash(expected) ||
           std::find(extra.begin(), extra.end(), text) != extra.end();
}

Refused check_audience(json::Value aud, std::string_view expected, const TrustedIssuer &trusted) {
    if (is_audience(aud.text(), expected, trusted)) return std::nullopt;
    std::string_view first = aud.text();
    for (const json::Value one : aud.elements()) {
        if (is_audience(one.text(), expected, trusted)) return std::nullopt;
        if (first.empty()) first = one.text();
    }
    // not the URL that was called: its path is the caller's, and might name a patient
    return refusal(Reason::audience_mismatch, "aud \"" + shown(first) + "\" is not the URL that was called");
}

// A NumericDate may have a fraction (RFC 7519 section 2). Beyond the year 9999 it is a mistake or an attack.
std::optional<Decimal> numeric_date(json::Value value) {
    constexpr std::int64_t kYear10000 = 253402300800;
    const auto date = Decimal::parse(value.number_text());
    if (!date || *date < Decimal(0) || *date >= Decimal(kYear10000)) return std::nullopt;
    return date;
}

std::string at(const Decimal &claim, std::int64_t unix_seconds) {
    return claim.to_string() + " at " + std::to_string(unix_seconds);
}

Refused check_times(json::Value claims, const TrustSettings &settings, std::int64_t unix_seconds) {
    const Decimal earliest(unix_seconds - settings.leeway);
    const Decimal latest(unix_seconds + settings.leeway);
    const auto exp = numeric_date(claims["exp"]);
    if (!exp) return refusal(Reason::exp_missing);
    if (*exp <= earliest) return refusal(Reason::expired, "exp " + at(*exp, unix_seconds));
    if (claims["nbf"]) {
        const auto nbf = numeric_date(claims["nbf"]);
        if (!nbf) return refusal(Reason::nbf_malformed);
        if (*nbf > latest) return refusal(Reason::not_yet_valid, "nbf " + at(*nbf, unix_seconds));
    }
    const auto iat = numeric_date(claims["iat"]);
    if (!iat) return refusal(Reason::iat_missing);
    if (*iat > latest) return refusal(Reason::issued_in_future, "iat " + at(*iat, unix_seconds));
    const auto lifetime = exp->minus(*iat);
    if (!lifetime || *lifetime > Decimal(settings.max_lifetime))
        return refusal(Reason::lifetime_too_long, lifetime ? lifetime->to_string() + " s" : "");
    return std::nullopt;
}

Refused check_jti(json::Value jti) {
    if (jti.text().empty()) return refusal(Reason::jti_missing);
    if (jti.text().size() > kMaxJti)
        return refusal(Reason::jti_too_long, std::to_string(jti.text().size()) + " bytes");
    return std::nullopt;
}

std::optional<std::string> tenant_of(json::Value claim, const TrustedIssuer &trusted) {
    if (trusted.tenants.empty() || !claim) return trusted.default_tenant;
    if (!claim.is_string()) return std::nullopt;
    const auto found = trusted.tenants.find(std::string(claim.text()));
    return found == trusted.tenants.end() ? std::nullopt : std::optional(found->second);
}

Refused check_signature(const CompactJws &jws, const KeyLookup &lookup, JwsAlgorithm algorithm,
                        std::string_view kid) {
    if (lookup.outcome == KeyLookup::Outcome::unavailable)
        return refusal(Reason::keys_unavailable, shown(lookup.why));
    if (lookup.outcome == KeyLookup::Outcome::unknown_kid || lookup.key == nullptr)
        return refusal(Reason::kid_unknown, "kid \"" + shown(kid) + '"');
    if (!lookup.key->serves(algorithm))
        return refusal(Reason::key_unfit,
                       std::string(to_string(algorithm)) + " with kid \"" + shown(kid) + '"');
    if (!lookup.key->verify(algorithm, jws.signing_input, jws.signature))
        return refusal(Reason::signature_wrong, "kid \"" + shown(kid) + '"');
    return std::nullopt;
}

Refused check_replay(ReplayOutcome outcome, std::string_view jti) {
    const std::string detail = "jti \"" + shown(jti) + '"';
    switch (outcome) {
    case ReplayOutcome::first_use:
        return std::nullopt;
    case ReplayOutcome::replayed:
        return refusal(Reason::replayed, detail);
    case ReplayOutcome::full:
        return refusal(Reason::replay_table_full, detail);
    case ReplayOutcome::unavailable:
        break;
    }
    return refusal(Reason::replay_store_unavailable, detail);
}

} // namespace

// A token whose form and header have been checked and whose issuer is known.
struct JwtVerifier::Token {
    const CompactJws &jws;
    json::Value header;
    json::Value claims;
    JwsAlgorithm algorithm;
    const std::string &issuer;
    const TrustedIssuer &trusted;
};

JwtVerifier::JwtVerifier(TrustSettings settings, KeySource &keys, ReplayGuard &replay)
    : settings_(std::move(settings)), keys_(&keys), replay_(&replay) {
    for (TrustedIssuer &trusted : settings_.issuers) {
        std::string issuer = trusted.issuer;
        issuers_.emplace(std::move(issuer), std::move(trusted));
    }
    settings_.issuers.clear();
}

base::Result<JwtVerifier> JwtVerifier::create(TrustSettings settings, KeySource &keys, ReplayGuard &replay) {
    if (const auto checked = check(settings); !checked) return tl::make_unexpected(checked.error());
    return JwtVerifier(std::move(settings), keys, replay);
}

std::string JwtVerifier::audience_of(std::string_view path) const {
    const std::string_view base = without_final_slash(settings_.public_base);
    const std::string_view prefix = path_of_base(base);
    const bool whole = path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
    return std::string(base).append(whole ? path.substr(prefix.size()) : path);
}

JwtVerifier::Outcome JwtVerifier::verify(std::string_view token, std::string_view expected_audience,
                                         std::int64_t unix_seconds, const MayCall &may_call) const {
    const auto refuse = [](JwtRefusal why) { return tl::make_unexpected(std::move(why)); };
    if (token.size() > kMaxToken)
        return refuse(refusal(Reason::too_large, std::to_string(token.size()) + " bytes"));
    const auto jws = split_compact(token);
    if (!jws) return refuse(refusal(Reason::malformed));
    const auto header = json::Document::parse(jws->header);
    if (!header || !header->root().is_object()) return refuse(refusal(Reason::header_not_json));
    if (auto refused = check_header(header->root(), settings_.allow_missing_typ))
        return refuse(std::move(*refused));
    const auto claims = json::Document::parse(jws->payload);
    if (!claims || !claims->root().is_object()) return refuse(refusal(Reason::claims_not_json));
    const std::string_view iss = claims->root()["iss"].text();
    const auto found = issuers_.find(iss);
    if (found == issuers_.end()) return refuse(refusal(Reason::issuer_unknown, "iss \"" + shown(iss) + '"'));

    const Token known{*jws,           header->root(),
                      claims->root(), *parse_algorithm(header->root()["alg"].text()),
                      found->first,   found->second};
    Outcome outcome = [&]() -> Outcome {
        if (auto refused = check_claims(known, expected_audience, unix_seconds))
            return refuse(std::move(*refused));
        return identify(known, unix_seconds, may_call);
    }();
    if (!outcome) outcome.error().issuer = found->first;
    return outcome;
}

// What needs no key.
std::optional<JwtRefusal> JwtVerifier::check_claims(const Token &token, std::string_view expected_audience,
                                                    std::int64_t unix_seconds) const {
    Refused refused = check_parties(token.trusted, token.header, token.algorithm);
    if (!refused) refused = check_audience(token.claims["aud"], expected_audience, token.trusted);
    if (!refused) refused = check_times(token.claims, settings_, unix_seconds);
    if (!refused) refused = check_jti(token.claims["jti"]);
    return refused;
}

JwtVerifier::Outcome JwtVerifier::identify(const Token &token, std::int64_t unix_seconds,
                                           const MayCall &may_call) const {
    const json::Value claims = token.claims;
    auto tenant = tenant_of(claims["tenant"], token.trusted);
    if (!tenant)
        return tl::make_unexpected(
            refusal(Reason::tenant_unknown, "tenant \"" + shown(claims["tenant"].text()) + '"'));
    const std::string kid(token.header["kid"].text());
    Refused refused = check_signature(token.jws, keys_->key_for(token.issuer, kid), token.algorithm, kid);
    if (refused) return tl::make_unexpected(std::move(*refused));
    if (may_call && !may_call(*tenant)) return tl::make_unexpected(refusal(Reason::certificate_mismatch));
    const std::string jti(claims["jti"].text());
    const std::int64_t forgotten_at = numeric_date(claims["exp"])->ceil() + settings_.leeway;
    refused = check_replay(replay_->record(token.issuer, jti, forgotten_at, unix_seconds).outcome, jti);
    if (refused) return tl::make_unexpected(std::move(*refused));
    return cds_hooks::ClientIdentity{token.issuer, std::move(*tenant)};
}

} // namespace trialcds::server
