#include "tell.h"

#include <algorithm>

#include "eligibility/assess.h"
#include "wording/card_text.h"
#include "wording/silence.h"

namespace trialcds::cds_hooks {
namespace {

using wording::CardContent;
using wording::Language;
using wording::Message;

int number(std::size_t count) {
    return static_cast<int>(count);
}

// Of the reasons that need no fact.
Message message_of(NoCardReason reason) {
    switch (reason) {
    case NoCardReason::condition_unrecorded:
        return Message::silence_condition_unrecorded;
    case NoCardReason::deceased:
        return Message::silence_deceased;
    case NoCardReason::record_replaced:
        return Message::silence_record_replaced;
    case NoCardReason::record_restricted:
        return Message::silence_record_restricted;
    case NoCardReason::viewer_not_staff:
        return Message::silence_viewer_not_staff;
    case NoCardReason::viewer_out_of_scope:
        return Message::silence_viewer_out_of_scope;
    case NoCardReason::client_off:
        return Message::silence_client_off;
    case NoCardReason::client_shadow:
        return Message::silence_client_shadow;
    default:
        return Message::silence_snoozed;
    }
}

// Was there a card, and something kept it away?
bool is_held_back(NoCardReason reason) {
    constexpr NoCardReason kHeldBack[] = {NoCardReason::client_shadow, NoCardReason::snoozed,
                                          NoCardReason::shown_before, NoCardReason::budget_spent,
                                          NoCardReason::beyond_limit};
    return std::find(std::begin(kHeldBack), std::end(kHeldBack), reason) != std::end(kHeldBack);
}

// Of the patient.
std::string blocked(const CardContent &content, NoCardReason reason) {
    const Language &language = content.language;
    if (reason == NoCardReason::not_a_candidate)
        return language.text(Message::silence_not_a_candidate,
                             {wording::blockers(content, wording::Blocking::lasting)});
    const std::string future =
        language.text(Message::trial_future_match,
                      {language.day(screening_from(content.assessment).value_or(content.assessment.as_of))});
    return language.text(Message::silence_blocked_for_now,
                         {wording::blockers(content, wording::Blocking::for_now), future});
}

std::string why(const AnsweredPatient &call, const CardContent &content, NoCardReason reason) {
    const Language &language = content.language;
    const eligibility::TrialDefinition &trial = *content.assessment.trial;
    switch (reason) {
    case NoCardReason::not_a_candidate:
    case NoCardReason::blocked_for_now:
        return blocked(content, reason);
    case NoCardReason::too_little_known:
        return language.text(Message::silence_too_little_known,
                             {number(settled_by_record(content.assessment)),
                              std::to_string(call.policy.least_known.value_or(call.settings.cards.least_known)),
                              wording::open_criteria(content)});
    case NoCardReason::not_recruiting:
        return language.text(Message::silence_not_recruiting, {language.date(trial.recruitment_status_as_of),
                                                               wording::one_line(trial.recruitment_status)});
    case NoCardReason::definition_expired:
        return language.text(Message::silence_definition_expired, {language.date(trial.valid_until)});
    case NoCardReason::shown_before:
        return language.text(Message::silence_shown_before, {call.policy.budget.per_patient_days});
    case NoCardReason::budget_spent:
        return language.text(Message::silence_budget_spent, {call.policy.budget.per_viewer_day});
    case NoCardReason::beyond_limit:
        return language.text(Message::silence_beyond_limit, {number(call.settings.max_cards)});
    default:
        return language.text(message_of(reason));
    }
}

Told tell_of(const AnsweredPatient &call, const eligibility::TrialDefinition &trial,
             const TrialReport &report) {
    const Language &language = *call.policy.language;
    const auto assessment = eligibility::assess(trial, call.extraction.facts, call.as_of);
    const CardContent content{call.knowledge,          assessment, call.extraction, language,
                              wording::Profile::plain, {}};
    Told told{report.trial, report.no_card, "", std::nullopt};
    if (report.outcome) told.possible_from = assessment.possible_from;
    const std::string summary = wording::card_summary(content);
    if (!report.no_card) {
        told.sentence = language.text(Message::silence_card, {summary});
        return told;
    }
    told.sentence = why(call, content, *report.no_card);
    if (is_held_back(*report.no_card))
        told.sentence += " " + language.text(Message::silence_would_say, {summary});
    return told;
}

} // namespace

std::vector<Told> tell(const AnsweredPatient &call, const CallReport &report) {
    std::vector<Told> told;
    for (const TrialReport &one : report.trials) {
        const auto trial = std::find_if(call.service.trials.begin(), call.service.trials.end(),
                                        [&one](const auto *known) { return known->id == one.trial; });
        if (trial != call.service.trials.end()) told.push_back(tell_of(call, **trial, one));
    }
    return told;
}

Told tell(NoCardReason reason, const Language &language) {
    return {"", reason, language.text(message_of(reason)), std::nullopt};
}

} // namespace trialcds::cds_hooks
