// How often the evidence page may ask, and what is malformed.
#include "page_call.h"

namespace trialcds::cds_hooks {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST_F(EvaluationsTest, AMinutesWorthThenPatienceWhateverTheAnswer) {
    per_minute_ = 3;
    server_.refuse("patient", fhir::ReadOutcome::unauthorized);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(post(question(kPagePatient)).status, 403);
    const HttpResponse response = post(question(kPagePatient));
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(find_header(response.headers, "Retry-After"), "20");
    EXPECT_EQ(test::document(response.body)->root()["issue"].at(0)["code"].text(), "throttled");
    EXPECT_EQ(report_.error->code, "too_many_calls");
    EXPECT_THAT(server_.fetches, SizeIs(3)) << "nothing is asked of the FHIR server";
    now_ += 20 * kSecond;
    EXPECT_EQ(post(question(kPagePatient)).status, 403);
    EXPECT_EQ(post(question(kPagePatient)).status, 429);
}

TEST_F(EvaluationsTest, GuessesAtUnknownServersShareOneMeasureAndCostNoTenantAnything) {
    per_minute_ = 2;
    EXPECT_EQ(post(question(kPagePatient, "", "https://a.example")).status, 403);
    EXPECT_EQ(post(question(kPagePatient, "", "https://b.example")).status, 403);
    EXPECT_EQ(post(question(kPagePatient, "", "https://c.example")).status, 429);
    EXPECT_EQ(post(question(kPagePatient)).status, 200);
}

TEST(RateLimitTest, InAnyTimeNoMoreThanAMinutesWorthAndWhatHasFlownInSince) {
    std::int64_t now = 0;
    RateLimit limit(6, [&now] { return now; });
    std::int64_t done = 0;
    for (int step = 0; step < 2000; ++step) {
        now += (step * 37 % 5) * kSecond / 3; // bursts and pauses
        const auto wait = limit.take("north");
        if (!wait) ++done;
        EXPECT_LE(done * 10 * kSecond, now + 60 * kSecond) << step;
        if (!wait) continue;
        EXPECT_GE(*wait, 1);
        now += *wait * kSecond;
        EXPECT_EQ(limit.take("north"), std::nullopt) << "after the time that was told";
        ++done;
    }
    EXPECT_EQ(limit.take("south"), std::nullopt) << "another name has its own";
}

// --- what is malformed ---

TEST_F(EvaluationsTest, WhatIsMalformedIs400AndNamesTheField) {
    const std::string good = question(kPagePatient);
    const auto without = [&](const std::string &part, const std::string &instead = "") {
        std::string text = good;
        const std::size_t at = text.find(part);
        EXPECT_NE(at, std::string::npos) << part;
        return text.replace(at, part.size(), instead);
    };
    const std::vector<std::pair<std::string, std::string>> bodies = {
        {"{", "byte"},
        {"[]", "JSON object"},
        {without(R"("fhirServer":")" + kPageServer + "\","), "/fhirServer"},
        {without(kPageServer, "ftp://x"), "/fhirServer"},
        {without("https://", "http://"), "/fhirServer"},
        {without(authorization() + ","), "/fhirAuthorization"},
        {without(authorization(), R"("fhirAuthorization":7)"), "/fhirAuthorization"},
        {without(kPageToken), "/fhirAuthorization"},
        {without("\"Bearer\"", "\"MAC\""), "/fhirAuthorization"},
        {without(authorization(), authorization(R"(,"patient":"another")")), "/fhirAuthorization"},
        {without(R"("patientId":")" + kPagePatient + "\"", "\"x\":1"), "/context/patientId"},
        {without(kPagePatient, "../Observation"), "/context/patientId"},
        {without("Practitioner/456", "456"), "/context/userId"},
        {question(kPagePatient, R"(,"language":"tlh")"), "/language"},
        {question(kPagePatient, R"(,"language":7)"), "/language"}};
    for (const auto &[body, place] : bodies) {
        const HttpResponse response = post(body);
        EXPECT_EQ(response.status, 400) << body;
        EXPECT_THAT(response.body, HasSubstr(place)) << body;
        EXPECT_THAT(response.body, AllOf(Not(HasSubstr(kPageToken)), Not(HasSubstr(kPagePatient))));
    }
    EXPECT_THAT(server_.fetches, IsEmpty());
}

TEST_F(EvaluationsTest, OtherMethodsMediaTypesAndSizesAreRefusedAndOtherPathsAreNotThePages) {
    const HttpResponse get = post("", "/evaluations", "application/json", "GET");
    EXPECT_EQ(get.status, 405);
    EXPECT_EQ(find_header(get.headers, "Allow"), "POST");
    EXPECT_EQ(post(question(kPagePatient), "/evaluations", "text/plain").status, 415);
    EXPECT_EQ(post(std::string(70'000, ' ')).status, 413);
    for (const char *path : {"/evaluation", "/evaluationsx", "/evaluations/other", "/cds-services", "/"})
        EXPECT_THROW((void)post(question(kPagePatient), path), std::runtime_error) << path;
    EXPECT_EQ(post(question(kPagePatient), "/evaluations/?x=1").status, 200);
}

TEST_F(EvaluationsTest, UnderAPathOfAProxyItIsFoundToo) {
    settings_.base_path = "/cds/trials";
    EXPECT_EQ(post(question(kPagePatient), "/cds/trials/evaluations").status, 200);
}

TEST_F(EvaluationsTest, WithoutKnowledgeItIs503) {
    services_.set(nullptr);
    const HttpResponse response = post(question(kPagePatient));
    EXPECT_EQ(response.status, 503);
    EXPECT_NE(find_header(response.headers, "Retry-After"), "");
    EXPECT_EQ(test::document(response.body)->root()["resourceType"].text(), "OperationOutcome");
}

} // namespace
} // namespace trialcds::cds_hooks
