// The wiring of one running service: the API over a snapshot of the knowledge, with a clock and a source of
// identifiers, as the handler of a listener. Everybody may call, so it belongs on the loopback interface; an
// Authenticator and a FHIR reader that use the network take their places here. Thread-safety: handler() may be
// called from several threads.
#pragma once

#include <memory>

#include "cds_hooks/http_api.h"
#include "server/clock.h"
#include "server/http_server.h"

namespace trialcds::server {

class Service {
  public:
    Service(std::shared_ptr<const mappings::Knowledge> knowledge, std::unique_ptr<Clock> clock);

    [[nodiscard]] cds_hooks::HttpResponse handle(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] Handler handler() const; // valid as long as this service

  private:
    std::unique_ptr<Clock> clock_;
    cds_hooks::KnowledgeHolder knowledge_;
    cds_hooks::AllowAll authenticator_;
    cds_hooks::HttpApi api_;
};

} // namespace trialcds::server
