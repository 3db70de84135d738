// Items 19 to 26 of the service checklist: what a CDS Hooks call must hold, and what is tolerated.
#include <gmock/gmock.h>

#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using test::call;
using testing::HasSubstr;
using testing::Not;

base::Error error_of(const std::string &body, PlainHttp plain_http = PlainHttp::allowed) {
    const auto request = parse_request(body, plain_http);
    EXPECT_FALSE(request.has_value()) << body;
    return request ? base::Error{} : request.error();
}

TEST(Protocol, Item19_TheRequiredFieldsAreRead) {
    const Request request = test::request_of(call(""));
    EXPECT_EQ(request.hook, "patient-view");
    EXPECT_EQ(request.hook_instance, "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
    EXPECT_EQ(request.user_type, "Practitioner");
    EXPECT_EQ(request.user_id.reveal(), "p1");
    EXPECT_EQ(request.patient_id.reveal(), "pat1");
    EXPECT_FALSE(request.prefetch.present());
    EXPECT_EQ(request.fhir_server, "");
    EXPECT_FALSE(request.fhir_authorization.has_value());
}

struct BadCall {
    const char *name;
    const char *body;
    const char *location;
};

class MissingOrWrong : public testing::TestWithParam<BadCall> {};

TEST_P(MissingOrWrong, Item19_NamesTheFieldAndIsNoFaultOfOurs) {
    const base::Error error = error_of(GetParam().body);
    EXPECT_EQ(error.code, ErrorCode::invalid_request);
    EXPECT_EQ(error.location, GetParam().location);
    EXPECT_NE(error.public_text, "");
}

INSTANTIATE_TEST_SUITE_P(
    Protocol, MissingOrWrong,
    testing::Values(
        BadCall{"NoHook", R"({"hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"1"}})",
                "/hook"},
        BadCall{"NullHook", R"({"hook":null,"hookInstance":"1","context":{}})", "/hook"},
        BadCall{"NumberHook", R"({"hook":7,"hookInstance":"1","context":{}})", "/hook"},
        BadCall{"EmptyHook", R"({"hook":"","hookInstance":"1","context":{}})", "/hook"},
        BadCall{"NoInstance", R"({"hook":"patient-view","context":{}})", "/hookInstance"},
        BadCall{"NoContext", R"({"hook":"patient-view","hookInstance":"1"})", "/context"},
        BadCall{"NullContext", R"({"hook":"patient-view","hookInstance":"1","context":null})", "/context"},
        BadCall{"ArrayContext", R"({"hook":"patient-view","hookInstance":"1","context":[]})", "/context"},
        BadCall{"EmptyContext", R"({"hook":"patient-view","hookInstance":"1","context":{}})",
                "/context/userId"},
        BadCall{"NoPatient",
                R"({"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1"}})",
                "/context/patientId"},
        BadCall{
            "PatientAsNumber",
            R"({"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":7}})",
            "/context/patientId"},
        BadCall{"Array", "[]", ""}, BadCall{"Text", "\"hello\"", ""}),
    [](const auto &one) { return std::string(one.param.name); });

TEST(Protocol, Item19_AVeryLongFieldIsRefused) {
    EXPECT_EQ(error_of(R"({"hook":")" + std::string(5000, 'x') + R"("})").location, "/hook");
}

TEST(Protocol, Item04_CommentsTrailingCommasDuplicatesAndTailsAreRefused) {
    for (const std::string &body :
         {call("").substr(0, call("").size() - 1) + ",}", call("") + "x", "// hi\n" + call(""),
          std::string(R"({"hook":"a","hook":"b"})"), std::string("")})
        EXPECT_EQ(error_of(body).code, ErrorCode::invalid_json) << body;
}

TEST(Protocol, Item21_UserIdNeedsItsType) {
    for (const char *user :
         {"p1", "Practitioner/", "/p1", "Device/d1", "Practitioner/a b", "https://x/Practitioner/1"})
        EXPECT_EQ(error_of(call("", "", std::string(R"("userId":")") + user + R"(","patientId":"1")")).location,
                  "/context/userId")
            << user;
}

TEST(Protocol, Item21_EveryKindOfUserIsRead) {
    for (const char *type : {"Practitioner", "PractitionerRole", "Patient", "RelatedPerson"})
        EXPECT_EQ(
            test::request_of(call("", "", std::string(R"("userId":")") + type + R"(/u.1-x","patientId":"1")"))
                .user_type,
            type);
}

TEST(Protocol, Item21_PatientIdWithItsTypeIsAccepted) {
    EXPECT_EQ(test::request_of(call("", "", R"("userId":"Practitioner/1","patientId":"Patient/123")"))
                  .patient_id.reveal(),
              "123");
}

TEST(Protocol, Item21_AnIdThatWouldChangeAQueryIsRefused) {
    for (const char *id : {"1&_include=*", "a/b", "../1", "a?b", "1 2", "Patient/", "Patient/Patient/1"}) {
        const base::Error error =
            error_of(call("", "", std::string(R"("userId":"Practitioner/1","patientId":")") + id + R"(")"));
        EXPECT_EQ(error.location, "/context/patientId") << id;
        EXPECT_THAT(error.public_text, Not(HasSubstr(id))) << "an error never quotes a patient's id";
    }
}

const std::string kToken =
    R"("access_token":"secret","token_type":"Bearer","expires_in":300,"scope":"user/*.read","subject":"s")";

TEST(Protocol, Item22_AuthorizationWithoutAServerIsContradictory) {
    EXPECT_EQ(error_of(call("", R"(,"fhirAuthorization":{)" + kToken + "}")).location, "/fhirServer");
}

TEST(Protocol, Item22_APlainHttpServerIsForDevelopmentOnly) {
    const std::string body = call("", R"(,"fhirServer":"http://localhost:8080/fhir")");
    EXPECT_EQ(error_of(body, PlainHttp::refused).location, "/fhirServer");
    EXPECT_EQ(parse_request(body, PlainHttp::allowed)->fhir_server, "http://localhost:8080/fhir");
}

TEST(Protocol, Item22_OtherSchemesAndTypesAreRefused) {
    for (const char *server : {R"("ftp://x")", R"("file:///etc/passwd")", R"("")", "7", R"(["https://x"])"})
        EXPECT_EQ(error_of(call("", std::string(R"(,"fhirServer":)") + server)).location, "/fhirServer")
            << server;
    EXPECT_EQ(test::request_of(call("", R"(,"fhirServer":null)")).fhir_server, "");
}

const std::string kServer = R"(,"fhirServer":"https://ehr.example.org/fhir")";

TEST(Protocol, Item23_ACompleteAuthorizationIsKept) {
    const Request request = test::request_of(
        call("", kServer + R"(,"fhirAuthorization":{)" + kToken + R"(,"patient":"Patient/pat1"})"));
    ASSERT_TRUE(request.fhir_authorization);
    EXPECT_EQ(request.fhir_authorization->access_token.reveal(), "secret");
    EXPECT_EQ(request.fhir_authorization->expires_in, 300);
    EXPECT_EQ(request.fhir_authorization->scope, "user/*.read");
    EXPECT_EQ(request.fhir_authorization->subject, "s");
}

TEST(Protocol, Item23_AnIncompleteAuthorizationCountsAsAbsent) {
    for (const char *authorization :
         {"{}", "null", R"({"token_type":"Bearer","expires_in":300,"scope":"a","subject":"cds-service4"})",
          R"({"access_token":"t","token_type":"Bearer","expires_in":"300","scope":"a","subject":"s"})",
          R"({"access_token":"t","token_type":"Bearer","expires_in":1.5,"scope":"a","subject":"s"})",
          R"({"access_token":"t","token_type":"Bearer","expires_in":-1,"scope":"a","subject":"s"})",
          R"({"access_token":"t","token_type":"Basic","expires_in":300,"scope":"a","subject":"s"})"}) {
        const Request request =
            test::request_of(call("", std::string(R"(,"fhirAuthorization":)") + authorization));
        EXPECT_FALSE(request.fhir_authorization.has_value()) << authorization;
    }
    EXPECT_EQ(error_of(call("", R"(,"fhirAuthorization":"Bearer x")")).location, "/fhirAuthorization");
}

TEST(Protocol, Item24_ATokenForAnotherPatientIsNotUsed) {
    EXPECT_FALSE(
        test::request_of(call("", kServer + R"(,"fhirAuthorization":{)" + kToken + R"(,"patient":"pat2"})"))
            .fhir_authorization.has_value());
    EXPECT_FALSE(test::request_of(call("", kServer + R"(,"fhirAuthorization":{)" + kToken + R"(,"patient":7})"))
                     .fhir_authorization.has_value());
    EXPECT_TRUE(
        test::request_of(call("", kServer + R"(,"fhirAuthorization":{)" + kToken + R"(,"patient":null})"))
            .fhir_authorization.has_value())
        << "null names nobody";
}

TEST(Protocol, Item25_UnknownFieldsAndExtensionsAreIgnored) {
    const Request request = test::request_of(call(
        "{}", R"(,"extension":{"com.example.x":1},"cdsConfiguration":{"a":[]},"fhirVersion":"R4","user":null)",
        R"("userId":"Practitioner/1","patientId":"pat1","encounterId":"nowhere","extension":{"x":true})"));
    EXPECT_EQ(request.patient_id.reveal(), "pat1");
}

TEST(Protocol, Item26_AnyHookInstanceIsAccepted) {
    EXPECT_EQ(
        test::request_of(
            R"({"hook":"patient-view","hookInstance":"constant","context":{"userId":"Practitioner/1","patientId":"1"}})")
            .hook_instance,
        "constant");
}

TEST(Protocol, Item33_PrefetchOfAnotherTypeIsRefused) {
    EXPECT_EQ(error_of(call("[]")).location, "/prefetch");
    EXPECT_EQ(error_of(call("\"none\"")).location, "/prefetch");
    EXPECT_FALSE(test::request_of(call("null")).prefetch.present());
}

} // namespace
} // namespace trialcds::cds_hooks
