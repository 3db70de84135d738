#include "kept_feedback.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "call_parts.h"

namespace trialcds::cds_hooks {
namespace {

constexpr auto kTooManyReports =
    "as many reports of this tenant as are kept in a day have been kept; nothing of "
    "this call was, send it again when Retry-After says";

// `reason`: null where none of ours is given.
StayAway stay_away_of(const OverrideReason *reason, const CardSettings &settings, Viewer viewer) {
    const auto fits = [viewer](const StayAway &stay) {
        return viewer == Viewer::proven || stay.scope == StayAwayScope::patient;
    };
    if (reason != nullptr && reason->stays_away && fits(*reason->stays_away)) return *reason->stays_away;
    if (fits(settings.dismissed)) return settings.dismissed;
    return {StayAwayScope::patient, settings.dismissed.days};
}

ReportedCard reported(const FeedbackItem &item, const FeedbackKeeping &keeping) {
    ReportedCard card{item.card, item.accepted, item.second, "", std::nullopt};
    const OverrideReason *known = nullptr;
    if (!item.reason_code.empty()) {
        known = keeping.settings.find_reason(item.reason_system, item.reason_code);
        card.reason = known == nullptr ? "other" : known->coding.code;
    }
    if (!item.accepted) card.stay_away = stay_away_of(known, keeping.settings, keeping.viewer);
    return card;
}

// A card's uuid leads to its trial, whichever service the trial belongs to by now.
std::vector<ReportedCard> reported(const Feedback &feedback, const std::string &tenant,
                                   const FeedbackKeeping &keeping) {
    std::vector<ReportedCard> cards;
    std::vector<std::string> uuids;
    for (const FeedbackItem &item : feedback.items) {
        cards.push_back(reported(item, keeping));
        uuids.push_back(item.card);
    }
    std::vector<std::string> trials = trials_of_cards(uuids, tenant, keeping);
    for (std::size_t i = 0; i < cards.size(); ++i)
        cards[i].trial = std::move(trials.at(i));
    return cards;
}

} // namespace

std::vector<std::string> trials_of_cards(const std::vector<std::string> &cards, const std::string &tenant,
                                         const FeedbackKeeping &keeping) {
    if (keeping.memory == nullptr) return std::vector<std::string>(cards.size());
    std::vector<std::string> installed;
    for (const eligibility::TrialDefinition &trial : keeping.knowledge.trials)
        installed.push_back(trial.id);
    return keeping.memory->trials_of(tenant, cards, installed);
}

base::Result<std::optional<HttpResponse>> keep_feedback(const Feedback &feedback,
                                                        const FeedbackKeeping &keeping, CallReport &report) {
    const std::string &tenant = report.client.tenant;
    if (keeping.memory != nullptr) { // before the ids are looked at, which costs more
        const auto full_for = keeping.memory->full_for(tenant);
        if (!full_for) return tl::make_unexpected(full_for.error());
        if (*full_for) return throttled("too_many_reports", kTooManyReports, **full_for, report);
    }
    std::vector<ReportedCard> cards = reported(feedback, tenant, keeping);
    std::vector<ReportedCard> ours;
    std::copy_if(cards.begin(), cards.end(), std::back_inserter(ours),
                 [](const ReportedCard &card) { return !card.trial.empty(); });
    if (keeping.memory != nullptr && !ours.empty())
        if (auto kept = keeping.memory->keep(tenant, ours); !kept) return tl::make_unexpected(kept.error());
    for (ReportedCard &card : cards)
        report.feedback.push_back({card.accepted, std::move(card.reason), std::move(card.trial)});
    return std::nullopt;
}

} // namespace trialcds::cds_hooks
