// assess(): decides every criterion of a trial for one patient on one day. Total and pure: no I/O, no clock,
// no locale, no throw but std::bad_alloc; the same input gives the same result. Missing data is unknown,
// never false. The trial speaks of screening, baseline and randomization; none exists at alert time, so every
// window is counted back from as_of. Source: clinical-rules 0. Thread-safety: reentrant.
#pragma once

#include "eligibility/assessment.h"
#include "eligibility/facts.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

[[nodiscard]] TrialAssessment assess(const TrialDefinition &trial, const PatientFacts &facts, base::Day as_of);

} // namespace trialcds::eligibility
