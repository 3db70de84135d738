// Records that a tester brings along, through the site.
#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/service.h"
#include "site_fixture.h"

namespace trialcds {
namespace {

using cds_hooks::HttpResponse;
using test::header;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kHost = "127.0.0.1:8090";

HttpResponse send(const demo::Site &site, const std::string &body, const std::string &type = "application/json",
                  const std::string &origin = "") {
    std::vector<cds_hooks::Header> headers{{"Host", kHost}, {"Content-Type", type}};
    if (!origin.empty()) headers.push_back({"Origin", origin});
    return site.handle({"POST", "/own", headers, base::Sensitive<std::string>(body)});
}

std::string form(const std::string &text) {
    return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n"
           "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n" +
           text + "\r\n--b--\r\n";
}
constexpr auto kForm = "multipart/form-data; boundary=b";

std::string bundle() {
    return test::shown_patients().find("ruiz-ana")->bundle;
}

std::string request() {
    return test::ask("GET", "/patients/ruiz-ana/request.json").body;
}

TEST(Own, ABundleGetsAPageWithTheCardThatItsMadeUpTwinHas) {
    const auto site = test::site_of(test::shown_patients());
    for (const auto &[body, type] : {std::pair(bundle(), "application/json"),
                                     {form(bundle()), kForm},
                                     {request(), "application/json"},
                                     {form(request()), kForm}}) {
        const HttpResponse taken = send(*site, body, type, std::string("http://") + kHost);
        ASSERT_EQ(taken.status, 303) << taken.body;
        const std::string address = header(taken, "Location");
        EXPECT_THAT(address, testing::StartsWith("/own/"));
        const std::string page = test::ask("GET", address, "", *site).body;
        EXPECT_THAT(page, AllOf(HasSubstr("<h3>Possible match for review"), HasSubstr("Ana Ruiz"),
                                HasSubstr("Your own record"), HasSubstr("Modified Rodnan skin score")));
        EXPECT_THAT(test::ask("GET", address + "?tab=what-if&Observation/ruiz-ana-mrss/valueQuantity.value=12",
                              "", *site)
                        .body,
                    AllOf(HasSubstr("was 22"), Not(HasSubstr("<h3>Possible match"))));
        EXPECT_EQ(test::ask("GET", address + "/request.json", "", *site).status, 200);
    }
}

// A prefetch key that was not sent is not retrieved, and there is no server to ask.
TEST(Own, WhatARequestDoesNotBringStaysUnknown) {
    const auto site = test::site_of(test::shown_patients());
    const auto whole = json::Document::parse(request());
    json::Writer out;
    out.begin_object();
    for (const auto [key, value] : whole->root().members()) {
        out.key(key);
        if (key != "prefetch") {
            out.raw(json::to_text(value));
            continue;
        }
        out.begin_object();
        for (const auto [name, brought] : value.members())
            if (name != "labs") out.key(name).raw(json::to_text(brought));
        out.end_object();
    }
    const HttpResponse taken = send(*site, out.end_object().take());
    ASSERT_EQ(taken.status, 303) << taken.body;
    EXPECT_THAT(test::ask("GET", header(taken, "Location"), "", *site).body, Not(HasSubstr("34 mm/h")));
}

TEST(Own, ATokenOfARequestIsDropped) {
    const auto site = test::site_of(test::shown_patients());
    std::string body = request();
    body.insert(1,
                R"("fhirServer":"https://fhir.example/r4","fhirAuthorization":{"access_token":"s3cret-canary",)"
                R"("token_type":"Bearer","expires_in":300,"scope":"patient/*.read","subject":"x"},)");
    const HttpResponse taken = send(*site, body);
    ASSERT_EQ(taken.status, 303) << taken.body;
    for (const char *more : {"", "?tab=request", "/request.json"}) {
        const HttpResponse shown = test::ask("GET", header(taken, "Location") + more, "", *site);
        EXPECT_EQ(shown.status, 200);
        EXPECT_THAT(shown.body, Not(HasSubstr("s3cret-canary"))) << more;
    }
}

TEST(Own, SaysWhatIsWrongWhereAndWhatToDo) {
    for (const auto &[text, what] :
         {std::pair("", "Nothing was sent"),
          {"{\"a\": [1,}", "/a/1 (byte"},
          {R"({"resourceType":"Patient","id":"x"})", "neither a Bundle nor"},
          {R"({"resourceType":"Bundle","entry":[]})", "no Patient with an id"},
          {R"({"hook":"patient-view","prefetch":{"patient":{"resourceType":"Patient","id":"x"}}})",
           "hookInstance"}}) {
        const HttpResponse page = send(test::site(), form(text), kForm);
        EXPECT_EQ(page.status, 400) << text;
        EXPECT_THAT(page.body, AllOf(HasSubstr("role=\"alert\""), HasSubstr(what), HasSubstr("What to do")));
        EXPECT_THAT(page.body, Not(HasSubstr("<dd></dd>"))) << text;
        const HttpResponse plain = send(test::site(), text);
        EXPECT_EQ(plain.status, 400) << text;
        EXPECT_THAT(plain.body, AllOf(HasSubstr("OperationOutcome"), HasSubstr(what)));
    }
}

TEST(Own, APageOfAnotherSiteBringsNothing) {
    for (const char *origin : {"https://elsewhere.example", "null", "http://127.0.0.1:9999"})
        EXPECT_EQ(send(test::site(), bundle(), "application/json", origin).status, 403) << origin;
}

// An origin that may read the made-up patients may not read a record that somebody brought.
TEST(Own, NoOtherOriginReadsIt) {
    const auto site = test::site_of(test::shown_patients());
    const std::string address = header(send(*site, bundle()), "Location");
    EXPECT_EQ(header(test::ask("GET", address, "", *site), "Access-Control-Allow-Origin"), "");
    EXPECT_EQ(header(test::ask("GET", address, "", *site), "Cache-Control"), "no-store");
    EXPECT_EQ(test::ask("GET", "/fhir/Patient/" + address.substr(5), "", *site).status, 404);
}

TEST(Own, IsForgottenWhenAsked) {
    const auto site = test::site_of(test::shown_patients());
    const std::string address = header(send(*site, bundle()), "Location");
    EXPECT_EQ(test::ask("GET", address + "/forget", "", *site).status, 404);
    EXPECT_EQ(
        site->handle({"POST", address + "/forget", {{"Host", kHost}}, base::Sensitive<std::string>("")}).status,
        303);
    EXPECT_EQ(test::ask("GET", address, "", *site).status, 404);
}

TEST(Own, TakesNoOtherMethod) {
    for (const char *method : {"PUT", "DELETE", "PATCH"})
        EXPECT_EQ(test::ask(method, "/own").status, 405) << method;
    EXPECT_EQ(test::ask("GET", "/own/nobody").status, 404);
    EXPECT_EQ(test::ask("GET", "/owner").status, 404);
}

} // namespace
} // namespace trialcds
