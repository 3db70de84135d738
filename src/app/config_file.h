// The configuration file of a service for a network.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "config/config.h"

namespace trialcds::app {

// Prints every problem of the file on standard error, one a line, and gives nothing.
[[nodiscard]] std::optional<server::Config> load_config(const std::string &file);

// Prints the error. The exit code it ends the program with.
[[nodiscard]] int complained(const base::Error &error);

} // namespace trialcds::app
