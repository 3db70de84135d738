// What the configuration says of the store, and where its secrets are. Private to config. Thread-safety: as the
// file's problems.
#pragma once

#include "base/definition.h"
#include "config/config.h"

namespace trialcds::server {

void read_store(const base::Node &node, StoreSettings &out);

} // namespace trialcds::server
