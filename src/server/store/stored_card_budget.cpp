#include "store/stored_card_budget.h"

#include <utility>

namespace trialcds::server {

StoredCardBudget::StoredCardBudget(CardMarks marks, ShownCards &shown, OnStoreFailure on_failure)
    : marks_(std::move(marks)), shown_(shown), on_failure_(std::move(on_failure)) {}

cds_hooks::BudgetAnswer StoredCardBudget::claim(const cds_hooks::CardSubject &subject,
                                                const cds_hooks::Budget &budget,
                                                const cds_hooks::Showing &showing) {
    const Marks marks = marks_.marks_of(subject);
    const auto answer = shown_.claim({subject.tenant, marks.patient, marks.viewer, budget, showing});
    if (!answer) on_failure_(StoreOperation::read, answer.error().internal_text);
    return answer.value_or(cds_hooks::BudgetAnswer::shown);
}

} // namespace trialcds::server
