// What an EHR is told of the services: each with its own id and the prefetch templates of its own trials,
// generated from the knowledge, so that discovery cannot drift from what extraction reads. Neither a template
// nor a text grows with the number of trials. Templates keep to the subset that every client must support:
// read, type search, token equality, _sort, _count; each parameter once. Source: CDS Hooks 2.0 "Discovery",
// "Prefetch template"; FHIR R4 search. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

#include "cds_hooks/service.h"
#include "knowledge/catalogue.h"

namespace trialcds::cds_hooks {

// The template of one key, with {{context.patientId}} where the patient's id goes.
[[nodiscard]] std::string prefetch_template(const mappings::PrefetchKey &key);

// The same with the id filled in: the query for a client's FHIR server.
[[nodiscard]] std::string prefetch_query(const mappings::PrefetchKey &key, std::string_view patient_id);

// The discovery document.
[[nodiscard]] std::string discovery(const Services &services);

} // namespace trialcds::cds_hooks
