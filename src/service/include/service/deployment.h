// The wiring of one running service: the API over a snapshot of the knowledge, with a clock, a source of
// identifiers, the clients it trusts and what the operator sees. Two kinds: for a developer's own machine,
// where everybody may call and nothing is logged; and from a configuration, where only clients with a token of
// a trusted issuer may. Thread-safety: the handlers may be called from several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cds_hooks/evaluations.h"
#include "cds_hooks/evidence_page.h"
#include "cds_hooks/http_api.h"
#include "clock/clock.h"
#include "config/config.h"
#include "observe/telemetry.h"
#include "transport/http_server.h"

namespace trialcds::service {

// How a service of this configuration answers.
[[nodiscard]] cds_hooks::ApiSettings settings_of(const server::Config &config);

// What a configured service takes from outside.
struct DeploymentParts {
    std::shared_ptr<const mappings::Knowledge> knowledge;
    std::unique_ptr<server::Clock> clock;
    server::LogSink log;
    std::vector<cds_hooks::PageFile> evidence_page{}; // needed where a tenant has one
    // Unix seconds by which clients judge the server's certificate, whatever day `clock` stands at; the
    // machine's own without.
    std::function<std::int64_t()> machine_seconds{};
};

class CertificateWatch;

class Deployment {
  public:
    // For the loopback interface only.
    Deployment(std::shared_ptr<const mappings::Knowledge> knowledge, std::unique_ptr<server::Clock> clock);

    // unreadable_input or invalid_definition: a key file or a secret cannot be read or holds no usable key, the
    // store's file cannot be opened, or a service names a trial that is not installed.
    [[nodiscard]] static base::Result<std::unique_ptr<Deployment>> create(const server::Config &config,
                                                                          DeploymentParts parts);
    ~Deployment();
    Deployment(const Deployment &) = delete;
    Deployment &operator=(const Deployment &) = delete;

    [[nodiscard]] cds_hooks::HttpResponse handle(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] server::Handler handler() const; // valid as long as this service

    // From its head: whose request it is, or its answer where no body can change that. For ListenSettings.
    [[nodiscard]] server::Judgement judge(const cds_hooks::HttpRequest &head) const;
    // That what comes in and what is read from FHIR servers draw on; null: without a limit.
    [[nodiscard]] std::shared_ptr<base::Shares> memory() const;

    // Of the address that the EHR calls. Valid as long as this service.
    [[nodiscard]] server::OnTransportFailure on_transport_failure() const;

    // For the calls that begin from now on. invalid_definition: it lacks a trial that a service names; what was
    // there stays in force.
    [[nodiscard]] base::Result<void> use(std::shared_ptr<const mappings::Knowledge> knowledge);

    // The server's own certificate was read, at a start or a reload: the Unix second from which it is valid no
    // more. The service is not ready from then on, and says in its log when that is near.
    void certificate_read(std::int64_t expires);
    // To be called now and then, an hour apart at most: says once a day what the operator should see to.
    void tend();

    // Health and metrics, for an address of their own.
    [[nodiscard]] cds_hooks::HttpResponse administer(const cds_hooks::HttpRequest &request) const;

  private:
    // Of the evidence page, and for it.
    void offer_page(const server::Config &config, std::vector<cds_hooks::PageFile> files,
                    cds_hooks::FhirReaderFactory readers, cds_hooks::ApiSettings settings);
    [[nodiscard]] cds_hooks::HttpResponse route(const cds_hooks::HttpRequest &request,
                                                const cds_hooks::CallContext &context) const;

    [[nodiscard]] std::string why_not_ready() const; // a line; "": it is ready

    struct Holdings;
    struct Offer {
        std::shared_ptr<const cds_hooks::Services> services;
        std::vector<cds_hooks::ServiceDefinition> definitions; // for the next reading of the knowledge
    };
    Deployment(Offer offer, std::unique_ptr<server::Clock> clock, std::unique_ptr<Holdings> holdings,
               std::unique_ptr<server::Telemetry> telemetry,
               std::unique_ptr<cds_hooks::Authenticator> authenticator, cds_hooks::FhirReaderFactory readers,
               cds_hooks::ApiSettings settings);

    std::unique_ptr<server::Clock> clock_;
    std::unique_ptr<server::Telemetry> telemetry_; // null: nothing is logged
    std::unique_ptr<Holdings> holdings_;           // what the authenticator and the API refer to
    std::vector<cds_hooks::ServiceDefinition> definitions_;
    cds_hooks::ServicesHolder services_;
    std::unique_ptr<CertificateWatch> certificate_;
    std::function<std::int64_t()> machine_seconds_;
    std::string readiness_path_; // on the EHR's address; "": on an address of its own
    std::unique_ptr<cds_hooks::Authenticator> authenticator_;
    cds_hooks::HttpApi api_;
    std::unique_ptr<cds_hooks::Evaluations> evaluations_; // null: no tenant has an evidence page
    std::unique_ptr<cds_hooks::EvidencePage> page_;       // the same
};

} // namespace trialcds::service
