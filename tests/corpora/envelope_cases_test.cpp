// The CDS Hooks envelope: what a call may leave out, get wrong or say twice, through a whole service. Protocol
// items 2, 6, 7, 19-34 and 56-61.
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "count.h"
#include "running_service.h"
#include "trust/ehr.h"
#include "wire.h"

namespace trialcds {
namespace {

using test::Count;
using test::RunningService;
using test::status_of;

struct EnvelopeCase {
    const char *name;
    std::string body;
    int status;
};

const std::string kPatient = R"({"resourceType":"Patient","id":"p","birthDate":"1976-05-14"})";
const std::string kCondition =
    R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Condition","id":"c",)"
    R"("subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"128460000"}]}}}]})";
const std::string kEmptyBundle = R"({"resourceType":"Bundle","type":"searchset","total":0})";
const std::string kOutcome =
    R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]})";

// Members by name; an empty text leaves the member out.
std::string call(test::Members changes = {}) {
    test::Members members = {{"hook", "\"patient-view\""},
                             {"hookInstance", "\"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea\""},
                             {"context", R"({"userId":"Practitioner/1","patientId":"p"})"},
                             {"prefetch", "{\"patient\":" + kPatient + ",\"conditions\":" + kCondition + "}"}};
    for (auto &[name, value] : changes)
        members[name] = value;
    std::erase_if(members, [](const auto &member) { return member.second.empty(); });
    return test::object(members);
}

std::string with_prefetch(const std::string &patient, const std::string &conditions) {
    std::string prefetch = patient.empty() ? "" : "\"patient\":" + patient;
    if (!conditions.empty()) prefetch += (prefetch.empty() ? "" : ",") + ("\"conditions\":" + conditions);
    return call({{"prefetch", "{" + prefetch + "}"}});
}

std::string with_context(const std::string &context) {
    return call({{"context", context}});
}

const std::string kAuthorization =
    R"({"access_token":"t","token_type":"Bearer","expires_in":300,"scope":"s","subject":"s"})";

std::vector<EnvelopeCase> fields() {
    std::vector<EnvelopeCase> cases = {{"a call as it should be", call(), 200}};
    for (const char *name : {"hook", "hookInstance", "context"})
        for (const char *value : {"", "null", "1", "[]", "true", "\"\""})
            cases.push_back({name, call({{name, value}}), 400});
    for (const char *name : {"hook", "hookInstance"})
        cases.push_back({name, call({{name, "{}"}}), 400});
    for (const char *value : {"1", "[]", "\"x\"", "true"}) {
        cases.push_back({"prefetch of a wrong type", call({{"prefetch", value}}), 400});
        cases.push_back({"fhirAuthorization of a wrong type", call({{"fhirAuthorization", value}}), 400});
    }
    for (const char *value :
         {"1", "[]", "{}", "true", "\"\"", "\"x\"", "\"ftp://x.example\"", "\"//x.example\""})
        cases.push_back({"fhirServer that is none", call({{"fhirServer", value}}), 400});
    return cases;
}

std::vector<EnvelopeCase> meanings() {
    return {
        {"another hook", call({{"hook", "\"order-select\""}}), 400},
        {"the hook in capitals", call({{"hook", "\"Patient-View\""}}), 400},
        {"a hookInstance that is no UUID", call({{"hookInstance", "\"1\""}}), 200},
        {"a hookInstance of 3,000 characters",
         call({{"hookInstance", test::json_string(std::string(3000, 'x'))}}), 400},
        {"an unknown field", call({{"x", R"({"y":[1]})"}}), 200},
        {"an extension", call({{"extension", R"({"org.example":{"a":1}})"}}), 200},
        {"an extension that is a text", call({{"extension", "\"x\""}}), 200},
        {"a plain http server", call({{"fhirServer", "\"http://fhir.example/r4\""}}), 400},
        {"fhirServer null", call({{"fhirServer", "null"}}), 200},
        {"authorization without a server", call({{"fhirAuthorization", kAuthorization}}), 400},
        {"authorization null", call({{"fhirAuthorization", "null"}}), 200},
        {"authorization that is incomplete", call({{"fhirAuthorization", R"({"access_token":"t"})"}}), 200},
        {"authorization for another patient",
         call(
             {{"fhirServer", "\"https://fhir.example/r4\""},
              {"fhirAuthorization",
               R"({"access_token":"t","token_type":"Bearer","expires_in":300,"scope":"s","subject":"s","patient":"q"})"}}),
         200},
        {"no userId", with_context(R"({"patientId":"p"})"), 400},
        {"userId without a type", with_context(R"({"userId":"1","patientId":"p"})"), 400},
        {"userId of another type", with_context(R"({"userId":"Device/1","patientId":"p"})"), 400},
        {"userId null", with_context(R"({"userId":null,"patientId":"p"})"), 400},
        {"userId with a path", with_context(R"({"userId":"Practitioner/../Patient/p","patientId":"p"})"), 400},
        {"userId of a role", with_context(R"({"userId":"PractitionerRole/1","patientId":"p"})"), 200},
        {"userId of a patient", with_context(R"({"userId":"Patient/p","patientId":"p"})"), 200},
        {"no patientId", with_context(R"({"userId":"Practitioner/1"})"), 400},
        {"patientId with its type", with_context(R"({"userId":"Practitioner/1","patientId":"Patient/p"})"),
         200},
        {"patientId a number", with_context(R"({"userId":"Practitioner/1","patientId":1})"), 400},
        {"patientId with a query", with_context(R"({"userId":"Practitioner/1","patientId":"p?x=1"})"), 400},
        {"patientId of 65 characters",
         with_context(R"({"userId":"Practitioner/1","patientId":")" + std::string(65, 'p') + "\"}"), 400},
        {"encounterId null", with_context(R"({"userId":"Practitioner/1","patientId":"p","encounterId":null})"),
         200},
        {"no prefetch", call({{"prefetch", ""}}), 412},
        {"prefetch null", call({{"prefetch", "null"}}), 412},
        {"prefetch empty", call({{"prefetch", "{}"}}), 412},
        {"an unknown prefetch key",
         call({{"prefetch", "{\"x\":1,\"patient\":" + kPatient + ",\"conditions\":" + kCondition + "}"}}), 200},
        {"no patient", with_prefetch("", kCondition), 412},
        {"patient null", with_prefetch("null", kCondition), 412},
        {"patient an OperationOutcome", with_prefetch(kOutcome, kCondition), 412},
        {"patient a text", with_prefetch("\"<html>\"", kCondition), 412},
        {"patient a list", with_prefetch("[" + kPatient + "]", kCondition), 412},
        {"patient another one", with_prefetch(R"({"resourceType":"Patient","id":"q"})", kCondition), 400},
        {"patient another type", with_prefetch(R"({"resourceType":"Practitioner","id":"p"})", kCondition), 412},
        {"no conditions", with_prefetch(kPatient, ""), 412},
        {"conditions null: the client has none", with_prefetch(kPatient, "null"), 200},
        {"conditions an empty Bundle", with_prefetch(kPatient, kEmptyBundle), 200},
        {"conditions an OperationOutcome", with_prefetch(kPatient, kOutcome), 412},
        {"conditions a page", with_prefetch(kPatient, "\"<html>\""), 412},
    };
}

TEST(EnvelopeCases, EachHasItsStatusAndWhatIsServedIsAnArrayOfCards) {
    RunningService service;
    Count count("CDS Hooks envelope");
    std::vector<EnvelopeCase> all = fields();
    for (EnvelopeCase &one : meanings())
        all.push_back(std::move(one));
    for (const EnvelopeCase &one : all) {
        const std::string answer = service.post(one.body);
        const auto body = json::Document::parse(test::body_of(answer));
        const bool formed =
            body && (one.status == 200 ? body->root()["cards"].is_array()
                                       : body->root()["resourceType"].text() == "OperationOutcome");
        EXPECT_TRUE(count.add(status_of(answer) == one.status && formed))
            << one.name << ", " << one.body.substr(0, 300) << ": " << answer.substr(0, 500);
    }
    EXPECT_GE(count.ran(), 45);
    EXPECT_TRUE(service.is_alive());
}

struct MessageCase {
    const char *name;
    std::string method;
    std::string target;
    std::string more_headers; // instead of Content-Type: application/json
    int status;
};

TEST(EnvelopeCases, MethodsPathsAndMediaTypes) {
    RunningService service;
    Count count("CDS Hooks methods, paths, media types");
    const std::string path = server::kPath;
    const std::string json = "Content-Type: application/json\r\n";
    const std::vector<MessageCase> cases = {
        {"a trailing slash", "POST", path + "/", json, 200},
        {"doubled slashes", "POST", "//cds-services/" + path.substr(13), json, 200},
        {"a query", "POST", path + "?x=1", json, 200},
        {"charset utf-8", "POST", path, "Content-Type: application/json; charset=UTF-8\r\n", 200},
        {"charset latin1", "POST", path, "Content-Type: application/json; charset=iso-8859-1\r\n", 415},
        {"no media type", "POST", path, "", 415},
        {"text", "POST", path, "Content-Type: text/plain\r\n", 415},
        {"FHIR", "POST", path, "Content-Type: application/fhir+json\r\n", 415},
        {"a form", "POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", 415},
        {"gzip", "POST", path, json + "Content-Encoding: gzip\r\n", 415},
        {"GET", "GET", path, json, 405},
        {"PUT", "PUT", path, json, 405},
        {"PATCH", "PATCH", path, json, 405},
        {"DELETE", "DELETE", path, json, 405},
        {"OPTIONS", "OPTIONS", path, "", 204},
        {"an unknown service", "POST", "/cds-services/none", json, 404},
        {"escaped slashes", "POST", "/cds-services%2f" + path.substr(14), json, 404},
        {"dots", "POST", "/cds-services/../cds-services/" + path.substr(14), json, 404},
    };
    for (const MessageCase &one : cases) {
        const std::string body = call();
        const std::string answer = test::exchange(
            service.port(), one.method + " " + one.target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                                service.bearer(server::kBase + one.target.substr(0, one.target.find('?'))) +
                                one.more_headers + "Content-Length: " + std::to_string(body.size()) +
                                "\r\n\r\n" + body);
        EXPECT_TRUE(count.add(status_of(answer) == one.status)) << one.name << ": " << answer.substr(0, 300);
    }
}

// Item 26: a client that calls twice with one hookInstance gets two answers that differ in the card's uuid
// only.
TEST(EnvelopeCases, Item26_TheSameHookInstanceTwiceIsAnsweredTwice) {
    RunningService service;
    const std::string body = test::call_of_case("base-clean-potential-candidate");
    const auto one = json::Document::parse(test::body_of(service.post(body)));
    const auto two = json::Document::parse(test::body_of(service.post(body)));
    ASSERT_TRUE(one && two);
    const json::Value first = one->root()["cards"].at(0), second = two->root()["cards"].at(0);
    EXPECT_NE(first["uuid"].text(), second["uuid"].text());
    EXPECT_EQ(first["detail"].text(), second["detail"].text());
}

} // namespace
} // namespace trialcds
