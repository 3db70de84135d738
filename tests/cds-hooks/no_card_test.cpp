// Why a call is answered without a card.
#include <algorithm>

#include <gmock/gmock.h>

#include "builders.h"

namespace trialcds::cds_hooks {
namespace {

using test::Scene;
using test::TrialOutcome;

std::optional<NoCardReason> silence_of(const Scene &scene, bool replaced = false) {
    const auto rendered = scene.render(replaced);
    const auto *silence = std::get_if<NoCardReason>(&rendered);
    return silence == nullptr ? std::nullopt : std::optional(*silence);
}

TEST(NoCardReason, EveryReasonForIt) {
    Scene scene;
    EXPECT_EQ(silence_of(scene), std::nullopt);
    EXPECT_EQ(silence_of(scene, true), NoCardReason::record_replaced);
    scene.extraction.facts.demographics.deceased = true;
    EXPECT_EQ(silence_of(scene), NoCardReason::deceased);
    scene.extraction.facts.demographics.deceased = false;
    scene.assessment.outcome = TrialOutcome::not_a_candidate;
    EXPECT_EQ(silence_of(scene), NoCardReason::not_a_candidate);
    scene.assessment.possible_from = test::kAsOf.plus_days(30);
    EXPECT_EQ(silence_of(scene), NoCardReason::blocked_for_now) << "time alone clears it";
    scene.assessment.outcome = TrialOutcome::more_data_needed;
    EXPECT_EQ(silence_of(scene), std::nullopt);
    scene.assessment.about_recorded = false;
    EXPECT_EQ(silence_of(scene), NoCardReason::condition_unrecorded);
}

TEST(NoCardReason, AClosedTrialNeverAlerts) {
    for (const char *status : {"completed", "Active, not recruiting", "not yet recruiting", "suspended", ""}) {
        Scene scene;
        scene.trial.recruitment_status = status;
        EXPECT_EQ(silence_of(scene), NoCardReason::not_recruiting) << status;
    }
    Scene scene;
    scene.trial.recruitment_status = "RECRUITING";
    EXPECT_EQ(silence_of(scene), std::nullopt);
}

TEST(NoCardReason, ADefinitionPastItsDateNeverAlerts) {
    Scene scene;
    scene.trial.valid_until = "2026-11-22";
    EXPECT_EQ(silence_of(scene), std::nullopt) << "the last day counts";
    scene.trial.valid_until = "2026-11-21";
    EXPECT_EQ(silence_of(scene), NoCardReason::definition_expired);
    scene.trial.valid_until = "soon";
    EXPECT_EQ(silence_of(scene), NoCardReason::definition_expired);
}

TEST(NoCardReason, EveryReasonHasItsWord) {
    std::vector<std::string> words;
    for (const NoCardReason reason :
         {NoCardReason::not_a_candidate, NoCardReason::blocked_for_now, NoCardReason::too_little_known,
          NoCardReason::not_recruiting, NoCardReason::definition_expired, NoCardReason::deceased,
          NoCardReason::record_replaced, NoCardReason::record_restricted, NoCardReason::condition_unrecorded,
          NoCardReason::viewer_not_staff, NoCardReason::viewer_out_of_scope, NoCardReason::client_off,
          NoCardReason::client_shadow, NoCardReason::snoozed, NoCardReason::shown_before,
          NoCardReason::budget_spent, NoCardReason::beyond_limit})
        words.emplace_back(to_string(reason));
    std::sort(words.begin(), words.end());
    EXPECT_EQ(std::adjacent_find(words.begin(), words.end()), words.end());
    EXPECT_NE(words.front(), "");
}

} // namespace
} // namespace trialcds::cds_hooks
