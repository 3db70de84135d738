#include "cds-hooks-check/scripted_service.h"

#include <functional>
#include <vector>

#include "cds-hooks-check/scripted_texts.h"

namespace trialcds::test {
namespace {

using cds_hooks_check::find_header;
using cds_hooks_check::Header;
using json::Value;

const std::string kEhrOrigin = "https://ehr.example.org";
const std::string kBase = "https://cds.example.org";
const std::string kEhrIssuer = "https://ehr.example.org/fhir";
const std::string kJku = "https://ehr.example.org/jwks.json";
const std::string kPublicKey = "-----BEGIN PUBLIC KEY-----";
constexpr std::size_t kSignature = 96;

std::string changed(std::string text, const Change &change) {
    for (std::size_t at = text.find(change.from); at != std::string::npos;
         at = text.find(change.from, at + change.to.size()))
        text.replace(at, change.from.size(), change.to);
    return text;
}

std::string mark_of(std::string_view input) {
    std::string out;
    std::uint64_t hash = 1469598103934665603ULL;
    while (out.size() < kSignature) {
        for (const char c : input)
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        out += std::to_string(hash);
    }
    return out.substr(0, kSignature);
}

std::string decoded(std::string_view text) {
    std::string out;
    unsigned buffer = 0;
    int bits = 0;
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string::npos) return "";
        buffer = (buffer << 6U | static_cast<unsigned>(value)) & 0xFFFFU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        out.push_back(static_cast<char>(buffer >> static_cast<unsigned>(bits) & 0xFFU));
    }
    return out;
}

bool is_text(Value value) {
    return !value.text().empty();
}

struct Rule {
    const char *name;
    std::function<bool(Value)> broken_by;
};

// A required member: its absence is one rule, a value of another kind a second.
bool absent(Value value) {
    return !value.present();
}
bool no_text(Value value) {
    return value.present() && !is_text(value);
}

const std::vector<Rule> &call_rules() {
    static const std::vector<Rule> rules = {
        {"19-hook-missing", [](Value v) { return absent(v["hook"]); }},
        {"19-hook-type", [](Value v) { return no_text(v["hook"]); }},
        {"19-instance-missing", [](Value v) { return absent(v["hookInstance"]); }},
        {"19-instance-type", [](Value v) { return no_text(v["hookInstance"]); }},
        {"19-context-missing", [](Value v) { return absent(v["context"]); }},
        {"19-context-type", [](Value v) { return v["context"] && v["context"].size() == 0; }},
        {"19-prefetch-type", [](Value v) { return v["prefetch"] && !v["prefetch"].is_object(); }},
        {"20-hook", [](Value v) { return v["hook"].text().starts_with("cds-hooks-check"); }},
        {"21-user", [](Value v) { return v["context"].size() != 0 && !is_text(v["context"]["userId"]); }},
        {"21-patient", [](Value v) { return v["context"].size() != 0 && !is_text(v["context"]["patientId"]); }},
        {"21-encounter",
         [](Value v) {
             return v["hook"].text() == "encounter-start" && v["context"].size() != 0 &&
                    !is_text(v["context"]["encounterId"]);
         }},
        {"21-appointments",
         [](Value v) {
             return v["hook"].text() == "appointment-book" && v["context"].size() != 0 &&
                    v["context"]["appointments"]["resourceType"].text() != "Bundle";
         }},
        {"21-user-form", [](Value v) { return v["context"]["userId"].text() == "123"; }},
        {"22-authorization-alone", [](Value v) { return v["fhirAuthorization"] && !v["fhirServer"]; }},
        {"22-plain-fhir-server", [](Value v) { return v["fhirServer"].text().starts_with("http:"); }},
    };
    return rules;
}

// What a good service takes, and one with this rule broken refuses.
const std::vector<Rule> &harsh_rules() {
    static const std::vector<Rule> rules = {
        {"21-patient-form", [](Value v) { return v["context"]["patientId"].text().starts_with("Patient/"); }},
        {"23-partial-authorization", [](Value v) { return v["fhirAuthorization"].is_object(); }},
        {"22-patient-scope",
         [](Value v) { return v["fhirAuthorization"]["scope"].text().starts_with("patient/"); }},
        {"23-second-scopes",
         [](Value v) { return v["fhirAuthorization"]["scope"].text().starts_with("user/Patient.rs"); }},
        {"25-unknown-members", [](Value v) { return v["extension"].present(); }},
    };
    return rules;
}

const std::vector<Rule> &prefetch_rules() {
    static const std::vector<Rule> rules = {
        {"27-each-key", [](Value v) { return !v["conditions"]; }},
        {"29-null", [](Value v) { return v["patient"].is_null(); }},
        {"30-empty",
         [](Value v) { return v["conditions"].is_object() && v["conditions"]["entry"].size() == 0; }},
        {"30-null-alike", [](Value v) { return v["patient"].is_object() && v["conditions"].is_null(); }},
        {"30-either", [](Value v) { return v["patient"].is_object() && v["conditions"].is_null(); }},
        {"31-outcome", [](Value v) { return v["patient"]["resourceType"].text() == "OperationOutcome"; }},
        {"31-outcome-entry", [](Value v) { return v["conditions"]["entry"].at(0)["search"].present(); }},
        {"32-first-page", [](Value v) { return v["conditions"]["link"].present(); }},
        {"33-minimal", [](Value v) { return is_text(v["conditions"]["entry"].at(0)["resource"]["id"]); }},
    };
    return rules;
}

const std::vector<Rule> &item_rules() {
    static const std::vector<Rule> rules = {
        {"57-card", [](Value v) { return !is_text(v["card"]); }},
        {"57-outcome", [](Value v) { return !v["outcome"]; }},
        {"57-outcome-code", [](Value v) { return v["outcome"].text() == "ignored"; }},
        {"57-timestamp", [](Value v) { return !v["outcomeTimestamp"]; }},
        {"57-timestamp-form", [](Value v) { return v["outcomeTimestamp"].text() == "yesterday"; }},
        {"57-empty-reason", [](Value v) { return v["overrideReason"] && v["overrideReason"].size() == 0; }},
        {"57-accepted-nothing",
         [](Value v) { return v["outcome"].text() == "accepted" && v["acceptedSuggestions"].size() == 0; }},
    };
    return rules;
}

const std::vector<Rule> &harsh_item_rules() {
    static const std::vector<Rule> rules = {
        {"56-one", [](Value v) { return is_text(v["overrideReason"]["reason"]["display"]); }},
        {"57-accepted", [](Value v) { return v["outcome"].text() == "accepted"; }},
        {"57-no-reason", [](Value v) { return v["outcome"].text() == "overridden" && !v["overrideReason"]; }},
        {"57-display",
         [](Value v) { return v["overrideReason"] && !v["overrideReason"]["reason"]["display"]; }},
        {"57-comment", [](Value v) { return v["overrideReason"]["userComment"].present(); }},
        {"58-unknown-card", [](Value v) { return is_text(v["card"]); }},
    };
    return rules;
}

std::int64_t number(Value value) {
    return value.is_number() ? std::stoll(std::string(value.number_text())) : kNow;
}

const std::vector<Rule> &header_rules() {
    static const std::vector<Rule> rules = {
        {"64-typ", [](Value v) { return v["typ"].text() != "JWT"; }},
        {"64-kid-missing", [](Value v) { return !v["kid"]; }},
        {"64-kid-unknown", [](Value v) { return v["kid"] && v["kid"].text() != "k1"; }},
        {"64-crit", [](Value v) { return v["crit"].present(); }},
        {"64-b64", [](Value v) { return v["b64"].present(); }},
        {"64-jwk", [](Value v) { return v["jwk"].present(); }},
        {"64-x5u", [](Value v) { return v["x5u"].present(); }},
        {"65-jku", [](Value v) { return v["jku"].text() != kJku; }},
    };
    return rules;
}

const std::vector<Rule> &claim_rules() {
    static const std::vector<Rule> rules = {
        {"65-iss", [](Value v) { return v["iss"] && v["iss"].text() != kEhrIssuer; }},
        {"67-iss-missing", [](Value v) { return !v["iss"]; }},
        {"67-aud-missing", [](Value v) { return !v["aud"]; }},
        {"67-exp-missing", [](Value v) { return !v["exp"]; }},
        {"67-iat-missing", [](Value v) { return !v["iat"]; }},
        {"67-jti-missing", [](Value v) { return !v["jti"]; }},
        {"67-aud", [](Value v) { return v["aud"] && !v["aud"].text().starts_with(kBase); }},
        {"68-expired", [](Value v) { return v["exp"] && number(v["exp"]) < kNow; }},
        {"68-future", [](Value v) { return number(v["iat"]) > kNow + 60; }},
        {"68-lifetime",
         [](Value v) { return v["exp"] && v["iat"] && number(v["exp"]) - number(v["iat"]) > 100000; }},
        {"70-tenant", [](Value v) { return v["tenant"].text() != "clinic"; }},
    };
    return rules;
}

bool any_broken(const std::vector<Rule> &rules, Value value, std::string_view forgiven) {
    for (const Rule &rule : rules)
        if (forgiven != rule.name && rule.broken_by(value)) return true;
    return false;
}

bool one_broken(const std::vector<Rule> &rules, Value value, std::string_view only) {
    for (const Rule &rule : rules)
        if (only == rule.name && rule.broken_by(value)) return true;
    return false;
}

// Bodies that are no call; a service with the rule broken answers them 200.
bool swallows(std::string_view broken, const std::string &body) {
    const std::map<std::string_view, bool> cases = {
        {"4-comments-in", body.find("/*") != std::string::npos},
        {"4-trailing-comma-in", body.ends_with(",}")},
        {"4-duplicate-key", body.ends_with(R"(,"hook":"patient-view"})")},
        {"4-trailing-text", body.find("}{") != std::string::npos},
        {"5-nesting", body.find("[[[[") != std::string::npos},
        {"19-truncated", !body.empty() && body.back() != '}' && body.back() != ']'},
        {"19-empty", body.empty()},
        {"19-array", body.starts_with('[')},
        {"19-utf8", body.find('\xFF') != std::string::npos},
    };
    const auto found = cases.find(broken);
    return found != cases.end() && found->second;
}

} // namespace

cds_hooks_check::Settings judge_settings() {
    cds_hooks_check::Settings settings;
    settings.origin = kBase;
    settings.browser_origin = kEhrOrigin;
    settings.identity.key = cds_hooks_check::SigningKey{"ES384", "k1", kPublicKey, mark_of};
    settings.identity.issuer = kEhrIssuer;
    settings.identity.jku = kJku;
    settings.identity.tenant = "clinic";
    settings.seconds = [] { return kNow; };
    return settings;
}

std::string ScriptedService::json_type() const {
    return breaks("2-json-out") ? "text/html" : "application/json; charset=utf-8";
}

ScriptedService::Response ScriptedService::ok(std::string body) const {
    return {200, {{"Content-Type", json_type()}}, std::move(body)};
}

ScriptedService::Response ScriptedService::error(int status, const std::string &text) const {
    if (breaks("78-outcome")) return {status, {{"Content-Type", "text/plain"}}, text};
    const std::string details = breaks("78-no-internals") ? "Traceback (most recent call last)" : text;
    return {status,
            {{"Content-Type", "application/json"}},
            R"({"resourceType":"OperationOutcome","issue":[{)" +
                std::string(breaks("78-issue") ? "" : R"("severity":"error",)") + R"("code":"invalid",)" +
                R"("diagnostics":")" + details + (breaks("4-strict-out") ? R"("},]})" : R"("}]})")};
}

ScriptedService::Response ScriptedService::refusal(const Request &) const {
    Response response{401, {}, breaks("62-no-detail") ? "the token has expired" : ""};
    if (!breaks("62-challenge")) response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

ScriptedService::Response ScriptedService::wrong_method(const std::string &allow, std::string_view name) const {
    if (breaks(name)) return error(404, "nothing here");
    Response response = error(405, "another method");
    response.headers.push_back({"Allow", allow});
    return response;
}

void ScriptedService::add_cors(const Request &request, Response &response) const {
    const std::string origin(find_header(request.headers, "Origin"));
    if (!breaks("74-vary")) response.headers.push_back({"Vary", "Origin"});
    if (origin.empty() || (origin != kEhrOrigin && !breaks("74-stranger"))) return;
    const bool preflight = request.method == "OPTIONS";
    if (!(breaks("74-origin") && preflight) && !(breaks("75-errors") && response.status >= 400))
        response.headers.push_back({"Access-Control-Allow-Origin", origin});
    if (breaks("75-credentials")) response.headers.push_back({"Access-Control-Allow-Credentials", "true"});
    if (!preflight) return;
    response.headers.push_back({"Access-Control-Allow-Methods", breaks("74-methods") ? "GET" : "GET, POST"});
    response.headers.push_back({"Access-Control-Allow-Headers",
                                breaks("74-headers") ? "content-type" : "authorization, content-type"});
}

ScriptedService::Response ScriptedService::operator()(const Request &request) {
    ++calls_;
    Response response = route(request);
    add_cors(request, response);
    return response;
}

ScriptedService::Response ScriptedService::route(const Request &request) {
    if (request.method == "OPTIONS") return breaks("74-preflight") ? refusal(request) : Response{204, {}, ""};
    std::string path = changed(request.path, {"//", breaks("7-doubled-slash") ? "//" : "/"});
    if (path == "/cds-services/" && !breaks("7-final-slash")) path = "/cds-services";
    if (!let_in(request)) return refusal(request);
    if (path == "/cds-services") {
        if (request.method != "GET") return wrong_method("GET", "6-discovery-method");
        return down_ ? error(503, "down") : discovery();
    }
    for (const char *hook : {"patient-view", "order-sign", "encounter-start", "appointment-book"}) {
        const std::string service = std::string("/cds-services/trial-") + hook;
        if (path == service) return invoke(request, hook);
        if (path == service + "/feedback") return feedback(request);
        if (path.starts_with(service + "/analytics/") && breaks("61-analytics")) return ok(R"({"a":1})");
    }
    return breaks("6-unknown-service") || breaks("78-no-5xx") ? error(500, "nothing here")
                                                              : error(404, "nothing here");
}

bool ScriptedService::let_in(const Request &request) {
    const std::string given(find_header(request.headers, "Authorization"));
    if (given.empty())
        return breaks("62-needed") || (breaks("60-token") && request.path.ends_with("/feedback"));
    if (breaks("62-good") && calls_ > 30) return false;
    if (!given.starts_with("Bearer ") || given.find('.') == std::string::npos) return breaks("62-malformed");
    return trusted(given.substr(7), request);
}

bool ScriptedService::sound_signature(const std::string &signature, const std::string &input) const {
    const std::string wanted = mark_of(input);
    if (signature.size() != wanted.size()) return breaks("71-length");
    std::size_t others = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        others += wanted[i] == signature[i] ? 0 : 1;
    return others == 0 || (others == 1 ? breaks("71-signature") : breaks("71-changed"));
}

bool ScriptedService::trusted(const std::string &token, const Request &request) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string::npos) return false;
    const auto header = json::Document::parse(decoded(token.substr(0, first)));
    const auto claims = json::Document::parse(decoded(token.substr(first + 1, second - first - 1)));
    if (!header || !claims || claims->root().size() == 0) return false;
    const std::string input = token.substr(0, second);
    const std::string signature = decoded(token.substr(second + 1));
    const std::string alg = base::lower(header->root()["alg"].text());
    if (alg == "none") return breaks("63-none");
    if (alg == "hs384")
        return breaks("63-symmetric") && signature == cds_hooks_check::hmac_sha384(kPublicKey, input);
    const bool lenient = breaks("18-discovery-token") && request.path == "/cds-services";
    if (any_broken(header_rules(), header->root(), broken_) ||
        any_broken(claim_rules(), claims->root(), lenient ? "68-expired" : broken_) ||
        !sound_signature(signature, input))
        return false;
    const std::string jti(claims->root()["jti"].text());
    return jti.empty() || seen_jti_.insert(jti).second || breaks("69-replay");
}

ScriptedService::Response ScriptedService::discovery() const {
    if (breaks("8-discovery")) return error(404, "no discovery");
    const auto mutant = kDiscoveryMutants.find(broken_);
    return ok(mutant == kDiscoveryMutants.end() ? discovery_ : changed(discovery_, mutant->second));
}

bool ScriptedService::acceptable(Value root, const std::string &hook) const {
    if (!root.is_object() || any_broken(call_rules(), root, broken_)) return false;
    if (one_broken(harsh_rules(), root, broken_)) return false;
    return root["hook"].text() == hook || breaks("20-hook") || breaks("19-hook-missing") ||
           breaks("19-hook-type");
}

ScriptedService::Response ScriptedService::invoke(const Request &request, const std::string &hook) {
    if (request.method != "POST") return wrong_method("POST", "6-method");
    const std::string type(find_header(request.headers, "Content-Type"));
    const bool strange = type.find("charset") != std::string::npos && breaks("2-charset-in");
    if ((!type.starts_with("application/json") && !breaks("6-media-type")) || strange)
        return error(415, "send JSON");
    if (swallows(broken_, request.body)) return cards(false);
    if (request.body.starts_with("\xEF\xBB\xBF") && breaks("19-bom")) return error(500, "what is this");
    if (request.body.find("[[[[") != std::string::npos && breaks("77-alive")) down_ = true;
    const auto body = json::Document::parse(request.body);
    if (!body || !acceptable(body->root(), hook)) return error(400, "no call");
    const std::string instance(body->root()["hookInstance"].text());
    if (!seen_instances_.insert(instance).second && breaks("26-same-instance")) return error(400, "seen");
    if (hook == "order-sign") return cards(false);
    return evaluate(body->root());
}

bool ScriptedService::refuses_prefetch(Value prefetch, Value context) const {
    if (one_broken(prefetch_rules(), prefetch, broken_)) return true;
    const bool other = is_text(prefetch["patient"]["id"]) &&
                       !context["patientId"].text().ends_with(prefetch["patient"]["id"].text());
    return (other && breaks("33-other-patient")) || (prefetch["patient"].is_string() && breaks("33-rubbish"));
}

ScriptedService::Response ScriptedService::evaluate(Value root) {
    const Value prefetch = root["prefetch"];
    if (breaks("39-complete-call")) return error(403, "not now");
    if (!prefetch && breaks("34-no-data")) return error(400, "no data");
    if (!prefetch && breaks("34-no-data-412")) return cards(false);
    if (!prefetch["patient"])
        return error(412, breaks("34-no-data-names") ? "data are missing" : "prefetch needs the key patient");
    if (refuses_prefetch(prefetch, root["context"]))
        return error(breaks("33-other-patient") || breaks("33-rubbish") ? 500 : 400, "not this");
    return cards(prefetch["patient"]["resourceType"].text() == "Patient");
}

ScriptedService::Response ScriptedService::cards(bool any) {
    if (!any) return ok(breaks("39-nothing") ? R"({"cards":[],"more":1})" : R"({"cards":[]})");
    const auto mutant = kCardMutants.find(broken_);
    std::string card = mutant == kCardMutants.end() ? kCardText : changed(kCardText, mutant->second);
    if (breaks("54-deterministic")) card = changed(card, {"age 50", "age " + std::to_string(++cards_)});
    for (const char *name : {"UUID1", "UUID2", "UUID3"})
        card = changed(card, {name, breaks("45-fresh") ? "11111111-1111-4111-8111-111111111111"
                                                       : cds_hooks_check::fresh_uuid()});
    if (breaks("39-cards")) return ok(R"({"card":[)" + card + "]}");
    if (breaks("52-system-actions"))
        return ok(R"({"cards":[)" + card + R"(],"systemActions":[{"type":"create"}]})");
    return ok(R"({"cards":[)" + card + "]}");
}

bool ScriptedService::acceptable_item(Value item) const {
    return !any_broken(item_rules(), item, broken_) && !one_broken(harsh_item_rules(), item, broken_);
}

ScriptedService::Response ScriptedService::feedback(const Request &request) {
    if (request.method != "POST") return wrong_method("POST", "6-feedback-method");
    const auto body = json::Document::parse(request.body);
    if (!body) return breaks("56-json") ? Response{204, {}, ""} : error(400, "no JSON");
    const Value items = body->root()["feedback"];
    if (!items.is_array()) return breaks("56-array") ? Response{204, {}, ""} : error(400, "no feedback");
    if (items.size() > 1 && breaks("56-several")) return error(400, "one at a time");
    for (const Value item : items.elements()) {
        if (!acceptable_item(item)) return error(400, "no feedback");
        const bool fresh = seen_instances_.insert(std::string(item["card"].text())).second;
        if (!fresh && breaks("56-repeated")) return error(409, "told before");
    }
    return {204, {}, ""};
}

} // namespace trialcds::test
