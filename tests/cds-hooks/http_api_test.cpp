// Routing, media types, statuses and whole calls: items 1 to 7, 11, 20, 33, 34, 39, 62, 74 to 78.
#include <stdexcept>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/http_api.h"
#include "cds_hooks/operation_outcome.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using test::kService;
using testing::_;
using testing::HasSubstr;
using testing::Not;

class MockAuthenticator : public Authenticator {
  public:
    MOCK_METHOD(std::optional<ClientIdentity>, authenticate, (const HttpRequest &), (override));
};

class Api : public testing::Test {
  protected:
    ServicesHolder services_{test::services()};
    AllowAll everybody_;
    ApiSettings settings_{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};

    static std::unique_ptr<fhir::FhirReader> nobody(const Request &, const ClientIdentity &) {
        return std::make_unique<fhir::NoFhirReader>();
    }

    static CallContext context() {
        return {.as_of = test::kAsOf, .correlation_id = "ref-1", .uuid = [] { return test::kUuid; }};
    }

    HttpResponse send(std::string method, std::string target, std::string body = "",
                      std::vector<Header> headers = {{"Content-Type", "application/json"}}) {
        const HttpApi api(services_, everybody_, nobody, settings_);
        return api.handle({std::move(method), std::move(target), std::move(headers),
                           base::Sensitive<std::string>(std::move(body))},
                          context());
    }

    HttpResponse post(const std::string &body) { return send("POST", kService, body); }
};

std::string call_for(const std::string &case_name) {
    auto request = cds_hooks::hook_request(test::case_bundle(case_name), test::service().prefetch, test::kUuid);
    EXPECT_TRUE(request.has_value());
    return request ? *request : "";
}

void expect_outcome(const HttpResponse &response, int status, const std::string &issue_type) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(find_header(response.headers, "content-type"), "application/json; charset=utf-8");
    const auto document = test::document(response.body);
    EXPECT_EQ(document->root()["resourceType"].text(), "OperationOutcome");
    const json::Value issue = document->root()["issue"].at(0);
    EXPECT_EQ(issue["severity"].text(), "error");
    EXPECT_EQ(issue["code"].text(), issue_type);
    EXPECT_NE(issue["diagnostics"].text(), "");
}

TEST_F(Api, Item02_AnswersAreJson) {
    const HttpResponse response = send("GET", "/cds-services", "", {});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(find_header(response.headers, "Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(find_header(response.headers, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(find_header(response.headers, "Cache-Control"), "no-store");
    EXPECT_TRUE(test::document(response.body)->root()["services"].is_array());
}

TEST_F(Api, Item02_ACharsetOfUtf8IsAccepted) {
    for (const char *type :
         {"application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8",
          "application/json; charset=\"utf-8\"", "application/json ; profile=x",
          "application/json; charset=utf-8; profile=x", "application/json; profile=x;charset=utf-8;"})
        EXPECT_EQ(send("POST", kService, test::call(""), {{"content-type", type}}).status, 412) << type;
}

TEST_F(Api, Item06_AnotherMediaTypeIs415) {
    for (const char *type :
         {"text/plain", "application/xml", "application/json; charset=latin1",
          "application/json; profile=x; charset=latin1", "", "application/x-www-form-urlencoded"})
        expect_outcome(send("POST", kService, test::call(""), {{"Content-Type", type}}), 415, "not-supported");
    expect_outcome(send("POST", kService, test::call(""), {}), 415, "not-supported");
    expect_outcome(send("POST", kService, test::call(""),
                        {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}),
                   415, "not-supported");
    EXPECT_EQ(send("POST", kService, test::call(""),
                   {{"Content-Type", "application/json"}, {"Content-Encoding", "identity"}})
                  .status,
              412);
}

TEST_F(Api, Item06_OtherMethodsAre405WithAllow) {
    for (const char *method : {"GET", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "post"}) {
        const HttpResponse response = send(method, kService, test::call(""));
        EXPECT_EQ(response.status, 405) << method;
        EXPECT_EQ(find_header(response.headers, "Allow"), "POST, OPTIONS");
    }
    const HttpResponse discovery = send("POST", "/cds-services", "{}");
    expect_outcome(discovery, 405, "not-supported");
    EXPECT_EQ(find_header(discovery.headers, "Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(send("POST", "/livez").status, 405);
}

TEST_F(Api, Item06_UnknownServicesAndPathsAre404) {
    for (const char *path : {"/cds-services/unknown", "/cds-services/unknown/feedback",
                             "/cds-services/trials-patient-view/analytics/1", "/", "", "/cds-servicesx",
                             "/metrics", "/cds-services/../livez", "*"})
        expect_outcome(send("POST", path, test::call("")), 404, "not-found");
}

TEST_F(Api, Item07_SlashesAreTolerated) {
    EXPECT_EQ(send("GET", "/cds-services/").status, 200);
    EXPECT_EQ(send("GET", "//cds-services?x=1").status, 200);
    EXPECT_EQ(send("POST", "/cds-services//trials-patient-view", test::call("")).status, 412);
    EXPECT_EQ(send("POST", kService + "/", test::call("")).status, 412);
}

TEST_F(Api, Item08_TheBaseMayHaveAPrefix) {
    settings_.base_path = "/trials/v1";
    EXPECT_EQ(send("GET", "/trials/v1/cds-services").status, 200);
    EXPECT_EQ(send("GET", "/trials/v1/livez").status, 200);
    EXPECT_EQ(send("GET", "/cds-services").status, 200) << "a proxy may strip the prefix";
    EXPECT_EQ(send("GET", "/other/cds-services").status, 404);
}

// Complete but for data.
std::string call_of(json::Value service) {
    std::string call = test::call("", "",
                                  R"("userId":"Practitioner/p1","patientId":"pat1","encounterId":"e1",)"
                                  R"("appointments":{"resourceType":"Bundle"})");
    return call.replace(call.find("patient-view"), 12, service["hook"].text());
}

TEST_F(Api, Item11_EveryAdvertisedServiceCanBeCalled) {
    const auto document = test::document(send("GET", "/cds-services").body);
    for (const json::Value service : document->root()["services"].elements())
        EXPECT_EQ(send("POST", "/cds-services/" + std::string(service["id"].text()), call_of(service)).status,
                  412);
}

TEST_F(Api, Item04_MalformedJsonIs400) {
    expect_outcome(post("{"), 400, "structure");
    expect_outcome(post(""), 400, "structure");
    expect_outcome(post("{\"hook\":1e99999999999999999999999999999999999999999999999999999999999999999}"), 400,
                   "structure");
    expect_outcome(post(std::string(200, '[')), 400, "structure");
}

TEST_F(Api, Item05_ABodyOverTheLimitIs413) {
    settings_.max_body = 100;
    expect_outcome(post(test::call("") + std::string(200, ' ')), 413, "too-long");
}

TEST_F(Api, Item19_AnEmptyContextIs400AndNeverA500) {
    const HttpResponse response = post(R"({"hook":"patient-view","hookInstance":"1","context":{}})");
    expect_outcome(response, 400, "invalid");
    EXPECT_THAT(response.body, HasSubstr("/context/userId"));
}

TEST_F(Api, Item20_TheHookMustBeTheServicesOwn) {
    std::string body = test::call("");
    body.replace(body.find("patient-view"), 12, "order-select");
    expect_outcome(post(body), 400, "conflict");
}

TEST_F(Api, Item33_AnotherPatientsRecordIs400) {
    const HttpResponse response =
        post(test::call(R"({"patient":{"resourceType":"Patient","id":"somebody-else"},"conditions":null})"));
    expect_outcome(response, 400, "conflict");
    EXPECT_THAT(response.body, Not(HasSubstr("somebody-else")));
}

TEST_F(Api, Item34_RequiredDataMissingIs412NamingTheKeys) {
    const HttpResponse response = post(test::call(""));
    expect_outcome(response, 412, "required");
    EXPECT_THAT(response.body, HasSubstr("patient"));
    EXPECT_THAT(response.body, HasSubstr("conditions"));
}

TEST_F(Api, Item34_OptionalDataMissingIs200) {
    const HttpResponse response =
        post(test::call(R"({"patient":)" + test::kPatient + R"(,"conditions":null})"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"cards":[]})") << "no sign of the trial's condition: nothing to say";
}

TEST_F(Api, Item39_APossibleMatchGetsOneCard) {
    const HttpResponse response = post(call_for("base-clean-potential-candidate"));
    ASSERT_EQ(response.status, 200) << response.body;
    const auto document = test::document(response.body);
    ASSERT_EQ(document->root()["cards"].size(), 1U) << response.body;
    const json::Value card = document->root()["cards"].at(0);
    EXPECT_THAT(std::string(card["summary"].text()), HasSubstr("Possible match for review: NCT06470048"));
    EXPECT_EQ(card["uuid"].text(), test::kUuid);
}

TEST_F(Api, Item39_NothingToSayIsExactlyAnEmptyList) {
    const HttpResponse response = post(call_for("i1-deceased"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"cards":[]})");
}

TEST_F(Api, AMergedRecordGetsNoCard) {
    std::string body = call_for("base-clean-potential-candidate");
    const std::string gender = R"("gender":"female")";
    ASSERT_NE(body.find(gender), std::string::npos);
    body.replace(body.find(gender), gender.size(),
                 gender + R"(,"link":[{"other":{"reference":"Patient/new"},"type":"replaced-by"}])");
    EXPECT_EQ(post(body).body, R"({"cards":[]})");
}

TEST_F(Api, APatientsOwnPortalGetsNoCard) {
    std::string body = call_for("base-clean-potential-candidate");
    body.replace(body.find("Practitioner/demo"), 17, "RelatedPerson/mum");
    EXPECT_EQ(post(body).body, R"({"cards":[]})");
}

TEST_F(Api, Item26_TheSameCallTwiceGivesTheSameBytes) {
    const std::string body = call_for("base-clean-potential-candidate");
    EXPECT_EQ(post(body).body, post(body).body);
}

TEST_F(Api, Item27_PartialPrefetchLeavesItsCriteriaUnknown) {
    const auto document = test::document(call_for("base-clean-potential-candidate"));
    const json::Value prefetch = document->root()["prefetch"];
    const HttpResponse response =
        post(test::call(R"({"patient":)" + json::to_text(prefetch["patient"]) + R"(,"conditions":)" +
                            json::to_text(prefetch["conditions"]) + "}",
                        "", R"("userId":"Practitioner/1","patientId":"base-clean-potential-candidate")"));
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_THAT(response.body, HasSubstr("More data needed: NCT06470048"));
    EXPECT_THAT(response.body, HasSubstr("not read from the record"));
}

TEST_F(Api, Item36_DataCanComeFromTheClientsServer) {
    const auto document = test::document(call_for("base-clean-potential-candidate"));
    const json::Value prefetch = document->root()["prefetch"];
    const auto reader_factory = [&](const Request &request, const ClientIdentity &) {
        EXPECT_EQ(request.fhir_server, "https://ehr.example.org/fhir");
        auto reader = std::make_unique<testing::NiceMock<test::MockFhirReader>>();
        ON_CALL(*reader, fetch(_)).WillByDefault([&](std::span<const fhir::Query> queries) {
            std::vector<fhir::Fetched> answers;
            for (const fhir::Query &query : queries) {
                fhir::Fetched answer{query.key, fhir::Retrieval::complete, {}};
                if (prefetch[query.key].is_object())
                    answer.pages.push_back(test::document(json::to_text(prefetch[query.key])));
                answers.push_back(answer);
            }
            return answers;
        });
        return reader;
    };
    const HttpApi api(services_, everybody_, reader_factory, settings_);
    const std::string body =
        test::call("", R"(,"fhirServer":"https://ehr.example.org/fhir")",
                   R"("userId":"Practitioner/1","patientId":"base-clean-potential-candidate")");
    const HttpResponse fetched = api.handle(
        {"POST", kService, {{"Content-Type", "application/json"}}, base::Sensitive<std::string>(body)},
        context());
    EXPECT_EQ(fetched.body, post(call_for("base-clean-potential-candidate")).body);
}

TEST_F(Api, Item62_ARefusedCallerIsTold401AndNothingElse) {
    testing::StrictMock<MockAuthenticator> nobody_known;
    EXPECT_CALL(nobody_known, authenticate(_)).Times(3).WillRepeatedly(testing::Return(std::nullopt));
    const HttpApi api(services_, nobody_known, nobody, settings_);
    for (const auto &[method, target] : {std::pair{"POST", kService.c_str()}, std::pair{"GET", "/cds-services"},
                                         std::pair{"POST", "/cds-services/unknown"}}) {
        const HttpResponse response = api.handle({method, target, {}, {}}, context());
        EXPECT_EQ(response.status, 401);
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(find_header(response.headers, "WWW-Authenticate"), "Bearer");
    }
    EXPECT_EQ(api.handle({"OPTIONS", kService, {}, {}}, context()).status, 204)
        << "item 74: preflight has no token";
    EXPECT_EQ(api.handle({"GET", "/livez", {}, {}}, context()).status, 200);
}

TEST_F(Api, Item74_OptionsIsAnsweredWithoutCorsHeaders) {
    for (const std::string &path : {std::string("/cds-services"), kService}) {
        const HttpResponse response =
            send("OPTIONS", path, "",
                 {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}});
        EXPECT_EQ(response.status, 204);
        EXPECT_EQ(response.body, "");
        EXPECT_NE(find_header(response.headers, "Allow"), "");
        EXPECT_EQ(find_header(response.headers, "Access-Control-Allow-Origin"), "") << "CORS is off";
    }
}

TEST_F(Api, Item76_HealthLiesOutsideTheServices) {
    EXPECT_EQ(send("GET", "/livez").body, "ok\n");
    EXPECT_EQ(send("GET", "/readyz").status, 200);
    services_.set(nullptr);
    EXPECT_EQ(send("GET", "/livez").status, 200);
    EXPECT_EQ(send("GET", "/readyz").status, 503);
    EXPECT_EQ(send("GET", "/cds-services").status, 503);
    EXPECT_EQ(post(test::call("")).status, 503);
}

TEST_F(Api, Item76_WithAnAddressOfItsOwnHealthIsNotToldToTheEhrsNetwork) {
    settings_.health = false;
    EXPECT_EQ(send("GET", "/livez").status, 404);
    EXPECT_EQ(send("GET", "/readyz").status, 404);
    EXPECT_EQ(send("GET", "/cds-services").status, 200);
}

TEST_F(Api, HeadSaysWhatGetWouldWithoutItsBody) {
    const HttpResponse head = send("HEAD", "/cds-services");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(head.headers, send("GET", "/cds-services").headers);
}

TEST_F(Api, Item78_AFaultOfOursTellsNothing) {
    const HttpApi api(
        services_, everybody_,
        [](const Request &, const ClientIdentity &) -> std::unique_ptr<fhir::FhirReader> {
            throw std::runtime_error("password=hunter2 at /etc/secret");
        },
        settings_);
    const HttpResponse response = api.handle({"POST",
                                              kService,
                                              {{"Content-Type", "application/json"}},
                                              base::Sensitive<std::string>(test::call(""))},
                                             context());
    expect_outcome(response, 500, "exception");
    EXPECT_THAT(response.body, Not(HasSubstr("hunter2")));
    EXPECT_THAT(response.body, HasSubstr("ref-1"));
}

TEST(StatusTable, EveryErrorHasItsStatus) {
    const std::vector<std::pair<ErrorCode, int>> table{{ErrorCode::invalid_json, 400},
                                                       {ErrorCode::invalid_request, 400},
                                                       {ErrorCode::inconsistent, 400},
                                                       {ErrorCode::missing_data, 412},
                                                       {ErrorCode::unknown_service, 404},
                                                       {ErrorCode::method_not_allowed, 405},
                                                       {ErrorCode::unsupported_media, 415},
                                                       {ErrorCode::too_large, 413},
                                                       {ErrorCode::invalid_definition, 500},
                                                       {ErrorCode::unreadable_input, 500},
                                                       {ErrorCode::internal, 500}};
    for (const auto &[code, status] : table) {
        EXPECT_EQ(status_of(code), status);
        const HttpResponse response =
            error_response({code, "/here", "public words", "internal words"}, "ref-2");
        EXPECT_EQ(response.status, status);
        EXPECT_THAT(response.body, Not(HasSubstr("internal words")));
        const bool fault = status >= 500;
        EXPECT_EQ(response.body.find("/here: public words") == std::string::npos, fault);
    }
}

TEST(Headers, NamesCompareWithoutCase) {
    const std::vector<Header> headers{{"X-A", "1"}, {"x-a", "2"}};
    EXPECT_EQ(find_header(headers, "x-A"), "1");
    EXPECT_EQ(find_header(headers, "x-ab"), "");
}

} // namespace
} // namespace trialcds::cds_hooks
