#include "listening.h"

#include <iostream>
#include <utility>

#include "base/ascii.h"
#include "cds_hooks/operation_outcome.h"
#include "knowledge_location.h"

namespace trialcds::app {

std::string base_url(const ServeOptions &options) {
    return "http://" + options.address + ":" + std::to_string(options.port);
}

server::ListenSettings listen_settings(const ServeOptions &options) {
    server::ListenSettings settings;
    settings.address = options.address;
    settings.port = options.port;
    return settings;
}

server::Handler for_this_machine(server::Handler handler, std::uint16_t port) {
    return [handler = std::move(handler), port](const cds_hooks::HttpRequest &request) {
        const std::string host = base::lower(cds_hooks::find_header(request.headers, "Host"));
        const std::string with_port = ":" + std::to_string(port);
        for (const std::string name : {"127.0.0.1", "localhost", "[::1]"})
            if (host == name || host == name + with_port) return handler(request);
        return cds_hooks::outcome_response(
            421, "security",
            "this program answers only under a name of this machine: ask http://127.0.0.1" + with_port +
                " or http://localhost" + with_port +
                ", not another host name or port (a proxy in between must set the Host header)");
    };
}

int listen_until(service::Signals &signals, server::Handler handler, const server::ListenSettings &settings,
                 const std::string &greeting) {
    if (settings.address != "127.0.0.1") {
        complain({base::ErrorCode::invalid_request, settings.address,
                  "serve and demo listen on 127.0.0.1 only: they know neither TLS nor authentication yet", ""});
        return kUsage;
    }
    auto server = server::HttpServer::start(settings, std::move(handler));
    if (!server) {
        complain(server.error());
        return server.error().code == base::ErrorCode::invalid_request ? kUsage : kUnavailable;
    }
    std::cout << greeting << std::flush;
    (void)signals.wait(); // the end of a terminal session ends it too
    (*server)->stop();
    std::cout << "Stopped.\n";
    return kDone;
}

} // namespace trialcds::app
