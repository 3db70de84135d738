// What a configuration makes of the evidence page: whose FHIR server is asked for, and what the page is told
// and allowed. Private to service. Thread-safety: reentrant.
#pragma once

#include <string>

#include "cds_hooks/evaluations.h"
#include "cds_hooks/evidence_page.h"
#include "config/config.h"

namespace trialcds::service {

// Where an EHR launches the page; "" for a tenant without.
[[nodiscard]] std::string evidence_launch(const server::Config &config, const server::Tenant &tenant);

[[nodiscard]] cds_hooks::TenantOfServer tenants_with_page(const server::Config &config);

[[nodiscard]] cds_hooks::EvidencePageSettings page_settings_of(const server::Config &config);

} // namespace trialcds::service
