#include "cds_hooks/evaluations.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/fault.h"
#include "base/uuid.h"
#include "call_parts.h"
#include "cds_hooks/discovery.h"
#include "cds_hooks/evidence_document.h"
#include "cds_hooks/operation_outcome.h"
#include "cds_hooks/prefetch.h"
#include "http_parts.h"
#include "kept_feedback.h"
#include "page_evidence.h"
#include "recording_reader.h"
#include "refuse.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using base::Result;

constexpr std::string_view kFeedbackAction = "/feedback";
constexpr std::string_view kUndoAction = "/undo";
constexpr auto kRefused = "nothing is shown for this: the FHIR server must be one that this service reads for "
                          "its evidence page, and must "
                          "answer Patient/{id} with the token; open the page from the EHR again, and if that "
                          "does not help ask your EHR's "
                          "administrator";
constexpr auto kNoUser =
    "who looks is not told: this site shows trials to some of its users only, and the call has no "
    "context.userId; have the EHR say who is signed in (scopes openid and fhirUser)";
constexpr auto kTooMany = "too many evaluations were asked for within a minute; wait as Retry-After says";

bool is_this_patient(const fhir::Fetched &fetched, std::string_view id) {
    if (fetched.state != fhir::Retrieval::complete || fetched.pages.size() != 1) return false;
    const json::Value patient = fetched.pages.front()->root();
    return patient["resourceType"].text() == "Patient" && patient["id"].text() == id;
}

// What a patient may be told of a trial is the clinic's to decide.
bool is_staff(const Request &request) {
    return request.user_type != "Patient" && request.user_type != "RelatedPerson";
}

Result<const wording::Language *> language_of(json::Value root) {
    const json::Value given = root["language"];
    if (!given || given.is_null()) return &wording::english();
    if (const wording::Language *language = wording::find_language(given.text())) return language;
    return refuse("/language", "must be one of " + wording::language_codes());
}

CardSubject subject_of(const Request &request, const std::string &tenant, const std::string &trial) {
    const std::string viewer =
        request.user_type.empty() ? "" : request.user_type + "/" + request.user_id.reveal();
    return {tenant, trial, request.patient_id, base::Sensitive<std::string>(viewer)};
}

HttpResponse not_shown(CallReport &report, const char *why = kRefused) {
    report.error = {"sign_in_refused", "", why, ""};
    return outcome_response(403, "forbidden", why);
}

HttpResponse nothing_to_say() {
    return {204, {{"Cache-Control", "no-store"}}, ""};
}

} // namespace

struct Evaluations::Call {
    const HttpRequest &http;
    const CallContext &context;
    CallReport &report;
    std::shared_ptr<const Services> services;
    Request request{};
    const wording::Language *language = nullptr;
    const ClientPolicy *policy = nullptr; // of the tenant, once there is one
    std::unique_ptr<fhir::FhirReader> server{};
    std::optional<RecordingReader> reader{};

    [[nodiscard]] FeedbackKeeping keeping(const CardSettings &settings, CardMemory *memory) const {
        return {*services->knowledge, settings, memory, Viewer::claimed};
    }
};

Evaluations::Evaluations(const ServicesHolder &services, TenantOfServer tenants, FhirReaderFactory readers,
                         ApiSettings settings, EvaluationLimits limits, CardMemory *memory)
    : services_(services), tenants_(std::move(tenants)), readers_(std::move(readers)),
      settings_(std::move(settings)), max_body_(limits.max_body),
      limit_(limits.per_minute, std::move(limits.nanoseconds)), memory_(memory) {}

std::optional<std::string> Evaluations::action_of(const HttpRequest &request) const {
    const std::string path = path_below(settings_.base_path, request.target);
    const std::string own = "/" + std::string(kEvaluations);
    if (!path.starts_with(own)) return std::nullopt;
    std::string action = path.substr(own.size());
    if (!action.empty() && action != kFeedbackAction && action != kUndoAction) return std::nullopt;
    return action;
}

bool Evaluations::takes_body(const HttpRequest &head) const {
    return head.method == "POST" && action_of(head).has_value();
}

std::optional<HttpResponse> Evaluations::handle(const HttpRequest &http,
                                                const CallContext &context) const noexcept {
    CallReport unread;
    CallReport &report = context.report != nullptr ? *context.report : unread;
    try {
        const auto action = action_of(http);
        if (!action) return std::nullopt;
        report.service_id = kEvaluations;
        report.shows_evidence = true;
        HttpResponse response = answer(http, *action, context, report);
        response.headers.push_back({"X-Content-Type-Options", "nosniff"});
        return response;
    } catch (const std::exception &exception) {
        report.error = {to_string(ErrorCode::internal), "", "", base::describe(exception)};
        return error_response({ErrorCode::internal, "", "", ""}, context.correlation_id);
    }
}

HttpResponse Evaluations::answer(const HttpRequest &http, std::string_view action, const CallContext &context,
                                 CallReport &report) const {
    Call call{http, context, report, services_.get()};
    const auto failed = [&](const base::Error &error) {
        report.error = call.services != nullptr
                           ? error_of(error, call.services->knowledge->catalogue)
                           : ReportedError{to_string(error.code), "", error.public_text, error.internal_text};
        return error.code == ErrorCode::method_not_allowed ? not_allowed("POST", context.correlation_id)
                                                           : error_response(error, context.correlation_id);
    };
    if (call.services == nullptr) return failed({ErrorCode::unavailable, "", "no knowledge is loaded", ""});
    if (http.method != "POST") return failed({ErrorCode::method_not_allowed, "", "", ""});
    if (const auto unfit = check_body(http, max_body_)) return failed(*unfit);
    StageTimer timer(context, report);
    auto request = parse_page_request(http.body.reveal(), settings_.plain_http);
    if (!request) return failed(request.error());
    call.request = std::move(*request);
    const auto language = language_of(call.request.document->root());
    if (!language) return failed(language.error());
    call.language = *language;
    timer.ended(Stage::parse);
    if (auto refused = refusal(call)) return std::move(*refused);
    auto response = act(action, call);
    return response ? std::move(*response) : failed(response.error());
}

const ClientPolicy *Evaluations::policy_of(const std::string &tenant) const {
    const auto found = settings_.policies.find(tenant);
    return found == settings_.policies.end() ? nullptr : &found->second;
}

std::optional<HttpResponse> Evaluations::refusal(Call &call) const {
    const auto tenant = tenants_(call.request.fhir_server);
    if (tenant) call.report.client.tenant = *tenant;
    if (const auto seconds = limit_.take(tenant.value_or("")))
        return throttled("too_many_calls", kTooMany, *seconds, call.report);
    call.policy = tenant ? policy_of(*tenant) : nullptr;
    if (call.policy != nullptr && call.policy->evaluates && call.policy->viewers.has_rules() &&
        call.request.user_type.empty())
        return not_shown(call.report, kNoUser);
    if (call.policy != nullptr && may_ask(call)) return std::nullopt;
    return not_shown(call.report);
}

// The one proof of a right to ask: the tenant's server gives this patient to whoever holds the token.
bool Evaluations::may_ask(Call &call) const {
    if (!call.policy->evaluates || !is_staff(call.request)) return false;
    if (!call.policy->viewers.may_see(call.request.user_type, call.request.user_id.reveal())) return false;
    const mappings::PrefetchKey patient = patient_key(*call.services);
    call.server = readers_(call.request, call.report.client);
    call.reader.emplace(*call.server);
    const fhir::Query query{patient.key, prefetch_query(patient, call.request.patient_id.reveal())};
    const std::vector<fhir::Fetched> answers = call.reader->fetch({&query, 1});
    if (is_this_patient(answers.front(), call.request.patient_id.reveal())) return true;
    call.report.prefetch.emplace_back(patient.key, KeyState::not_retrieved);
    if (answers.front().cause != fhir::ReadOutcome::ok)
        call.report.causes.emplace_back(patient.key, answers.front().cause);
    return false;
}

Result<HttpResponse> Evaluations::act(std::string_view action, Call &call) const {
    if (action == kFeedbackAction) return take_feedback(call);
    return action == kUndoAction ? take_back(call) : evaluate(call);
}

Result<HttpResponse> Evaluations::evaluate(Call &call) const {
    StageTimer timer(call.context, call.report);
    const std::vector<const eligibility::TrialDefinition *> trials = call.services->trials();
    const mappings::Knowledge &knowledge = *call.services->knowledge;
    const std::vector<mappings::PrefetchKey> keys = page_keys(trials, knowledge.catalogue);
    const auto record = resolve_prefetch(call.request, keys, *call.reader, call.report.prefetch,
                                         &call.report.causes, call.policy->medication_sources);
    timer.ended(Stage::prefetch);
    if (!record) return tl::make_unexpected(record.error());
    if (is_restricted(record->patient->security, call.policy->restricted_labels)) {
        call.report.no_card = NoCardReason::record_restricted;
        return not_shown(call.report);
    }
    base::WorkBudget work(base::kPersonWork.of(fhir::bytes_of(*record)), call.http.cancelled);
    auto traced = trace_patient(*record, knowledge.catalogue, call.context.as_of, work);
    timer.ended(Stage::extract);
    if (!traced) return tl::make_unexpected(traced.error());
    TracedPatient &patient = *traced;
    report_unknown(patient.extraction, *call.policy, call.report);
    const auto assessed =
        assess_all(trials, knowledge,
                   {call.context.as_of, record->patient->replaced, call.policy->future_matches,
                    call.policy->least_known.value_or(settings_.cards.least_known)},
                   work, patient);
    timer.ended(Stage::assess);
    if (!assessed) return tl::make_unexpected(assessed.error());
    SignedInEvidence signed_in;
    signed_in.reads = shown_reads(keys, call.request.patient_id.reveal(), call.report, *call.reader);
    for (const TracedTrial &trial : patient.trials) {
        const std::string &id = trial.assessment.trial->id;
        call.report.trials.push_back(report_of(trial.assessment));
        const CardSubject subject = subject_of(call.request, call.report.client.tenant, id);
        ShownCard card{memory_ == nullptr ? call.context.uuid() : memory_->card_uuid(subject),
                       memory_ != nullptr && memory_->stays_away(subject), trial.no_card};
        if (!card.no_card && !call.policy->shows_cards) card.no_card = NoCardReason::client_shadow;
        if (!card.no_card && card.stays_away) card.no_card = NoCardReason::snoozed;
        signed_in.cards.emplace(id, std::move(card));
        if (const auto contact = call.policy->study_contacts.find(id);
            contact != call.policy->study_contacts.end())
            signed_in.contacts.insert(*contact);
    }
    for (const OverrideReason &reason : settings_.cards.offered(call.policy->override_codes))
        if (!reason.stays_away || reason.stays_away->scope == StayAwayScope::patient)
            signed_in.override_reasons.push_back(reason.coding.in(*call.language));
    signed_in.left_out = record->left_out;
    std::vector<json::Value> answers;
    for (const ShownRead &read : signed_in.reads)
        for (const auto &page : read.pages)
            answers.push_back(page->root());
    const std::string bundle = bundle_of(answers, signed_in.left_out);
    HttpResponse response = json_response(evidence_document(
        *call.language, knowledge.catalogue, {call.context.as_of, traced_runs(patient), bundle, &signed_in}));
    timer.ended(Stage::render);
    return response;
}

Result<HttpResponse> Evaluations::take_feedback(Call &call) const {
    const auto feedback = parse_feedback(call.http.body.reveal(), FeedbackForm::strict);
    if (!feedback) return tl::make_unexpected(feedback.error());
    for (const FeedbackItem &item : feedback->items)
        if (!is_of_this_patient(item.card, call))
            return refuse("/feedback", "names a card that was not made for this patient; open the page again");
    auto refused = keep_feedback(*feedback, call.keeping(settings_.cards, memory_), call.report);
    if (!refused) return tl::make_unexpected(refused.error());
    if (*refused) return std::move(**refused);
    call.report.feedback_faults = feedback->faults.size();
    if (feedback->faults.empty()) return nothing_to_say();
    call.report.error = error_of(feedback->faults.front(), call.services->knowledge->catalogue);
    return faults_response(feedback->faults);
}

Result<HttpResponse> Evaluations::take_back(Call &call) const {
    const std::string_view given = call.request.document->root()["card"].text();
    if (!base::is_uuid(given)) return refuse("/card", "is required: the uuid of a card");
    const std::string card = base::lower(given);
    const std::string &tenant = call.report.client.tenant;
    const std::string trial = trials_of_cards({card}, tenant, call.keeping(settings_.cards, memory_)).front();
    if (trial.empty()) return nothing_to_say();
    CardSubject subject = subject_of(call.request, tenant, trial);
    if (!memory_->is_about(subject, card)) return nothing_to_say();
    subject.viewer = base::Sensitive<std::string>(""); // what the viewer keeps away from every patient stays
    if (auto gone = memory_->forget(subject, card); !gone) return tl::make_unexpected(gone.error());
    return nothing_to_say();
}

// Without a memory nothing is kept, whosoever the card is.
bool Evaluations::is_of_this_patient(const std::string &card, const Call &call) const {
    if (memory_ == nullptr) return true;
    const std::string &tenant = call.report.client.tenant;
    const std::string trial = trials_of_cards({card}, tenant, call.keeping(settings_.cards, memory_)).front();
    return !trial.empty() && memory_->is_about(subject_of(call.request, tenant, trial), card);
}

} // namespace trialcds::cds_hooks
