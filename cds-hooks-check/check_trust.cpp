// Items 18, 62 to 71: whom a service believes. Each check spoils one thing of a token that is otherwise good.
#include "base/base64url.h"
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

constexpr std::int64_t kDay = 86400; // seconds

Answer present(Probe &probe, const std::string &authorization) {
    const AdvertisedService &service = probe.services().front();
    return probe.send_as(authorization,
                         Probe::json_post(Probe::path_of(service), probe.good_call(service).body()));
}

Answer present(Probe &probe, const Token &token) {
    return present(probe, probe.bearer(token));
}

Token fresh(Probe &probe) {
    return probe.fresh_token(Probe::path_of(probe.services().front()));
}

Outcome refused(const Answer &answer, const std::string &what) {
    return answer.status() == 401 ? passed() : failed(what + ": " + answer.said() + " (wanted 401)");
}

std::function<Outcome(Probe &)> with_header(const char *name, const char *json) {
    return [name, json](Probe &probe) {
        Token token = fresh(probe);
        token.header[name] = json;
        return refused(present(probe, token), std::string(name) + ' ' + json);
    };
}

std::function<Outcome(Probe &)> without_header(const char *name) {
    return [name](Probe &probe) {
        Token token = fresh(probe);
        token.header.erase(name);
        return refused(present(probe, token), std::string("a token without ") + name);
    };
}

std::function<Outcome(Probe &)> without_claim(const char *name) {
    return [name](Probe &probe) {
        Token token = fresh(probe);
        token.claims.erase(name);
        return refused(present(probe, token), std::string("a token without ") + name);
    };
}

std::function<Outcome(Probe &)> with_claim(const char *name, const char *json) {
    return [name, json](Probe &probe) {
        Token token = fresh(probe);
        token.claims[name] = json;
        return refused(present(probe, token), std::string(name) + ' ' + json);
    };
}

std::function<Outcome(Probe &)> dated(std::int64_t issued, std::int64_t expires, const char *what) {
    return [=](Probe &probe) {
        const std::int64_t now = probe.settings().seconds();
        Token token = fresh(probe);
        token.claims["iat"] = std::to_string(now + issued);
        token.claims["exp"] = std::to_string(now + expires);
        return refused(present(probe, token), what);
    };
}

Outcome accepted(Probe &probe) {
    const Answer answer = present(probe, fresh(probe));
    return answer.status() == 401 || answer.status() == 0 ? failed("a good token: " + answer.said()) : passed();
}

Answer bare(Probe &probe) {
    const AdvertisedService &service = probe.services().front();
    return probe.send_as({}, Probe::json_post(Probe::path_of(service), probe.good_call(service).body()));
}

Outcome needed(Probe &probe) {
    const Answer answer = bare(probe);
    if (answer.status() == 401) return passed();
    if (!probe.settings().identity.key && probe.settings().loopback)
        return not_applicable("a service on this machine that asks for no token");
    return failed("a call without a token: " + answer.said() + " (wanted 401)");
}

// Not through lacking(): a service that answers 401 to everything passes this one.
Outcome token_needed(Probe &probe) {
    if (!probe.services().empty()) return needed(probe);
    const Answer answer = probe.send_as({}, {"GET", "/cds-services", {}, ""});
    return answer.status() == 401 ? passed() : not_checkable("no service is known to call");
}

Outcome challenged(Probe &probe) {
    const Answer answer = bare(probe);
    if (base::lower(answer.header("WWW-Authenticate")).starts_with("bearer")) return passed();
    return failed("401 without WWW-Authenticate: Bearer");
}

Outcome no_detail(Probe &probe) {
    Token token = fresh(probe);
    token.claims["exp"] = std::to_string(probe.settings().seconds() - kDay);
    for (const Answer &answer : {bare(probe), present(probe, token)}) {
        const std::string seen =
            base::lower(answer.response.body) + base::lower(answer.header("WWW-Authenticate"));
        for (const char *word : {"expire", "exp ", "audience", "issuer", "jti", "signature", "kid", "replay"})
            if (seen.find(word) != std::string::npos)
                return failed(std::string("the 401 gives a reason (\"") + word + "\")");
    }
    return passed();
}

Outcome none_algorithm(Probe &probe) {
    for (const char *name : {"none", "None", "NONE", "nOnE"}) {
        Token token = fresh(probe);
        token.header["alg"] = quoted(name);
        const Answer answer = present(probe, "Bearer " + token.signing_input() + '.');
        if (answer.status() != 401) return refused(answer, std::string("alg ") + name);
    }
    return passed();
}

Outcome symmetric(Probe &probe) {
    for (const char *name : {"HS384", "hs384"}) {
        Token token = fresh(probe);
        token.header["alg"] = quoted(name);
        const std::string input = token.signing_input();
        const std::string mac = hmac_sha384(probe.settings().identity.key->public_pem, input);
        const Answer answer = present(probe, "Bearer " + input + '.' + base::to_base64url(mac));
        if (answer.status() != 401)
            return refused(answer, std::string(name) + " with the public key as secret");
    }
    return passed();
}

Outcome broken_signature(Probe &probe) {
    const Token token = fresh(probe);
    const std::string input = token.signing_input();
    std::string signature = probe.settings().identity.key->sign(input);
    signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
    return refused(present(probe, "Bearer " + input + '.' + base::to_base64url(signature)),
                   "one bit of the signature");
}

Outcome changed_claim(Probe &probe) {
    Token token = fresh(probe);
    const std::string signature =
        base::to_base64url(probe.settings().identity.key->sign(token.signing_input()));
    token.claims["jti"] = quoted(fresh_uuid());
    return refused(present(probe, "Bearer " + token.signing_input() + '.' + signature),
                   "claims changed after signing");
}

Outcome signature_length(Probe &probe) {
    for (const int change : {-1, 1}) {
        const std::string input = fresh(probe).signing_input();
        std::string signature = probe.settings().identity.key->sign(input);
        signature.resize(change < 0 ? signature.size() - 1 : signature.size() + 1);
        const Answer answer = present(probe, "Bearer " + input + '.' + base::to_base64url(signature));
        if (answer.status() != 401) return refused(answer, "a signature of another length");
    }
    return passed();
}

Outcome replayed(Probe &probe) {
    const std::string authorization = probe.bearer(fresh(probe));
    const Answer first = present(probe, authorization);
    if (first.status() == 401) return failed("the first use of a token: " + first.said());
    return refused(present(probe, authorization), "the same token again");
}

Outcome not_a_token(Probe &probe) {
    for (const char *text : {"Bearer", "Bearer x", "Bearer x.y.z", "Basic dXNlcjpwYXNz", "Bearer e30.e30."}) {
        const Answer answer = present(probe, std::string(text));
        if (answer.status() != 401) return refused(answer, text);
    }
    return passed();
}

Outcome discovery_alike(Probe &probe) {
    Token token = probe.fresh_token("/cds-services");
    token.claims["exp"] = std::to_string(probe.settings().seconds() - kDay);
    const Answer none = probe.send_as({}, {"GET", "/cds-services", {}, ""});
    const Answer expired = probe.send_as(probe.bearer(token), {"GET", "/cds-services", {}, ""});
    if (none.status() == 401 && expired.status() != 401)
        return failed("discovery refuses a call without a token and takes an expired one");
    return none.status() == 401 ? passed() : not_applicable("discovery asks for no token");
}

Outcome other_tenant(Probe &probe) {
    if (probe.settings().identity.tenant.empty()) return not_checkable("needs --tenant");
    return with_claim("tenant", R"("cds-hooks-check-nobody")")(probe);
}

Checks header_checks() {
    using enum Level;
    constexpr Needs kKey = Needs::key;
    return {
        {18, practice, "18-discovery-token", "a token on discovery is checked as on calls", kKey,
         discovery_alike},
        {62, should, "62-needed", "a call without a token is refused", Needs::nothing, token_needed},
        {62, must, "62-good", "a call with a good token is let in", kKey, accepted},
        {62, should, "62-challenge", "the 401 has WWW-Authenticate: Bearer", kKey, challenged},
        {62, practice, "62-no-detail", "the 401 does not tell why", kKey, no_detail},
        {62, must, "62-malformed", "what is no token is refused", kKey, not_a_token},
        {63, must, "63-none", "alg none is refused, whatever its case", kKey, none_algorithm},
        {63, must, "63-symmetric", "HS384 with the public key as secret is refused", kKey, symmetric},
        {64, must, "64-typ", "a token of another typ is refused", kKey, with_header("typ", R"("at+x")")},
        {64, must, "64-kid-missing", "a token without kid is refused", kKey, without_header("kid")},
        {64, must, "64-kid-unknown", "an unknown kid is refused", kKey,
         with_header("kid", R"("cds-hooks-check-unknown")")},
        {64, practice, "64-crit", "an unknown crit is refused", kKey,
         with_header("crit", R"(["org.example.cds-hooks-check"])")},
        {64, practice, "64-b64", "b64 false is refused", kKey, with_header("b64", "false")},
        {64, practice, "64-jwk", "a key in the header is refused", kKey, with_header("jwk", R"({"kty":"EC"})")},
        {64, practice, "64-x5u", "x5u is refused", kKey, with_header("x5u", R"("https://keys.invalid/c.pem")")},
    };
}

Checks claim_checks() {
    using enum Level;
    constexpr Needs kKey = Needs::key;
    return {
        {65, should, "65-iss", "an unknown issuer is refused", kKey,
         with_claim("iss", R"("https://cds-hooks-check.invalid")")},
        {65, should, "65-jku", "a jku that is not the issuer's is refused", kKey,
         with_header("jku", R"("https://cds-hooks-check.invalid/jwks.json")")},
        {67, must, "67-iss-missing", "a token without iss is refused", kKey, without_claim("iss")},
        {67, must, "67-aud-missing", "a token without aud is refused", kKey, without_claim("aud")},
        {67, must, "67-exp-missing", "a token without exp is refused", kKey, without_claim("exp")},
        {67, must, "67-iat-missing", "a token without iat is refused", kKey, without_claim("iat")},
        {67, must, "67-jti-missing", "a token without jti is refused", kKey, without_claim("jti")},
        {67, must, "67-aud", "a token for another audience is refused", kKey,
         with_claim("aud", R"("https://cds-hooks-check.invalid/cds-services/x")")},
        {68, should, "68-expired", "an expired token is refused", kKey,
         dated(-2 * kDay, -kDay, "a token that expired a day ago")},
        {68, practice, "68-future", "a token of the future is refused", kKey,
         dated(kDay, kDay + 300, "a token issued tomorrow")},
        {68, practice, "68-lifetime", "a token that lives for long is refused", kKey,
         dated(0, 365 * kDay, "a token good for a year")},
        {69, should, "69-replay", "a token is good once", kKey, replayed},
        {70, may, "70-tenant", "an unknown tenant is refused", kKey, other_tenant},
        {71, must, "71-signature", "a broken signature is refused", kKey, broken_signature},
        {71, must, "71-changed", "claims changed after signing are refused", kKey, changed_claim},
        {71, must, "71-length", "a signature of another length is refused", kKey, signature_length},
    };
}

} // namespace

Checks trust_checks() {
    Checks all = header_checks();
    for (Check &check : claim_checks())
        all.push_back(std::move(check));
    return all;
}

} // namespace trialcds::cds_hooks_check
