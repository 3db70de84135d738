// What the configuration says of the evidence page, and whether it can work. Private to config. Thread-safety:
// as the file's problems.
#pragma once

#include <optional>

#include "base/definition.h"
#include "config/config.h"

namespace trialcds::server {

[[nodiscard]] std::optional<SmartApp> read_smart(const base::Node &node); // of a tenant

void read_evaluations(const base::Node &node, Config &out);

// After everything else of the file: a page reads from FHIR servers, which lead to one tenant each.
void check_evidence_pages(const base::Node &root, const Config &config);

} // namespace trialcds::server
