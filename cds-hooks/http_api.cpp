#include "cds_hooks/http_api.h"

#include <exception>
#include <utility>

#include "base/ascii.h"
#include "base/fault.h"
#include "base/uuid.h"
#include "cds_hooks/cors.h"
#include "cds_hooks/discovery.h"
#include "cds_hooks/operation_outcome.h"
#include "cds_hooks/prefetch.h"
#include "extract/extract.h"
#include "trial_cards.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using base::fail;
using base::same_letters;

constexpr std::string_view kServices = "/cds-services";
constexpr std::string_view kFeedback = "/feedback";
constexpr auto kNotReady = "no knowledge is loaded\n";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The path without query, doubled slashes and a trailing slash: users type the discovery URL with a final '/'
// and clients append to it.
std::string path_of(std::string_view target) {
    std::string path;
    for (const char c : target.substr(0, target.find_first_of("?#")))
        if (c != '/' || path.empty() || path.back() != '/') path.push_back(c);
    if (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

// No charset, or UTF-8.
bool may_be_utf8(std::string_view parameter) {
    if (parameter.size() < 8 || !same_letters(parameter.substr(0, 8), "charset=")) return true;
    std::string_view charset = parameter.substr(8);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"')
        charset = charset.substr(1, charset.size() - 2);
    return same_letters(charset, "utf-8") || same_letters(charset, "utf8");
}

// application/json, whatever its parameters, with charset=utf-8 if any charset is named.
bool is_json(std::string_view content_type) {
    std::size_t end = content_type.find(';');
    if (!same_letters(trimmed(content_type.substr(0, end)), "application/json")) return false;
    while (end != std::string_view::npos) {
        content_type.remove_prefix(end + 1);
        end = content_type.find(';');
        if (!may_be_utf8(trimmed(content_type.substr(0, end)))) return false;
    }
    return true;
}

HttpResponse json_response(std::string body) {
    return {200,
            {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
            std::move(body)};
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

HttpResponse not_allowed(std::string allow, const std::string &correlation_id) {
    HttpResponse response =
        error_response({ErrorCode::method_not_allowed, "", "this path answers " + allow, ""}, correlation_id);
    response.headers.push_back({"Allow", std::move(allow)});
    return response;
}

HttpResponse refused() {
    return {401, {{"WWW-Authenticate", "Bearer"}, {"Cache-Control", "no-store"}}, ""};
}

// HEAD: what GET would say, without its body.
HttpResponse without_body(HttpResponse response) {
    response.body.clear();
    return response;
}

std::optional<base::Error> check_body(const HttpRequest &http, std::size_t max_body) {
    const auto refusal = [](ErrorCode code, std::string text) {
        return base::Error{code, "", std::move(text), ""};
    };
    if (!is_json(find_header(http.headers, "Content-Type")))
        return refusal(ErrorCode::unsupported_media, "send Content-Type: application/json (UTF-8)");
    if (const auto coding = find_header(http.headers, "Content-Encoding");
        !coding.empty() && !same_letters(coding, "identity"))
        return refusal(ErrorCode::unsupported_media, "send the body without a Content-Encoding");
    if (http.body.reveal().size() > max_body)
        return refusal(ErrorCode::too_large, "the body is over " + std::to_string(max_body) + " bytes");
    return std::nullopt;
}

ReportedError error_of(const base::Error &error, const mappings::Catalogue &catalogue) {
    return {to_string(error.code), loggable_location(error.location, catalogue), error.public_text,
            error.internal_text};
}

// Of an answer that no base::Error stands behind.
ReportedError error_of(int status) {
    switch (status) {
    case 401:
        return {"token_refused", "", "", ""};
    case 404:
        return {to_string(ErrorCode::unknown_service), "", "", ""};
    case 405:
        return {to_string(ErrorCode::method_not_allowed), "", "", ""};
    case 503:
        return {to_string(ErrorCode::unavailable), "", "no knowledge is loaded", ""};
    default:
        return {to_string(ErrorCode::internal), "", "", ""};
    }
}

std::string no_card(CallReport &report, NoCardReason why) {
    report.no_card = why;
    return cards_json({});
}

void report_unknown(const mappings::Extraction &extraction, const ClientPolicy &policy, CallReport &report) {
    for (const auto &[what, count] : extraction.not_understood) {
        report.not_understood[what.type] += count;
        if (policy.shows_cards) continue;
        const bool code = is_mappable(what);
        report.unknown_codes[{what.type, code ? what.system : "", code ? what.code : ""}] += count;
    }
}

class StageTimer {
  public:
    StageTimer(const CallContext &context, CallReport &report) : context_(context), report_(report) {
        if (context_.nanoseconds) begun_ = context_.nanoseconds();
    }
    void ended(Stage stage) {
        if (!context_.nanoseconds) return;
        const std::int64_t now = context_.nanoseconds();
        report_.nanoseconds[static_cast<std::size_t>(stage)] = now - begun_;
        begun_ = now;
    }

  private:
    const CallContext &context_;
    CallReport &report_;
    std::int64_t begun_ = 0;
};

bool is_reading(std::string_view method) {
    return method == "GET" || method == "HEAD";
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
                 ApiSettings settings, CardMemory *memory)
    : services_(services), authenticator_(authenticator), readers_(std::move(readers)),
      settings_(std::move(settings)), memory_(memory) {}

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
    std::string path = path_of(request.target);
    if (path.starts_with(settings_.base_path)) path.erase(0, settings_.base_path.size());
    if (settings_.health && (path == "/livez" || path == "/readyz")) {
        if (!is_reading(request.method)) return not_allowed("GET, HEAD", context.correlation_id);
        if (path == "/livez" || services_.get() != nullptr) return text_response(200, "ok\n");
        return text_response(503, kNotReady);
    }
    if (path.starts_with(kServices) && services_.get() == nullptr) return text_response(503, kNotReady);
    if (path == kServices) {
        if (request.method == "OPTIONS") return options_response("GET, HEAD, OPTIONS");
        if (!is_reading(request.method)) return not_allowed("GET, HEAD, OPTIONS", context.correlation_id);
        return discover(request);
    }
    if (path.starts_with(kServices) && path[kServices.size()] == '/')
        return invoke(request, std::string_view(path).substr(kServices.size() + 1), context);
    return error_response({ErrorCode::unknown_service, "", "there is nothing at this path", ""},
                          context.correlation_id);
}

HttpResponse HttpApi::discover(const HttpRequest &request) const {
    if (!authenticator_.authenticate(request)) return refused();
    return json_response(discovery(*services_.get()));
}

HttpResponse HttpApi::invoke(const HttpRequest &request, std::string_view id,
                             const CallContext &context) const {
    if (request.method == "OPTIONS") return options_response("POST, OPTIONS");
    const auto client = authenticator_.authenticate(request);
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

ClientPolicy HttpApi::policy_of(const ClientIdentity &client) const {
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
    return json_response(std::move(*cards));
}

base::Result<std::string> HttpApi::cards_for(const HttpRequest &http, const Services &services,
                                             const Service &service, const CallContext &context,
                                             CallReport &report) const {
    StageTimer timer(context, report);
    const auto request = parse_request(http.body.reveal(), settings_.plain_http);
    timer.ended(Stage::parse);
    if (!request) return tl::make_unexpected(request.error());
    if (base::is_uuid(request->hook_instance)) report.hook_instance = request->hook_instance;
    if (request->hook != service.hook)
        return fail(ErrorCode::inconsistent, "/hook",
                    "this service answers " + std::string(service.hook) + " only");
    // A patient's portal calls the same hook. What a patient may be told of a trial is the clinic's to decide.
    if (request->user_type == "Patient" || request->user_type == "RelatedPerson")
        return no_card(report, NoCardReason::viewer_not_staff);
    return evaluate(*request, services, service, context, report);
}

base::Result<std::string> HttpApi::evaluate(const Request &request, const Services &services,
                                            const Service &service, const CallContext &context,
                                            CallReport &report) const {
    const ClientPolicy policy = policy_of(report.client);
    if (!policy.evaluates) return no_card(report, NoCardReason::client_off);
    StageTimer timer(context, report);
    const auto reader = readers_(request, report.client);
    const auto record = resolve_prefetch(request, service.prefetch, *reader, report.prefetch, &report.causes,
                                         policy.medication_sources);
    timer.ended(Stage::prefetch);
    if (!record) return tl::make_unexpected(record.error());
    const mappings::Knowledge &knowledge = *services.knowledge;
    const auto extraction = mappings::extract_facts(*record, knowledge.catalogue, context.as_of);
    report_unknown(extraction, policy, report);
    timer.ended(Stage::extract);
    const bool replaced = record->patient->replaced;
    const std::vector<Match> matches = find_matches(
        service, knowledge, extraction, {context.as_of, replaced, policy.future_matches}, report.trials);
    timer.ended(Stage::assess);
    std::vector<Card> cards;
    for (const Match &match : matches) {
        const auto contact = policy.study_contacts.find(match.assessment.trial->id);
        auto rendered =
            cards.size() < settings_.max_cards
                ? card_of(request,
                          {knowledge, match.assessment, extraction, replaced, "", *policy.language,
                           policy.profile, policy.future_matches,
                           contact == policy.study_contacts.end() ? std::string_view() : contact->second,
                           policy.override_codes},
                          context, report)
                : NoCardReason::beyond_limit;
        if (const NoCardReason *why = std::get_if<NoCardReason>(&rendered))
            report.trials[match.report].no_card = *why;
        else
            cards.push_back(std::move(std::get<Card>(rendered)));
    }
    timer.ended(Stage::render);
    report.cards = cards.size();
    return cards_json(cards);
}

// Of a trial that has something to say to this client and viewer.
std::variant<Card, NoCardReason> HttpApi::card_of(const Request &request, CardInput input,
                                                  const CallContext &context, const CallReport &report) const {
    const ClientPolicy policy = policy_of(report.client);
    if (!policy.shows_cards) return NoCardReason::client_shadow;
    if (memory_ == nullptr) {
        input.uuid = context.uuid();
    } else {
        const CardSubject subject{
            report.client.tenant, input.assessment.trial->id, request.patient_id,
            base::Sensitive<std::string>(request.user_type + "/" + request.user_id.reveal())};
        if (memory_->stays_away(subject)) return NoCardReason::snoozed;
        input.uuid = memory_->card_uuid(subject);
    }
    auto rendered = render_card(input, settings_.cards);
    if (Card *card = std::get_if<Card>(&rendered))
        card->suggestions = suggestions_of(policy.suggestions, input, {request, context.uuid});
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
    std::vector<ReportedCard> cards = reported(*feedback, *services->knowledge, report.client.tenant);
    if (memory_ != nullptr && !cards.empty())
        if (auto kept = memory_->keep(report.client.tenant, cards); !kept)
            return tl::make_unexpected(kept.error());
    for (ReportedCard &card : cards)
        report.feedback.push_back({card.accepted, std::move(card.reason), std::move(card.trial)});
    report.feedback_faults = feedback->faults.size();
    if (!feedback->faults.empty()) {
        report.error = error_of(feedback->faults.front(), services->knowledge->catalogue);
        return faults_response(feedback->faults);
    }
    return HttpResponse{204, {{"Cache-Control", "no-store"}}, ""};
}

// A card's uuid leads to its trial, whichever service the trial belongs to by now.
std::vector<ReportedCard> HttpApi::reported(const Feedback &feedback, const mappings::Knowledge &knowledge,
                                            const std::string &tenant) const {
    std::vector<ReportedCard> cards;
    std::vector<std::string> uuids;
    for (const FeedbackItem &item : feedback.items) {
        cards.push_back(reported(item));
        uuids.push_back(item.card);
    }
    if (memory_ == nullptr) return cards;
    std::vector<std::string> installed;
    for (const eligibility::TrialDefinition &trial : knowledge.trials)
        installed.push_back(trial.id);
    std::vector<std::string> trials = memory_->trials_of(tenant, uuids, installed);
    for (std::size_t i = 0; i < cards.size(); ++i)
        cards[i].trial = std::move(trials.at(i));
    return cards;
}

ReportedCard HttpApi::reported(const FeedbackItem &item) const {
    ReportedCard card{item.card, item.accepted, item.second, "", std::nullopt};
    if (!item.accepted) card.stay_away = settings_.cards.dismissed;
    if (item.reason_code.empty()) return card;
    const OverrideReason *known = settings_.cards.find_reason(item.reason_system, item.reason_code);
    card.reason = known == nullptr ? "other" : known->coding.code;
    if (known != nullptr && known->stays_away && !item.accepted) card.stay_away = known->stays_away;
    return card;
}

} // namespace trialcds::cds_hooks
