#include <gmock/gmock.h>

#include "cds_hooks/discovery.h"
#include "cds_hooks/service.h"
#include "demo/fhir_endpoint.h"
#include "shown.h"

namespace trialcds {
namespace {

using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;
using testing::HasSubstr;

const demo::FhirEndpoint &endpoint() {
    static const auto made = demo::FhirEndpoint::create(test::shown_patients());
    if (!made) throw std::runtime_error(made.error().public_text);
    return *made;
}

HttpResponse get(const std::string &path) {
    return endpoint().answer({"GET", "/fhir" + path, {}, base::Sensitive<std::string>("")}, path);
}

json::Document body_of(const HttpResponse &response) {
    auto document = json::Document::parse(response.body);
    if (!document) throw std::runtime_error("no JSON");
    return std::move(*document);
}

std::size_t matches(const std::string &path) {
    const auto bundle = body_of(get(path));
    EXPECT_EQ(bundle.root()["resourceType"].text(), "Bundle") << path;
    EXPECT_EQ(bundle.root()["type"].text(), "searchset") << path;
    EXPECT_EQ(bundle.root()["total"].number_text(), std::to_string(bundle.root()["entry"].size())) << path;
    return bundle.root()["entry"].size();
}

TEST(FhirEndpoint, SaysWhatItIs) {
    const HttpResponse response = get("/metadata");
    EXPECT_EQ(cds_hooks::find_header(response.headers, "Content-Type"), "application/fhir+json; charset=utf-8");
    const auto statement = body_of(response);
    EXPECT_EQ(statement.root()["resourceType"].text(), "CapabilityStatement");
    EXPECT_EQ(statement.root()["fhirVersion"].text(), "4.0.1");
}

TEST(FhirEndpoint, ReadsAResourceAndListsPatients) {
    EXPECT_EQ(body_of(get("/Patient/ruiz-ana")).root()["id"].text(), "ruiz-ana");
    EXPECT_EQ(matches("/Patient"), test::shown_patients().size());
    EXPECT_EQ(matches("/Patient?_id=ruiz-ana,weiss-johanna"), 2U);
}

TEST(FhirEndpoint, SearchesByPatientHoweverItIsWritten) {
    const std::size_t all = matches("/Condition");
    const std::size_t own = matches("/Condition?patient=ruiz-ana");
    EXPECT_GT(own, 0U);
    EXPECT_GT(all, own);
    EXPECT_EQ(matches("/Condition?patient=Patient/ruiz-ana"), own);
    EXPECT_EQ(matches("/Condition?subject=Patient%2Fruiz-ana&_count=1&_sort=-date"), own);
    EXPECT_EQ(matches("/Condition?patient=nobody"), 0U);
    EXPECT_EQ(matches("/AllergyIntolerance?patient=ruiz-ana"), 0U);
}

TEST(FhirEndpoint, SearchesByPostToo) {
    const HttpResponse response = endpoint().answer(
        {"POST", "/fhir/Condition/_search", {}, base::Sensitive<std::string>("patient=ruiz-ana")},
        "/Condition/_search");
    EXPECT_EQ(response.body, get("/Condition?patient=ruiz-ana").body);
}

TEST(FhirEndpoint, HonoursCodesAndSaysWhichParametersItUsed) {
    EXPECT_EQ(matches("/Observation?patient=ruiz-ana&code=http://loinc.org|4537-7"), 1U);
    EXPECT_EQ(matches("/Observation?patient=ruiz-ana&code=http%3A%2F%2Floinc.org%7C4537-7,none"), 1U);
    EXPECT_EQ(matches("/Observation?patient=ruiz-ana&code=4537-7"), 1U);
    EXPECT_EQ(matches("/Observation?patient=ruiz-ana&code=http://other.example|4537-7"), 0U);
    EXPECT_THAT(get("/Observation?patient=ruiz-ana&status=final").body,
                HasSubstr(R"("url":"Observation?patient=ruiz-ana")"));
}

// What a client sends when it asks for our prefetch itself is what a call from the page holds.
TEST(FhirEndpoint, AnswersEveryQueryOfThePrefetch) {
    const auto services = cds_hooks::all_trials(test::shipped_knowledge());
    std::size_t found = 0;
    for (const mappings::PrefetchKey &key : services->list.at(0).prefetch) {
        const std::string query = "/" + cds_hooks::prefetch_query(key, "ruiz-ana");
        if (key.resource_type == "Patient")
            EXPECT_EQ(body_of(get(query)).root()["id"].text(), "ruiz-ana");
        else
            found += matches(query);
    }
    EXPECT_GT(found, 10U);
}

TEST(FhirEndpoint, RefusesWhatItWouldAnswerWithTheRecordsOfOthers) {
    for (const char *query : {"patient:Patient=ruiz-ana", "subject:Patient=ruiz-ana", "patient.identifier=1",
                              "code:not=4537-7", "patient=ruiz-ana&_id:missing=true"})
        EXPECT_EQ(get(std::string("/Observation?") + query).status, 400) << query;
    const std::string codes = "patient=ruiz-ana&code=" + std::string(70000, ',');
    EXPECT_EQ(endpoint()
                  .answer({"POST", "/fhir/Observation/_search", {}, base::Sensitive<std::string>(codes)},
                          "/Observation/_search")
                  .status,
              413);
}

TEST(FhirEndpoint, SaysWhatIsNotThereAndThatItOnlyReads) {
    for (const char *path : {"/Patient/nobody", "/Patient/ruiz-ana/_history", "/foo", "", "/"}) {
        const HttpResponse response = get(path);
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_EQ(body_of(response).root()["resourceType"].text(), "OperationOutcome") << path;
    }
    const HttpResponse response = endpoint().answer(
        {"PUT", "/fhir/Patient/ruiz-ana", {}, base::Sensitive<std::string>("{}")}, "/Patient/ruiz-ana");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(cds_hooks::find_header(response.headers, "Allow"), "GET, HEAD, POST, OPTIONS");
}

} // namespace
} // namespace trialcds
