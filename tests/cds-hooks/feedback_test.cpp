// What clients report of cards: items 56 to 61, and what becomes of a dismissed card.
#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/http_api.h"
#include "mock_memory.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using test::kService;
using testing::_;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Return;
using testing::SizeIs;

const std::string kCard = "0f0e0d0c-0b0a-8123-8123-123456789abc";
constexpr std::int64_t kNoon = 1795348800; // 2026-11-22T12:00:00Z

std::string item(const std::string &more, const std::string &card = kCard,
                 const std::string &moment = "2026-11-22T12:00:00Z") {
    return R"({"card":")" + card + R"(","outcomeTimestamp":")" + moment + "\"" + (more.empty() ? "" : ",") +
           more + "}";
}
const std::string kDismissed = item(R"("outcome":"overridden")");
const std::string kAccepted = item(R"("outcome":"accepted","acceptedSuggestions":[{"id":"s-1"}])");

std::string all(const std::string &items) {
    return R"({"feedback":[)" + items + "]}";
}
std::string overridden(const std::string &reason) {
    return item(R"("outcome":"overridden","overrideReason":)" + reason);
}
std::string own_reason(const std::string &code) {
    return R"({"reason":{"system":"urn:trial-cds:override-reason","code":")" + code + "\"}}";
}

Feedback parsed(const std::string &body, FeedbackForm form = FeedbackForm::strict) {
    return parse_feedback(body, form).value();
}
std::string fault(const std::string &one) {
    const auto feedback = parsed(all(one));
    return feedback.faults.size() == 1 && feedback.items.empty() ? feedback.faults[0].location : "none";
}

TEST(Protocol, Item56_OneOrSeveralItemsOfSeveralCardsAreTaken) {
    EXPECT_THAT(parsed(all(kDismissed)).items, SizeIs(1));
    const auto both = parsed(all(kDismissed + "," + kAccepted));
    EXPECT_THAT(both.items, ElementsAre(FeedbackItem{kCard, false, kNoon, "", ""},
                                        FeedbackItem{kCard, true, kNoon, "", ""}));
    EXPECT_THAT(both.faults, IsEmpty());
}

TEST(Protocol, Item56_TheBodyIsAnObjectWithAnArray) {
    for (const char *body :
         {"[]", "{}", R"({"feedback":{}})", R"({"feedback":[]})", R"({"feedback":null})", "1"})
        EXPECT_EQ(parse_feedback(body, FeedbackForm::strict).error().code, base::ErrorCode::invalid_request)
            << body;
    EXPECT_EQ(parse_feedback("{", FeedbackForm::strict).error().code, base::ErrorCode::invalid_json);
}

TEST(Protocol, Item57_CardOutcomeAndTimeAreRequired) {
    EXPECT_EQ(fault(R"({"outcome":"overridden","outcomeTimestamp":"2026-11-22T12:00:00Z"})"),
              "/feedback/0/card");
    EXPECT_EQ(fault(item(R"("outcome":"overridden")", "card-1")), "/feedback/0/card");
    EXPECT_EQ(fault(item("")), "/feedback/0/outcome");
    EXPECT_EQ(fault(item(R"("outcome":"ignored")")), "/feedback/0/outcome");
    EXPECT_EQ(fault(item(R"("outcome":1)")), "/feedback/0/outcome");
    EXPECT_EQ(fault(R"({"card":")" + kCard + R"(","outcome":"overridden"})"), "/feedback/0/outcomeTimestamp");
    for (const char *moment : {"", "2026-11-22", "2026-11-22T12:00:00", "2026-02-30T12:00:00Z", "yesterday"})
        EXPECT_EQ(fault(item(R"("outcome":"overridden")", kCard, moment)), "/feedback/0/outcomeTimestamp")
            << moment;
    EXPECT_EQ(fault("1"), "/feedback/0");
    EXPECT_EQ(fault("null"), "/feedback/0");
}

TEST(Protocol, Item57_AnAcceptedCardNamesItsSuggestions) {
    for (const char *suggestions : {"null", "[]", "{}", R"([{"id":""}])", R"([{"id":"a"},{}])", R"(["a"])"})
        EXPECT_EQ(fault(item(R"("outcome":"accepted","acceptedSuggestions":)" + std::string(suggestions))),
                  "/feedback/0/acceptedSuggestions")
            << suggestions;
    EXPECT_EQ(fault(kAccepted), "none");
}

TEST(Protocol, Item57_AReasonNeedsNoDisplay) {
    EXPECT_THAT(
        parsed(all(overridden(own_reason("patient-declined")))).items,
        ElementsAre(FeedbackItem{kCard, false, kNoon, "urn:trial-cds:override-reason", "patient-declined"}));
    EXPECT_EQ(fault(overridden("[]")), "/feedback/0/overrideReason");
    EXPECT_EQ(fault(overridden(R"({"reason":{"code":"x"}})")), "/feedback/0/overrideReason");
    EXPECT_EQ(fault(overridden(R"({"reason":{"system":"urn:x","code":")" + std::string(300, 'x') + "\"}}")),
              "/feedback/0/overrideReason");
}

// A dismissal is not lost over it where the site takes what clients are known to get wrong.
TEST(Protocol, Item57_AnOverrideReasonHasAReasonOrAComment) {
    for (const char *nothing : {"{}", R"({"userComment":""})", R"({"userComment":7})"}) {
        EXPECT_EQ(fault(overridden(nothing)), "/feedback/0/overrideReason") << nothing;
        EXPECT_THAT(parsed(all(overridden(nothing)), FeedbackForm::lenient).items, SizeIs(1)) << nothing;
    }
    EXPECT_EQ(fault(overridden(R"({"userComment":"no"})")), "none");
}

TEST(Protocol, Item57_TheTimeCountsWithItsZone) {
    EXPECT_EQ(parsed(all(item(R"("outcome":"overridden")", kCard, "2026-11-22T13:30:00.250+01:30")))
                  .items.at(0)
                  .second,
              kNoon);
}

TEST(Protocol, Item58_OneBadItemDoesNotLoseTheGoodOnes) {
    const auto feedback = parsed(all("{}," + kDismissed + ",7," + kAccepted));
    EXPECT_THAT(feedback.items, SizeIs(2));
    ASSERT_THAT(feedback.faults, SizeIs(2));
    EXPECT_EQ(feedback.faults[1].location, "/feedback/2");
}

TEST(Protocol, Item59_ACommentIsReadPast) {
    const std::string comment = "Mrs Example said no on the phone";
    const auto feedback = parsed(all(overridden(R"({"userComment":")" + comment + "\"}")));
    EXPECT_THAT(feedback.items, ElementsAre(FeedbackItem{kCard, false, kNoon, "", ""}));
}

TEST(Feedback, LenientTakesABareItemAndADayOnly) {
    const std::string bare = item(R"("outcome":"overridden")", kCard, "2026-11-22");
    EXPECT_FALSE(parse_feedback(bare, FeedbackForm::strict).has_value());
    EXPECT_EQ(parsed(bare, FeedbackForm::lenient).items.at(0).second, kNoon - 43200);
    EXPECT_THAT(parsed(item(R"("outcome":"overridden")", kCard, "2026-11"), FeedbackForm::lenient).faults,
                SizeIs(1));
    EXPECT_EQ(parse_feedback("{}", FeedbackForm::lenient).error().location, "/feedback");
}

TEST(Feedback, MoreItemsThanTheLimitAreRefusedWhole) {
    std::string items = kDismissed;
    for (std::size_t i = 1; i < kMaxFeedbackItems; ++i)
        items += "," + kDismissed;
    EXPECT_THAT(parsed(all(items)).items, SizeIs(kMaxFeedbackItems));
    EXPECT_EQ(parse_feedback(all(items + ",1"), FeedbackForm::strict).error().code, base::ErrorCode::too_large);
}

class OneClient final : public Authenticator {
  public:
    std::optional<ClientIdentity> authenticate(const HttpRequest &request) override {
        if (find_header(request.headers, "Authorization").empty()) return std::nullopt;
        return ClientIdentity{"https://issuer.example.org", "north"};
    }
};

class FeedbackCall : public testing::Test {
  protected:
    HttpResponse send(const std::string &method, const std::string &target, const std::string &body,
                      std::vector<Header> headers = {{"Content-Type", "application/json"},
                                                     {"Authorization", "Bearer x"}}) {
        const auto nobody = [](const Request &, const ClientIdentity &) {
            return std::make_unique<fhir::NoFhirReader>();
        };
        const HttpApi api(services_, client_, nobody, settings_, &memory_);
        report_ = {};
        return api.handle({method, target, std::move(headers), base::Sensitive<std::string>(body)},
                          {.as_of = test::kAsOf,
                           .correlation_id = "ref-1",
                           .uuid = [] { return test::kUuid; },
                           .report = &report_});
    }
    void SetUp() override {
        EXPECT_CALL(memory_, trials_of("north", _, ElementsAre("NCT06470048")))
            .WillRepeatedly([](const auto &, const std::vector<std::string> &cards, const auto &) {
                std::vector<std::string> trials;
                for (const std::string &card : cards)
                    trials.emplace_back(card == kCard ? "NCT06470048" : "");
                return trials;
            });
        EXPECT_CALL(memory_, full_for("north")).WillRepeatedly(Return(std::nullopt));
    }
    int post(const std::string &items) { return send("POST", kService + "/feedback", all(items)).status; }
    HttpResponse possible_match() {
        return send("POST", kService,
                    *cds_hooks::hook_request(test::case_bundle("base-clean-potential-candidate"),
                                             test::service().prefetch, test::kUuid));
    }
    // What a reason does to its card; days 0: nothing
    StayAway stay_away_of(const std::string &one) {
        std::vector<ReportedCard> cards;
        EXPECT_CALL(memory_, keep("north", _))
            .WillOnce(testing::DoAll(testing::SaveArg<1>(&cards), Return(base::Result<void>{})));
        EXPECT_EQ(post(one), 204);
        EXPECT_EQ(cards.at(0).trial, "NCT06470048");
        return cards.at(0).stay_away.value_or(StayAway{});
    }

    ServicesHolder services_{test::services()};
    OneClient client_;
    testing::StrictMock<test::MockMemory> memory_;
    ApiSettings settings_{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};
    CallReport report_;
};

TEST_F(FeedbackCall, Item56_IsAnsweredWithoutABody) {
    EXPECT_CALL(memory_, keep("north", SizeIs(2))).WillOnce(Return(base::Result<void>{}));
    const auto response = send("POST", kService + "/feedback", all(kDismissed + "," + kAccepted));
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.body, "");
    EXPECT_THAT(report_.feedback, SizeIs(2));
    EXPECT_EQ(report_.service_id, "trials-patient-view");
}

TEST_F(FeedbackCall, Item58_TheGoodItemsAreKeptAndTheBadOnesNamed) {
    EXPECT_CALL(memory_, keep(_, SizeIs(1))).WillOnce(Return(base::Result<void>{}));
    const auto response = send("POST", kService + "/feedback", all("{}," + kDismissed));
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("/feedback/0/card"));
    EXPECT_THAT(response.body, Not(HasSubstr("/feedback/1")));
    EXPECT_EQ(report_.feedback_faults, 1U);
    EXPECT_EQ(post("{}"), 400) << "nothing good, nothing to keep";
}

TEST_F(FeedbackCall, Item58_OfManyFaultsTheFirstAreToldAndTheRestCounted) {
    std::string items = "1";
    for (int i = 1; i < 50; ++i)
        items += ",1";
    EXPECT_THAT(send("POST", kService + "/feedback", all(items)).body, HasSubstr("and 30 more"));
}

TEST_F(FeedbackCall, Item58_AForeignCardIsNoErrorAndNothingIsKeptOfIt) {
    EXPECT_CALL(memory_, keep).Times(0);
    EXPECT_EQ(post(item(R"("outcome":"overridden")", "00000000-0000-0000-0000-000000000000")), 204);
}

TEST_F(FeedbackCall, Item60_NeedsATokenLikeAnyCall) {
    EXPECT_EQ(
        send("POST", kService + "/feedback", all(kDismissed), {{"Content-Type", "application/json"}}).status,
        401);
    EXPECT_EQ(send("OPTIONS", kService + "/feedback", "", {}).status, 204) << "item 74";
}

TEST_F(FeedbackCall, Item61_AnalyticsOfOldClientsAreNotFound) {
    EXPECT_EQ(send("POST", kService + "/analytics/" + kCard, "{}").status, 404);
    EXPECT_EQ(send("POST", "/cds-services/none/feedback", all(kDismissed)).status, 404);
    EXPECT_EQ(send("POST", "/cds-services/feedback", all(kDismissed)).status, 404);
}

TEST_F(FeedbackCall, Item06_OtherMethodsAndMediaTypesAreRefused) {
    const auto get = send("GET", kService + "/feedback", "");
    EXPECT_EQ(get.status, 405);
    EXPECT_EQ(find_header(get.headers, "Allow"), "POST, OPTIONS");
    EXPECT_EQ(send("POST", kService + "/feedback", "{}", {{"Authorization", "Bearer x"}}).status, 415);
}

TEST_F(FeedbackCall, AStoreThatDoesNotAnswerIsToldSoThatNothingIsLost) {
    EXPECT_CALL(memory_, keep)
        .WillOnce(Return(base::fail(base::ErrorCode::unavailable, "", "send it again later")));
    const auto response = send("POST", kService + "/feedback", all(kDismissed));
    EXPECT_EQ(response.status, 503);
    EXPECT_NE(find_header(response.headers, "Retry-After"), "");
    EXPECT_THAT(response.body, HasSubstr("send it again later"));
    EXPECT_THAT(report_.feedback, IsEmpty());
}

TEST_F(FeedbackCall, ATenantWhoseReportsReachTheQuotaIsToldWhenToSendThemAgain) {
    EXPECT_CALL(memory_, full_for("north")).WillRepeatedly(Return(3600));
    EXPECT_CALL(memory_, keep).Times(0);
    const auto response = send("POST", kService + "/feedback", all("{}," + kDismissed));
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(find_header(response.headers, "Retry-After"), "3600");
    EXPECT_THAT(response.body, AllOf(HasSubstr("throttled"), HasSubstr("nothing of this call was")));
    EXPECT_EQ(report_.error->code, "too_many_reports");
    EXPECT_EQ(report_.client.tenant, "north") << "the log says whose";
    EXPECT_THAT(report_.feedback, IsEmpty());
    EXPECT_EQ(post(item(R"("outcome":"overridden")", "00000000-0000-0000-0000-000000000000")), 429)
        << "whose card it is is not looked at: that would cost more than what is refused";
}

TEST_F(FeedbackCall, WithoutAnAnswerAboutTheQuotaNothingIsKept) {
    EXPECT_CALL(memory_, full_for("north"))
        .WillOnce(Return(base::fail(base::ErrorCode::unavailable, "", "send it again later")));
    EXPECT_CALL(memory_, keep).Times(0);
    EXPECT_EQ(post(kDismissed), 503);
}

TEST_F(FeedbackCall, Item57_EachReasonKeepsTheCardAwayAsTheSettingsSay) {
    EXPECT_EQ(stay_away_of(kDismissed), (StayAway{StayAwayScope::patient, 30}));
    EXPECT_EQ(stay_away_of(overridden(own_reason("snooze-90d"))), (StayAway{StayAwayScope::patient, 90}));
    EXPECT_EQ(stay_away_of(overridden(own_reason("never-for-me"))), (StayAway{StayAwayScope::viewer, 3650}));
    EXPECT_EQ(stay_away_of(overridden(R"({"reason":{"system":"urn:other","code":"never-for-me"}})")),
              (StayAway{StayAwayScope::patient, 30}))
        << "the same code of another system is another reason";
    EXPECT_EQ(report_.feedback.at(0).reason, "other");
    EXPECT_EQ(stay_away_of(kAccepted), StayAway{});
}

TEST_F(FeedbackCall, Item57_AReasonOfTheValueSetKeepsTheCardAwayAsTheShortestOfOurs) {
    const auto spec = [](const std::string &code) {
        return overridden(
            R"({"reason":{"system":"http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes","code":")" +
            code + "\"}}");
    };
    // one of ours: as that one
    EXPECT_EQ(stay_away_of(spec("does-not-align-preferences")),
              stay_away_of(overridden(own_reason("patient-declined"))));
    // of snooze-30d and snooze-90d, the 30 days; of what is for the viewer or for a day, the day
    EXPECT_EQ(stay_away_of(spec("not-convenient-feasible")), (StayAway{StayAwayScope::patient, 30}));
    EXPECT_EQ(stay_away_of(spec("cds-suboptimal-context")), (StayAway{StayAwayScope::patient, 1}));
    EXPECT_EQ(stay_away_of(spec("cds-not-applicable")), (StayAway{StayAwayScope::patient, 180}));
    EXPECT_EQ(report_.feedback.at(0).reason, "cds-not-applicable");
}

TEST_F(FeedbackCall, ADismissedCardStaysAway) {
    EXPECT_CALL(memory_, stays_away(_)).WillOnce(Return(true));
    EXPECT_EQ(possible_match().body, R"({"cards":[]})");
    EXPECT_EQ(report_.trials.at(0).no_card, NoCardReason::snoozed);
    EXPECT_EQ(report_.trials[0].outcome, eligibility::TrialOutcome::potential_candidate);
}

TEST_F(FeedbackCall, ACardBearsTheUuidThatLeadsBackToItsSubject) {
    const auto is_subject = [](const CardSubject &subject) {
        return subject.tenant == "north" && subject.trial == "NCT06470048" &&
               subject.patient.reveal() == "base-clean-potential-candidate" &&
               subject.viewer.reveal().starts_with("Practitioner/");
    };
    EXPECT_CALL(memory_, stays_away(testing::Truly(is_subject))).WillOnce(Return(false));
    EXPECT_CALL(memory_, card_uuid(testing::Truly(is_subject))).WillOnce(Return(kCard));
    EXPECT_THAT(possible_match().body, HasSubstr(kCard));
}

TEST_F(FeedbackCall, InShadowNobodyAsksTheMemory) {
    settings_.policies["north"] = {.shows_cards = false};
    EXPECT_EQ(possible_match().body, R"({"cards":[]})");
    EXPECT_EQ(report_.trials.at(0).no_card, NoCardReason::client_shadow);
}

TEST(CardSettings, Item50_EveryReasonOfOursSaysWhichOfTheValueSetItIs) {
    const auto located = [](const std::string &reasons) {
        const auto settings = parse_card_settings(
            R"({"topic":{"system":"s","code":"c","display":"d"},"dismissed":{"for":"patient","days":30},)"
            R"("specReasons":[{"system":"urn:x","code":"general","display":"General"}],"overrideReasons":[)" +
            reasons + "]}");
        return settings ? std::to_string(settings->spec_reasons.at(0).stays_away->days)
                        : settings.error().location;
    };
    const std::string one = R"({"system":"s","code":"a","display":"d","staysAway":{"for":"patient","days":9},)"
                            R"("also":{"system":"urn:x","code":"general"}})";
    const std::string usual =
        R"({"system":"s","code":"b","display":"d","also":{"system":"urn:x","code":"general"}})";
    EXPECT_EQ(located(one), "9");
    EXPECT_EQ(located(usual + "," + one), "9") << "the shortest, in whatever order";
    EXPECT_EQ(located(usual), "30") << "as any dismissed card";
    EXPECT_EQ(located(R"({"system":"s","code":"a","display":"d","also":{"system":"urn:x","code":"none"}})"),
              "/overrideReasons/0/also");
    EXPECT_EQ(located(R"({"system":"s","code":"a","display":"d"})"), "/specReasons/0");
}

TEST(CardSettings, AReasonThatKeepsACardAwaySaysForWhomAndHowLong) {
    const auto located = [](const std::string &away) {
        return parse_card_settings(R"({"topic":{"system":"urn:x","code":"c","display":"d"},"dismissed":)" +
                                   away + "}")
            .error()
            .location;
    };
    for (const char *away : {"null", "{}", R"({"for":"all","days":1})", R"({"for":"patient","days":0})",
                             R"({"for":"patient","days":3651})", R"({"for":"patient","days":1.5})"})
        EXPECT_EQ(located(away), "/dismissed") << away;
}

} // namespace
} // namespace trialcds::cds_hooks
