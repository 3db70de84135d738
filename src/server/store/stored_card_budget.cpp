#include "store/stored_card_budget.h"

#include <utility>

namespace trialcds::server {

StoredCardBudget::StoredCardBudget(CardMarks marks, ShownCards &shown, OnStoreFailure on_failure)
    : marks_(std::move(marks)), shown_(shown), on_failure_(std::move(on_failure)) {}

cds_hooks::BudgetAnswer StoredCardBudget::claim(const cds_hooks::CardSubject &subject,
                                                const cds_hooks::Budget &budget,
                                                const cds_hooks::Showing &showing) {
    if (was_shown_under_previous_key(subject, budget, showing)) return cds_hooks::BudgetAnswer::shown_before;
    const Marks marks = marks_.marks_of(subject);
    const auto answer = shown_.claim({subject.tenant, marks.patient, marks.viewer, budget, showing});
    if (!answer) on_failure_(StoreOperation::read, answer.error().internal_text);
    return answer.value_or(cds_hooks::BudgetAnswer::shown);
}

bool StoredCardBudget::was_shown_under_previous_key(const cds_hooks::CardSubject &subject,
                                                    const cds_hooks::Budget &budget,
                                                    const cds_hooks::Showing &showing) {
    const auto marks = marks_.previous_marks_of(subject);
    if (!marks || budget.per_patient_days == 0) return false;
    const auto before = shown_.shown_before({subject.tenant, marks->patient, marks->viewer, budget, showing});
    if (!before) on_failure_(StoreOperation::read, before.error().internal_text);
    return before.value_or(false);
}

} // namespace trialcds::server
