// Several trials behind one service: what an EHR is asked for, which cards come and in which order, and how a
// site splits them.
#include "cds_hooks/service.h"

#include <map>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/discovery.h"
#include "cds_hooks/http_api.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using eligibility::TrialOutcome;
using test::kService;
using testing::_;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

const std::string kShipped = "NCT06470048";
const std::string kPossibleMatch = "base-clean-potential-candidate";

// Rules that the record of the possible match decides.
const std::string kAdult = R"({"age": {"at_least": 18}})";
const std::string kCentenarian = R"({"age": {"at_least": 100}})";
const std::string kUnmeasured = R"({"measurement": {"variable": "mpap", "at_most": "20"}})";
const std::string kQuestion = R"({"ask_clinician": {"ask": "contraception-plan"}})";

std::string trial_json(const std::string &id, const std::vector<std::string> &rules,
                       const std::string &status = "recruiting") {
    std::string criteria;
    for (const std::string &rule : rules) {
        const std::string settled = rule == kQuestion ? R"(, "settled_by": "clinician")" : "";
        criteria += (criteria.empty() ? "" : ",") + (R"({"id": "I)" + std::to_string(criteria.size())) +
                    R"(", "kind": "inclusion", "text": "t", "rule": )" + rule + settled + "}";
    }
    return R"({"id": ")" + id +
           R"(", "version": "1", "title": "t", "short_title": "t", "registry": {"url": "https://r",
        "date": "2026-01-01", "source": "s"}, "recruitment": {"status": ")" +
           status + R"(", "as_of": "2026-01-01"},
        "valid_until": "2027-01-01", "approved_by": [], "screening_period": "P42D", "freshness": [],
        "about": {"finding": {"value_set": "diffuse-ssc", "when": "ever"}}, "criteria": [)" +
           criteria + "]}";
}

// The shipped trial once more, under another id.
std::string same_trial(const std::string &id) {
    std::string text = test::read_text(test::shipped_data_folder() / "trials" / kShipped / "trial.json");
    for (std::size_t at = 0; (at = text.find(kShipped, at)) != std::string::npos; at += id.size())
        text.replace(at, kShipped.size(), id);
    return text;
}

std::shared_ptr<const mappings::Knowledge> with_trials(const std::map<std::string, std::string> &json_by_id) {
    std::vector<mappings::File> files;
    for (mappings::File &file : test::shipped_files())
        if (file.path.find("/cases/") == std::string::npos) files.push_back(std::move(file));
    for (const auto &[id, text] : json_by_id)
        files.push_back({"trials/" + id + "/trial.json", text});
    auto loaded = mappings::load_knowledge(files);
    if (!loaded) throw std::runtime_error(loaded.error().front().location + loaded.error().front().public_text);
    return *loaded;
}

std::shared_ptr<const mappings::Knowledge> four_of_one_disease() {
    return with_trials({{"NCT00000002", same_trial("NCT00000002")},
                        {"NCT00000003", same_trial("NCT00000003")},
                        {"NCT00000004", same_trial("NCT00000004")}});
}

class Trials : public testing::Test {
  protected:
    HttpResponse send(const std::string &body, const std::string &target = kService) {
        const FhirReaderFactory readers = [this](const Request &,
                                                 const ClientIdentity &) -> std::unique_ptr<fhir::FhirReader> {
            auto reader = std::make_unique<testing::NiceMock<test::MockFhirReader>>();
            ON_CALL(*reader, fetch(_)).WillByDefault([this](std::span<const fhir::Query> queries) {
                for (const fhir::Query &query : queries)
                    asked_.push_back(query.path);
                ++fetches_;
                return std::vector<fhir::Fetched>(queries.size());
            });
            return reader;
        };
        const HttpApi api(services_, everybody_, readers, settings_, memory_);
        report_ = {};
        clock_read_ = 0;
        return api.handle(
            {"POST", target, {{"Content-Type", "application/json"}}, base::Sensitive<std::string>(body)},
            {.as_of = test::kAsOf,
             .correlation_id = "ref-1",
             .uuid = [] { return test::kUuid; },
             .nanoseconds = [this] { return ++clock_read_; },
             .report = &report_});
    }
    HttpResponse possible_match(const std::string &target = kService) {
        return send(
            *hook_request(test::case_bundle(kPossibleMatch), test::shipped()->catalogue.prefetch, test::kUuid),
            target);
    }
    // The registry ids of the cards, in the order they came.
    static std::vector<std::string> cards(const HttpResponse &response) {
        const auto document = test::document(response.body);
        std::vector<std::string> ids;
        for (const json::Value card : document->root()["cards"].elements()) {
            const std::string label(card["source"]["label"].text());
            ids.push_back(label.substr(0, label.find(':')));
        }
        return ids;
    }
    std::map<std::string, std::optional<NoCardReason>> silences() const {
        std::map<std::string, std::optional<NoCardReason>> out;
        for (const TrialReport &trial : report_.trials)
            out[trial.trial] = trial.no_card;
        return out;
    }
    void offer(std::shared_ptr<const mappings::Knowledge> knowledge,
               const std::vector<ServiceDefinition> &definitions = {}) {
        services_.set(services_of(std::move(knowledge), definitions).value());
    }

    ServicesHolder services_{test::services()};
    AllowAll everybody_;
    ApiSettings settings_{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};
    CardMemory *memory_ = nullptr;
    CallReport report_;
    std::vector<std::string> asked_;
    int fetches_ = 0;
    std::int64_t clock_read_ = 0;
};

TEST_F(Trials, AFourthTrialCostsTheEhrNotOneByteMore) {
    const auto one = test::services();
    const auto four = all_trials(four_of_one_disease());
    ASSERT_EQ(four->list.size(), one->list.size());
    ASSERT_EQ(four->list.front().trials.size(), 4U);
    EXPECT_EQ(discovery(*four).size(), discovery(*one).size());
    EXPECT_EQ(discovery(*four), discovery(*one));
    const std::string bundle = test::case_bundle(kPossibleMatch);
    EXPECT_EQ(hook_request(bundle, four->list.front().prefetch, test::kUuid),
              hook_request(bundle, one->list.front().prefetch, test::kUuid));
}

TEST_F(Trials, ThePatientIsReadOnceWhateverTheNumberOfTrials) {
    const std::string bare = test::call("", R"(,"fhirServer":"https://ehr.example.org/fhir")");
    (void)send(bare);
    EXPECT_EQ(fetches_, 1);
    const std::vector<std::string> asked_for_one = asked_;
    asked_.clear();
    services_.set(all_trials(four_of_one_disease()));
    (void)send(bare);
    EXPECT_EQ(fetches_, 2) << "once more, for all four";
    EXPECT_EQ(asked_, asked_for_one);
    EXPECT_THAT(asked_, Not(IsEmpty()));
    (void)possible_match();
    EXPECT_EQ(report_.trials.size(), 4U);
    // parse, prefetch, extract, assess and render are each timed once, from two beginnings
    EXPECT_EQ(clock_read_, 7);
}

TEST_F(Trials, ThreeCardsAtMostAndTheRestIsCounted) {
    services_.set(all_trials(four_of_one_disease()));
    EXPECT_THAT(cards(possible_match()), ElementsAre("NCT00000002", "NCT00000003", "NCT00000004"))
        << "alike in all else, so by registry id";
    EXPECT_EQ(report_.cards, 3U);
    EXPECT_EQ(silences().at(kShipped), NoCardReason::beyond_limit);
    settings_.max_cards = 1;
    EXPECT_THAT(cards(possible_match()), ElementsAre("NCT00000002"));
    settings_.max_cards = 4;
    EXPECT_THAT(cards(possible_match()), ElementsAre("NCT00000002", "NCT00000003", "NCT00000004", kShipped));
    EXPECT_THAT(silences(), Not(Contains(Pair(_, testing::Optional(NoCardReason::beyond_limit)))));
}

TEST_F(Trials, PossibleMatchesComeFirstThenTheMoreIsSettledThenTheId) {
    settings_.max_cards = 10;
    settings_.cards.least_known = 0; // of trials as small as these
    offer(with_trials({{"NCT00000001", trial_json("NCT00000001", {kAdult, kAdult, kAdult, kUnmeasured})},
                       {"NCT00000002", trial_json("NCT00000002", {kAdult, kUnmeasured})},
                       {"NCT00000003", trial_json("NCT00000003", {kAdult, kQuestion})},
                       {"NCT00000004", trial_json("NCT00000004", {kAdult})},
                       {"NCT00000005", trial_json("NCT00000005", {kAdult, kCentenarian})},
                       {"NCT00000006", trial_json("NCT00000006", {kAdult, kQuestion, kAdult, kQuestion})}}));
    EXPECT_THAT(cards(possible_match()),
                ElementsAre("NCT00000004",                // possible match, all settled
                            kShipped,                     // 14 of 18
                            "NCT00000003", "NCT00000006", // half of them, two of four: by id
                            "NCT00000001",                // more data needed, though three of four are settled
                            "NCT00000002"));              // half of them
    EXPECT_EQ(silences().at("NCT00000005"), NoCardReason::blocked_for_now) << "she will be a hundred one day";
}

TEST_F(Trials, EachTrialIsReportedWithItsOutcomeAndCriteria) {
    offer(with_trials({{"NCT00000001", trial_json("NCT00000001", {kAdult, kCentenarian, kUnmeasured})},
                       {"NCT00000002", trial_json("NCT00000002", {kAdult}, "completed")}}));
    EXPECT_THAT(cards(possible_match()), ElementsAre(kShipped));
    ASSERT_EQ(report_.trials.size(), 3U);
    const TrialReport &failed = report_.trials[0];
    EXPECT_EQ(failed.outcome, TrialOutcome::not_a_candidate);
    EXPECT_THAT(failed.criteria, ElementsAre(1U, 1U, 1U));
    const TrialReport &closed = report_.trials[1];
    EXPECT_EQ(closed.no_card, NoCardReason::not_recruiting);
    EXPECT_EQ(closed.outcome, std::nullopt) << "nobody is held against a trial that takes nobody";
    EXPECT_EQ(report_.trials[2].outcome, TrialOutcome::potential_candidate);
    EXPECT_EQ(report_.no_card, std::nullopt);
}

TEST_F(Trials, ATrialThatTakesNobodyAsksForNothing) {
    std::vector<mappings::File> files = test::shipped_files();
    std::erase_if(files, [](const mappings::File &file) { return file.path.starts_with("trials/"); });
    const auto asked = [&](const std::string &status) {
        auto with = files;
        with.push_back({"trials/NCT00000001/trial.json", trial_json("NCT00000001", {kAdult})});
        with.push_back({"trials/NCT00000002/trial.json", trial_json("NCT00000002", {kUnmeasured}, status)});
        const auto services = all_trials(*mappings::load_knowledge(with));
        std::vector<std::string> keys;
        for (const mappings::PrefetchKey &key : services->list.front().prefetch)
            keys.push_back(key.key);
        return keys;
    };
    EXPECT_THAT(asked("recruiting"), ElementsAre("patient", "conditions", "procedures", "function"));
    EXPECT_THAT(asked("completed"), ElementsAre("patient", "conditions", "procedures"));
}

TEST_F(Trials, ASiteMaySplitThemByDepartment) {
    offer(with_trials({{"NCT00000001", trial_json("NCT00000001", {kAdult})}}),
          {{"rheumatology-patient-view", "Rheumatology trials", {kShipped}},
           {"geriatrics-patient-view", "", {"NCT00000001"}}});
    const auto services = services_.get();
    const auto listed = test::document(discovery(*services));
    ASSERT_EQ(listed->root()["services"].size(), 2U);
    const json::Value rheumatology = listed->root()["services"].at(0);
    EXPECT_EQ(rheumatology["id"].text(), "rheumatology-patient-view");
    EXPECT_EQ(rheumatology["title"].text(), "Rheumatology trials");
    EXPECT_TRUE(rheumatology["prefetch"]["meds"]);
    const json::Value geriatrics = listed->root()["services"].at(1);
    EXPECT_NE(geriatrics["title"].text(), "");
    EXPECT_FALSE(geriatrics["prefetch"]["meds"]) << "none of its trials reads a drug";
    EXPECT_FALSE(geriatrics["prefetch"]["skin"]);

    EXPECT_THAT(cards(possible_match("/cds-services/rheumatology-patient-view")), ElementsAre(kShipped));
    EXPECT_EQ(report_.service_id, "rheumatology-patient-view");
    EXPECT_THAT(cards(possible_match("/cds-services/geriatrics-patient-view")), ElementsAre("NCT00000001"));
    EXPECT_EQ(report_.trials.size(), 1U);
    EXPECT_EQ(possible_match().status, 404) << "the site has chosen its own";
}

TEST_F(Trials, TheUrlOfATrialIsNoServiceAndTheAnswerSaysWhereTheListIs) {
    const HttpResponse gone = possible_match("/cds-services/nct06470048-patient-view");
    EXPECT_EQ(gone.status, 404);
    EXPECT_THAT(gone.body, HasSubstr("GET /cds-services"));
}

TEST(ServicesOfASite, ATrialThatIsNotInstalledIsNamed) {
    const auto services = services_of(test::shipped(), {{"a-patient-view", "", {kShipped, "NCT99999999"}},
                                                        {"b-patient-view", "", {"NCT88888888"}}});
    ASSERT_FALSE(services.has_value());
    EXPECT_EQ(services.error().code, base::ErrorCode::invalid_definition);
    for (const char *said :
         {"a-patient-view: NCT99999999", "b-patient-view: NCT88888888", "installed: NCT06470048"})
        EXPECT_THAT(services.error().public_text, HasSubstr(said));
}

// Remembers which trial's cards were dismissed, and marks a card with its trial.
class Dismissals final : public CardMemory {
  public:
    std::string card_uuid(const CardSubject &subject) override {
        return "0f0e0d0c-0b0a-8123-8123-0000" + subject.trial.substr(3);
    }
    bool stays_away(const CardSubject &subject) override { return dismissed.count(subject.trial) > 0; }
    std::vector<std::string> trials_of(const std::string &, const std::vector<std::string> &cards,
                                       const std::vector<std::string> &trials) override {
        std::vector<std::string> found;
        for (const std::string &card : cards) {
            const auto own = std::find_if(trials.begin(), trials.end(), [&](const std::string &trial) {
                return card.ends_with(trial.substr(3));
            });
            found.push_back(own == trials.end() ? "" : *own);
        }
        return found;
    }
    bool is_about(const CardSubject &, const std::string &) override { return true; }
    base::Result<std::optional<std::int64_t>> full_for(const std::string &) override { return std::nullopt; }
    base::Result<void> keep(const std::string &, const std::vector<ReportedCard> &cards) override {
        for (const ReportedCard &card : cards)
            if (card.stay_away) dismissed[card.trial] = true;
        return {};
    }
    base::Result<void> forget(const CardSubject &subject, const std::string &) override {
        dismissed.erase(subject.trial);
        return {};
    }
    std::map<std::string, bool> dismissed;
};

TEST_F(Trials, ADismissedCardTakesItsOwnTrialAwayAndMakesRoomForTheNext) {
    Dismissals memory;
    memory_ = &memory;
    services_.set(all_trials(four_of_one_disease()));
    ASSERT_THAT(cards(possible_match()), ElementsAre("NCT00000002", "NCT00000003", "NCT00000004"));
    const HttpResponse taken =
        send(R"({"feedback":[{"card":"0f0e0d0c-0b0a-8123-8123-000000000003","outcome":"overridden",)"
             R"("outcomeTimestamp":"2026-11-22T12:00:00Z"}]})",
             kService + "/feedback");
    EXPECT_EQ(taken.status, 204);
    EXPECT_EQ(report_.feedback.at(0).trial, "NCT00000003");
    EXPECT_THAT(cards(possible_match()), ElementsAre("NCT00000002", "NCT00000004", kShipped));
    EXPECT_EQ(silences().at("NCT00000003"), NoCardReason::snoozed);
}

// A site may move a trial to another service between the showing and the dismissing.
TEST_F(Trials, ADismissalIsTakenAtTheAddressOfAnyService) {
    Dismissals memory;
    memory_ = &memory;
    auto services = services_of(four_of_one_disease(), {{"a-patient-view", "A", {"NCT00000002"}},
                                                        {"b-patient-view", "B", {"NCT00000003"}}});
    ASSERT_TRUE(services.has_value());
    services_.set(*services);
    const HttpResponse taken =
        send(R"({"feedback":[{"card":"0f0e0d0c-0b0a-8123-8123-000000000003","outcome":"overridden",)"
             R"("outcomeTimestamp":"2026-11-22T12:00:00Z"}]})",
             "/cds-services/a-patient-view/feedback");
    EXPECT_EQ(taken.status, 204);
    EXPECT_EQ(report_.service_id, "a-patient-view");
    EXPECT_EQ(report_.feedback.at(0).trial, "NCT00000003");
    EXPECT_TRUE(memory.dismissed["NCT00000003"]);
}

} // namespace
} // namespace trialcds::cds_hooks
