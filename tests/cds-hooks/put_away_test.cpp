// What is kept of the evidence page: a card that is dismissed, until that is taken back.
#include <algorithm>
#include <cctype>

#include "page_call.h"

namespace trialcds::cds_hooks {
namespace {

using testing::_;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Return;
using testing::SizeIs;

MATCHER_P3(IsSubject, trial, patient, viewer, "") {
    return arg.tenant == "north" && arg.trial == trial && arg.patient.reveal() == patient &&
           arg.viewer.reveal() == viewer;
}

class PutAway : public EvaluationsTest {
  protected:
    PutAway() {
        memory_ = &cards_;
        ON_CALL(cards_, card_uuid(_)).WillByDefault(Return(kPageCard));
        ON_CALL(cards_, trials_of("north", ElementsAre(kPageCard), ElementsAre(kTrial)))
            .WillByDefault(Return(std::vector<std::string>{kTrial}));
        ON_CALL(cards_, is_about(IsSubject(kTrial, kPagePatient, "Practitioner/456"), kPageCard))
            .WillByDefault(Return(true));
    }
    static std::string feedback(const std::string &items) { return R"(,"feedback":[)" + items + "]"; }
    static std::string dismissal() {
        return R"({"card":")" + kPageCard +
               R"(","outcome":"overridden","outcomeTimestamp":"2026-11-22T10:00:00Z",)"
               R"("overrideReason":{"reason":{"code":"patient-declined","system":"urn:trial-cds:override-reason"}}})";
    }
};

TEST_F(PutAway, ACardBearsTheNameUnderWhichItIsDismissedByThisViewer) {
    EXPECT_CALL(cards_, card_uuid(IsSubject(kTrial, kPagePatient, "Practitioner/456")))
        .WillOnce(Return(kPageCard));
    EXPECT_CALL(cards_, stays_away(IsSubject(kTrial, kPagePatient, "Practitioner/456"))).WillOnce(Return(true));
    const auto answer = evaluated();
    const json::Value card = answer->root()["cards"][kTrial];
    EXPECT_EQ(card["uuid"].text(), kPageCard);
    EXPECT_TRUE(card["stays_away"].is_true());
    EXPECT_EQ(card["no_card"].text(), "snoozed");
    EXPECT_EQ(answer->root()["trials"].size(), 1U) << "the page shows the trial all the same";
}

TEST_F(PutAway, ADismissalIsKeptAsOneFromTheChartIs) {
    std::vector<ReportedCard> kept;
    EXPECT_CALL(cards_, keep("north", SizeIs(1)))
        .WillOnce(testing::DoAll(testing::SaveArg<1>(&kept), Return(base::Result<void>())));
    const HttpResponse response = post(question(kPagePatient, feedback(dismissal())), "/evaluations/feedback");
    EXPECT_EQ(response.status, 204) << response.body;
    EXPECT_EQ(kept.at(0).card, kPageCard);
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
    EXPECT_EQ(post(question("somebody-else", R"(,"card":")" + kPageCard + "\""), "/evaluations/undo").status,
              403);
    EXPECT_EQ(post(question(kPagePatient), "/evaluations/feedback").status, 400);
    for (const char *more : {"", R"(,"card":"x")", R"(,"card":7)"}) {
        const HttpResponse response = post(question(kPagePatient, more), "/evaluations/undo");
        EXPECT_EQ(response.status, 400) << more;
        EXPECT_THAT(response.body, HasSubstr("/card"));
    }
}

TEST_F(PutAway, AMalformedItemIsNamedAndTheOthersAreKept) {
    EXPECT_CALL(cards_, keep("north", SizeIs(1))).WillOnce(Return(base::Result<void>()));
    const HttpResponse response =
        post(question(kPagePatient, feedback(dismissal() + ",{}")), "/evaluations/feedback");
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("/feedback/1/card"));
}

TEST_F(PutAway, ACardOfAnotherPatientIsNeitherDismissedNorTakenBack) {
    EXPECT_CALL(cards_, is_about(_, _)).WillRepeatedly(Return(false));
    EXPECT_CALL(cards_, keep(_, _)).Times(0);
    EXPECT_CALL(cards_, forget(_, _)).Times(0);
    const HttpResponse refused = post(question(kPagePatient, feedback(dismissal())), "/evaluations/feedback");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("was not made for this patient"));
    EXPECT_EQ(post(question(kPagePatient, R"(,"card":")" + kPageCard + "\""), "/evaluations/undo").status, 204);
}

// The page says who is looking, and nothing proves it.
TEST_F(PutAway, AUserWhoIsOnlyClaimedKeepsNoCardAwayFromThatUsersOtherPatients) {
    const auto answer = evaluated();
    const json::Value reasons = answer->root()["override_reasons"];
    EXPECT_GT(reasons.size(), 0U);
    for (const json::Value reason : reasons.elements())
        EXPECT_NE(reason["code"].text(), "never-for-me");
    std::string item = dismissal();
    item.replace(item.find("patient-declined"), std::string("patient-declined").size(), "never-for-me");
    std::vector<ReportedCard> kept;
    EXPECT_CALL(cards_, keep("north", SizeIs(1)))
        .WillOnce(testing::DoAll(testing::SaveArg<1>(&kept), Return(base::Result<void>())));
    EXPECT_EQ(post(question(kPagePatient, feedback(item)), "/evaluations/feedback").status, 204);
    EXPECT_EQ(kept.at(0).stay_away, bundled_card_settings().dismissed);
    EXPECT_EQ(kept[0].stay_away->scope, StayAwayScope::patient);
}

TEST_F(PutAway, ADismissalIsTakenBackForThisPatientWhoeverLooks) {
    EXPECT_CALL(cards_, forget(IsSubject(kTrial, kPagePatient, ""), kPageCard))
        .WillOnce(Return(base::Result<void>()));
    std::string upper = kPageCard;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_EQ(post(question(kPagePatient, R"(,"card":")" + upper + "\""), "/evaluations/undo").status, 204);
}

TEST_F(PutAway, TakingBackACardThatIsNoneOfOursChangesNothing) {
    EXPECT_CALL(cards_, trials_of(_, _, _)).WillOnce(Return(std::vector<std::string>{""}));
    EXPECT_CALL(cards_, forget(_, _)).Times(0);
    EXPECT_EQ(post(question(kPagePatient, R"(,"card":")" + kPageCard + "\""), "/evaluations/undo").status, 204);
}

TEST_F(PutAway, AStoreThatDoesNotAnswerIs503) {
    const base::Result<void> down = base::fail(base::ErrorCode::unavailable, "", "send it again later");
    EXPECT_CALL(cards_, keep(_, _)).WillOnce(Return(down));
    EXPECT_CALL(cards_, forget(_, _)).WillOnce(Return(down));
    for (const auto &[more, path] : {std::pair(feedback(dismissal()), "/evaluations/feedback"),
                                     std::pair(R"(,"card":")" + kPageCard + "\"", "/evaluations/undo")}) {
        const HttpResponse response = post(question(kPagePatient, more), path);
        EXPECT_EQ(response.status, 503);
        EXPECT_NE(find_header(response.headers, "Retry-After"), "");
    }
}

TEST_F(PutAway, ATenantWhoseReportsReachTheQuotaIsToldWhenToComeAgain) {
    EXPECT_CALL(cards_, full_for("north")).WillOnce(Return(90));
    EXPECT_CALL(cards_, keep(_, _)).Times(0);
    const HttpResponse response = post(question(kPagePatient, feedback(dismissal())), "/evaluations/feedback");
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(find_header(response.headers, "Retry-After"), "90");
    EXPECT_EQ(report_.error->code, "too_many_reports");
}

TEST_F(EvaluationsTest, WithoutAStoreADismissalIsTakenAndForgotten) {
    const std::string card = R"(,"card":")" + kPageCard + "\"";
    EXPECT_EQ(post(question(kPagePatient, card), "/evaluations/undo").status, 204);
}

} // namespace
} // namespace trialcds::cds_hooks
