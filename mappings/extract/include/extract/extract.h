// extract_facts(): FHIR resources -> facts the engine understands, once per patient for all trials. Matches
// codes by (system, code) pairs, converts units exactly, reads titres, qualitative results, dates and the last
// exposure to a drug (clinical-rules 7). What cannot be used is kept as unusable with its reason, never
// dropped: every resource ends as used or in `ignored`, so used + sum(ignored) == resources.
// What it does for a record is charged to a budget, where one is given: too_costly, and no facts, once that is
// spent. Pure; no clock: `as_of` is given. Thread-safety: reentrant.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "base/work_budget.h"
#include "eligibility/facts.h"
#include "fhir/patient_record.h"
#include "knowledge/catalogue.h"

namespace trialcds::mappings {

// A code, or words, that nothing known to us says the meaning of.
struct UnknownConcept {
    std::string type; // "Condition"
    std::string system;
    std::string code;
    std::string display; // or the words, where the code has none
    bool worded = false; // the record's own words: they may say who somebody is

    auto operator<=>(const UnknownConcept &) const = default;
};

// Whether its system and code have the form that such have. Anything else may be somebody's words, and nobody
// could map it.
[[nodiscard]] bool is_mappable(const UnknownConcept &unknown);

struct Extraction {
    eligibility::PatientFacts facts;
    std::vector<fhir::Issue> issues; // the reader's and our own, in reading order
    int resources = 0;
    int used = 0;
    fhir::IgnoredCounts ignored;
    std::map<UnknownConcept, int> not_understood; // records
};

struct ReadTrace; // read_trace.h

[[nodiscard]] Extraction extract_facts(const fhir::PatientRecord &record, const Catalogue &catalogue,
                                       base::Day as_of);
// `trace`: null, or how each record was read is appended to it.
[[nodiscard]] base::Result<Extraction> extract_facts(const fhir::PatientRecord &record,
                                                     const Catalogue &catalogue, base::Day as_of,
                                                     base::WorkBudget &work, ReadTrace *trace = nullptr);

} // namespace trialcds::mappings
