#include "server/service.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "server/jwt_authenticator.h"
#include "server/uuid_source.h"

namespace trialcds::server {
namespace {

using base::ErrorCode;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

cds_hooks::ApiSettings loopback_settings() {
    cds_hooks::ApiSettings settings;
    settings.plain_http = cds_hooks::PlainHttp::allowed; // a developer's FHIR server on the same machine
    settings.cards = cds_hooks::bundled_card_settings();
    return settings;
}

cds_hooks::ApiSettings settings_of(const Config &config) {
    cds_hooks::ApiSettings settings;
    settings.base_path = config.base_path();
    settings.plain_http =
        config.trust.demo_mode ? cds_hooks::PlainHttp::allowed : cds_hooks::PlainHttp::refused;
    settings.max_body = config.listen.max_body;
    settings.cards = cds_hooks::bundled_card_settings();
    settings.allowed_origins = config.cors_origins;
    for (const auto &[id, tenant] : config.tenants)
        settings.policies[id] = {.evaluates = tenant.mode != TenantMode::off,
                                 .shows_cards = tenant.mode == TenantMode::clinician,
                                 .profile = tenant.profile};
    return settings;
}

std::unique_ptr<fhir::FhirReader> read_nothing(const cds_hooks::Request &, const cds_hooks::ClientIdentity &) {
    return std::make_unique<fhir::NoFhirReader>();
}

base::Result<std::map<std::string, std::string>> read_key_files(const Config &config) {
    std::map<std::string, std::string> texts;
    for (const TrustedIssuer &issuer : config.trust.issuers) {
        const auto file = config.key_files.find(issuer.issuer);
        if (file == config.key_files.end())
            return base::fail(ErrorCode::invalid_definition, "issuer " + issuer.issuer,
                              "this version does not read keys from a URL; save the issuer's JWKS and name it "
                              "as \"key_file\"");
        std::ifstream in(file->second, std::ios::binary);
        if (!in)
            return base::fail(ErrorCode::unreadable_input, file->second,
                              "the issuer's keys cannot be read; check the path and who may read the file");
        texts[issuer.issuer].assign(std::istreambuf_iterator<char>(in), {});
    }
    return texts;
}

HttpResponse text(int status, std::string body) {
    return {status,
            {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}},
            std::move(body)};
}

} // namespace

struct Service::Trust {
    explicit Trust(StaticKeySource from_files) : keys(std::move(from_files)) {}

    StaticKeySource keys;
    MemoryReplayGuard replay;
};

Service::Service(std::shared_ptr<const mappings::Knowledge> knowledge, std::unique_ptr<Clock> clock)
    : Service({std::move(knowledge), std::move(clock), {}}, nullptr, nullptr,
              std::make_unique<cds_hooks::AllowAll>(), loopback_settings()) {}

Service::Service(ServiceParts parts, std::unique_ptr<Trust> trust, std::unique_ptr<Telemetry> telemetry,
                 std::unique_ptr<cds_hooks::Authenticator> authenticator, cds_hooks::ApiSettings settings)
    : clock_(std::move(parts.clock)), telemetry_(std::move(telemetry)), trust_(std::move(trust)),
      knowledge_(std::move(parts.knowledge)), authenticator_(std::move(authenticator)),
      api_(knowledge_, *authenticator_, read_nothing, std::move(settings)) {}

Service::~Service() = default;

base::Result<std::unique_ptr<Service>> Service::create(const Config &config, ServiceParts parts) {
    const auto texts = read_key_files(config);
    if (!texts) return tl::make_unexpected(texts.error());
    auto keys = StaticKeySource::create(*texts);
    if (!keys) return tl::make_unexpected(keys.error());
    auto trust = std::make_unique<Trust>(std::move(*keys));
    auto verifier = JwtVerifier::create(config.trust, trust->keys, trust->replay);
    if (!verifier) return tl::make_unexpected(verifier.error());
    auto telemetry = std::make_unique<Telemetry>(std::move(parts.log));
    const Clock &clock = *parts.clock;
    auto authenticator = std::make_unique<JwtAuthenticator>(
        std::move(*verifier), clock, [&clock, told = telemetry.get()](const JwtRefusal &refusal) {
            told->refused(refusal, clock.unix_seconds());
        });
    return std::unique_ptr<Service>(new Service(std::move(parts), std::move(trust), std::move(telemetry),
                                                std::move(authenticator), settings_of(config)));
}

HttpResponse Service::handle(const HttpRequest &request) const {
    if (telemetry_ == nullptr)
        return api_.handle(request,
                           {.as_of = clock_->today(), .correlation_id = random_uuid(), .uuid = random_uuid});
    AnsweredCall call;
    call.correlation_id = random_uuid();
    call.unix_seconds = clock_->unix_seconds();
    const std::int64_t begun = steady_nanoseconds();
    HttpResponse response = api_.handle(request, {.as_of = clock_->today(),
                                                  .correlation_id = call.correlation_id,
                                                  .uuid = random_uuid,
                                                  .nanoseconds = steady_nanoseconds,
                                                  .report = &call.report});
    call.nanoseconds = steady_nanoseconds() - begun;
    call.status = response.status;
    telemetry_->answered(call);
    return response;
}

Handler Service::handler() const {
    return [this](const HttpRequest &request) { return handle(request); };
}

HttpResponse Service::administer(const HttpRequest &request) const {
    if (request.method != "GET" && request.method != "HEAD") {
        HttpResponse refusal = text(405, "this address answers GET and HEAD\n");
        refusal.headers.push_back({"Allow", "GET, HEAD"});
        return refusal;
    }
    if (request.target == "/livez") return text(200, "ok\n");
    if (request.target == "/readyz")
        return knowledge_.get() != nullptr ? text(200, "ok\n") : text(503, "no knowledge is loaded\n");
    if (request.target == "/metrics" && telemetry_ != nullptr) return text(200, telemetry_->metrics());
    return text(404, "there are /livez, /readyz and /metrics\n");
}

} // namespace trialcds::server
