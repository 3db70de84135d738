// The wiring of one running service: the API over a snapshot of the knowledge, with a clock, a source of
// identifiers, the clients it trusts and what the operator sees. Two kinds: for a developer's own machine,
// where everybody may call and nothing is logged; and from a configuration, where only clients with a token of
// a trusted issuer may. Thread-safety: the handlers may be called from several threads.
#pragma once

#include <memory>

#include "cds_hooks/http_api.h"
#include "server/clock.h"
#include "server/config.h"
#include "server/http_server.h"
#include "server/telemetry.h"

namespace trialcds::server {

// What a configured service takes from outside.
struct ServiceParts {
    std::shared_ptr<const mappings::Knowledge> knowledge;
    std::unique_ptr<Clock> clock;
    LogSink log;
};

class Service {
  public:
    // For the loopback interface only.
    Service(std::shared_ptr<const mappings::Knowledge> knowledge, std::unique_ptr<Clock> clock);

    // unreadable_input or invalid_definition: a key file or a secret cannot be read or holds no usable key, or
    // the store's file cannot be opened.
    [[nodiscard]] static base::Result<std::unique_ptr<Service>> create(const Config &config,
                                                                       ServiceParts parts);
    ~Service();
    Service(const Service &) = delete;
    Service &operator=(const Service &) = delete;

    [[nodiscard]] cds_hooks::HttpResponse handle(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] Handler handler() const; // valid as long as this service

    // For the calls that begin from now on.
    void use(std::shared_ptr<const mappings::Knowledge> knowledge) { knowledge_.set(std::move(knowledge)); }

    // Health and metrics, for an address of their own.
    [[nodiscard]] cds_hooks::HttpResponse administer(const cds_hooks::HttpRequest &request) const;

  private:
    struct Holdings;
    Service(ServiceParts parts, std::unique_ptr<Holdings> holdings, std::unique_ptr<Telemetry> telemetry,
            std::unique_ptr<cds_hooks::Authenticator> authenticator, cds_hooks::FhirReaderFactory readers,
            cds_hooks::ApiSettings settings);

    std::unique_ptr<Clock> clock_;
    std::unique_ptr<Telemetry> telemetry_; // null: nothing is logged
    std::unique_ptr<Holdings> holdings_;   // what the authenticator and the API refer to
    cds_hooks::KnowledgeHolder knowledge_;
    std::unique_ptr<cds_hooks::Authenticator> authenticator_;
    cds_hooks::HttpApi api_;
};

} // namespace trialcds::server
