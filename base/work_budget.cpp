#include "base/work_budget.h"

namespace trialcds::base {

Error WorkBudget::refusal() const {
    return {ErrorCode::too_costly, "",
            "the record takes more work than this service does for one of its size, so nothing was evaluated; "
            "send it without entries that repeat themselves without end, or ask the service's operator",
            is_set(cancelled_) ? "nobody waited for the answer any more" : "the budget of work was spent"};
}

} // namespace trialcds::base
