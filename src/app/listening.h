// Runs a service on its port until a signal says stop: what serve and demo share.
#pragma once

#include <cstdint>
#include <string>

#include "commands.h"
#include "service/signals.h"
#include "transport/http_server.h"

namespace trialcds::app {

// Prints `greeting` once the port is open. The exit code.
[[nodiscard]] int listen_until(service::Signals &signals, server::Handler handler,
                               const server::ListenSettings &settings, const std::string &greeting);

[[nodiscard]] server::ListenSettings listen_settings(const ServeOptions &options);

// Refuses, with 421, what was not asked under a name of this machine: a page of elsewhere whose host name was
// made to lead here (DNS rebinding) could read every answer as if it were its own. Names are 127.0.0.1,
// localhost and [::1], alone or with this port. Source: RFC 9110 section 7.4.
[[nodiscard]] server::Handler for_this_machine(server::Handler handler, std::uint16_t port);

// "http://127.0.0.1:8090"
[[nodiscard]] std::string base_url(const ServeOptions &options);

} // namespace trialcds::app
