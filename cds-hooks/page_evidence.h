// From a patient's record to what the evidence page shows of it: every trial of every service, assessed and
// traced, those that a chart would show a card of before the others, each in the order of cards. Private to
// cds-hooks. Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/work_budget.h"
#include "cds_hooks/evidence_document.h"
#include "cds_hooks/service.h"
#include "eligibility/trace.h"
#include "extract/read_trace.h"
#include "fhir/patient_record.h"
#include "recording_reader.h"
#include "trial_cards.h"

namespace trialcds::cds_hooks {

// The key that brings the Patient.
[[nodiscard]] mappings::PrefetchKey patient_key(const Services &services);

// What is read for these trials. Only the Patient is required: a page says what else could not be read.
[[nodiscard]] std::vector<mappings::PrefetchKey>
page_keys(const std::vector<const eligibility::TrialDefinition *> &trials,
          const mappings::Catalogue &catalogue);

struct TracedTrial {
    eligibility::TrialAssessment assessment;
    eligibility::Trace rules;
    std::optional<NoCardReason> no_card; // that patient and trial give; nullopt: there is something to say
};

// Assessments point into `extraction` and into the knowledge: move-only, and kept together.
struct TracedPatient {
    std::string id;
    mappings::Extraction extraction;
    mappings::ReadTrace reading;
    std::vector<TracedTrial> trials;

    TracedPatient() = default;
    TracedPatient(TracedPatient &&) = default;
    TracedPatient &operator=(TracedPatient &&) = default;
};

// Both: too_costly once the budget is spent.
[[nodiscard]] base::Result<TracedPatient> trace_patient(const fhir::PatientRecord &record,
                                                        const mappings::Catalogue &catalogue, base::Day as_of,
                                                        base::WorkBudget &work);
[[nodiscard]] base::Result<void> assess_all(const std::vector<const eligibility::TrialDefinition *> &trials,
                                            const mappings::Knowledge &knowledge, const MatchTerms &terms,
                                            base::WorkBudget &work, TracedPatient &patient);

// Valid as long as the patient is.
[[nodiscard]] std::vector<wording::TracedRun> traced_runs(const TracedPatient &patient);

// Each key with its state and cause, as reported, and what was recorded of it.
[[nodiscard]] std::vector<ShownRead> shown_reads(const std::vector<mappings::PrefetchKey> &keys,
                                                 std::string_view patient_id, const CallReport &report,
                                                 const RecordingReader &reader);

} // namespace trialcds::cds_hooks
