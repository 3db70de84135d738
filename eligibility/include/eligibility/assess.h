// assess(): decides every criterion of a trial for one patient on one day. Total and pure: no I/O, no clock,
// no locale, no throw but std::bad_alloc; the same input gives the same result. Missing data is unknown,
// never false. The trial speaks of screening, baseline and randomization; none exists at alert time, so every
// window is counted back from as_of. Source: clinical-rules 0. Thread-safety: reentrant.
#pragma once

#include "base/result.h"
#include "base/work_budget.h"
#include "eligibility/assessment.h"
#include "eligibility/facts.h"
#include "eligibility/trace.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

[[nodiscard]] TrialAssessment assess(const TrialDefinition &trial, const PatientFacts &facts, base::Day as_of);

// The same for a patient whose facts may be without end. too_costly, and no verdict, once the budget is spent.
// `trace`: null, or what every node gave is appended to it.
[[nodiscard]] base::Result<TrialAssessment> assess(const TrialDefinition &trial, const PatientFacts &facts,
                                                   base::Day as_of, base::WorkBudget &work,
                                                   Trace *trace = nullptr);

} // namespace trialcds::eligibility
