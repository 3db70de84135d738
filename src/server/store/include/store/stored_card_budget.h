// The budget of cards over a store. A store that does not answer is told to `on_failure` and otherwise passed
// over: the card is shown. Thread-safety: from any thread.
#pragma once

#include "cds_hooks/card_budget.h"
#include "store/card_marks.h"
#include "store/shown_cards.h"
#include "store/stored_card_memory.h"

namespace trialcds::server {

class StoredCardBudget final : public cds_hooks::CardBudget {
  public:
    // `shown` must outlive this.
    StoredCardBudget(CardMarks marks, ShownCards &shown, OnStoreFailure on_failure);

    [[nodiscard]] cds_hooks::BudgetAnswer claim(const cds_hooks::CardSubject &subject,
                                                const cds_hooks::Budget &budget,
                                                const cds_hooks::Showing &showing) override;

  private:
    [[nodiscard]] bool was_shown_under_previous_key(const cds_hooks::CardSubject &subject,
                                                    const cds_hooks::Budget &budget,
                                                    const cds_hooks::Showing &showing);

    CardMarks marks_;
    ShownCards &shown_;
    OnStoreFailure on_failure_;
};

} // namespace trialcds::server
