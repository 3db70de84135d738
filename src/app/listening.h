// Runs a service on its port until a signal says stop: what serve and demo share.
#pragma once

#include <string>

#include "commands.h"
#include "service/signals.h"
#include "transport/http_server.h"

namespace trialcds::app {

// Prints `greeting` once the port is open. The exit code.
[[nodiscard]] int listen_until(service::Signals &signals, server::Handler handler,
                               const server::ListenSettings &settings, const std::string &greeting);

[[nodiscard]] server::ListenSettings listen_settings(const ServeOptions &options);

// "http://127.0.0.1:8090"
[[nodiscard]] std::string base_url(const ServeOptions &options);

} // namespace trialcds::app
