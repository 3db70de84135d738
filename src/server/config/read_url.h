// URLs and origins of the configuration. Private to config. Thread-safety: as the file's problems.
#pragma once

#include <string>
#include <vector>

#include "base/definition.h"

namespace trialcds::server {

// A URL as it is compared: without a final '/'.
[[nodiscard]] std::string base_url_of(const base::Node &node);

// As browsers send them.
[[nodiscard]] std::vector<std::string> read_origins(const base::Node &node);

} // namespace trialcds::server
