// What the evidence page is answered, and who may ask.
#include <set>

#include "cds_hooks/client_call.h"
#include "cds_hooks/discovery.h"
#include "page_call.h"

namespace trialcds::cds_hooks {
namespace {

using test::CaseReader;
using test::CaseServer;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

TEST_F(EvaluationsTest, TheVerdictsCardsContactsAndReasonsOfAPatientComeInOneAnswer) {
    const auto answer = evaluated(R"(,"language":"de")");
    const json::Value root = answer->root();
    EXPECT_EQ(root["as_of"].text(), "2026-11-22");
    ASSERT_EQ(root["trials"].size(), 1U);
    const json::Value trial = root["trials"].at(0);
    EXPECT_EQ(trial["trial"].text(), kTrial);
    EXPECT_EQ(trial["outcome"].text(), "potential_candidate");
    EXPECT_TRUE(trial["explanations"].is_array()) << "with the way to each verdict";
    EXPECT_THAT(std::string(trial["criteria"].at(0)["text"].text()), HasSubstr("Alter"));
    EXPECT_EQ(root["contacts"][kTrial].text(), "study team, ext. 0000");
    EXPECT_EQ(root["cards"][kTrial]["uuid"].text(), test::kUuid);
    EXPECT_FALSE(root["cards"][kTrial]["stays_away"].is_true());
    EXPECT_FALSE(root["cards"][kTrial]["no_card"].present());
    EXPECT_EQ(root["override_reasons"].size() + 1, settings_.cards.override_reasons.size())
        << "all but the one that keeps a card away from a viewer's every patient";
    EXPECT_EQ(root["override_reasons"].at(0)["display"].text(),
              settings_.cards.override_reasons[0].coding.display.in("de"));
}

TEST_F(EvaluationsTest, AnAnswerIsForOneReaderAndNobodyKeepsIt) {
    const HttpResponse response = post(question(kPagePatient));
    EXPECT_EQ(find_header(response.headers, "Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(find_header(response.headers, "Cache-Control"), "no-store");
    EXPECT_EQ(find_header(response.headers, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(find_header(response.headers, "Access-Control-Allow-Origin"), "");
}

// A patient is judged alike whether the chart's call brings the record or the page has it read.
TEST(EvaluationsOfEveryCase, SayWhatTheCallSays) {
    AllowAll everybody;
    const ServicesHolder services(test::services());
    ApiSettings settings{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};
    settings.policies["north"];
    const HttpApi api(
        services, everybody,
        [](const Request &, const ClientIdentity &) { return std::make_unique<fhir::NoFhirReader>(); },
        settings);
    std::size_t compared = 0;
    for (const std::string &name : test::case_names()) {
        const auto call =
            hook_request(test::case_bundle(name), test::shipped()->catalogue.prefetch, test::kUuid);
        if (!call) continue;
        CallReport of_call;
        CallReport of_page;
        const auto context = [](CallReport &report) {
            return CallContext{.as_of = test::kAsOf,
                               .correlation_id = "ref-1",
                               .uuid = [] { return test::kUuid; },
                               .report = &report};
        };
        const HttpResponse cards = api.handle({"POST",
                                               test::kService,
                                               {{"Content-Type", "application/json"}},
                                               base::Sensitive<std::string>(*call)},
                                              context(of_call));
        CaseServer server(name);
        const std::string patient(test::document(*call)->root()["context"]["patientId"].text());
        if (cards.status != 200 || server.pages.count("patient") == 0) continue;
        const Evaluations page(
            services, [](std::string_view) { return "north"; },
            [&](const Request &, const ClientIdentity &) { return std::make_unique<CaseReader>(server); },
            settings, {60, [] { return std::int64_t{0}; }});
        const auto evidence = page.handle({"POST",
                                           "/evaluations",
                                           {{"Content-Type", "application/json"}},
                                           base::Sensitive<std::string>(question(patient))},
                                          context(of_page));
        ASSERT_EQ(evidence->status, 200) << name << evidence->body;
        ASSERT_EQ(of_page.trials.size(), of_call.trials.size()) << name;
        EXPECT_EQ(of_page.trials[0].outcome, of_call.trials[0].outcome) << name;
        EXPECT_EQ(of_page.trials[0].criteria, of_call.trials[0].criteria) << name;
        const auto answer = test::document(evidence->body);
        const json::Value no_card = answer->root()["cards"][kTrial]["no_card"];
        EXPECT_EQ(no_card.text(),
                  of_call.trials[0].no_card ? to_string(*of_call.trials[0].no_card) : std::string_view())
            << name;
        ++compared;
    }
    EXPECT_GT(compared, 100U);
}

TEST_F(EvaluationsTest, ThePatientIsReadFirstAndOnceAndTheRestOnlyThen) {
    (void)evaluated();
    ASSERT_THAT(server_.fetches, SizeIs(2));
    EXPECT_THAT(server_.fetches[0], ElementsAre("Patient/" + kPagePatient));
    EXPECT_THAT(server_.fetches[1], Each(Not(StartsWith("Patient/"))));
    EXPECT_EQ(server_.fetches[1].size() + 1, test::service().prefetch.size());
}

TEST_F(EvaluationsTest, WhatWasReadIsShownQueryByQueryAndAsOneRecord) {
    const auto answer = evaluated();
    const json::Value reads = answer->root()["reads"];
    ASSERT_EQ(reads.size(), test::service().prefetch.size());
    std::size_t at = 0;
    std::set<std::string> held;
    for (const json::Value read : reads.elements()) {
        const mappings::PrefetchKey &key = test::service().prefetch[at++];
        EXPECT_EQ(read["key"].text(), key.key);
        EXPECT_EQ(read["query"].text(), prefetch_query(key, kPagePatient));
        EXPECT_EQ(read["state"].text(), "complete");
        EXPECT_EQ(read["cause"].text(), "ok");
        ASSERT_EQ(read["answers"].size(), 1U);
        const json::Value page = read["answers"].at(0);
        if (page["resourceType"].text() != "Bundle") held.insert(json::to_text(page));
        for (const json::Value entry : page["entry"].elements())
            held.insert(json::to_text(entry["resource"]));
    }
    const json::Value bundle = answer->root()["bundle"];
    EXPECT_EQ(bundle["type"].text(), "collection");
    std::set<std::string> shown;
    for (const json::Value entry : bundle["entry"].elements())
        EXPECT_TRUE(shown.insert(json::to_text(entry["resource"])).second) << "each once";
    EXPECT_EQ(shown, held);
    EXPECT_GT(shown.size(), 10U);
}

// The token's scopes lack Observations: nothing is concluded from that, and the page can say so.
TEST_F(EvaluationsTest, WhatTheServerRefusesIsToldAndItsCriteriaAreUnknown) {
    server_.refuse("labs", fhir::ReadOutcome::forbidden);
    const auto answer = evaluated();
    EXPECT_EQ(read(answer, "labs")["state"].text(), "not-retrieved");
    EXPECT_EQ(read(answer, "labs")["cause"].text(), "forbidden");
    EXPECT_EQ(read(answer, "labs")["answers"].size(), 0U);
    std::size_t not_read = 0;
    for (const json::Value criterion : answer->root()["trials"].at(0)["criteria"].elements())
        if (criterion["reason"].text() == "not_retrieved") {
            EXPECT_EQ(criterion["outcome"].text(), "unknown");
            ++not_read;
        }
    EXPECT_GT(not_read, 0U);
    EXPECT_THAT(report_.causes, ElementsAre(std::pair("labs", fhir::ReadOutcome::forbidden)));
}

// A call without Conditions fails (412); a person in front of a page sees what there is, and what is not.
TEST_F(EvaluationsTest, WithoutConditionsThePageStillSaysWhatItKnows) {
    server_.refuse("conditions", fhir::ReadOutcome::timeout);
    const auto answer = evaluated();
    EXPECT_EQ(read(answer, "conditions")["cause"].text(), "timeout");
    EXPECT_EQ(answer->root()["trials"].at(0)["outcome"].text(), "more_data_needed");
}

TEST_F(EvaluationsTest, ASourceThatTheEhrDoesNotKeepIsNotAskedForAndSaidSo) {
    settings_.policies["north"].medication_sources = {"MedicationRequest"};
    const auto answer = evaluated();
    EXPECT_EQ(read(answer, "meds")["cause"].text(), "source_not_kept");
    EXPECT_THAT(server_.fetches[1], Each(Not(StartsWith("MedicationStatement"))));
}

// --- who may ask ---

class Refused : public EvaluationsTest {
  protected:
    // What everybody is told who may not ask.
    std::string refusal(const std::string &body, std::size_t fetches) {
        server_.fetches.clear();
        const HttpResponse response = post(body);
        EXPECT_EQ(response.status, 403) << body;
        EXPECT_EQ(server_.fetches.size(), fetches) << body;
        EXPECT_EQ(report_.error->code, "sign_in_refused");
        EXPECT_THAT(report_.trials, IsEmpty());
        return response.body;
    }
};

TEST_F(Refused, EverybodyWhoMayNotAskIsToldTheSameAndNothingElseIsRead) {
    const std::string unlisted = refusal(question(kPagePatient, "", "https://elsewhere.example/r4"), 0);
    EXPECT_EQ(test::document(unlisted)->root()["resourceType"].text(), "OperationOutcome");
    EXPECT_EQ(refusal(question(kPagePatient, "", "https://fhir.off.example"), 0), unlisted)
        << "a tenant that is off";
    for (const auto cause :
         {fhir::ReadOutcome::unauthorized, fhir::ReadOutcome::forbidden, fhir::ReadOutcome::not_found,
          fhir::ReadOutcome::timeout, fhir::ReadOutcome::private_address, fhir::ReadOutcome::other_patient}) {
        server_.refuse("patient", cause);
        EXPECT_EQ(refusal(question(kPagePatient), 1), unlisted) << to_string(cause);
        EXPECT_THAT(report_.causes, ElementsAre(std::pair("patient", cause))) << "the operator is told";
    }
}

TEST_F(Refused, AnotherPatientThanWasAskedForProvesNothing) {
    (void)refusal(question("somebody-else"), 1);
    server_.pages["patient"] = test::document(R"({"resourceType":"Practitioner","id":"somebody-else"})");
    (void)refusal(question("somebody-else"), 1);
    server_.pages["patient"] = test::document(
        R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"somebody-else"}}]})");
    (void)refusal(question("somebody-else"), 1);
}

TEST_F(Refused, APatientsPortalIsToldNothingOfTrials) {
    for (const char *user : {"Patient/1", "RelatedPerson/1"})
        (void)refusal(question(kPagePatient, "", kPageServer, R"(,"userId":")" + std::string(user) + "\""), 0);
}

TEST_F(EvaluationsTest, WithoutAUserThePageIsShownAsTheEhrMayNotTellWhoLooks) {
    EXPECT_EQ(post(question(kPagePatient, "", kPageServer, "")).status, 200);
    EXPECT_EQ(post(question(kPagePatient, "", kPageServer, R"(,"userId":null)")).status, 200);
}

// Whoever is not named cannot be found on a list of those who are never shown anything either.
TEST_F(EvaluationsTest, WhereItMattersWhoLooksACallThatDoesNotSayIsRefusedAndToldSo) {
    for (const Viewers &rule : {Viewers{{"Practitioner"}, {}, {}}, Viewers{{}, {"Practitioner/456"}, {}},
                                Viewers{{}, {}, {"Practitioner/7"}}}) {
        settings_.policies["north"].viewers = rule;
        page_ = nullptr;
        server_.fetches.clear();
        EXPECT_EQ(post(question(kPagePatient)).status, 200);
        server_.fetches.clear();
        const HttpResponse response = post(question(kPagePatient, "", kPageServer, ""));
        EXPECT_EQ(response.status, 403);
        EXPECT_THAT(response.body, HasSubstr("context.userId"));
        EXPECT_EQ(report_.error->code, "sign_in_refused");
        EXPECT_THAT(server_.fetches, IsEmpty());
    }
}

TEST_F(EvaluationsTest, InShadowModeThePageIsShownToWhoAsksForItAndSaysThatNoCardIs) {
    settings_.policies["north"].shows_cards = false;
    const auto answer = evaluated();
    EXPECT_EQ(answer->root()["trials"].size(), 1U);
    EXPECT_EQ(answer->root()["cards"][kTrial]["no_card"].text(), "client-shadow");
}

} // namespace
} // namespace trialcds::cds_hooks
