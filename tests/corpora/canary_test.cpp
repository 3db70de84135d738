// Does anything of a patient, a user or a secret get out? Canaries go through every path, good and bad, of the
// program as a hospital runs it; then all it wrote is searched for them. Protocol items 37, 72 and 76.
#include <filesystem>
#include <functional>

#include <gmock/gmock.h>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "app/program.h"
#include "canaries.h"
#include "count.h"
#include "egress/scripted_server.h"
#include "fhir_moods.h"
#include "running_service.h"
#include "server/client.h"
#include "service/memory.h"
#include "support/shipped_data.h"
#include "trust/ehr.h"

namespace trialcds {
namespace {

using server::ehr_claims;
using server::ehr_header;
using server::json_string;
using server::kPath;
using server::with;
using test::Canaries;
using test::Count;
using test::fhir_answer;
using test::FhirMood;
using testing::HasSubstr;
using testing::IsEmpty;

std::string replaced(std::string text, const std::string &from, const std::string &to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

class Canary : public testing::Test {
  protected:
    void SetUp() override { start(); }

    void start() {
        (void)folder_.write("keys.json", server::ehr_key_set());
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = test::free_port();
            admin_ = test::free_port();
            process_ = std::make_unique<test::Process>(std::vector<std::string>{
                "serve", "--config", folder_.write("config.json", config()), "--as-of", "2026-11-22"});
            if (process_->says("Listening on")) return;
            ASSERT_EQ(process_->wait(), 69) << process_->err();
        }
        FAIL() << "no free port in five attempts";
    }
    [[nodiscard]] std::string config() const {
        const auto address = [](std::uint16_t port) {
            return R"({"address": "127.0.0.1", "port": )" + std::to_string(port) + "}";
        };
        return R"({"public_base": "https://cds.example.org", "demonstration": true, "limits": {"body_bytes": 300000,)"
               R"("handler_ms": 60000},)"
               R"("cors_origins": ["https://ehr.example"],)"
               R"("fhir": {"deadline_ms": 20000, "private_networks": ["127.0.0.1"]}, "listen": )" +
               address(port_) + R"(, "admin": )" + address(admin_) +
               R"(, "tenants": [{"id": "clinic", "mode": "clinician", "fhir_bases": [")" + ehr_.url("/fhir") +
               R"("]}], "issuers": [{"issuer": ")" + server::kIssuer + R"(", "jku": ")" + server::kJku +
               R"(", "key_file": ")" + folder_.file("keys.json") + R"(", "tenant": "clinic"}]})";
    }

    // Its payload tells who the user is; its signature is as good as a password while it lives.
    std::string token(const test::Members &more = {}) {
        test::Members claims = with(ehr_claims(), "jti", json_string("jti-" + std::to_string(++tokens_)));
        for (const char *claim : {"sub", "name", "fhirUser", "email", "patient", "launch"})
            claims[claim] = json_string(canaries_.personal());
        for (const auto &[name, value] : more)
            claims[name] = value;
        const std::string text = test::token(test::es384_signer(), ehr_header(), claims);
        (void)canaries_.keep(text.substr(text.rfind('.') + 1));
        (void)canaries_.keep(text.substr(text.find('.') + 1, 40));
        return text;
    }
    std::string headers(const std::string &bearer) {
        std::string all = "Host: " + canaries_.word() + ".example\r\n";
        for (const char *name : {"User-Agent", "Cookie", "X-Request-Id", "X-Correlation-Id", "Referer",
                                 "Origin", "From", "Forwarded", "X-Forwarded-For", "Traceparent", "X-Patient"})
            all += std::string(name) + ": " + canaries_.personal() + "\r\n";
        all += "X-" + canaries_.word() + ": 1\r\n";
        return bearer.empty() ? all : all + "Authorization: Bearer " + bearer + "\r\n";
    }
    std::string message(const std::string &method, const std::string &target, const std::string &body,
                        const std::string &bearer, const std::string &type = "application/json") {
        return method + " " + target + "?patient=" + canaries_.personal() + " HTTP/1.1\r\n" + headers(bearer) +
               "Connection: close\r\nContent-Type: " + type +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    std::string call(const std::string &case_name = "base-clean-potential-candidate");
    std::string bare_call(const std::string &members);
    std::string patient(const std::string &id);

    // `expected`: the statuses this path may end with; 0 is a connection closed without an answer.
    void send(const std::string &path, const std::string &bytes, const std::vector<int> &expected);
    void post(const std::string &path, const std::string &body, const std::vector<int> &expected) {
        send(path, message("POST", kPath, body, token()), expected);
    }
    void good_calls();
    void bad_bodies();
    void names_of_members();
    void bad_tokens();
    void bad_targets_and_framing();
    void bad_fhir_servers();
    void search_all_it_wrote();

    Canaries canaries_;
    std::mutex mutex_; // of what the FHIR server's threads use
    Canaries from_fhir_;
    Canaries names_; // who sends one may be told of it, and nobody else
    FhirMood mood_ = FhirMood::error;
    test::ScriptedServer ehr_{[this](test::Peer &peer, const std::string &) {
        const std::lock_guard lock(mutex_);
        const bool stays = peer.send(fhir_answer(mood_, from_fhir_));
        return stays && mood_ != FhirMood::cut;
    }};
    test::Folder folder_;
    std::unique_ptr<test::Process> process_;
    std::uint16_t port_ = 0;
    std::uint16_t admin_ = 0;
    int tokens_ = 0;
    int paths_ = 0;
    std::vector<std::string> answers_;
};

std::string Canary::patient(const std::string &id) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","birthDate":")" + canaries_.birth_date() +
           R"(","name":[{"family":")" + canaries_.personal() + R"(","given":[")" + canaries_.personal() +
           R"("]}],"address":[{"text":")" + canaries_.personal() + R"(","city":")" + canaries_.personal() +
           R"("}],"telecom":[{"value":")" + canaries_.personal() +
           R"("}],"identifier":[{"system":"urn:mrn","value":")" + canaries_.personal() +
           R"("}],"contact":[{"name":{"text":")" + canaries_.personal() +
           R"("}}],"text":{"status":"generated","div":"<div>)" + canaries_.personal() + R"(</div>"}})";
}

// A full call with another person in it and words of its own in every result.
std::string Canary::call(const std::string &case_name) {
    std::string body = test::call_of_bundle(test::case_bundle(case_name), canaries_.personal());
    const std::string id = canaries_.personal();
    const std::size_t begin = body.find(R"({"resourceType":"Patient")");
    if (begin != std::string::npos && case_name == "base-clean-potential-candidate")
        body.replace(begin, body.find("}", body.find("\"birthDate\"", begin)) - begin + 1, patient(id));
    body = replaced(body, case_name, id);
    body = replaced(body, "Practitioner/demo", "Practitioner/" + canaries_.personal());
    body = replaced(body, "Modified Rodnan skin score", canaries_.word());
    body = replaced(body, "Erythrocyte sedimentation rate (Westergren)", canaries_.word());
    body = replaced(body, "\"value\":34,", "\"value\":" + canaries_.number() + ",");
    body = replaced(body, "mycophenolate mofetil", canaries_.word());
    body = replaced(body, "\"id\":\"esr\"",
                    "\"id\":\"" + canaries_.personal() + "\",\"note\":[{\"text\":\"" + canaries_.personal() +
                        "\"}]");
    body = replaced(body, "\"context\":{", "\"context\":{\"encounterId\":\"" + canaries_.personal() + "\",");
    return R"({"extension":{"org.example":")" + canaries_.personal() + "\"}," + body.substr(1);
}

// `members` follow the context; nothing is sent along.
std::string Canary::bare_call(const std::string &members) {
    return R"({"hook":"patient-view","hookInstance":")" + canaries_.personal() +
           R"(","context":{"userId":"Practitioner/)" + canaries_.personal() + R"(","patientId":")" +
           canaries_.personal() + R"(","encounterId":")" + canaries_.personal() + "\"}" + members + "}";
}

void Canary::send(const std::string &path, const std::string &bytes, const std::vector<int> &expected) {
    SCOPED_TRACE(path);
    test::Client client(port_);
    client.send(bytes);
    const std::string answer = client.answer(!bytes.starts_with("HEAD"));
    ++paths_;
    const int status = test::status_of(answer);
    EXPECT_THAT(expected, testing::Contains(status)) << answer.substr(0, 600);
    if (status == 200)
        EXPECT_THAT(Canaries::found_in(canaries_.people(), answer), IsEmpty()) << "a person, in a card";
    else
        EXPECT_THAT(Canaries::found_in(canaries_.planted(), answer), IsEmpty()) << "an error answer echoes";
    answers_.push_back(answer);
}

void Canary::good_calls() {
    post("a card", call(), {200});
    post("a card, other data", call("e4-fvc-as-text-45-percent"), {200});
    post("a patient who has died", call("i1-deceased"), {200});
    post("not a candidate", call("i1-age-71-today"), {200});
    post("more data needed", call("e4-fvc-never-measured"), {200});
    post("a relative looks", replaced(call(), "Practitioner/", "RelatedPerson/"), {200});
    const auto to_discovery = [this] { return token({{"aud", json_string(server::kBase + "/cds-services")}}); };
    send("discovery", message("GET", "/cds-services", "", to_discovery()), {200});
    send("discovery, HEAD", message("HEAD", "/cds-services", "", to_discovery()), {200});
    send("OPTIONS from an origin that is not listed", message("OPTIONS", kPath, "", ""), {204});
}

void Canary::bad_bodies() {
    const std::string good = call();
    for (const double part : {0.1, 0.3, 0.5, 0.7, 0.9})
        post("broken off", good.substr(0, static_cast<std::size_t>(static_cast<double>(good.size()) * part)),
             {400});
    post("garbage after a value", "{\"hook\":\"" + canaries_.word() + "\"" + canaries_.word() + "}", {400});
    post("a key twice", R"({"a":")" + canaries_.word() + R"(","a":1})", {400});
    const std::string key = canaries_.word();
    post("a key twice, named like a secret", "{\"" + key + "\":1,\"" + key + "\":2}", {400});
    post("a wrong escape", R"({"hook":")" + canaries_.word() + R"(\x"})", {400});
    post("a wrong number", "{\"hook\":01" + canaries_.word() + "}", {400});
    post("not UTF-8", "{\"hook\":\"" + canaries_.word() + "\xFF\"}", {400});
    post("a bare word", canaries_.word(), {400});
    post("a string", "\"" + canaries_.word() + "\"", {400});
    post("an unknown hook", replaced(call(), "patient-view", canaries_.word()), {400});
    for (const char *field :
         {"hook", "hookInstance", "patientId", "userId", "fhirServer", "fhirAuthorization"}) {
        const std::string name = "\"" + std::string(field) + "\":";
        std::string body = bare_call(R"(,"fhirServer":"http://x.example","fhirAuthorization":{})");
        const std::size_t at = body.find(name) + name.size();
        const std::size_t end =
            body.find_first_of(",}", body[at] == '{' ? at : body.find('"', at + 1)) + (body[at] == '{' ? 1 : 0);
        for (const std::string &wrong :
             {"{\"a\":\"" + canaries_.word() + "\"}", "[\"" + canaries_.word() + "\"]", canaries_.number(),
              "\"" + canaries_.word() + " \\u0001<b>" + "\""}) {
            std::string bent = body;
            post("a wrong " + std::string(field), bent.replace(at, end - at, wrong), {400, 412});
        }
    }
    post("prefetch that is a text", bare_call(R"(,"prefetch":")" + canaries_.word() + "\""), {400});
    post("a prefetch key that is a page",
         bare_call(R"(,"prefetch":{"patient":"<html>)" + canaries_.word() + "\"}"), {412});
    post("another patient in prefetch",
         bare_call(R"(,"prefetch":{"patient":)" + patient(canaries_.word()) + "}"), {400});
    post("an OperationOutcome in prefetch",
         bare_call(R"(,"prefetch":{"patient":{"resourceType":"OperationOutcome","issue":[{"diagnostics":")" +
                   canaries_.word() + "\"}]}}"),
         {412});
    post("nothing to go by", bare_call(""), {412});
    post("too large", bare_call(R"(,"x":")" + canaries_.word() + std::string(400000, 'x') + "\""), {413});
    send("another media type", message("POST", kPath, call(), token(), "text/" + canaries_.word()), {415});
    std::string zipped = message("POST", kPath, call(), token());
    zipped.insert(zipped.find("Content-Type"), "Content-Encoding: " + canaries_.word() + "\r\n");
    send("another coding", zipped, {415});
}

// An error's place is a JSON pointer, and its steps are names that the caller chose.
void Canary::names_of_members() {
    const auto refused = [this](const std::string &body) { post("a made-up name", body, {400}); };
    refused("{\"" + names_.name() + "\":01}");
    refused("{\"" + names_.name() + "\":{\"" + names_.name() + "\":[{\"" + names_.name() + "\":nope}]}}");
    const std::string twice = names_.name();
    refused("{\"" + twice + "\":1,\"" + twice + "\":2}");
    refused(R"({"prefetch":{")" + names_.name() + R"(":{"entry":[nope]}}})");
    refused(R"({"prefetch":{"conditions":{"entry":[{"resource":{")" + names_.name() + R"(":[nope]}}]}}})");
    refused(R"({"context":{")" + names_.name() + "\":01}}");
    send("a made-up name in feedback",
         message("POST", kPath + "/feedback", R"({"feedback":[{")" + names_.name() + R"(":"\x"}]})",
                 token({{"aud", json_string(server::kAudience + "/feedback")}})),
         {400});
    send("a made-up name for a service",
         message("POST", "/cds-services/" + names_.name(), call(),
                 token({{"aud", json_string(server::kBase + "/cds-services/x")}})),
         {401, 404});
    send("a made-up method", names_.name() + " / HTTP/1.1\r\nHost: x\r\n\r\n", {501});
}

void Canary::bad_tokens() {
    const auto refused = [this](const std::string &path, const std::string &bearer) {
        send(path, message("POST", kPath, call(), bearer), {401});
    };
    refused("no token", "");
    refused("a password for a token", canaries_.word());
    refused("three parts of nothing", canaries_.word() + "." + canaries_.word() + "." + canaries_.word());
    const std::string good = token();
    refused("a bent signature", good.substr(0, good.size() - 8) + "AAAAAAAA");
    refused("an expired one", token({{"exp", std::to_string(server::kNow - 3600)}}));
    refused("one for another service", token({{"aud", json_string("https://other.example/")}}));
    refused("a claim of a wrong type", token({{"exp", json_string(canaries_.word())}}));
    refused("no jti", token({{"jti", "1"}}));
    refused("claims that are no JSON",
            test::signed_text(test::es384_signer(), "ES384", test::object(ehr_header()),
                              "{\"sub\":\"" + canaries_.word()));
    const std::string twice = token();
    send("a token", message("POST", kPath, call(), twice), {200});
    refused("the same token again", twice);
    std::string basic = message("POST", kPath, call(), "");
    basic.insert(basic.find("Content-Type"), "Authorization: Basic " + canaries_.word() + "\r\n");
    send("a password", basic, {401});
}

void Canary::bad_targets_and_framing() {
    send("no such service",
         message("POST", "/cds-services/" + canaries_.word(), call(),
                 token({{"aud", json_string(server::kBase + "/cds-services/x")}})),
         {401, 404});
    send("no such path", message("GET", "/" + canaries_.word(), "", ""), {404});
    send("feedback",
         message("POST", kPath + "/feedback",
                 R"({"feedback":[{"card":")" + canaries_.word() +
                     R"(","outcome":"overridden","overrideReason":{"userComment":")" + canaries_.personal() +
                     R"("},"outcomeTimestamp":"2026-11-22T00:00:00Z"}]})",
                 token({{"aud", json_string(server::kAudience + "/feedback")}})),
         {400});
    send("feedback on a card of nobody's",
         message("POST", kPath + "/feedback",
                 R"({"feedback":[{"card":"3c1f9f6e-54a1-4f0e-9d9c-0f7a4a1d2b3c","outcome":"overridden",)"
                 R"("overrideReason":{"reason":{"code":")" +
                     canaries_.word() + R"(","system":"urn:)" + canaries_.word() + R"(","display":")" +
                     canaries_.word() + R"("},"userComment":")" + canaries_.personal() +
                     R"("},"outcomeTimestamp":"2026-11-22T00:00:00Z"}]})",
                 token({{"aud", json_string(server::kAudience + "/feedback")}})),
         {204});
    send("old analytics", message("POST", kPath + "/analytics/" + canaries_.word(), "{}", token()), {401, 404});
    for (const std::string &method : {std::string("PUT"), std::string("DELETE"), "Q" + canaries_.word()})
        send("method", message(method, kPath, call(), token()), {405, 501});
    send("a long target", "GET /" + canaries_.word() + std::string(6000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n",
         {414});
    send("large headers",
         "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + canaries_.word() + std::string(40000, 'a') + "\r\n\r\n", {431});
    const std::string start = "POST " + kPath + "/" + canaries_.word() + " HTTP/1.1\r\n";
    send("two lengths", start + "Host: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + canaries_.word(),
         {400});
    send("length and chunks",
         start + "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + canaries_.word(),
         {400});
    send("a length that is none", start + "Host: x\r\nContent-Length: " + canaries_.word() + "\r\n\r\n", {400});
    send("a chunk size that is none",
         start + "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n" + canaries_.word() + "\r\n",
         {401}); // before it is looked at
    send("a coding that is none", start + "Host: x\r\nTransfer-Encoding: " + canaries_.word() + "\r\n\r\n",
         {400, 501});
    send("two hosts", start + "Host: " + canaries_.word() + "\r\nHost: " + canaries_.word() + "\r\n\r\n",
         {400});
    send("a header without a colon", start + "Host: x\r\n" + canaries_.word() + "\r\n\r\n", {400});
    send("a control character", start + "Host: x\r\nX-A: " + canaries_.word() + "\x01\r\n\r\n", {400});
    send("a version that is none", "GET /" + canaries_.word() + " HTTP/9.9\r\nHost: x\r\n\r\n", {400, 505});
    send("a line that is none", canaries_.word() + "\r\n\r\n", {400});
    // a TLS greeting with the name of the host it looks for, on the plain port
    send("a TLS greeting",
         std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11) + canaries_.word() + "\r\n\r\n",
         {0, 400});
    const std::string half = message("POST", kPath, call(), token());
    test::Client leaves(port_);
    leaves.send(half.substr(0, half.size() - 100));
    leaves.reset();
}

void Canary::bad_fhir_servers() {
    for (const FhirMood mood :
         {FhirMood::error, FhirMood::unauthorized, FhirMood::forbidden, FhirMood::outcome,
          FhirMood::outcome_entry, FhirMood::not_found, FhirMood::html, FhirMood::redirect,
          FhirMood::other_patient, FhirMood::broken, FhirMood::cut, FhirMood::next_page_elsewhere}) {
        {
            const std::lock_guard lock(mutex_);
            mood_ = mood;
        }
        post("a FHIR server in mood " + std::to_string(static_cast<int>(mood)),
             bare_call(R"(,"fhirServer":")" + ehr_.url("/fhir") + R"(","fhirAuthorization":{"access_token":")" +
                       canaries_.personal() +
                       R"(","token_type":"Bearer","expires_in":300,"scope":"user/*.read )" +
                       canaries_.personal() + R"(","subject":")" + canaries_.personal() + "\"}"),
             {412});
    }
    const std::size_t asked = ehr_.heads().size();
    EXPECT_GE(asked, 8U);
    post("a token that no header can carry",
         bare_call(R"(,"fhirServer":")" + ehr_.url("/fhir") + R"(","fhirAuthorization":{"access_token":")" +
                   canaries_.personal() + R"( x","token_type":"Bearer","expires_in":300,"scope":")" +
                   canaries_.personal() + R"(","subject":")" + canaries_.personal() + "\"}"),
         {412});
    post("codes of an OperationOutcome in prefetch",
         bare_call(R"(,"prefetch":{"patient":{"resourceType":"OperationOutcome","issue":[{"severity":")" +
                   canaries_.word() + R"(","code":")" + canaries_.word() + "\"}]}}"),
         {412});
    post("a path below the listed server",
         bare_call(R"(,"fhirServer":")" + ehr_.url("/fhir/") + canaries_.personal() + "\""), {412});
    post("another server", bare_call(R"(,"fhirServer":"https://)" + canaries_.personal() + R"(.example/r4")"),
         {412});
    post("a URL that is none", bare_call(R"(,"fhirServer":")" + canaries_.personal() + "\""), {400});
    EXPECT_EQ(ehr_.heads().size(), asked);
}

void Canary::search_all_it_wrote() {
    std::string answers;
    const std::string metrics = test::exchange(admin_, test::request("GET", "/metrics"));
    const std::string ready = test::exchange(admin_, test::request("GET", "/readyz"));
    const std::string lost =
        test::exchange(admin_, test::request("POST", "/" + canaries_.word(), canaries_.word(), headers("")));
    EXPECT_THAT(metrics, HasSubstr("trialcds_calls_total")) << "something was counted";
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    for (const char *logged :
         {R"("outcome":"potential_candidate")", R"("error":{"code":"invalid_json","location":"/prefetch/)",
          R"("error":{"code":"missing_data")", R"("causes":{)", R"(:"redirect")", R"(:"unauthorized")",
          R"(:"other_patient")", R"(:"unusable_token")", R"(:"base_not_listed")",
          R"("event":"transport_failed","cause":"malformed")"})
        EXPECT_THAT(process_->err(), HasSubstr(logged)) << "something was logged";
    std::string files;
    const auto root = std::filesystem::path(folder_.file("x")).parent_path();
    for (const auto &entry : std::filesystem::recursive_directory_iterator(root))
        if (entry.is_regular_file()) files += entry.path().string() + test::read_text(entry.path());
    for (const std::string &answer : answers_) // what the FHIR server said reaches nobody
        EXPECT_THAT(Canaries::found_in(from_fhir_.planted(), answer), IsEmpty());
    Count count("canaries, through " + std::to_string(paths_) + " paths of the running program");
    for (const Canaries *all : {&canaries_, &from_fhir_, &names_})
        for (const std::string &value : all->planted()) {
            bool absent = true;
            for (const std::string &text : {process_->out(), process_->err(), metrics, ready, lost, files})
                absent = absent && Canaries::found_in({value}, text).empty();
            EXPECT_TRUE(count.add(absent)) << value;
        }
    EXPECT_GE(count.ran(), 200);
}

TEST_F(Canary, Item76_NothingOfAPatientOrASecretIsWritten) {
    good_calls();
    bad_bodies();
    names_of_members();
    bad_tokens();
    bad_targets_and_framing();
    bad_fhir_servers();
    search_all_it_wrote();
}

TEST_F(Canary, Item37_ACrashLeavesNoCoreDump) {
    post("a card", call(), {200});
    const std::string limits = test::read_text("/proc/" + std::to_string(process_->id()) + "/limits");
    const std::size_t line = limits.find("Max core file size");
    ASSERT_NE(line, std::string::npos) << limits;
    EXPECT_EQ(limits.substr(line, limits.find("bytes", line) - line),
              "Max core file size        0                    0                    ");
    process_->signal(SIGABRT);
    EXPECT_EQ(process_->wait(), 128 + SIGABRT);
    EXPECT_FALSE(process_->dumped_core());
    EXPECT_THAT(Canaries::found_in(canaries_.planted(), process_->out() + process_->err()), IsEmpty());
}

bool switched_off() {
    rlimit limit{1, 1};
    return service::never_dump_core() && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0;
}

// The limit does not hold a collector back to which the kernel pipes a dump; not being dumpable does.
TEST(CoreDumps, AreOffForTheProcessItself) {
    EXPECT_EXIT(_exit(switched_off() ? 0 : 1), testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace trialcds
