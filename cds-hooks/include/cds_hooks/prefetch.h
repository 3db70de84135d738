// Turns a call's prefetch into a patient record. Every key is judged alone, and its five states are kept apart:
//   absent            not sent: asked of the FHIR reader, else not retrieved
//   null              the client looked and has nothing: complete, never asked for again
//   empty Bundle      the same as null for a search
//   next link, outcome entry   read in part: incomplete, so nothing may be concluded from absence
//   OperationOutcome, or anything that is not the resource asked for   failed: not retrieved, not asked again
// A medication source that was not retrieved is refused if the server answered 403 or the like, or the client
// sent an OperationOutcome that says so: it may hold more than the others tell (clinical-rules 0.4 b).
// The call fails only when a required key cannot be had at all (missing_data, naming the keys, what was tried
// and what became of it), or when the data is about another patient (inconsistent). Source: CDS Hooks 2.0
// "Prefetch tokens", "Providing FHIR resources to a CDS Service". Thread-safety: as the reader's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cds_hooks/call_report.h"
#include "cds_hooks/request.h"
#include "fhir/fhir_reader.h"
#include "fhir/patient_record.h"
#include "knowledge/catalogue.h"

namespace trialcds::cds_hooks {

// Kinds of resource that tell of drugs; an EHR may keep some of them.
[[nodiscard]] std::vector<std::string_view> known_medication_sources();

// `keys`: what the service asks for. `states`: what became of each key, `causes`: why; both given also when the
// call fails. `medication_sources`: those that the client's EHR keeps, where its configuration names them. Only
// these are fetched, each must be had before "none recorded" is said, and no other stands in for them. Empty:
// one stands in for another that the server says not to keep.
[[nodiscard]] base::Result<fhir::PatientRecord>
resolve_prefetch(const Request &request, const std::vector<mappings::PrefetchKey> &keys,
                 fhir::FhirReader &reader, KeyStates &states, KeyCauses *causes = nullptr,
                 const std::vector<std::string> &medication_sources = {});

} // namespace trialcds::cds_hooks
