#include "cds_hooks/http_api.h"

#include <exception>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "base/fault.h"
#include "base/uuid.h"
#include "call_parts.h"
#include "cds_hooks/cors.h"
#include "cds_hooks/discovery.h"
#include "cds_hooks/operation_outcome.h"
#include "cds_hooks/prefetch.h"
#include "cds_hooks/source_attributes.h"
#include "extract/extract.h"
#include "further_patients.h"
#include "http_parts.h"
#include "kept_feedback.h"
#include "tell.h"
#include "trial_cards.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using base::fail;
using base::same_letters;

constexpr std::string_view kServices = "/cds-services";
constexpr std::string_view kFeedback = "/feedback";
constexpr auto kNotReady = "no knowledge is loaded\n";

// A service's id, and what follows it.
std::optional<std::string_view> below_services(std::string_view path) {
    if (!path.starts_with(kServices)) return std::nullopt;
    path.remove_prefix(kServices.size());
    return path.starts_with('/') ? std::optional(path.substr(1)) : std::nullopt;
}

HttpResponse text_response(int status, std::string body) {
    return {status,
            {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}},
            std::move(body)};
}

// Without an allowed origin there are no CORS headers; OPTIONS is answered all the same, and needs no token.
HttpResponse options_response(std::string allow) {
    return {204, {{"Allow", std::move(allow)}}, ""};
}

HttpResponse refused() {
    return {401, {{"WWW-Authenticate", "Bearer"}, {"Cache-Control", "no-store"}}, ""};
}

std::string no_card(CallReport &report, NoCardReason why) {
    report.no_card = why;
    return cards_json({});
}

HttpResponse tell_sources(const HttpRequest &request, const std::shared_ptr<const Services> &services,
                          const std::string &correlation_id) {
    if (services == nullptr) return text_response(503, kNotReady);
    if (request.method == "OPTIONS") return options_response("GET, HEAD, OPTIONS");
    if (!is_reading(request.method)) return not_allowed("GET, HEAD, OPTIONS", correlation_id);
    return source_attributes_response(request, *services);
}

} // namespace

std::string_view find_header(const std::vector<Header> &headers, std::string_view name) {
    for (const Header &header : headers)
        if (same_letters(header.name, name)) return header.value;
    return {};
}

std::optional<ClientIdentity> AllowAll::authenticate(const HttpRequest &) {
    return ClientIdentity{};
}

ServicesHolder::ServicesHolder(std::shared_ptr<const Services> services) : services_(std::move(services)) {}

std::shared_ptr<const Services> ServicesHolder::get() const {
    const std::lock_guard lock(mutex_);
    return services_;
}

void ServicesHolder::set(std::shared_ptr<const Services> services) {
    const std::lock_guard lock(mutex_);
    services_.swap(services); // the old snapshot is let go outside the lock
}

HttpApi::HttpApi(const ServicesHolder &services, Authenticator &authenticator, FhirReaderFactory readers,
                 ApiSettings settings, CardMemory *memory, CardBudget *budget)
    : services_(services), authenticator_(authenticator), readers_(std::move(readers)),
      settings_(std::move(settings)), memory_(memory), budget_(budget) {}

HttpResponse HttpApi::handle(const HttpRequest &request, const CallContext &context) const noexcept {
    try {
        HttpResponse response = route(request, context);
        response.headers.push_back({"X-Content-Type-Options", "nosniff"});
        add_cors_headers(settings_.allowed_origins, request, response);
        if (context.report != nullptr && response.status >= 400 && !context.report->error)
            context.report->error = error_of(response.status);
        return request.method == "HEAD" ? without_body(std::move(response)) : response;
    } catch (const std::exception &exception) {
        if (context.report != nullptr)
            context.report->error = {to_string(ErrorCode::internal), "", "", base::describe(exception)};
        HttpResponse response = error_response({ErrorCode::internal, "", "", ""}, context.correlation_id);
        add_cors_headers(settings_.allowed_origins, request, response);
        return response;
    }
}

HttpResponse HttpApi::route(const HttpRequest &request, const CallContext &context) const {
    const std::string path = path_below(settings_.base_path, request.target);
    if (settings_.health && (path == "/livez" || path == "/readyz")) {
        if (!is_reading(request.method)) return not_allowed("GET, HEAD", context.correlation_id);
        if (path == "/livez" || services_.get() != nullptr) return text_response(200, "ok\n");
        return text_response(503, kNotReady);
    }
    if (path == kSourceAttributes) return tell_sources(request, services_.get(), context.correlation_id);
    if (path.starts_with(kServices) && services_.get() == nullptr) return text_response(503, kNotReady);
    if (path == kServices) {
        if (request.method == "OPTIONS") return options_response("GET, HEAD, OPTIONS");
        if (!is_reading(request.method)) return not_allowed("GET, HEAD, OPTIONS", context.correlation_id);
        return discover(request);
    }
    if (const auto of_service = below_services(path)) return invoke(request, *of_service, context);
    return error_response({ErrorCode::unknown_service, "", "there is nothing at this path", ""},
                          context.correlation_id);
}

bool HttpApi::takes_body(const HttpRequest &head) const {
    if (head.method != "POST") return false;
    const std::string path = path_below(settings_.base_path, head.target);
    return below_services(path).has_value();
}

std::optional<ClientIdentity> HttpApi::client_of(const HttpRequest &request) const {
    return request.judged ? request.judged->client : authenticator_.authenticate(request);
}

HttpResponse HttpApi::discover(const HttpRequest &request) const {
    if (!client_of(request)) return refused();
    return json_response(discovery(*services_.get()));
}

HttpResponse HttpApi::invoke(const HttpRequest &request, std::string_view id,
                             const CallContext &context) const {
    if (request.method == "OPTIONS") return options_response("POST, OPTIONS");
    const auto client = client_of(request);
    if (!client) return refused();
    CallReport unread;
    CallReport &report = context.report != nullptr ? *context.report : unread;
    report.client = *client;
    const bool feedback = id.ends_with(kFeedback);
    if (feedback) id.remove_suffix(kFeedback.size());
    auto answer = feedback ? take_feedback(request, id, report) : show_cards(request, id, context, report);
    if (answer) return std::move(*answer);
    report.error = error_of(answer.error(), services_.get()->knowledge->catalogue);
    if (answer.error().code == ErrorCode::method_not_allowed)
        return not_allowed("POST, OPTIONS", context.correlation_id);
    return error_response(answer.error(), context.correlation_id);
}

const ClientPolicy &HttpApi::policy_of(const ClientIdentity &client) const {
    const auto found = settings_.policies.find(client.tenant);
    return found != settings_.policies.end() ? found->second : unlisted_;
}

// A POST of JSON to a service that there is.
base::Result<const Service *> HttpApi::service_of(const HttpRequest &http, std::string_view id,
                                                  const Services &services, CallReport &report) const {
    const Service *service = services.find(id);
    if (service == nullptr)
        return fail(ErrorCode::unknown_service, "",
                    "no service has this id; see GET " + std::string(kServices));
    report.service_id = id;
    if (http.method != "POST") return fail(ErrorCode::method_not_allowed, "", "");
    if (auto refused = check_body(http, settings_.max_body)) return tl::make_unexpected(std::move(*refused));
    return service;
}

base::Result<HttpResponse> HttpApi::show_cards(const HttpRequest &http, std::string_view id,
                                               const CallContext &context, CallReport &report) const {
    const auto services = services_.get();
    const auto service = service_of(http, id, *services, report);
    if (!service) return tl::make_unexpected(service.error());
    auto cards = cards_for(http, *services, **service, context, report);
    if (!cards) return tl::make_unexpected(std::move(cards.error()));
    if (context.told != nullptr && report.no_card)
        context.told->push_back(tell(*report.no_card, *policy_of(report.client).language));
    return json_response(std::move(*cards));
}

base::Result<std::string> HttpApi::cards_for(const HttpRequest &http, const Services &services,
                                             const Service &service, const CallContext &context,
                                             CallReport &report) const {
    StageTimer timer(context, report);
    auto request = parse_request(http.body.reveal(), settings_.plain_http, service.hook->name);
    timer.ended(Stage::parse);
    if (!request) return tl::make_unexpected(request.error());
    request->cancelled = http.cancelled;
    if (base::is_uuid(request->hook_instance)) report.hook_instance = request->hook_instance;
    // A patient's portal calls the same hook. What a patient may be told of a trial is the clinic's to decide.
    if (request->user_type == "Patient" || request->user_type == "RelatedPerson")
        return no_card(report, NoCardReason::viewer_not_staff);
    return evaluate(*request, services, service, context, report);
}

// What is read besides is read for all patients at once: a call has one deadline.
base::Result<std::string> HttpApi::evaluate(const Request &request, const Services &services,
                                            const Service &service, const CallContext &context,
                                            CallReport &report) const {
    const ClientPolicy &policy = policy_of(report.client);
    if (!policy.evaluates) return no_card(report, NoCardReason::client_off);
    if (!policy.viewers.may_see(request.user_type, request.user_id.reveal()))
        return no_card(report, NoCardReason::viewer_out_of_scope);
    const auto reader = readers_(request, report.client);
    const auto patients = patients_of(request, settings_.max_further_patients, report.further_patients);
    ReadAhead read(*reader);
    if (patients.size() > 1) {
        StageTimer timer(context, report);
        read.read(patients, service.prefetch, policy.medication_sources);
        timer.ended(Stage::prefetch);
    }
    auto cards = cards_of_patient(patients.front(), read, services, service, context, report);
    if (!cards) return tl::make_unexpected(std::move(cards.error()));
    CallContext untold = context; // what is told is told of the patient in view
    untold.told = nullptr;
    for (std::size_t i = 1; i < patients.size(); ++i) {
        CallReport own;
        own.client = report.client;
        auto further = cards_of_patient(patients[i], read, services, service, untold, own);
        const bool costly = !further && further.error().code == ErrorCode::too_costly;
        if (costly && base::is_set(request.cancelled)) return tl::make_unexpected(std::move(further.error()));
        add_further(own,
                    further  ? FurtherPatient::read
                    : costly ? FurtherPatient::too_costly
                             : FurtherPatient::not_read,
                    report);
        if (further) std::move(further->begin(), further->end(), std::back_inserter(*cards));
    }
    report.cards = cards->size();
    return cards_json(*cards);
}

base::Result<std::vector<Card>> HttpApi::cards_of_patient(const PatientOfCall &patient,
                                                          fhir::FhirReader &reader, const Services &services,
                                                          const Service &service, const CallContext &context,
                                                          CallReport &report) const {
    const ClientPolicy &policy = policy_of(report.client);
    StageTimer timer(context, report);
    const auto record = resolve_prefetch(patient.request, service.prefetch, reader, report.prefetch,
                                         &report.causes, policy.medication_sources);
    timer.ended(Stage::prefetch);
    if (!record) return tl::make_unexpected(record.error());
    if (is_restricted(record->patient->security, policy.restricted_labels)) {
        report.no_card = NoCardReason::record_restricted;
        return std::vector<Card>{};
    }
    const mappings::Knowledge &knowledge = *services.knowledge;
    base::WorkBudget work(context.work.of(fhir::bytes_of(*record)), patient.request.cancelled);
    const auto read = mappings::extract_facts(*record, knowledge.catalogue, context.as_of, work);
    timer.ended(Stage::extract);
    if (!read) return tl::make_unexpected(read.error());
    const mappings::Extraction &extraction = *read;
    report_unknown(extraction, policy, report);
    const bool replaced = record->patient->replaced;
    const std::size_t least_known = policy.least_known.value_or(settings_.cards.least_known);
    const auto matches =
        find_matches(service, knowledge, extraction,
                     {context.as_of, replaced, policy.future_matches, least_known}, work, report.trials);
    timer.ended(Stage::assess);
    if (!matches) return tl::make_unexpected(matches.error());
    std::vector<Card> cards;
    for (const Match &match : *matches) {
        const auto contact = policy.study_contacts.find(match.assessment.trial->id);
        auto rendered =
            cards.size() < settings_.max_cards
                ? card_of(patient.request,
                          {.knowledge = knowledge,
                           .assessment = match.assessment,
                           .extraction = extraction,
                           .record_replaced = replaced,
                           .uuid = "",
                           .language = *policy.language,
                           .profile = policy.profile,
                           .future_matches = policy.future_matches,
                           .study_contact =
                               contact == policy.study_contacts.end() ? std::string_view() : contact->second,
                           .least_known = least_known,
                           .appointment = patient.appointment ? &*patient.appointment : nullptr,
                           .evidence_launch = policy.evidence_launch,
                           .override_codes = policy.override_codes},
                          context, report)
                : NoCardReason::beyond_limit;
        if (const NoCardReason *why = std::get_if<NoCardReason>(&rendered))
            report.trials[match.report].no_card = *why;
        else
            cards.push_back(std::move(std::get<Card>(rendered)));
    }
    timer.ended(Stage::render);
    if (context.told != nullptr)
        *context.told = tell({service, knowledge, extraction, policy, settings_, context.as_of}, report);
    return cards;
}

// Of a trial that has something to say to this client and viewer.
std::variant<Card, NoCardReason> HttpApi::card_of(const Request &request, CardInput input,
                                                  const CallContext &context, const CallReport &report) const {
    const ClientPolicy &policy = policy_of(report.client);
    if (!policy.shows_cards) return NoCardReason::client_shadow;
    const CardSubject subject{report.client.tenant, input.assessment.trial->id, request.patient_id,
                              base::Sensitive<std::string>(request.user_type + "/" + request.user_id.reveal())};
    if (memory_ != nullptr && memory_->stays_away(subject)) return NoCardReason::snoozed;
    if (budget_ != nullptr && policy.budget)
        switch (
            budget_->claim(subject, policy.budget, {context.as_of, standing_of(input.assessment.outcome)})) {
        case BudgetAnswer::shown_before:
            return NoCardReason::shown_before;
        case BudgetAnswer::spent:
            return NoCardReason::budget_spent;
        case BudgetAnswer::shown:
            break;
        }
    input.uuid = memory_ != nullptr ? memory_->card_uuid(subject) : context.uuid();
    auto rendered = render_card(input, settings_.cards);
    if (Card *card = std::get_if<Card>(&rendered); card != nullptr) {
        card->suggestions = suggestions_of(policy.suggestions, input, {request, context.uuid});
        if (!settings_.public_base.empty())
            card->links.push_back(source_attributes_link(settings_.public_base, input.language));
    }
    return rendered;
}

// What is well-formed is kept before the faults of the rest are told.
base::Result<HttpResponse> HttpApi::take_feedback(const HttpRequest &http, std::string_view id,
                                                  CallReport &report) const {
    const auto services = services_.get();
    const auto service = service_of(http, id, *services, report);
    if (!service) return tl::make_unexpected(service.error());
    auto feedback = parse_feedback(http.body.reveal(), policy_of(report.client).feedback);
    if (!feedback) return tl::make_unexpected(feedback.error());
    auto refused = keep_feedback(*feedback, {*services->knowledge, settings_.cards, memory_}, report);
    if (!refused) return tl::make_unexpected(refused.error());
    if (*refused) return std::move(**refused);
    report.feedback_faults = feedback->faults.size();
    if (!feedback->faults.empty()) {
        report.error = error_of(feedback->faults.front(), services->knowledge->catalogue);
        return faults_response(feedback->faults);
    }
    return HttpResponse{204, {{"Cache-Control", "no-store"}}, ""};
}

} // namespace trialcds::cds_hooks
