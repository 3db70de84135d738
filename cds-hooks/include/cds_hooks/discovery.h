// What this service offers: one CDS service per trial, each with its own id (two services sharing one id break
// a widespread client), all with the prefetch templates generated from the catalogue, so that discovery cannot
// drift from what extraction reads. Templates keep to the subset that every client must support: read, type
// search, token equality, _sort, _count; each parameter once. Source: CDS Hooks 2.0 "Discovery", "Prefetch
// template"; FHIR R4 search. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

#include "eligibility/trial.h"
#include "knowledge/catalogue.h"
#include "knowledge/knowledge.h"

namespace trialcds::cds_hooks {

inline constexpr std::string_view kPatientView = "patient-view";

// "nct01234567-patient-view": the registry id in lower case, then the hook.
[[nodiscard]] std::string service_id(const eligibility::TrialDefinition &trial);

// The trial behind a service id, or null.
[[nodiscard]] const eligibility::TrialDefinition *find_service(const mappings::Knowledge &knowledge,
                                                               std::string_view id);

// The template of one key, with {{context.patientId}} where the patient's id goes.
[[nodiscard]] std::string prefetch_template(const mappings::PrefetchKey &key);

// The same with the id filled in: the query for a client's FHIR server.
[[nodiscard]] std::string prefetch_query(const mappings::PrefetchKey &key, std::string_view patient_id);

// The discovery document.
[[nodiscard]] std::string discovery(const mappings::Knowledge &knowledge);

} // namespace trialcds::cds_hooks
