// The clients of hospitals: Epic, Oracle Health (Cerner) and the hosted Meld sandbox.
#include <gmock/gmock.h>

#include "site.h"

namespace trialcds::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kInstance = "0c2d8f5e-3f5a-4f0b-9b6e-7e1a5c9d2b44";

std::string opened(const std::string &patient, const std::string &user = "PractitionerRole/er-12") {
    return object(with(call_for(patient, user, kInstance), "prefetch", object(chart_of(patient).prefetch)));
}

Answer called(const Caller &caller, const std::string &patient, const Members &claims) {
    return Site::running().post(kService, opened(patient),
                                bearer_line(token(*caller.signer, token_header(caller), claims)));
}

TEST(Epic, ASiteThatIsSetUpRightGetsItsCard) {
    const Answer card = called(epic(), "epic-right", token_claims(epic(), kBase + kService));
    EXPECT_EQ(card.status, 200);
    EXPECT_THAT(card.body, HasSubstr(kPossibleMatch));
    EXPECT_EQ(Site::running().get(kDiscovery, bearer(epic(), kBase + kDiscovery)).status, 200);
}

TEST(Epic, FeedbackIsTaken) {
    const Site &site = Site::running();
    const Answer card = called(epic(), new_patient("epic-feedback"), token_claims(epic(), kBase + kService));
    const std::string body =
        R"({"feedback":[)" + feedback_on(uuid_of_card(card), "2026-11-22T10:00:00-06:00") + "]}";
    EXPECT_EQ(site.post(kFeedback, body, bearer(epic(), kBase + kFeedback)).status, 204);
}

// Issuer, audience and client id are typed in at each site. Whoever got one wrong hears nothing from us;
// whoever runs the service reads which.
TEST(Epic, Item72_AMistypedClaimIsNamedToTheOperatorOnly) {
    struct Mistake {
        const char *claim;
        std::string value;
        const char *reason;
        std::string shown; // in the log
    };
    const std::vector<Mistake> mistakes = {
        {"aud", "https://cds.example.org/cds-service", "audience_mismatch",
         "https://cds.example.org/cds-service"},
        {"aud", kBase + kDiscovery, "audience_mismatch", kBase + kDiscovery},
        {"iss", epic().issuer + "/", "issuer_unknown", epic().issuer + "/"},
        {"iss", "https://ehr.north-hospital.example/proxy", "issuer_unknown", "proxy"}};
    for (const Mistake &mistake : mistakes) {
        const std::string before = Site::running().log();
        const Answer refused =
            called(epic(), "epic-mistyped",
                   with(token_claims(epic(), kBase + kService), mistake.claim, json_string(mistake.value)));
        EXPECT_EQ(refused.status, 401);
        EXPECT_EQ(refused.body, "");
        EXPECT_THAT(refused.head, AllOf(HasSubstr("WWW-Authenticate: Bearer\r\n"), Not(HasSubstr("aud")),
                                        Not(HasSubstr("iss"))));
        const std::string line = Site::running().log().substr(before.size());
        EXPECT_THAT(line,
                    AllOf(HasSubstr(std::string(R"("reason":")") + mistake.reason), HasSubstr(mistake.shown),
                          Not(HasSubstr("epic-mistyped")), Not(HasSubstr("eyJ"))));
    }
}

TEST(Epic, NbfBeforeIatAndAQuarterOfAnHourAreFineAndTheirEndsAreNot) {
    const Members claims = token_claims(epic(), kBase + kService);
    EXPECT_EQ(called(epic(), "epic-times", with(claims, "nbf", std::to_string(kNow + 61))).status, 401);
    EXPECT_EQ(called(epic(), "epic-times", with(claims, "exp", std::to_string(kNow - 60))).status, 401);
    EXPECT_EQ(called(epic(), "epic-times", claims).status, 200);
}

TEST(Epic, ASiteOfRs384DoesNotTakeEs384) {
    Caller other = epic();
    other.algorithm = "ES384";
    other.signer = &es384_signer();
    const std::string before = Site::running().log();
    EXPECT_EQ(called(other, "epic-algorithm", token_claims(other, kBase + kService)).status, 401);
    EXPECT_THAT(Site::running().log().substr(before.size()), HasSubstr("ES384 is not allowed for this issuer"));
}

TEST(Cerner, Item70_OneIssuerServesManyClinicsAndTheTenantClaimSaysWhich) {
    const auto called_as = [](const char *tenant) {
        return called(cerner(), "cerner-shared",
                      with(token_claims(cerner(), kBase + kService), "tenant", json_string(tenant)));
    };
    for (const auto &[tenant, clinic] :
         {std::pair{"ten-east", "cerner-east"}, std::pair{"ten-west", "cerner-west"}}) {
        EXPECT_THAT(called_as(tenant).body, HasSubstr(kPossibleMatch)) << tenant;
        EXPECT_THAT(Site::running().metrics(),
                    HasSubstr(std::string(R"(trialcds_cards_total{service="trials-patient-view",tenant=")") +
                              clinic + "\",trial=\"NCT06470048\"}"));
    }
    EXPECT_EQ(called_as("ten-north").status, 401);
    EXPECT_EQ(called(cerner(), "cerner-shared", token_claims(cerner(), kBase + kService)).status, 401)
        << "whose patient is this?";
}

TEST(Cerner, AClinicsDismissalLeavesTheOtherClinicAlone) {
    const Site &site = Site::running();
    const std::string call = opened(new_patient("cerner-dismissed"));
    const auto as = [&](const char *tenant) {
        Caller clinic = cerner();
        clinic.claims["tenant"] = json_string(tenant);
        return clinic;
    };
    const auto card = [&](const char *tenant) {
        return site.post(kService, call, bearer(as(tenant), kBase + kService));
    };
    const std::string body =
        R"({"feedback":[)" + feedback_on(uuid_of_card(card("ten-east")), "2026-11-22T10:00:00Z") + "]}";
    EXPECT_EQ(site.post(kFeedback, body, bearer(as("ten-east"), kBase + kFeedback)).status, 204);
    EXPECT_EQ(card("ten-east").body, R"({"cards":[]})");
    EXPECT_THAT(card("ten-west").body, HasSubstr(kPossibleMatch));
}

TEST(Cerner, ItsOneHookIsOfferedFirstAndNoOtherIsAnsweredInItsPlace) {
    Caller clinic = cerner();
    clinic.claims["tenant"] = json_string("ten-east");
    const Answer found = Site::running().get(kDiscovery, bearer(clinic, kBase + kDiscovery));
    const auto discovery = json::Document::parse(found.body);
    const json::Value services = discovery->root()["services"];
    EXPECT_EQ(services.at(0)["hook"].text(), "patient-view");
    const std::string other = object(
        with(call_for("cerner-other-hook", "Practitioner/7", kInstance), "hook", json_string("order-sign")));
    EXPECT_EQ(Site::running().post(kService, other, bearer(clinic, kBase + kService)).status, 400);
}

TEST(Meld, Item67_ItsOneAudienceIsGoodForMeldAlone) {
    for (const std::string &path : {kDiscovery, kService, kFeedback}) {
        const Answer answer = path == kDiscovery ? Site::running().get(path, bearer(meld(), "sand_man"))
                                                 : Site::running().post(path, opened("meld-audience"),
                                                                        bearer(meld(), "sand_man"));
        EXPECT_EQ(answer.status, path == kFeedback ? 400 : 200)
            << path << ": a call is no feedback, but it is heard";
        if (path == kService) {
            EXPECT_THAT(answer.body, HasSubstr(kPossibleMatch));
        }
    }
    EXPECT_EQ(Site::running().post(kService, opened("meld-audience"), bearer(epic(), "sand_man")).status, 401);
}

} // namespace
} // namespace trialcds::test
