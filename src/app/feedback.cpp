// trial-cds feedback: which cards clinicians have dismissed, by the ids that their EHR shows, and taking such a
// dismissal back, beside the running service.
#include <algorithm>
#include <iostream>
#include <optional>
#include <string>

#include "base/csv.h"
#include "base/date.h"
#include "clock/clock.h"
#include "commands.h"
#include "config_file.h"
#include "knowledge_location.h"
#include "service/dismissals.h"

namespace trialcds::app {
namespace {

using service::DismissedCard;

constexpr std::int64_t kSecondsADay = 86400; // seconds

std::string utc_day(std::int64_t unix_seconds) {
    return base::Day{static_cast<std::int32_t>(unix_seconds / kSecondsADay)}.to_string();
}

const char *word_for(cds_hooks::StayAwayScope from) {
    return from == cds_hooks::StayAwayScope::viewer ? "user" : "patient";
}

// nullopt: it has complained.
std::optional<std::int64_t> moment_of(const FeedbackOptions &options) {
    if (options.as_of.empty()) return server::SystemClock().unix_seconds();
    const auto day = base::parse_day(options.as_of);
    if (day) return day->number * kSecondsADay;
    std::cerr << "trial-cds: --as-of takes a day as YYYY-MM-DD, for example 2026-11-22\n";
    return std::nullopt;
}

bool is_asked_for(const DismissedCard &card, const FeedbackOptions &options) {
    return (options.tenant.empty() || options.tenant == card.tenant) &&
           (options.trial.empty() || options.trial == card.trial);
}

// When that key may go.
void tell_of_the_previous_key(const service::DismissedCards &dismissed) {
    std::size_t count = 0;
    std::int64_t last = 0;
    for (const DismissedCard &card : dismissed.cards)
        if (card.previous_key) {
            ++count;
            last = std::max(last, card.until);
        }
    if (count > 0)
        std::cerr << "note: " << count << " of all dismissals hold by the previous hash key, the last until "
                  << utc_day(last) << "\n";
}

// The configuration, if its tenants have the one that is named.
std::optional<server::Config> config_of(const FeedbackOptions &options) {
    auto config = load_config(options.config);
    if (config && !options.tenant.empty() && config->tenants.count(options.tenant) == 0) {
        complain({base::ErrorCode::invalid_definition, options.config,
                  "no tenant has the id \"" + options.tenant + "\"", ""});
        return std::nullopt;
    }
    return config;
}

} // namespace

int list_feedback(const FeedbackOptions &options) {
    const auto now = moment_of(options);
    if (!now) return kUsage;
    const auto config = config_of(options);
    if (!config) return kBadInput;
    const auto dismissed = service::dismissed_cards(*config, *now);
    if (!dismissed) return complained(dismissed.error());
    std::string list;
    base::append_csv_row(list, {"tenant", "trial", "dismissed", "until", "away_from", "reason", "card"});
    for (const DismissedCard &card : dismissed->cards)
        if (is_asked_for(card, options))
            base::append_csv_row(list, {card.tenant, card.trial, utc_day(card.dismissed), utc_day(card.until),
                                        word_for(card.from), card.reason, card.card});
    std::cout << list;
    tell_of_the_previous_key(*dismissed);
    if (dismissed->without_card > 0)
        std::cerr << "note: cards stay away from " << dismissed->without_card
                  << " patients or users besides, by dismissals of which no card is known any more\n";
    return kDone;
}

int undo_feedback(const FeedbackOptions &options) {
    const auto now = moment_of(options);
    if (!now) return kUsage;
    const auto config = config_of(options);
    if (!config) return kBadInput;
    const auto knowledge = load(data_directory(config->data));
    if (!knowledge) return kBadInput;
    service::CardToShow wanted{options.card, options.tenant, {}};
    for (const eligibility::TrialDefinition &trial : knowledge->trials)
        wanted.trials.push_back(trial.id);
    const auto back = service::show_again(*config, wanted, *now);
    if (!back) return complained(back.error());
    std::cout << back->card << ": taken back; tenant " << back->tenant << ", trial " << back->trial
              << ", dismissed on " << utc_day(back->dismissed)
              << ". The trial's card no longer stays away from the " << word_for(back->from) << ".\n";
    return kDone;
}

} // namespace trialcds::app
