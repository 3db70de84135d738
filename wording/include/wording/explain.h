// explain(): the way from the record to one criterion's verdict, for testers and coordinators: the verdict and
// what would change it, what every step of its rule gave, what became of each record that concerns it, and a
// count of all others. Everything is what one traced run left; nothing is worked out a second time.
// explain_json(): the same as a document (contract: docs/evaluate.md). explained_report(): the report with the
// way of every criterion in it. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eligibility/trace.h"
#include "extract/read_trace.h"
#include "knowledge/catalogue.h"
#include "wording/language.h"
#include "wording/table.h"

namespace trialcds::wording {

// One run with its traces.
struct TracedRun {
    std::string_view patient_id; // "" when the record has none
    const eligibility::TrialAssessment &assessment;
    const eligibility::Trace &rules;
    const mappings::Extraction &extraction;
    const mappings::ReadTrace &reading;
};

// What can be explained of a trial: its criteria and their parts, in its order.
[[nodiscard]] std::vector<std::string> explainable(const eligibility::TrialDefinition &trial);

// `id`: one of these.
[[nodiscard]] std::string explain(const Language &language, const mappings::Catalogue &catalogue,
                                  const TracedRun &run, std::string_view id, TableStyle style);
[[nodiscard]] std::string explain_json(const Language &language, const mappings::Catalogue &catalogue,
                                       const TracedRun &run, std::string_view id);
[[nodiscard]] std::string explained_report(const Language &language, const mappings::Catalogue &catalogue,
                                           const TracedRun &run);

} // namespace trialcds::wording
