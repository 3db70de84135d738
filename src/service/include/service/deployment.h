// The wiring of one running service: the API over a snapshot of the knowledge, with a clock, a source of
// identifiers, the clients it trusts and what the operator sees. Two kinds: for a developer's own machine,
// where everybody may call and nothing is logged; and from a configuration, where only clients with a token of
// a trusted issuer may. Thread-safety: the handlers may be called from several threads.
#pragma once

#include <memory>

#include "cds_hooks/http_api.h"
#include "clock/clock.h"
#include "config/config.h"
#include "observe/telemetry.h"
#include "transport/http_server.h"

namespace trialcds::service {

// What a configured service takes from outside.
struct DeploymentParts {
    std::shared_ptr<const mappings::Knowledge> knowledge;
    std::unique_ptr<server::Clock> clock;
    server::LogSink log;
};

class Deployment {
  public:
    // For the loopback interface only.
    Deployment(std::shared_ptr<const mappings::Knowledge> knowledge, std::unique_ptr<server::Clock> clock);

    // unreadable_input or invalid_definition: a key file or a secret cannot be read or holds no usable key, or
    // the store's file cannot be opened.
    [[nodiscard]] static base::Result<std::unique_ptr<Deployment>> create(const server::Config &config,
                                                                          DeploymentParts parts);
    ~Deployment();
    Deployment(const Deployment &) = delete;
    Deployment &operator=(const Deployment &) = delete;

    [[nodiscard]] cds_hooks::HttpResponse handle(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] server::Handler handler() const; // valid as long as this service

    // For the calls that begin from now on.
    void use(std::shared_ptr<const mappings::Knowledge> knowledge) { knowledge_.set(std::move(knowledge)); }

    // Health and metrics, for an address of their own.
    [[nodiscard]] cds_hooks::HttpResponse administer(const cds_hooks::HttpRequest &request) const;

  private:
    struct Holdings;
    Deployment(DeploymentParts parts, std::unique_ptr<Holdings> holdings,
               std::unique_ptr<server::Telemetry> telemetry,
               std::unique_ptr<cds_hooks::Authenticator> authenticator, cds_hooks::FhirReaderFactory readers,
               cds_hooks::ApiSettings settings);

    std::unique_ptr<server::Clock> clock_;
    std::unique_ptr<server::Telemetry> telemetry_; // null: nothing is logged
    std::unique_ptr<Holdings> holdings_;           // what the authenticator and the API refer to
    cds_hooks::KnowledgeHolder knowledge_;
    std::unique_ptr<cds_hooks::Authenticator> authenticator_;
    cds_hooks::HttpApi api_;
};

} // namespace trialcds::service
