// trial-cds serve: the CDS Hooks service until SIGINT or SIGTERM; on the loopback interface unless a
// configuration file says who may call.
#include <chrono>
#include <iostream>
#include <memory>

#include "cds_hooks/cors.h"
#include "clock/clock.h"
#include "commands.h"
#include "config_file.h"
#include "evidence_page.h"
#include "knowledge_location.h"
#include "listening.h"
#include "service/deployment.h"
#include "service/memory.h"
#include "service/signals.h"

namespace trialcds::app {
namespace {

std::string place(const server::ListenSettings &listen) {
    const bool six = listen.address.find(':') != std::string::npos;
    return (listen.tls ? "https://" : "http://") + (six ? "[" + listen.address + "]" : listen.address) + ":" +
           std::to_string(listen.port);
}

constexpr std::chrono::seconds kTending{10};

// What cannot be read leaves what was there in force.
void read_certificates_again(service::Deployment &service, server::HttpServer &server,
                             server::HttpServer *admin) {
    bool all = true;
    for (server::HttpServer *each : {&server, admin}) {
        if (each == nullptr) continue;
        const auto certificates = each->reload_certificates();
        if (!certificates) complain(certificates.error());
        all = all && certificates.has_value();
    }
    if (const auto expires = server.certificate_expires()) service.certificate_read(*expires);
    if (all) std::cout << "Certificates read again.\n" << std::flush;
}

void read_again(const server::Config &config, service::Deployment &service, server::HttpServer &server,
                server::HttpServer *admin) {
    if (auto knowledge = load(data_directory(config.data))) {
        if (const auto used = service.use(std::move(knowledge)); !used)
            complain(used.error());
        else
            std::cout << "Knowledge read again.\n" << std::flush;
    }
    if (config.listen.tls || (config.admin && config.admin->tls))
        read_certificates_again(service, server, admin);
}

// Until a signal says stop.
void keep_up(service::Signals &signals, const server::Config &config, service::Deployment &service,
             server::HttpServer &server, server::HttpServer *admin) {
    service::FreedMemory freed;
    while (true) {
        const auto signal = signals.wait_for(kTending);
        if (signal == service::Signal::stop) return;
        if (signal == service::Signal::reload)
            read_again(config, service, server, admin);
        else {
            service.tend();
            freed.give_back();
        }
    }
}

// Runs until a signal says stop. The exit code.
int serve_network(const server::Config &config, std::unique_ptr<server::Clock> clock) {
    service::Signals signals; // before any thread exists
    auto knowledge = load(data_directory(config.data));
    if (knowledge == nullptr) return kBadInput;
    service::DeploymentParts parts{std::move(knowledge), std::move(clock), server::standard_error()};
    if (config.has_evidence_page()) {
        auto page = read_evidence_page();
        if (!page) return complained(page.error());
        parts.evidence_page = std::move(*page);
    }
    const auto service = service::Deployment::create(config, std::move(parts));
    if (!service) return complained(service.error());
    server::ListenSettings listen = config.listen;
    listen.on_refusal = [&config](const cds_hooks::HttpRequest &request, cds_hooks::HttpResponse &response) {
        cds_hooks::add_cors_headers(config.cors_origins, request, response);
    };
    listen.on_failure = (*service)->on_transport_failure();
    listen.judge = [&service](const cds_hooks::HttpRequest &head) { return (*service)->judge(head); };
    listen.memory = (*service)->memory();
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
    if (const auto expires = (*server)->certificate_expires()) (*service)->certificate_read(*expires);
    std::cout << "Listening on " << place(config.listen) << config.base_path() << "/cds-services\n"
              << std::flush;
    keep_up(signals, config, **service, **server, admin.get());
    (*server)->stop();
    std::cout << "Stopped.\n";
    return kDone;
}

} // namespace

int serve(const ServeOptions &options) {
    std::unique_ptr<server::Clock> clock = std::make_unique<server::SystemClock>();
    if (!options.as_of.empty()) {
        const auto day = base::parse_day(options.as_of);
        if (!day) {
            std::cerr << "trial-cds: --as-of takes a day as YYYY-MM-DD, for example 2026-11-22\n";
            return kUsage;
        }
        clock = std::make_unique<server::FixedClock>(*day);
    }
    service::keep_freed_memory();
    if (!options.config.empty()) {
        const auto config = load_config(options.config);
        return config ? serve_network(*config, std::move(clock)) : kBadInput;
    }
    service::Signals signals; // before any thread exists
    auto knowledge = load(data_directory(options.data));
    if (knowledge == nullptr) return kBadInput;
    const service::Deployment service(std::move(knowledge), std::move(clock));
    return listen_until(signals, for_this_machine(service.handler(), options.port), listen_settings(options),
                        "Listening on " + base_url(options) +
                            "/cds-services (this machine only, no authentication; stop with Ctrl-C)\n");
}

} // namespace trialcds::app
