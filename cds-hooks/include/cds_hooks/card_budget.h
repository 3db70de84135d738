// Port: how often cards are shown. A viewer sees at most so many a day, and a patient's card of one trial comes
// back only after so many days, unless its first line says more by then: possible future match, more data
// needed, possible match for review, in this order. Everything is counted by days: the same card again on the
// same day is shown again and counts once, so that a chart may be opened twice. A store that fails keeps no
// card away. Source: conformance item 26. Thread-safety: called from any thread.
#pragma once

#include <cstdint>

#include "base/date.h"
#include "cds_hooks/card_memory.h"
#include "eligibility/assessment.h"

namespace trialcds::cds_hooks {

// A site's own; 0: no limit.
struct Budget {
    int per_viewer_day = 0;   // cards
    int per_patient_days = 0; // from one showing of a trial's card to the next

    [[nodiscard]] explicit operator bool() const { return per_viewer_day > 0 || per_patient_days > 0; }
    bool operator==(const Budget &) const = default;
};

struct Showing {
    base::Day day;
    int standing = 0; // of the card's first line; more is better
};

[[nodiscard]] int standing_of(eligibility::TrialOutcome outcome);

enum class BudgetAnswer : std::uint8_t { shown, shown_before, spent };

class CardBudget {
  public:
    virtual ~CardBudget() = default;
    // shown: within the budget, and counted from now on; also when the store does not answer.
    [[nodiscard]] virtual BudgetAnswer claim(const CardSubject &subject, const Budget &budget,
                                             const Showing &showing) = 0;
};

} // namespace trialcds::cds_hooks
