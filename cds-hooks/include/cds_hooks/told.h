// What became of one trial of a call, in a sentence for people: the card's summary, or why there is none, with
// the criterion, the drug and the day. It speaks of the patient, so it goes to whoever asked for it and into no
// log; the reason alone is in the call's report. Thread-safety: plain values.
#pragma once

#include <optional>
#include <string>

#include "base/date.h"
#include "cds_hooks/card.h"

namespace trialcds::cds_hooks {

struct Told {
    std::string trial;                      // registry id; "" of a call that looked at no trial
    std::optional<NoCardReason> no_card;    // nullopt: its card was shown
    std::string sentence;                   // in the client's language, without markup
    std::optional<base::Day> possible_from; // where nothing but time stands in the way
};

} // namespace trialcds::cds_hooks
