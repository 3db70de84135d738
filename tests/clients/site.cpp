#include "site.h"

#include <map>
#include <stdexcept>

#include "app/record_server.h"
#include "cds_hooks/client_call.h"
#include "knowledge/knowledge.h"
#include "support/secret_file.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

const std::string kCase = "base-clean-potential-candidate";

std::string bundle_of(const std::string &patient) {
    std::string text = case_bundle(kCase);
    for (std::size_t at = text.find(kCase); at != std::string::npos; at = text.find(kCase, at + patient.size()))
        text.replace(at, kCase.size(), patient);
    return text;
}

// ".../Condition?patient=abc&..." and ".../Patient/abc" -> "abc"
std::string patient_in(const std::string &target) {
    for (const std::string before : {"patient=", "/Patient/"})
        if (const std::size_t at = target.find(before); at != std::string::npos) {
            const std::size_t start = at + before.size();
            return target.substr(start, target.find_first_of("&/?", start) - start);
        }
    return "";
}

std::string fhir_answer(const std::string &target) {
    const auto bundle = json::Document::parse(bundle_of(patient_in(target)));
    return answer(200, resource_of(*bundle, target));
}

const Signer &key_of(const std::string &owner) {
    static std::map<std::string, Signer> keys;
    return keys.try_emplace(owner, Signer::p384()).first->second;
}

Members jwk_of(const Caller &caller) {
    return with(caller.signer->jwk(), "kid", json_string(caller.kid));
}

std::string key_set_of(const std::vector<const Caller *> &callers) {
    std::string keys;
    for (const Caller *caller : callers)
        keys += (keys.empty() ? "" : ",") + object(jwk_of(*caller));
    return R"({"keys":[)" + keys + "]}";
}

Members issuer_of(const Caller &caller, const std::string &key_file) {
    return {{"issuer", json_string(caller.issuer)},
            {"jku", json_string(caller.jku)},
            {"key_file", json_string(key_file)}};
}

std::string tenant(const std::string &id, const Members &more = {}) {
    Members members = more;
    members["id"] = json_string(id);
    members["mode"] = json_string("clinician");
    return object(members);
}

} // namespace

const Caller &sandbox() {
    static const Caller caller{.issuer = "https://sandbox.cds-hooks.org",
                               .jku = "https://sandbox.cds-hooks.org/.well-known/jwks.json",
                               .kid = "5f1c2d34-sandbox",
                               .algorithm = "ES384",
                               .signer = &key_of("sandbox"),
                               .claims = {}};
    return caller;
}

const Caller &epic() {
    static const Caller caller{.issuer = "https://ehr.north-hospital.example/proxy/api/FHIR/R4",
                               .jku = "https://ehr.north-hospital.example/proxy/keys/jwks",
                               .kid = "q1Wd/8Zx+RkV0oJ3tYbA7mNcE5uHg2LsPf9iXy4=",
                               .algorithm = "RS384",
                               .signer = &rs384_signer(),
                               .lifetime = 900,
                               .claims = {{"nbf", std::to_string(kNow - 300)},
                                          {"sub", json_string("4b7e2c1a-6d0f-4e58-9a3b-client")}}};
    return caller;
}

const Caller &cerner() {
    static const Caller caller{.issuer = "https://cds-hooks.cerner.com",
                               .jku = "https://cds-hooks.cerner.com/jwks",
                               .kid = "2026-11",
                               .algorithm = "ES384",
                               .signer = &key_of("cerner"),
                               .claims = {}};
    return caller;
}

const Caller &inferno_es384() {
    static const Caller caller{.issuer = "https://inferno.example.org/suites/custom/crd",
                               .jku = "https://inferno.example.org/suites/custom/crd/jwks.json",
                               .kid = "a1f3c9",
                               .algorithm = "ES384",
                               .signer = &key_of("inferno"),
                               .claims = {}};
    return caller;
}

const Caller &inferno_rs384() {
    static const Caller caller = [] {
        Caller copy = inferno_es384();
        copy.kid = "b7e204";
        copy.algorithm = "RS384";
        copy.signer = &rs384_signer();
        return copy;
    }();
    return caller;
}

const Caller &rems_simulator() {
    static const Caller caller{.issuer = "http://localhost:3000",
                               .jku = "https://rems-simulator.example/jwks",
                               .kid = "rems-key-1",
                               .algorithm = "ES384",
                               .signer = &key_of("rems"),
                               .claims = {}};
    return caller;
}

const Caller &meld() {
    static const Caller caller{.issuer = "https://auth.meld.example",
                               .jku = "https://auth.meld.example/jwk",
                               .kid = "meld",
                               .algorithm = "ES384",
                               .signer = &key_of("meld"),
                               .claims = {}};
    return caller;
}

const Caller &hapi() {
    static const Caller caller{.issuer = "https://hapi.example.org/fhir",
                               .jku = "https://hapi.example.org/jwks",
                               .kid = "hapi",
                               .algorithm = "ES384",
                               .signer = &key_of("hapi"),
                               .claims = {}};
    return caller;
}

Chart chart_of(const std::string &patient) {
    static const auto knowledge = mappings::load_knowledge(shipped_files());
    const auto call = cds_hooks::hook_request(bundle_of(patient), (*knowledge)->catalogue.prefetch,
                                              "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
    if (!call) throw std::runtime_error(call.error().public_text);
    Chart chart{patient, {}};
    const auto document = json::Document::parse(*call);
    for (const auto &[key, value] : document->root()["prefetch"].members())
        chart.prefetch[std::string(key)] = json::to_text(value);
    return chart;
}

std::string new_patient(const std::string &name) {
    static int count = 0;
    return name + "-" + std::to_string(++count);
}

Members token_header(const Caller &caller) {
    return {{"alg", json_string(caller.algorithm)},
            {"typ", json_string("JWT")},
            {"kid", json_string(caller.kid)},
            {"jku", json_string(caller.jku)}};
}

Members token_claims(const Caller &caller, const std::string &audience) {
    static int count = 0;
    Members claims{{"iss", json_string(caller.issuer)},
                   {"aud", json_string(audience)},
                   {"iat", std::to_string(kNow)},
                   {"exp", std::to_string(kNow + caller.lifetime)},
                   {"jti", json_string("jti-" + std::to_string(++count))}};
    for (const auto &[name, value] : caller.claims)
        claims[name] = value;
    return claims;
}

std::string bearer_line(const std::string &token) {
    return "Authorization: Bearer " + token + "\r\n";
}

std::string bearer(const Caller &caller, const std::string &audience) {
    return bearer_line(token(*caller.signer, token_header(caller), token_claims(caller, audience)));
}

Members call_for(const std::string &patient, const std::string &user, const std::string &hook_instance) {
    return {{"hook", json_string("patient-view")},
            {"hookInstance", json_string(hook_instance)},
            {"context", object({{"patientId", json_string(patient)}, {"userId", json_string(user)}})}};
}

Members with(Members members, const std::string &name, const std::string &value) {
    members[name] = value;
    return members;
}

Answer ask(std::uint16_t port, const std::string &method, const std::string &path, const std::string &body,
           const std::string &header_lines) {
    const std::string text = test::exchange(port, request(method, path, body, header_lines));
    if (!text.starts_with("HTTP/1.1 ")) throw std::runtime_error("no answer to " + method + " " + path);
    const std::size_t end = text.find("\r\n\r\n");
    return {std::stoi(text.substr(9, 3)), text.substr(0, end + 2), text.substr(end + 4)};
}

std::string uuid_of_card(const Answer &answer) {
    const auto document = json::Document::parse(answer.body);
    return document ? std::string(document->root()["cards"].at(0)["uuid"].text()) : "";
}

std::string feedback_on(const std::string &card, const std::string &timestamp) {
    return object(
        {{"card", json_string(card)},
         {"outcome", json_string("overridden")},
         {"outcomeTimestamp", json_string(timestamp)},
         {"overrideReason", R"({"reason":{"code":"snooze-30d","system":"urn:trial-cds:override-reason"}})"}});
}

Answer Site::preflight(const std::string &path, const std::string &method, const std::string &origin) const {
    return ask(port_, "OPTIONS", path, "",
               "Origin: " + origin + "\r\nAccess-Control-Request-Method: " + method +
                   "\r\nAccess-Control-Request-Headers: authorization,content-type\r\n");
}

std::string Site::metrics() const {
    return ask(admin_, "GET", "/metrics").body;
}

std::string Site::config(std::uint16_t port, std::uint16_t admin) const {
    const auto issuer = [&](const Caller &caller, const std::string &name, const Members &more) {
        Members members = issuer_of(caller, folder_.file(name + ".jwks.json"));
        for (const auto &[key, value] : more)
            members[key] = value;
        return object(members);
    };
    const std::string tenants = tenant("sandbox") + "," + tenant("north-hospital") + "," +
                                tenant("cerner-east") + "," + tenant("cerner-west") + "," + tenant("inferno") +
                                "," +
                                tenant("rems", {{"fhir_bases", "[" + json_string(fhir_->url("/fhir")) + "]"},
                                                {"renderer", json_string("basic")}}) +
                                "," + tenant("meld") + "," + tenant("hapi", {{"lenient_feedback", "true"}});
    const std::string issuers =
        issuer(sandbox(), "sandbox", {{"tenant", json_string("sandbox")}}) + "," +
        issuer(epic(), "epic", {{"tenant", json_string("north-hospital")}, {"algorithms", R"(["RS384"])"}}) +
        "," +
        issuer(cerner(), "cerner",
               {{"tenant_claims", R"({"ten-east":"cerner-east","ten-west":"cerner-west"})"}}) +
        "," + issuer(inferno_es384(), "inferno", {{"tenant", json_string("inferno")}}) + "," +
        issuer(rems_simulator(), "rems", {{"tenant", json_string("rems")}}) + "," +
        issuer(meld(), "meld", {{"tenant", json_string("meld")}, {"audiences", R"(["sand_man"])"}}) + "," +
        issuer(hapi(), "hapi", {{"tenant", json_string("hapi")}});
    const auto listen = [](std::uint16_t number) {
        return object({{"address", json_string("127.0.0.1")}, {"port", std::to_string(number)}});
    };
    return object(
        {{"public_base", json_string(kBase)},
         {"demonstration", "true"}, // the Sandbox's key is public, and the FHIR server speaks plain HTTP
         {"listen", listen(port)},
         {"admin", listen(admin)},
         {"limits", R"({"body_bytes": 1048576, "handler_ms": 60000})"},
         {"fhir", R"({"deadline_ms": 20000, "private_networks": ["127.0.0.1"]})"},
         {"cors_origins", R"(["https://sandbox.cds-hooks.org", "http://localhost:3000"])"},
         {"store", object({{"sqlite", json_string(folder_.file("store.db"))},
                           {"hash_key", object({{"file", json_string(folder_.file("hash-key"))}})}})},
         {"tenants", "[" + tenants + "]"},
         {"issuers", "[" + issuers + "]"}});
}

Site::Site() : fhir_(std::make_unique<ScriptedServer>(by_target(fhir_answer))) {
    (void)write_secret(folder_, "hash-key", "0123456789abcdef0123456789abcdef\n");
    const std::map<std::string, std::vector<const Caller *>> owners{
        {"sandbox", {&sandbox()}},
        {"epic", {&epic()}},
        {"cerner", {&cerner()}},
        {"inferno", {&inferno_es384(), &inferno_rs384()}},
        {"rems", {&rems_simulator()}},
        {"meld", {&meld()}},
        {"hapi", {&hapi()}}};
    for (const auto &[name, callers] : owners)
        (void)folder_.write(name + ".jwks.json", key_set_of(callers));
    start();
}

void Site::start() {
    for (int attempt = 0; attempt < 5; ++attempt) {
        port_ = free_port();
        admin_ = free_port();
        const std::string file = folder_.write("config.json", config(port_, admin_));
        process_ = std::make_unique<Process>(
            std::vector<std::string>{"serve", "--config", file, "--as-of", "2026-11-22"});
        if (process_->says("Listening on")) return;
        if (process_->wait() != 69) throw std::runtime_error(process_->err());
    }
    throw std::runtime_error("no free port in five attempts");
}

Site &Site::running() {
    static Site site;
    return site;
}

} // namespace trialcds::test
