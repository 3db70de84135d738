// What a tenant says about whom cards are shown to, and how often. Thread-safety: as of base::Node.
#pragma once

#include "base/definition.h"
#include "config/config.h"

namespace trialcds::server {

// "roles", "restricted_labels", "least_known" and "budget" of a tenant.
void read_showing(const base::Node &tenant, Tenant &out);

// Of a configuration without a store: nothing would remember what was shown.
void refuse_budgets(const base::Node &tenants);

} // namespace trialcds::server
