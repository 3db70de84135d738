// What the evidence page asks: who may, what comes back, how often, and what is kept of it.
#include <functional>

#include <gmock/gmock.h>

#include "case_reader.h"
#include "cds_hooks/discovery.h"
#include "cds_hooks/evaluations.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using test::CaseReader;
using test::CaseServer;
using testing::_;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Return;
using testing::SizeIs;
using testing::StartsWith;

const std::string kPossibleMatch = "base-clean-potential-candidate";
const std::string kTrial = "NCT06470048";
const std::string kServer = "https://fhir.north.example/r4";
const std::string kToken = "token-of-the-page";
const std::string kCard = "0f0e0d0c-0b0a-8123-8123-000000000001";
constexpr std::int64_t kSecond = 1'000'000'000;

std::string authorization(const std::string &more = "") {
    return R"("fhirAuthorization":{"access_token":")" + kToken +
           R"(","token_type":"Bearer","expires_in":3600,"scope":"patient/*.rs","subject":"trial-cds")" + more +
           "}";
}
std::string question(const std::string &patient, const std::string &more = "",
                     const std::string &server = kServer,
                     const std::string &user = R"(,"userId":"Practitioner/456")") {
    return R"({"fhirServer":")" + server + "\"," + authorization() + R"(,"context":{"patientId":")" + patient +
           "\"" + user + "}" + more + "}";
}

class MockMemory : public CardMemory {
  public:
    MOCK_METHOD(std::string, card_uuid, (const CardSubject &), (override));
    MOCK_METHOD(bool, stays_away, (const CardSubject &), (override));
    MOCK_METHOD(std::vector<std::string>, trials_of,
                (const std::string &, const std::vector<std::string> &, const std::vector<std::string> &),
                (override));
    MOCK_METHOD(base::Result<void>, keep, (const std::string &, const std::vector<ReportedCard> &), (override));
    MOCK_METHOD(base::Result<void>, forget, (const CardSubject &, const std::string &), (override));
};

MATCHER_P3(IsSubject, trial, patient, viewer, "") {
    return arg.tenant == "north" && arg.trial == trial && arg.patient.reveal() == patient &&
           arg.viewer.reveal() == viewer;
}

class EvaluationsTest : public testing::Test {
  protected:
    EvaluationsTest() {
        settings_.policies["north"].study_contacts[kTrial] = "study team, ext. 0000";
        settings_.policies["off"].evaluates = false;
    }
    Evaluations &page() {
        if (page_ == nullptr)
            page_ = std::make_unique<Evaluations>(
                services_,
                [](std::string_view server) -> std::optional<std::string> {
                    if (server == kServer) return "north";
                    if (server == "https://fhir.off.example") return "off";
                    return std::nullopt;
                },
                [this](const Request &request,
                       const ClientIdentity &client) -> std::unique_ptr<fhir::FhirReader> {
                    EXPECT_EQ(client.tenant, "north");
                    EXPECT_EQ(request.fhir_authorization->access_token.reveal(), kToken);
                    return std::make_unique<CaseReader>(server_);
                },
                settings_, EvaluationLimits{per_minute_, [this] { return now_; }}, memory_);
        return *page_;
    }
    HttpResponse post(const std::string &body, const std::string &target = "/evaluations",
                      const std::string &type = "application/json", const std::string &method = "POST") {
        report_ = {};
        auto response =
            page().handle({method, target, {{"Content-Type", type}}, base::Sensitive<std::string>(body)},
                          {.as_of = test::kAsOf,
                           .correlation_id = "ref-1",
                           .uuid = [] { return test::kUuid; },
                           .report = &report_});
        if (!response) throw std::runtime_error(target + " is not the page's");
        return std::move(*response);
    }
    std::shared_ptr<const json::Document> evaluated(const std::string &more = "") {
        const HttpResponse response = post(question(server_.patient, more));
        EXPECT_EQ(response.status, 200) << response.body;
        return test::document(response.body);
    }
    static json::Value read(const std::shared_ptr<const json::Document> &answer, const std::string &key) {
        for (const json::Value read : answer->root()["reads"].elements())
            if (read["key"].text() == key) return read;
        return {};
    }

    ServicesHolder services_{test::services()};
    ApiSettings settings_{.base_path = "", .cards = bundled_card_settings()};
    std::size_t per_minute_ = 60;
    std::int64_t now_ = 5 * kSecond;
    CaseServer server_{kPossibleMatch};
    testing::NiceMock<MockMemory> cards_;
    CardMemory *memory_ = nullptr;
    CallReport report_;
    std::unique_ptr<Evaluations> page_;
};

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
    EXPECT_EQ(root["override_reasons"].size(), settings_.cards.override_reasons.size());
    EXPECT_EQ(root["override_reasons"].at(0)["display"].text(),
              settings_.cards.override_reasons[0].coding.display.in("de"));
}

TEST_F(EvaluationsTest, AnAnswerIsForOneReaderAndNobodyKeepsIt) {
    const HttpResponse response = post(question(kPossibleMatch));
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
    EXPECT_THAT(server_.fetches[0], ElementsAre("Patient/" + kPossibleMatch));
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
        EXPECT_EQ(read["query"].text(), prefetch_query(key, kPossibleMatch));
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
    const std::string unlisted = refusal(question(kPossibleMatch, "", "https://elsewhere.example/r4"), 0);
    EXPECT_EQ(test::document(unlisted)->root()["resourceType"].text(), "OperationOutcome");
    EXPECT_EQ(refusal(question(kPossibleMatch, "", "https://fhir.off.example"), 0), unlisted)
        << "a tenant that is off";
    for (const auto cause :
         {fhir::ReadOutcome::unauthorized, fhir::ReadOutcome::forbidden, fhir::ReadOutcome::not_found,
          fhir::ReadOutcome::timeout, fhir::ReadOutcome::private_address, fhir::ReadOutcome::other_patient}) {
        server_.refuse("patient", cause);
        EXPECT_EQ(refusal(question(kPossibleMatch), 1), unlisted) << to_string(cause);
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
        (void)refusal(question(kPossibleMatch, "", kServer, R"(,"userId":")" + std::string(user) + "\""), 0);
}

TEST_F(EvaluationsTest, WithoutAUserThePageIsShownAsTheEhrMayNotTellWhoLooks) {
    EXPECT_EQ(post(question(kPossibleMatch, "", kServer, "")).status, 200);
    EXPECT_EQ(post(question(kPossibleMatch, "", kServer, R"(,"userId":null)")).status, 200);
}

TEST_F(EvaluationsTest, InShadowModeThePageIsShownToWhoAsksForItAndSaysThatNoCardIs) {
    settings_.policies["north"].shows_cards = false;
    const auto answer = evaluated();
    EXPECT_EQ(answer->root()["trials"].size(), 1U);
    EXPECT_EQ(answer->root()["cards"][kTrial]["no_card"].text(), "client-shadow");
}

// --- how often ---

TEST_F(EvaluationsTest, AMinutesWorthThenPatienceWhateverTheAnswer) {
    per_minute_ = 3;
    server_.refuse("patient", fhir::ReadOutcome::unauthorized);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(post(question(kPossibleMatch)).status, 403);
    const HttpResponse response = post(question(kPossibleMatch));
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(find_header(response.headers, "Retry-After"), "20");
    EXPECT_EQ(test::document(response.body)->root()["issue"].at(0)["code"].text(), "throttled");
    EXPECT_EQ(report_.error->code, "too_many_calls");
    EXPECT_THAT(server_.fetches, SizeIs(3)) << "nothing is asked of the FHIR server";
    now_ += 20 * kSecond;
    EXPECT_EQ(post(question(kPossibleMatch)).status, 403);
    EXPECT_EQ(post(question(kPossibleMatch)).status, 429);
}

TEST_F(EvaluationsTest, GuessesAtUnknownServersShareOneMeasureAndCostNoTenantAnything) {
    per_minute_ = 2;
    EXPECT_EQ(post(question(kPossibleMatch, "", "https://a.example")).status, 403);
    EXPECT_EQ(post(question(kPossibleMatch, "", "https://b.example")).status, 403);
    EXPECT_EQ(post(question(kPossibleMatch, "", "https://c.example")).status, 429);
    EXPECT_EQ(post(question(kPossibleMatch)).status, 200);
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
    const std::string good = question(kPossibleMatch);
    const auto without = [&](const std::string &part, const std::string &instead = "") {
        std::string text = good;
        const std::size_t at = text.find(part);
        EXPECT_NE(at, std::string::npos) << part;
        return text.replace(at, part.size(), instead);
    };
    const std::vector<std::pair<std::string, std::string>> bodies = {
        {"{", "byte"},
        {"[]", "JSON object"},
        {without(R"("fhirServer":")" + kServer + "\","), "/fhirServer"},
        {without(kServer, "ftp://x"), "/fhirServer"},
        {without("https://", "http://"), "/fhirServer"},
        {without(authorization() + ","), "/fhirAuthorization"},
        {without(authorization(), R"("fhirAuthorization":7)"), "/fhirAuthorization"},
        {without(kToken), "/fhirAuthorization"},
        {without("\"Bearer\"", "\"MAC\""), "/fhirAuthorization"},
        {without(authorization(), authorization(R"(,"patient":"another")")), "/fhirAuthorization"},
        {without(R"("patientId":")" + kPossibleMatch + "\"", "\"x\":1"), "/context/patientId"},
        {without(kPossibleMatch, "../Observation"), "/context/patientId"},
        {without("Practitioner/456", "456"), "/context/userId"},
        {question(kPossibleMatch, R"(,"language":"tlh")"), "/language"},
        {question(kPossibleMatch, R"(,"language":7)"), "/language"}};
    for (const auto &[body, place] : bodies) {
        const HttpResponse response = post(body);
        EXPECT_EQ(response.status, 400) << body;
        EXPECT_THAT(response.body, HasSubstr(place)) << body;
        EXPECT_THAT(response.body, AllOf(Not(HasSubstr(kToken)), Not(HasSubstr(kPossibleMatch))));
    }
    EXPECT_THAT(server_.fetches, IsEmpty());
}

TEST_F(EvaluationsTest, OtherMethodsMediaTypesAndSizesAreRefusedAndOtherPathsAreNotThePages) {
    const HttpResponse get = post("", "/evaluations", "application/json", "GET");
    EXPECT_EQ(get.status, 405);
    EXPECT_EQ(find_header(get.headers, "Allow"), "POST");
    EXPECT_EQ(post(question(kPossibleMatch), "/evaluations", "text/plain").status, 415);
    EXPECT_EQ(post(std::string(70'000, ' ')).status, 413);
    for (const char *path : {"/evaluation", "/evaluationsx", "/evaluations/other", "/cds-services", "/"})
        EXPECT_THROW((void)post(question(kPossibleMatch), path), std::runtime_error) << path;
    EXPECT_EQ(post(question(kPossibleMatch), "/evaluations/?x=1").status, 200);
}

TEST_F(EvaluationsTest, UnderAPathOfAProxyItIsFoundToo) {
    settings_.base_path = "/cds/trials";
    EXPECT_EQ(post(question(kPossibleMatch), "/cds/trials/evaluations").status, 200);
}

TEST_F(EvaluationsTest, WithoutKnowledgeItIs503) {
    services_.set(nullptr);
    const HttpResponse response = post(question(kPossibleMatch));
    EXPECT_EQ(response.status, 503);
    EXPECT_NE(find_header(response.headers, "Retry-After"), "");
    EXPECT_EQ(test::document(response.body)->root()["resourceType"].text(), "OperationOutcome");
}

// --- what is kept ---

class PutAway : public EvaluationsTest {
  protected:
    PutAway() {
        memory_ = &cards_;
        ON_CALL(cards_, card_uuid(_)).WillByDefault(Return(kCard));
        ON_CALL(cards_, trials_of("north", ElementsAre(kCard), ElementsAre(kTrial)))
            .WillByDefault(Return(std::vector<std::string>{kTrial}));
    }
    static std::string feedback(const std::string &items) { return R"(,"feedback":[)" + items + "]"; }
    static std::string dismissal() {
        return R"({"card":")" + kCard +
               R"(","outcome":"overridden","outcomeTimestamp":"2026-11-22T10:00:00Z",)"
               R"("overrideReason":{"reason":{"code":"patient-declined","system":"urn:trial-cds:override-reason"}}})";
    }
};

TEST_F(PutAway, ACardBearsTheNameUnderWhichItIsDismissedByThisViewer) {
    EXPECT_CALL(cards_, card_uuid(IsSubject(kTrial, kPossibleMatch, "Practitioner/456")))
        .WillOnce(Return(kCard));
    EXPECT_CALL(cards_, stays_away(IsSubject(kTrial, kPossibleMatch, "Practitioner/456")))
        .WillOnce(Return(true));
    const auto answer = evaluated();
    const json::Value card = answer->root()["cards"][kTrial];
    EXPECT_EQ(card["uuid"].text(), kCard);
    EXPECT_TRUE(card["stays_away"].is_true());
    EXPECT_EQ(card["no_card"].text(), "snoozed");
    EXPECT_EQ(answer->root()["trials"].size(), 1U) << "the page shows the trial all the same";
}

TEST_F(PutAway, ADismissalIsKeptAsOneFromTheChartIs) {
    std::vector<ReportedCard> kept;
    EXPECT_CALL(cards_, keep("north", SizeIs(1)))
        .WillOnce(testing::DoAll(testing::SaveArg<1>(&kept), Return(base::Result<void>())));
    const HttpResponse response =
        post(question(kPossibleMatch, feedback(dismissal())), "/evaluations/feedback");
    EXPECT_EQ(response.status, 204) << response.body;
    EXPECT_EQ(kept.at(0).card, kCard);
    EXPECT_EQ(kept[0].reason, "patient-declined");
    EXPECT_EQ(kept[0].trial, kTrial);
    EXPECT_TRUE(kept[0].stay_away.has_value());
    EXPECT_THAT(server_.fetches, SizeIs(1)) << "the patient and nothing else";
    EXPECT_THAT(report_.feedback, SizeIs(1));
}

TEST_F(PutAway, NothingIsKeptForWhoMayNotAskNorOfWhatIsMalformed) {
    EXPECT_CALL(cards_, keep(_, _)).Times(0);
    EXPECT_CALL(cards_, forget(_, _)).Times(0);
    EXPECT_EQ(post(question("somebody-else", feedback(dismissal())), "/evaluations/feedback").status, 403);
    EXPECT_EQ(post(question("somebody-else", R"(,"card":")" + kCard + "\""), "/evaluations/undo").status, 403);
    EXPECT_EQ(post(question(kPossibleMatch), "/evaluations/feedback").status, 400);
    for (const char *more : {"", R"(,"card":"x")", R"(,"card":7)"}) {
        const HttpResponse response = post(question(kPossibleMatch, more), "/evaluations/undo");
        EXPECT_EQ(response.status, 400) << more;
        EXPECT_THAT(response.body, HasSubstr("/card"));
    }
}

TEST_F(PutAway, AMalformedItemIsNamedAndTheOthersAreKept) {
    EXPECT_CALL(cards_, keep("north", SizeIs(1))).WillOnce(Return(base::Result<void>()));
    const HttpResponse response =
        post(question(kPossibleMatch, feedback(dismissal() + ",{}")), "/evaluations/feedback");
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("/feedback/1/card"));
}

TEST_F(PutAway, ADismissalIsTakenBackForThisPatientAndViewer) {
    EXPECT_CALL(cards_, forget(IsSubject(kTrial, kPossibleMatch, "Practitioner/456"), kCard))
        .WillOnce(Return(base::Result<void>()));
    std::string upper = kCard;
    upper[0] = 'F';
    upper.replace(0, kCard.size(), kCard);
    EXPECT_EQ(post(question(kPossibleMatch, R"(,"card":")" + upper + "\""), "/evaluations/undo").status, 204);
}

TEST_F(PutAway, TakingBackACardThatIsNoneOfOursChangesNothing) {
    EXPECT_CALL(cards_, trials_of(_, _, _)).WillOnce(Return(std::vector<std::string>{""}));
    EXPECT_CALL(cards_, forget(_, _)).Times(0);
    EXPECT_EQ(post(question(kPossibleMatch, R"(,"card":")" + kCard + "\""), "/evaluations/undo").status, 204);
}

TEST_F(PutAway, AStoreThatDoesNotAnswerIs503) {
    const base::Result<void> down = base::fail(base::ErrorCode::unavailable, "", "send it again later");
    EXPECT_CALL(cards_, keep(_, _)).WillOnce(Return(down));
    EXPECT_CALL(cards_, forget(_, _)).WillOnce(Return(down));
    for (const auto &[more, path] : {std::pair(feedback(dismissal()), "/evaluations/feedback"),
                                     std::pair(R"(,"card":")" + kCard + "\"", "/evaluations/undo")}) {
        const HttpResponse response = post(question(kPossibleMatch, more), path);
        EXPECT_EQ(response.status, 503);
        EXPECT_NE(find_header(response.headers, "Retry-After"), "");
    }
}

TEST_F(EvaluationsTest, WithoutAStoreADismissalIsTakenAndForgotten) {
    const std::string card = R"(,"card":")" + kCard + "\"";
    EXPECT_EQ(post(question(kPossibleMatch, card), "/evaluations/undo").status, 204);
}

} // namespace
} // namespace trialcds::cds_hooks
