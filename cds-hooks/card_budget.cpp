#include "cds_hooks/card_budget.h"

namespace trialcds::cds_hooks {

int standing_of(eligibility::TrialOutcome outcome) {
    switch (outcome) {
    case eligibility::TrialOutcome::not_a_candidate:
        return 0;
    case eligibility::TrialOutcome::more_data_needed:
        return 1;
    case eligibility::TrialOutcome::potential_candidate:
        break;
    }
    return 2;
}

} // namespace trialcds::cds_hooks
