// A service for a network, from a configuration file.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "clock/clock.h"
#include "config/config.h"

namespace trialcds::app {

// Prints every problem of the file on standard error, one a line, and gives nothing.
[[nodiscard]] std::optional<server::Config> load_config(const std::string &file);

// Runs until a signal says stop. The exit code.
[[nodiscard]] int serve_configured(const server::Config &config, std::unique_ptr<server::Clock> clock);

} // namespace trialcds::app
