// Port: which cards were shown, for budgets that outlive the process and are shared by replicas. It holds keyed
// marks, days and the standing of a card's first line, each until the day that its budget ends; nothing that
// leads back to a patient or a user without the key. What is lost with a crash is shown once more. Source:
// conformance item 26. Thread-safety: from any thread.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cds_hooks/card_budget.h"

namespace trialcds::server {

// A card about to be shown. Marks as of store/card_marks.h; that of the patient tells the trial too.
struct CardClaim {
    std::string tenant;
    std::string patient;
    std::string viewer;
    cds_hooks::Budget budget;
    cds_hooks::Showing showing;
};

class ShownCards {
  public:
    virtual ~ShownCards() = default;
    // A card that is shown is counted, once a day; of one that is not nothing is kept. Two calls at the same
    // instant may both be the last of a budget. unavailable: nothing is known, and names no value.
    [[nodiscard]] virtual base::Result<cds_hooks::BudgetAnswer> claim(const CardClaim &claim) = 0;
    // Was the patient's card shown before, as claim() would say? Nothing is counted.
    [[nodiscard]] virtual base::Result<bool> shown_before(const CardClaim &claim) = 0;
};

// A table of its own in the file of the SQLite store, for one process. unreadable_input: it cannot be made
// there.
[[nodiscard]] base::Result<std::unique_ptr<ShownCards>> open_sqlite_shown_cards(const std::string &file);

} // namespace trialcds::server
