// extract_facts(): FHIR resources -> facts the engine understands, once per patient for all trials. Matches
// codes by (system, code) pairs, converts units exactly, reads titres, qualitative results, dates and the last
// exposure to a drug (clinical-rules 7). What cannot be used is kept as unusable with its reason, never
// dropped: every resource ends as used or in `ignored`, so used + sum(ignored) == resources.
// Pure; no clock: `as_of` is given. Thread-safety: reentrant.
#pragma once

#include <string>
#include <vector>

#include "base/date.h"
#include "eligibility/facts.h"
#include "fhir/patient_record.h"
#include "knowledge/catalogue.h"

namespace trialcds::mappings {

struct Extraction {
    eligibility::PatientFacts facts;
    std::vector<fhir::Issue> issues; // the reader's and our own, in reading order
    int resources = 0;
    int used = 0;
    fhir::IgnoredCounts ignored;
};

[[nodiscard]] Extraction extract_facts(const fhir::PatientRecord &record, const Catalogue &catalogue,
                                       base::Day as_of);

} // namespace trialcds::mappings
