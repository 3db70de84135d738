#include "listening.h"

#include <iostream>

#include "knowledge_location.h"

namespace trialcds::app {

std::string base_url(const ServeOptions &options) {
    return "http://" + options.address + ":" + std::to_string(options.port);
}

int listen_until(service::Signals &signals, const service::Deployment &service, const ServeOptions &options,
                 const std::string &greeting) {
    if (options.address != "127.0.0.1") {
        complain({base::ErrorCode::invalid_request, options.address,
                  "serve and demo listen on 127.0.0.1 only: they know neither TLS nor authentication yet", ""});
        return kUsage;
    }
    server::ListenSettings settings;
    settings.address = options.address;
    settings.port = options.port;
    auto server = server::HttpServer::start(settings, service.handler());
    if (!server) {
        complain(server.error());
        return server.error().code == base::ErrorCode::invalid_request ? kUsage : kUnavailable;
    }
    std::cout << "Listening on " << base_url(options)
              << "/cds-services (this machine only, no authentication; stop with Ctrl-C)\n"
              << greeting << std::flush;
    (void)signals.wait(); // the end of a terminal session ends it too
    (*server)->stop();
    std::cout << "Stopped.\n";
    return kDone;
}

} // namespace trialcds::app
