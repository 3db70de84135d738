// Who is shown cards, which records are kept out, how little may be known, how often a card comes, and what a
// person is told where none does.
#include <map>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/http_api.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using test::kService;
using testing::_;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Return;
using testing::StartsWith;

const std::string kMatch = "base-clean-potential-candidate";
const std::string kWashoutRuns = "e8-secukinumab-day-110";
const std::string kSilent = R"({"cards":[]})";

class MockBudget : public CardBudget {
  public:
    MOCK_METHOD(BudgetAnswer, claim, (const CardSubject &, const Budget &, const Showing &), (override));
};

// Every call's user is Practitioner/demo.
class Silence : public testing::Test {
  protected:
    HttpResponse send(const std::string &body) {
        const auto nothing = [](const Request &, const ClientIdentity &) {
            return std::make_unique<fhir::NoFhirReader>();
        };
        ApiSettings settings{.base_path = "", .plain_http = PlainHttp::allowed, .cards = cards_};
        settings.policies["north"] = policy_;
        const HttpApi api(services_, north_, nothing, settings, nullptr, budget_);
        report_ = {};
        told_.clear();
        return api.handle({"POST",
                           kService,
                           {{"Content-Type", "application/json"}, {"Authorization", "Bearer x"}},
                           base::Sensitive<std::string>(body)},
                          {.as_of = test::kAsOf,
                           .correlation_id = "ref-1",
                           .uuid = [] { return test::kUuid; },
                           .report = &report_,
                           .told = &told_});
    }
    HttpResponse open_bundle(const std::string &bundle) {
        return send(*hook_request(bundle, test::service().prefetch, test::kUuid));
    }
    HttpResponse open(const std::string &name) { return open_bundle(test::case_bundle(name)); }
    // The possible match, with a member more in its Patient.
    static std::string labelled(const std::string &meta) {
        std::string bundle = test::case_bundle(kMatch);
        const std::string patient = R"("resourceType":"Patient")";
        const std::size_t at = bundle.find(patient);
        if (at == std::string::npos) throw std::runtime_error("the case's Patient is written otherwise");
        return bundle.insert(at, R"("meta":)" + meta + ",");
    }
    std::optional<NoCardReason> reason() const { return report_.trials.at(0).no_card; }

    ServicesHolder services_{test::services()};
    test::OneTenant north_;
    CardSettings cards_ = bundled_card_settings();
    ClientPolicy policy_;
    CardBudget *budget_ = nullptr;
    CallReport report_;
    std::vector<Told> told_;
};

TEST_F(Silence, CardsGoToTheUsersThatTheSiteNames) {
    policy_.viewers.only = {"Practitioner/demo"};
    EXPECT_NE(open(kMatch).body, kSilent);
    policy_.viewers.only = {"Practitioner/other", "PractitionerRole/demo"};
    EXPECT_EQ(open(kMatch).body, kSilent);
    EXPECT_EQ(report_.no_card, NoCardReason::viewer_out_of_scope);
    EXPECT_THAT(report_.prefetch, IsEmpty()) << "nothing of the patient was looked at";
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].sentence, "No card: this site shows cards to other users.");
}

TEST_F(Silence, AUserWhoIsLeftOutIsLeftOutWhateverElseIsSaid) {
    policy_.viewers = {{"Practitioner"}, {"Practitioner/demo"}, {"Practitioner/demo"}};
    EXPECT_EQ(open(kMatch).body, kSilent);
    policy_.viewers.never = {"Practitioner/dem", "PractitionerRole/demo"};
    EXPECT_NE(open(kMatch).body, kSilent) << "another user";
}

TEST_F(Silence, AKindOfUserMayBeLeftOut) {
    policy_.viewers.types = {"PractitionerRole"};
    EXPECT_EQ(open(kMatch).body, kSilent);
    EXPECT_EQ(report_.no_card, NoCardReason::viewer_out_of_scope);
    policy_.viewers.types = {"PractitionerRole", "Practitioner"};
    EXPECT_NE(open(kMatch).body, kSilent);
}

TEST_F(Silence, ARecordWithALabelThatTheSiteKeepsOutIsNotLookedAt) {
    const std::string label =
        R"({"security":[{"system":"urn:labels","code":"x"},{"system":"urn:labels","code":"R"}]})";
    EXPECT_NE(open_bundle(labelled(label)).body, kSilent) << "a site that names no label keeps none out";
    policy_.restricted_labels = {{"urn:labels", "R"}};
    EXPECT_EQ(open_bundle(labelled(label)).body, kSilent);
    EXPECT_EQ(report_.no_card, NoCardReason::record_restricted);
    EXPECT_THAT(report_.trials, IsEmpty());
    EXPECT_NE(open(kMatch).body, kSilent);
    for (const char *other :
         {R"({"security":[{"system":"urn:other","code":"R"}]})", R"({"security":[{"code":"R"}]})",
          R"({"security":"R"})", R"({"tag":[{"system":"urn:labels","code":"R"}]})"})
        EXPECT_NE(open_bundle(labelled(other)).body, kSilent) << other;
}

// Only the condition is known: the diagnosis and the age.
TEST_F(Silence, TooLittleKnownIsNoCardThatAsksForEverything) {
    const std::string bare =
        R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + test::kPatient +
        R"(},{"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/pat1"},)"
        R"("clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},)"
        R"("code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"M34.0"}]}}}]})";
    EXPECT_EQ(open_bundle(bare).body, kSilent);
    EXPECT_EQ(reason(), NoCardReason::too_little_known);
    EXPECT_THAT(told_.at(0).sentence,
                AllOf(HasSubstr("what is recorded settles 1 criterion, and at least 3 are asked for"),
                      HasSubstr("Open: I2")));
    policy_.least_known = 1;
    EXPECT_THAT(open_bundle(bare).body, HasSubstr("More data needed"));
    policy_.least_known = 50;
    EXPECT_NE(open(kMatch).body, kSilent) << "a possible match lacks nothing that matters";
}

TEST_F(Silence, ABlockerThatEndsIsToldApartFromOneThatStays) {
    EXPECT_EQ(open(kWashoutRuns).body, kSilent);
    EXPECT_EQ(reason(), NoCardReason::blocked_for_now);
    EXPECT_THAT(told_.at(0).sentence, AllOf(HasSubstr("E8"), HasSubstr("Secukinumab"), HasSubstr("2027-01-07"),
                                            HasSubstr("Possible future match, from 2026-11-26")));
    EXPECT_EQ(told_[0].possible_from, base::parse_day("2026-11-26"));
    EXPECT_EQ(open("e11-autologous-stem-cell-transplant").body, kSilent);
    EXPECT_EQ(reason(), NoCardReason::not_a_candidate);
    EXPECT_THAT(told_.at(0).sentence,
                AllOf(HasSubstr("E11"), HasSubstr("Recorded: "), Not(HasSubstr("future match"))));
    EXPECT_EQ(told_[0].possible_from, std::nullopt);
    policy_.future_matches = true;
    EXPECT_THAT(open(kWashoutRuns).body, HasSubstr("Possible future match, from 2026-11-26"));
    EXPECT_EQ(reason(), std::nullopt);
    EXPECT_THAT(told_.at(0).sentence, StartsWith("Card: Possible future match, from 2026-11-26"));
}

TEST_F(Silence, IsToldInTheLanguageOfTheTenant) {
    policy_.language = wording::find_language("de");
    (void)open(kWashoutRuns);
    EXPECT_THAT(told_.at(0).sentence, AllOf(StartsWith("Noch kein Hinweis"), HasSubstr("07.01.2027")));
    policy_.language = wording::find_language("fr");
    (void)open(kWashoutRuns);
    EXPECT_THAT(told_.at(0).sentence, AllOf(StartsWith("Pas encore de carte"), HasSubstr("07/01/2027")));
}

TEST_F(Silence, WhatIsHeldBackIsTold) {
    policy_.shows_cards = false;
    EXPECT_EQ(open(kMatch).body, kSilent);
    EXPECT_THAT(told_.at(0).sentence,
                AllOf(HasSubstr("shadow"), HasSubstr("The card would say: Possible match for review")));
    policy_.evaluates = false;
    (void)open(kMatch);
    EXPECT_THAT(told_.at(0).sentence, HasSubstr("mode off"));
}

// Nobody who reads logs and metrics may learn of it.
TEST_F(Silence, IsToldOnlyToWhoeverAsks) {
    (void)open(kWashoutRuns);
    EXPECT_EQ(report_.trials.at(0).trial, "NCT06470048");
    EXPECT_FALSE(report_.error.has_value());
    EXPECT_EQ(open(kWashoutRuns).body, kSilent);
}

TEST_F(Silence, EveryCaseIsToldInOneSentenceOfEachLanguage) {
    std::map<std::string, int> sentences;
    for (const std::string &name :
         {kMatch, kWashoutRuns, std::string("i1-deceased"), std::string("i1-age-71-today"),
          std::string("i2b-refuted-diagnosis"), std::string("i2b-limited-disease-only")})
        for (const wording::Language &language : wording::languages()) {
            policy_.language = &language;
            (void)open(name);
            ASSERT_EQ(told_.size(), 1U) << name;
            EXPECT_EQ(told_[0].no_card, reason());
            ++sentences[told_[0].sentence];
        }
    EXPECT_EQ(sentences.size(), 6U * wording::languages().size()) << "none is said twice";
}

TEST_F(Silence, ACardBeyondTheBudgetStaysAway) {
    testing::StrictMock<MockBudget> budget;
    budget_ = &budget;
    EXPECT_NE(open(kMatch).body, kSilent) << "a site without a budget is not asked for one";
    policy_.budget = {5, 90};
    const auto is_showing = [](const Showing &showing) {
        return showing.day == test::kAsOf && showing.standing == 2;
    };
    const auto is_subject = [](const CardSubject &subject) {
        return subject.tenant == "north" && subject.trial == "NCT06470048" &&
               subject.patient.reveal() == kMatch && subject.viewer.reveal() == "Practitioner/demo";
    };
    EXPECT_CALL(budget, claim(testing::Truly(is_subject), Budget{5, 90}, testing::Truly(is_showing)))
        .WillOnce(Return(BudgetAnswer::shown))
        .WillOnce(Return(BudgetAnswer::shown_before))
        .WillOnce(Return(BudgetAnswer::spent));
    EXPECT_NE(open(kMatch).body, kSilent);
    EXPECT_EQ(open(kMatch).body, kSilent);
    EXPECT_EQ(reason(), NoCardReason::shown_before);
    EXPECT_THAT(told_.at(0).sentence, AllOf(HasSubstr("last 90 days"), HasSubstr("The card would say: ")));
    EXPECT_EQ(open(kMatch).body, kSilent);
    EXPECT_EQ(reason(), NoCardReason::budget_spent);
    EXPECT_THAT(told_.at(0).sentence, HasSubstr("5 cards today"));
}

TEST_F(Silence, WhatIsNotShownCountsForNoBudget) {
    testing::StrictMock<MockBudget> budget;
    budget_ = &budget;
    policy_.budget = {1, 0};
    EXPECT_EQ(open(kWashoutRuns).body, kSilent);
    policy_.shows_cards = false;
    EXPECT_EQ(open(kMatch).body, kSilent);
    EXPECT_EQ(reason(), NoCardReason::client_shadow);
}

TEST(Standing, ACardThatSaysMoreStandsHigher) {
    using eligibility::TrialOutcome;
    EXPECT_LT(standing_of(TrialOutcome::not_a_candidate), standing_of(TrialOutcome::more_data_needed));
    EXPECT_LT(standing_of(TrialOutcome::more_data_needed), standing_of(TrialOutcome::potential_candidate));
}

TEST(CardSettings, TheLeastThatMustBeKnownIsAWholeNumber) {
    const auto with = [](const std::string &least) {
        return parse_card_settings(R"({"topic":{"system":"urn:x","code":"c","display":"d"},)"
                                   R"("dismissed":{"for":"patient","days":1},"leastKnown":)" +
                                   least + "}");
    };
    EXPECT_EQ(with("4")->least_known, 4U);
    EXPECT_EQ(bundled_card_settings().least_known, 3U);
    for (const char *wrong : {"-1", "1.5", R"("3")", "null"})
        EXPECT_EQ(with(wrong).error().location, "/leastKnown") << wrong;
}

} // namespace
} // namespace trialcds::cds_hooks
