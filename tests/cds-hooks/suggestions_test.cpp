// Items 46 to 49 of the service checklist: the drafts that a card offers where a site asked for them.
#include <set>

#include <gmock/gmock.h>

#include "base/uuid.h"
#include "builders.h"
#include "cds_hooks/client_call.h"
#include "wording/languages.h"

namespace trialcds::cds_hooks {
namespace {

using test::Scene;
using test::TrialOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<SuggestionKind> kBoth{SuggestionKind::referral, SuggestionKind::task};
const std::string kContact = "study nurse, ext. 4711";

// Every suggestion of a scene, as part of its card.
struct Offer {
    explicit Offer(const Scene &scene, const std::string &user = "Practitioner/p1",
                   std::string_view contact = kContact, const std::string &language = "en") {
        const Request request =
            test::request_of(test::call("", "", R"("userId":")" + user + R"(","patientId":"pat1")"));
        const CardInput input{.knowledge = *test::shipped(),
                              .assessment = scene.assessment,
                              .extraction = scene.extraction,
                              .uuid = test::kUuid,
                              .language = *wording::find_language(language),
                              .study_contact = contact};
        int count = 0;
        const std::function<std::string()> uuid = [&count] {
            return "00000000-0000-4000-8000-00000000000" + std::to_string(++count);
        };
        suggestions = suggestions_of(kBoth, input, {request, uuid});
        Card card = scene.card();
        card.suggestions = suggestions;
        text = cards_json({card});
        document = test::document(text);
    }
    [[nodiscard]] json::Value card() const { return document->root()["cards"].at(0); }

    std::vector<Suggestion> suggestions;
    std::string text;
    std::shared_ptr<const json::Document> document;
};

TEST(Suggestions, Item46_BothDraftsMayBeTaken) {
    const Scene scene;
    const Offer offer(scene);
    EXPECT_EQ(offer.card()["suggestions"].size(), 2U);
    EXPECT_EQ(offer.card()["selectionBehavior"].text(), "any");
}

TEST(Suggestions, Item47_EachHasALabelAUuidOfItsOwnAndOneAction) {
    const Scene scene;
    const Offer offer(scene);
    std::set<std::string> uuids;
    for (const json::Value suggestion : offer.card()["suggestions"].elements()) {
        EXPECT_THAT(std::string(suggestion["label"].text()), HasSubstr("NCT00000001"));
        EXPECT_TRUE(base::is_lower_case_uuid(suggestion["uuid"].text()));
        uuids.emplace(suggestion["uuid"].text());
        EXPECT_EQ(suggestion["actions"].size(), 1U);
    }
    EXPECT_EQ(uuids.size(), 2U);
    EXPECT_EQ(uuids.count(test::kUuid), 0U) << "the card's own is another";
}

TEST(Suggestions, Item48_NothingIsRecommendedAboveAnother) {
    const Scene scene;
    EXPECT_THAT(Offer(scene).text, Not(HasSubstr("isRecommended")));
}

TEST(Suggestions, Item49_NothingButDraftsOfProposalsIsCreated) {
    const Scene scene;
    const Offer offer(scene);
    for (const json::Value suggestion : offer.card()["suggestions"].elements()) {
        const json::Value action = suggestion["actions"].at(0);
        EXPECT_EQ(action["type"].text(), "create");
        EXPECT_NE(action["description"].text(), "");
        EXPECT_EQ(action["resource"]["status"].text(), "draft");
        EXPECT_EQ(action["resource"]["intent"].text(), "proposal");
        EXPECT_FALSE(action["resource"]["id"]) << "the server gives it";
    }
    for (const char *member : {"resourceId", "systemActions", "actionSelectionBehavior", "coding\""})
        EXPECT_THAT(offer.text, Not(HasSubstr(member)));
}

TEST(Suggestions, Item49_TheDraftsSayForWhomByWhomAndOnWhat) {
    Scene scene;
    scene.add("I1", test::CriterionOutcome::passes);
    scene.add("E1", test::CriterionOutcome::passes, test::CriterionKind::exclusion);
    const Offer offer(scene);
    ASSERT_EQ(offer.suggestions.size(), 2U);
    EXPECT_EQ(
        offer.suggestions[0].resource,
        R"({"resourceType":"ServiceRequest","instantiatesUri":["https://registry.example.org/study/NCT00000001"],)"
        R"("status":"draft","intent":"proposal","code":{"text":"Referral to clinical trial"},)"
        R"("subject":{"reference":"Patient/pat1"},"authoredOn":"2026-11-22",)"
        R"("requester":{"reference":"Practitioner/p1"},)"
        R"("reasonCode":[{"text":"NCT00000001: study drug in dcSSc"}],)"
        R"("note":[{"text":"NCT00000001: study drug in dcSSc. Possible match for review, on data of 2026-11-22. )"
        R"(Inclusion 1 of 1 met, no exclusion found, 0 to check. Key criteria only; the study team decides."}]})");
    EXPECT_EQ(
        offer.suggestions[1].resource,
        R"({"resourceType":"Task","instantiatesUri":"https://registry.example.org/study/NCT00000001",)"
        R"("status":"draft","intent":"proposal","description":"NCT00000001: study drug in dcSSc. Possible match )"
        R"(for review, on data of 2026-11-22. Inclusion 1 of 1 met, no exclusion found, 0 to check. Please look )"
        R"(at the record if appropriate. Key criteria only; the study team decides.",)"
        R"("for":{"reference":"Patient/pat1"},"authoredOn":"2026-11-22",)"
        R"("requester":{"reference":"Practitioner/p1"},"owner":{"display":"study nurse, ext. 4711"}})");
}

TEST(Suggestions, Item49_WhatIsNotKnownIsLeftOut) {
    Scene scene;
    scene.trial.registry_url = "";
    for (const Suggestion &one : Offer(scene, "RelatedPerson/r1", "").suggestions)
        for (const char *member : {"instantiatesUri", "requester", "owner", "{{", "{}", "[]", "\"\""})
            EXPECT_THAT(one.resource, Not(HasSubstr(member)));
    EXPECT_THAT(Offer(scene, "PractitionerRole/r1").suggestions[0].resource,
                HasSubstr(R"("requester":{"reference":"PractitionerRole/r1"})"));
}

TEST(Suggestions, Item49_OnlyAPossibleMatchComesWithDrafts) {
    Scene scene;
    for (const TrialOutcome outcome : {TrialOutcome::more_data_needed, TrialOutcome::not_a_candidate}) {
        scene.assessment.outcome = outcome;
        scene.assessment.possible_from = test::kAsOf.plus_days(30);
        const Request request = test::request_of(test::call(""));
        const std::function<std::string()> uuid = [] { return test::kUuid; };
        const CardInput input{.knowledge = *test::shipped(),
                              .assessment = scene.assessment,
                              .extraction = scene.extraction,
                              .uuid = test::kUuid};
        EXPECT_THAT(suggestions_of(kBoth, input, {request, uuid}), IsEmpty());
    }
}

TEST(Suggestions, Item49_EachLanguageSaysItInItsOwnWords) {
    const Scene scene;
    std::set<std::string> said;
    for (const char *language : {"en", "de", "fr"}) {
        const Offer offer(scene, "Practitioner/p1", kContact, language);
        for (const Suggestion &one : offer.suggestions)
            for (const std::string &text : {one.label, one.action, one.resource}) {
                EXPECT_THAT(text, HasSubstr("NCT00000001"));
                EXPECT_TRUE(said.insert(text).second) << text;
            }
    }
}

TEST(Suggestions, Item54_TheSameCallBringsTheSameDrafts) {
    const Scene scene;
    EXPECT_EQ(Offer(scene).text, Offer(scene).text);
}

// The service for a site that asked for them, and for one that did not.
std::string answer_to(const ClientPolicy &policy) {
    const ServicesHolder services(test::services());
    AllowAll anyone;
    const FhirReaderFactory nobody = [](const Request &, const ClientIdentity &) {
        return std::make_unique<fhir::NoFhirReader>();
    };
    ApiSettings settings{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};
    settings.policies[""] = policy;
    const HttpApi api(services, anyone, nobody, settings);
    const std::string body = *hook_request(test::case_bundle("base-clean-potential-candidate"),
                                           test::service().prefetch, test::kUuid);
    return api
        .handle({"POST", test::kService, {{"Content-Type", "application/json"}}, base::Sensitive(body)},
                {.as_of = test::kAsOf, .correlation_id = "ref-1", .uuid = [] { return test::kUuid; }})
        .body;
}

TEST(Suggestions, Item46_ASiteThatAskedForOneGetsThatOne) {
    const auto document = test::document(answer_to({.suggestions = {SuggestionKind::task}}));
    const json::Value suggestions = document->root()["cards"].at(0)["suggestions"];
    ASSERT_EQ(suggestions.size(), 1U);
    const json::Value task = suggestions.at(0)["actions"].at(0)["resource"];
    EXPECT_EQ(task["resourceType"].text(), "Task");
    EXPECT_EQ(task["for"]["reference"].text(), "Patient/base-clean-potential-candidate");
    EXPECT_THAT(answer_to({}), Not(HasSubstr("uggestion"))) << "nobody else";
}

TEST(Suggestions, Item50_ASiteMayHaveItsReasonsByTheCodesOfTheValueSet) {
    const auto codes_of = [](const ClientPolicy &policy) {
        const auto document = test::document(answer_to(policy));
        std::vector<std::string> codes;
        for (const json::Value reason : document->root()["cards"].at(0)["overrideReasons"].elements()) {
            for (const char *member : {"system", "display"})
                EXPECT_NE(reason[member].text(), "");
            codes.emplace_back(reason["code"].text());
        }
        return codes;
    };
    EXPECT_THAT(codes_of({.override_codes = OverrideCodes::spec}),
                ElementsAre("cds-not-applicable", "cds-suboptimal-context", "recipient-disagrees-evidence",
                            "recipient-concerns-outcomes", "does-not-align-preferences",
                            "not-convenient-feasible"));
    EXPECT_THAT(codes_of({}),
                ElementsAre("already-discussed", "patient-declined", "in-a-trial", "criterion-not-met",
                            "wrong-data", "snooze-30d", "snooze-90d", "never-for-this-patient", "never-for-me",
                            "concerns", "wrong-moment"));
}

} // namespace
} // namespace trialcds::cds_hooks
