// What the operator sees of dismissed cards, and takes back: over the store of a configuration, beside the
// running service, whose next look at the store finds it changed. Nothing in it leads to a patient or a user;
// the id of a card is the one that an EHR has shown. Invariants: only a card's own dismissal and what it keeps
// away is taken back, of no other tenant or trial; a SQLite store that is not there is not made. Errors:
// invalid_definition: there is no store, or a hash key that anybody could guess, or nothing to take back;
// unreadable_input: the store or a secret cannot be read, or the store takes nothing now; nothing has changed.
// Source: conformance items 56 to 59. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cds_hooks/card_memory.h"
#include "config/config.h"

namespace trialcds::service {

// Times are Unix seconds, by the service's clock.
struct DismissedCard {
    std::string tenant;
    std::string trial;
    std::string card;
    std::string reason;                                                // of our own list, "other" or ""
    cds_hooks::StayAwayScope from = cds_hooks::StayAwayScope::patient; // whose view it leaves
    std::int64_t dismissed = 0;
    std::int64_t until = 0;
    bool previous_key = false; // needed for it to be kept away
};

struct DismissedCards {
    std::vector<DismissedCard> cards; // that stay away now, the most recent first, each once
    std::size_t without_card = 0; // patients and users from whom cards stay away, and no card listed says why
};

[[nodiscard]] base::Result<DismissedCards> dismissed_cards(const server::Config &config,
                                                           std::int64_t unix_seconds);

struct CardToShow {
    std::string card;                // a UUID, in any case
    std::string tenant;              // "": whichever it was shown by
    std::vector<std::string> trials; // that are installed: they tell a card of ours from another's
};

// What was taken back.
[[nodiscard]] base::Result<DismissedCard> show_again(const server::Config &config, const CardToShow &wanted,
                                                     std::int64_t unix_seconds);

} // namespace trialcds::service
