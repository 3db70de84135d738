#include "server/service.h"

#include <utility>

#include "server/uuid_source.h"

namespace trialcds::server {
namespace {

cds_hooks::ApiSettings loopback_settings() {
    cds_hooks::ApiSettings settings;
    settings.plain_http = cds_hooks::PlainHttp::allowed; // a developer's FHIR server on the same machine
    settings.cards = cds_hooks::bundled_card_settings();
    return settings;
}

std::unique_ptr<fhir::FhirReader> read_nothing(const cds_hooks::Request &, const cds_hooks::ClientIdentity &) {
    return std::make_unique<fhir::NoFhirReader>();
}

} // namespace

Service::Service(std::shared_ptr<const mappings::Knowledge> knowledge, std::unique_ptr<Clock> clock)
    : clock_(std::move(clock)), knowledge_(std::move(knowledge)),
      api_(knowledge_, authenticator_, read_nothing, loopback_settings()) {}

cds_hooks::HttpResponse Service::handle(const cds_hooks::HttpRequest &request) const {
    return api_.handle(request,
                       {.as_of = clock_->today(), .correlation_id = random_uuid(), .uuid = random_uuid});
}

Handler Service::handler() const {
    return [this](const cds_hooks::HttpRequest &request) { return handle(request); };
}

} // namespace trialcds::server
