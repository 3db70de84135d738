// From one patient's facts to the trials of a service that have something to say: each recruiting trial is
// assessed, whatever there is no card for is reported with its reason, and the rest is put in the order in
// which it should be read: possible matches before those that need more data and those of a day to come, then
// the larger share of criteria settled, then the registry id. Private to cds-hooks. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "base/work_budget.h"
#include "cds_hooks/call_report.h"
#include "cds_hooks/card.h"
#include "cds_hooks/service.h"
#include "eligibility/assessment.h"

namespace trialcds::cds_hooks {

struct Match {
    eligibility::TrialAssessment assessment;
    std::size_t report = 0; // its position in `reports`
};

// What decides, beside the facts, whether a trial has something to say.
struct MatchTerms {
    base::Day as_of;
    bool record_replaced = false;
    bool future_matches = false;
    std::size_t least_known = 0;
};

[[nodiscard]] TrialReport report_of(const eligibility::TrialAssessment &assessment);

// Whether the left one should be read before the right one.
[[nodiscard]] bool comes_first(const eligibility::TrialAssessment &left,
                               const eligibility::TrialAssessment &right);

// `reports`: one per trial of the service, in its order; those of the matches are still without a reason for no
// card. too_costly, and no match, once the budget is spent.
[[nodiscard]] base::Result<std::vector<Match>> find_matches(const Service &service,
                                                            const mappings::Knowledge &knowledge,
                                                            const mappings::Extraction &extraction,
                                                            const MatchTerms &terms, base::WorkBudget &work,
                                                            std::vector<TrialReport> &reports);

} // namespace trialcds::cds_hooks
