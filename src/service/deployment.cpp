#include "service/deployment.h"

#include <optional>
#include <utility>

#include "certificate_watch.h"
#include "clock/uuid_source.h"
#include "config/read_text.h"
#include "egress/fhir_client.h"
#include "egress/http_get.h"
#include "evidence.h"
#include "fhir/fhir_reader.h"
#include "opening.h"
#include "service/memory_budget.h"
#include "store/postgres_store.h"
#include "store/stored_card_budget.h"
#include "store/stored_card_memory.h"
#include "trust/caching_key_source.h"
#include "trust/jwt_authenticator.h"
#include "wording/languages.h"

namespace trialcds::service {

using namespace server;

namespace {

using base::ErrorCode;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

constexpr std::chrono::milliseconds kKeyDeadline{2000}; // a call waits for the first read of an issuer's keys
// Nobody else is asked, so a key that is not known yet has the file read at once.
constexpr KeyCacheSettings kKeyFiles{.ttl = 60, .min_interval = 1, .max_stale = 86'400};

cds_hooks::ApiSettings loopback_settings() {
    cds_hooks::ApiSettings settings;
    settings.plain_http = cds_hooks::PlainHttp::allowed; // a developer's FHIR server on the same machine
    settings.cards = cds_hooks::bundled_card_settings();
    return settings;
}

} // namespace

cds_hooks::ApiSettings settings_of(const Config &config) {
    cds_hooks::ApiSettings settings;
    settings.base_path = config.base_path();
    if (config.trust.public_base.starts_with("https://")) settings.public_base = config.trust.public_base;
    settings.plain_http =
        config.trust.demo_mode ? cds_hooks::PlainHttp::allowed : cds_hooks::PlainHttp::refused;
    settings.max_body = config.listen.max_body;
    settings.cards = cds_hooks::bundled_card_settings();
    settings.max_cards = config.max_cards;
    settings.max_further_patients = config.further_patients;
    settings.health = !config.admin.has_value();
    settings.allowed_origins = config.cors_origins;
    for (const auto &[id, tenant] : config.tenants)
        settings.policies[id] = {.evaluates = tenant.mode != TenantMode::off,
                                 .shows_cards = tenant.mode == TenantMode::clinician,
                                 .language = wording::find_language(tenant.language),
                                 .profile = tenant.profile,
                                 .feedback = tenant.lenient_feedback ? cds_hooks::FeedbackForm::lenient
                                                                     : cds_hooks::FeedbackForm::strict,
                                 .medication_sources = tenant.medication_sources,
                                 .future_matches = tenant.future_matches,
                                 .study_contacts = tenant.study_contacts,
                                 .evidence_launch = evidence_launch(config, tenant),
                                 .viewers = tenant.viewers,
                                 .restricted_labels = tenant.restricted_labels,
                                 .least_known = tenant.least_known,
                                 .budget = tenant.budget,
                                 .suggestions = tenant.suggestions,
                                 .override_codes = tenant.override_codes};
    if (config.store.snooze_days) settings.cards.dismissed.days = *config.store.snooze_days;
    return settings;
}

namespace {

std::unique_ptr<fhir::FhirReader> read_nothing(const cds_hooks::Request &request,
                                               const cds_hooks::ClientIdentity &) {
    return std::make_unique<fhir::NoFhirReader>(
        request.fhir_server.empty() ? fhir::ReadOutcome::no_server : fhir::ReadOutcome::fetch_forbidden);
}

// Of the machine: what comes in for a tenant and what is read for it are one.
std::string share_of(const std::string &tenant) {
    return "tenant " + tenant;
}

// A call may name its tenant's own FHIR servers and no other.
cds_hooks::FhirReaderFactory readers_of(const Config &config, const std::shared_ptr<HttpGetter> &getter,
                                        const std::shared_ptr<base::Shares> &memory, Telemetry &telemetry) {
    if (getter == nullptr) return read_nothing;
    return [tenants = config.tenants, getter, memory, settings = config.egress.client,
            &telemetry](const cds_hooks::Request &request,
                        const cds_hooks::ClientIdentity &client) -> std::unique_ptr<fhir::FhirReader> {
        if (request.fhir_server.empty()) return std::make_unique<fhir::NoFhirReader>();
        const auto tenant = tenants.find(client.tenant);
        if (tenant == tenants.end() || !is_listed_base(tenant->second.fhir_bases, request.fhir_server))
            return std::make_unique<fhir::NoFhirReader>(fhir::ReadOutcome::base_not_listed);
        const std::string share = share_of(client.tenant);
        FhirAccess access{request.fhir_server, std::nullopt, share, memory->take(share, 0)};
        if (request.fhir_authorization) access.token = request.fhir_authorization->access_token;
        return std::make_unique<FhirClient>(
            getter, std::move(access), settings,
            [&telemetry](const FetchCounts &counts) { telemetry.read_fhir(counts.reads); });
    };
}

// Keys from files where the configuration names them, else from the issuer's URL; both are read again.
base::Result<KeySourceByIssuer> keys_of(const Config &config, const std::shared_ptr<HttpGetter> &getter) {
    const auto usable = check_key_files(config.key_files);
    if (!usable) return tl::make_unexpected(usable.error());
    std::map<std::string, std::string> urls;
    for (const TrustedIssuer &issuer : config.trust.issuers)
        if (config.key_files.count(issuer.issuer) == 0) urls[issuer.issuer] = issuer.jku.value_or("");
    const std::shared_ptr<KeySource> files = std::make_shared<CachingKeySource>(
        config.key_files, [](const std::string &file) { return read_text(file); }, steady_seconds, kKeyFiles);
    // Reads them now: what the start has seen is in force, whatever becomes of the files.
    for (const auto &[issuer, file] : config.key_files)
        (void)files->key_for(issuer, "");
    const std::shared_ptr<KeySource> fetched = std::make_shared<CachingKeySource>(
        urls, [getter](const std::string &url) { return read_document(*getter, url, kKeyDeadline); },
        steady_seconds);
    std::map<std::string, std::shared_ptr<KeySource>> sources;
    for (const TrustedIssuer &issuer : config.trust.issuers)
        sources[issuer.issuer] = config.key_files.count(issuer.issuer) > 0 ? files : fetched;
    return KeySourceByIssuer(std::move(sources));
}

constexpr const char *kReadiness = "/readyz";
constexpr const char *kPlainText = "text/plain; charset=utf-8";
constexpr const char *kPrometheus = "text/plain; version=0.0.4; charset=utf-8"; // its text-based format
constexpr const char *kCsv = "text/csv; charset=utf-8";

HttpResponse text(int status, std::string body, const char *type = kPlainText) {
    return {status, {{"Content-Type", type}, {"Cache-Control", "no-store"}}, std::move(body)};
}

bool is_reading(const std::string &method) {
    return method == "GET" || method == "HEAD";
}

std::int64_t seconds_of_the_machine() {
    return SystemClock().unix_seconds();
}

} // namespace

// What the authenticator and the API refer to.
struct Deployment::Holdings {
    Holdings(KeySourceByIssuer sources, std::shared_ptr<base::Shares> bytes, const Clock &clock,
             Telemetry &telemetry)
        : keys(std::move(sources)), memory_budget(std::move(bytes)),
          on_failure([&clock, &telemetry](StoreOperation operation, const std::string &why) {
              telemetry.store_failed(operation, why, clock.unix_seconds());
          }) {}

    [[nodiscard]] base::Result<void> open(const StoreSettings &settings, std::size_t workers,
                                          const Clock &clock, const std::function<void()> &on_narrowed);
    // Of all replicas, once the store is open.
    [[nodiscard]] ReplayGuard &replay_guard(ReplayDoubt doubt) {
        ReplayGuard &guard = shared_replay != nullptr ? static_cast<ReplayGuard &>(*shared_replay) : own_replay;
        decided_replay.emplace(guard, doubt,
                               [this](const std::string &why) { on_failure(StoreOperation::token, why); });
        return *decided_replay;
    }

    KeySourceByIssuer keys;
    std::shared_ptr<base::Shares> memory_budget;
    OnStoreFailure on_failure;
    MemoryReplayGuard own_replay;
    std::unique_ptr<FeedbackStore> store;
    std::unique_ptr<SharedReplayGuard> shared_replay; // null: one replica
    std::optional<DecidedReplayGuard> decided_replay;
    std::unique_ptr<StoredCardMemory> memory; // null: no store
    std::unique_ptr<ShownCards> own_shown;    // null: in the store itself, or no store
    std::unique_ptr<StoredCardBudget> budget; // null: no store
};

base::Result<void> Deployment::Holdings::open(const StoreSettings &settings, std::size_t workers,
                                              const Clock &clock, const std::function<void()> &on_narrowed) {
    if (settings.kind == StoreKind::none) return {};
    auto marks = read_marks(settings);
    if (!marks) return tl::make_unexpected(marks.error());
    ShownCards *shown = nullptr;
    if (settings.kind == StoreKind::sqlite) {
        auto opened = open_sqlite(settings.sqlite_file, on_narrowed);
        if (!opened) return tl::make_unexpected(opened.error());
        store = std::move(opened->feedback);
        own_shown = std::move(opened->shown);
        shown = own_shown.get();
    } else {
        auto connection = read_secret(settings.postgresql_connection);
        if (!connection) return tl::make_unexpected(connection.error());
        auto postgres = std::make_unique<PostgresStore>(
            PostgresSettings{.connection = std::move(*connection), .connections = workers});
        shared_replay = std::make_unique<SharedReplayGuard>(own_replay, *postgres);
        shown = postgres.get();
        store = std::move(postgres);
    }
    budget = std::make_unique<StoredCardBudget>(*marks, *shown, on_failure);
    memory = std::make_unique<StoredCardMemory>(std::move(*marks), *store, clock, on_failure,
                                                Quota{.most = settings.reports_per_day});
    return {};
}

Deployment::Deployment(std::shared_ptr<const mappings::Knowledge> knowledge, std::unique_ptr<Clock> clock)
    : Deployment({cds_hooks::all_trials(std::move(knowledge)), {}}, std::move(clock), nullptr, nullptr,
                 std::make_unique<cds_hooks::AllowAll>(), read_nothing, loopback_settings()) {}

Deployment::Deployment(Offer offer, std::unique_ptr<Clock> clock, std::unique_ptr<Holdings> holdings,
                       std::unique_ptr<Telemetry> telemetry,
                       std::unique_ptr<cds_hooks::Authenticator> authenticator,
                       cds_hooks::FhirReaderFactory readers, cds_hooks::ApiSettings settings)
    : clock_(std::move(clock)), telemetry_(std::move(telemetry)), holdings_(std::move(holdings)),
      definitions_(std::move(offer.definitions)), services_(std::move(offer.services)),
      certificate_(std::make_unique<CertificateWatch>()), machine_seconds_(seconds_of_the_machine),
      authenticator_(std::move(authenticator)),
      api_(services_, *authenticator_, std::move(readers), std::move(settings),
           holdings_ != nullptr ? holdings_->memory.get() : nullptr,
           holdings_ != nullptr ? holdings_->budget.get() : nullptr) {}

Deployment::~Deployment() = default;

base::Result<void> Deployment::use(std::shared_ptr<const mappings::Knowledge> knowledge) {
    auto services = cds_hooks::services_of(std::move(knowledge), definitions_);
    if (!services) return tl::make_unexpected(std::move(services.error()));
    services_.set(std::move(*services));
    return {};
}

base::Result<std::unique_ptr<Deployment>> Deployment::create(const Config &config, DeploymentParts parts) {
    auto services = cds_hooks::services_of(std::move(parts.knowledge), config.services);
    if (!services) return tl::make_unexpected(std::move(services.error()));
    const auto getter = open_getter(config);
    if (!getter) return tl::make_unexpected(getter.error());
    auto keys = keys_of(config, *getter);
    if (!keys) return tl::make_unexpected(keys.error());
    const Clock &clock = *parts.clock;
    auto telemetry = std::make_unique<Telemetry>(std::move(parts.log));
    auto holdings = std::make_unique<Holdings>(std::move(*keys), memory_for_data(config), clock, *telemetry);
    const auto on_narrowed = [&clock, told = telemetry.get()] { told->store_narrowed(clock.unix_seconds()); };
    if (auto opened = holdings->open(config.store, config.listen.worker_threads, clock, on_narrowed); !opened)
        return tl::make_unexpected(opened.error());
    auto verifier =
        JwtVerifier::create(config.trust, holdings->keys, holdings->replay_guard(config.trust.replay_doubt));
    if (!verifier) return tl::make_unexpected(verifier.error());
    auto authenticator = std::make_unique<JwtAuthenticator>(
        std::move(*verifier), clock,
        [&clock, told = telemetry.get()](const JwtRefusal &refusal) {
            told->refused(refusal, clock.unix_seconds());
        },
        config.trust.certificates);
    const auto readers = readers_of(config, *getter, holdings->memory_budget, *telemetry);
    const cds_hooks::ApiSettings settings = settings_of(config);
    auto deployment = std::unique_ptr<Deployment>(
        new Deployment({std::move(*services), config.services}, std::move(parts.clock), std::move(holdings),
                       std::move(telemetry), std::move(authenticator), readers, settings));
    if (parts.machine_seconds) deployment->machine_seconds_ = std::move(parts.machine_seconds);
    if (!config.admin) deployment->readiness_path_ = config.base_path() + kReadiness;
    if (config.has_evidence_page())
        deployment->offer_page(config, std::move(parts.evidence_page), readers, settings);
    return deployment;
}

void Deployment::offer_page(const Config &config, std::vector<cds_hooks::PageFile> files,
                            cds_hooks::FhirReaderFactory readers, cds_hooks::ApiSettings settings) {
    cds_hooks::EvaluationLimits limits;
    limits.per_minute = config.evaluations_per_minute;
    limits.nanoseconds = steady_nanoseconds;
    evaluations_ = std::make_unique<cds_hooks::Evaluations>(services_, tenants_with_page(config),
                                                            std::move(readers), std::move(settings),
                                                            std::move(limits), holdings_->memory.get());
    page_ = std::make_unique<cds_hooks::EvidencePage>(std::move(files), services_, page_settings_of(config));
}

HttpResponse Deployment::route(const HttpRequest &request, const cds_hooks::CallContext &context) const {
    if (page_ != nullptr)
        if (auto answered = page_->handle(request, context)) return std::move(*answered);
    if (evaluations_ != nullptr)
        if (auto answered = evaluations_->handle(request, context)) return std::move(*answered);
    if (request.target == readiness_path_ && is_reading(request.method))
        if (const std::string why = why_not_ready(); !why.empty()) return text(503, why);
    return api_.handle(request, context);
}

HttpResponse Deployment::handle(const HttpRequest &request) const {
    if (telemetry_ == nullptr)
        return api_.handle(request,
                           {.as_of = clock_->today(), .correlation_id = random_uuid(), .uuid = random_uuid});
    AnsweredCall call;
    call.correlation_id = random_uuid();
    call.unix_seconds = clock_->unix_seconds();
    const std::int64_t begun = steady_nanoseconds();
    HttpResponse response = route(request, {.as_of = clock_->today(),
                                            .correlation_id = call.correlation_id,
                                            .uuid = random_uuid,
                                            .nanoseconds = steady_nanoseconds,
                                            .report = &call.report});
    call.nanoseconds = steady_nanoseconds() - begun;
    call.status = response.status;
    telemetry_->answered(call);
    return response;
}

Judgement Deployment::judge(const HttpRequest &head) const {
    if (evaluations_ != nullptr && evaluations_->takes_body(head))
        return {.share = std::string(cds_hooks::kEvaluations), .max_body = evaluations_->max_body()};
    if (!api_.takes_body(head)) return {.answer = handle(head)};
    const cds_hooks::JudgedClient judged{authenticator_->authenticate(head)};
    if (judged.client) return {.client = judged, .share = share_of(judged.client->tenant)};
    HttpRequest refused = head;
    refused.judged = judged;
    return {.answer = handle(refused)};
}

std::shared_ptr<base::Shares> Deployment::memory() const {
    return holdings_ == nullptr ? nullptr : holdings_->memory_budget;
}

Handler Deployment::handler() const {
    return [this](const HttpRequest &request) { return handle(request); };
}

OnTransportFailure Deployment::on_transport_failure() const {
    if (telemetry_ == nullptr) return {};
    return [this](TransportFailure failure, std::string_view detail) {
        telemetry_->transport_failed(failure, detail, clock_->unix_seconds());
    };
}

void Deployment::certificate_read(std::int64_t expires) {
    if (telemetry_ == nullptr) return;
    certificate_->read(expires);
    telemetry_->certificate_read(expires);
    tend();
}

void Deployment::tend() {
    if (telemetry_ == nullptr) return;
    const std::int64_t now = machine_seconds_();
    if (const auto days = certificate_->warning(now)) telemetry_->certificate_expires(*days, now);
}

std::string Deployment::why_not_ready() const {
    if (services_.get() == nullptr) return "no knowledge is loaded\n";
    if (holdings_ != nullptr && holdings_->store != nullptr && !holdings_->store->is_in_place())
        return "the store is not ready: its file was deleted, moved or replaced\n";
    if (certificate_->has_expired(machine_seconds_())) return "the server's certificate has expired\n";
    return "";
}

HttpResponse Deployment::administer(const HttpRequest &request) const {
    if (!is_reading(request.method)) {
        HttpResponse refusal = text(405, "this address answers GET and HEAD\n");
        refusal.headers.push_back({"Allow", "GET, HEAD"});
        return refusal;
    }
    if (request.target == "/livez") return text(200, "ok\n");
    if (request.target == kReadiness) {
        const std::string why = why_not_ready();
        return why.empty() ? text(200, "ok\n") : text(503, why);
    }
    if (request.target == "/metrics" && telemetry_ != nullptr)
        return text(200, telemetry_->metrics(), kPrometheus);
    if (request.target == "/unmapped" && telemetry_ != nullptr)
        return text(200, telemetry_->unknown_codes(), kCsv);
    return text(404, "there are /livez, /readyz, /metrics and /unmapped\n");
}

} // namespace trialcds::service
