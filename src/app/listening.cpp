#include "listening.h"

#include <iostream>
#include <utility>

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
