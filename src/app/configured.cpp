#include "configured.h"

#include <iostream>

#include "cds_hooks/cors.h"
#include "commands.h"
#include "config/read_text.h"
#include "knowledge_location.h"
#include "service/deployment.h"
#include "service/signals.h"

namespace trialcds::app {
namespace {

int complained(const base::Error &error) {
    complain(error);
    return error.code == base::ErrorCode::unreadable_input ? kUnavailable : kBadInput;
}

std::string place(const server::ListenSettings &listen) {
    const bool six = listen.address.find(':') != std::string::npos;
    return (listen.tls ? "https://" : "http://") + (six ? "[" + listen.address + "]" : listen.address) + ":" +
           std::to_string(listen.port);
}

// What cannot be read leaves what was there in force.
void read_again(const server::Config &config, service::Deployment &service, server::HttpServer &server) {
    if (auto knowledge = load(data_directory(config.data))) {
        if (const auto used = service.use(std::move(knowledge)); !used)
            complain(used.error());
        else
            std::cout << "Knowledge read again.\n" << std::flush;
    }
    if (!config.listen.tls) return;
    if (const auto certificates = server.reload_certificates(); !certificates)
        complain(certificates.error());
    else
        std::cout << "Certificates read again.\n" << std::flush;
}

} // namespace

std::optional<server::Config> load_config(const std::string &file) {
    const auto text = server::read_text(file);
    if (!text) {
        complain(text.error());
        return std::nullopt;
    }
    auto config = server::parse_config(file, *text);
    if (config) return std::move(*config);
    for (const base::Error &error : config.error())
        complain(error);
    return std::nullopt;
}

int check_config(const std::string &file) {
    const auto config = load_config(file);
    if (!config) return kBadInput;
    if (!config->services.empty()) { // what they name must be there
        auto knowledge = load(data_directory(config->data));
        if (knowledge == nullptr) return kBadInput;
        if (const auto services = cds_hooks::services_of(std::move(knowledge), config->services); !services)
            return complained(services.error());
    }
    std::cout << file << ": sound; " << config->tenants.size() << " tenants, " << config->trust.issuers.size()
              << " issuers\n";
    return kDone;
}

int serve_configured(const server::Config &config, std::unique_ptr<server::Clock> clock) {
    service::Signals signals; // before any thread exists
    auto knowledge = load(data_directory(config.data));
    if (knowledge == nullptr) return kBadInput;
    const auto service =
        service::Deployment::create(config, {std::move(knowledge), std::move(clock), server::standard_error()});
    if (!service) return complained(service.error());
    server::ListenSettings listen = config.listen;
    listen.on_refusal = [&config](const cds_hooks::HttpRequest &request, cds_hooks::HttpResponse &response) {
        cds_hooks::add_cors_headers(config.cors_origins, request, response);
    };
    listen.on_failure = (*service)->on_transport_failure();
    auto server = server::HttpServer::start(listen, (*service)->handler());
    if (!server) return complained(server.error());
    std::unique_ptr<server::HttpServer> admin;
    if (config.admin) {
        auto started = server::HttpServer::start(*config.admin, [&](const cds_hooks::HttpRequest &request) {
            return (*service)->administer(request);
        });
        if (!started) return complained(started.error());
        admin = std::move(*started);
    }
    std::cout << "Listening on " << place(config.listen) << config.base_path() << "/cds-services\n"
              << std::flush;
    while (signals.wait() == service::Signal::reload)
        read_again(config, **service, **server);
    (*server)->stop();
    std::cout << "Stopped.\n";
    return kDone;
}

} // namespace trialcds::app
