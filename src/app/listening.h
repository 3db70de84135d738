// Runs a service on its port until a signal says stop: what serve and demo share.
#pragma once

#include <string>

#include "commands.h"
#include "service/deployment.h"
#include "service/signals.h"

namespace trialcds::app {

// Prints the discovery URL and then `greeting` once the port is open. The exit code.
[[nodiscard]] int listen_until(service::Signals &signals, const service::Deployment &service,
                               const ServeOptions &options, const std::string &greeting);

// "http://127.0.0.1:8090"
[[nodiscard]] std::string base_url(const ServeOptions &options);

} // namespace trialcds::app
