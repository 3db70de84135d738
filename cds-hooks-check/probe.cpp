#include "probe.h"

#include <utility>

namespace trialcds::cds_hooks_check {
namespace {

constexpr auto kDiscovery = "/cds-services";
constexpr std::int64_t kLifetime = 300; // seconds

std::string text_of(std::string_view text) {
    return std::string(text);
}

std::vector<AdvertisedService> services_of(json::Value root) {
    std::vector<AdvertisedService> out;
    for (const json::Value entry : root["services"].elements()) {
        AdvertisedService service{text_of(entry["id"].text()), text_of(entry["hook"].text()), {}};
        for (const auto &[key, value] : entry["prefetch"].members())
            service.prefetch.emplace_back(key, value.text());
        if (!service.id.empty()) out.push_back(std::move(service));
    }
    return out;
}

} // namespace

bool AdvertisedService::hook_known() const {
    return hook == "patient-view" || hook == "encounter-start" || hook == "appointment-book";
}

bool Exchanged::is_hook_call() const {
    const bool below = path.ends_with("/feedback") || path.find("/analytics/") != std::string::npos;
    return method == "POST" && path.starts_with("/cds-services/") && !below;
}

std::string Answer::said() const {
    return status() == 0 ? "no answer (" + problem + ")" : "HTTP " + std::to_string(status());
}

Probe::Probe(const Settings &settings, const Exchange &exchange) : settings_(settings), exchange_(exchange) {}

Answer Probe::exchange(Request request) {
    Exchanged exchanged{request.method, request.path, {}};
    request.path = settings_.prefix + request.path;
    auto response = exchange_(request);
    if (response)
        exchanged.answer.response = std::move(*response);
    else
        exchanged.answer.problem = response.error().public_text;
    journal_.push_back(exchanged);
    return std::move(exchanged.answer);
}

Answer Probe::send(Request request) {
    if (!settings_.identity.key) return exchange(std::move(request));
    const std::string authorization = bearer(fresh_token(request.path));
    return send_as(authorization, std::move(request));
}

Answer Probe::send_as(const std::optional<std::string> &authorization, Request request) {
    if (authorization) request.headers.push_back({"Authorization", *authorization});
    return exchange(std::move(request));
}

Answer Probe::get(const std::string &path) {
    return send({"GET", path, {{"Accept", "application/json"}}, ""});
}

Request Probe::json_post(const std::string &path, std::string body) {
    return {
        "POST", path, {{"Content-Type", "application/json"}, {"Accept", "application/json"}}, std::move(body)};
}

Answer Probe::post(const std::string &path, const std::string &body) {
    return send(json_post(path, body));
}

Answer Probe::call(const AdvertisedService &service, const HookCall &call) {
    return post(path_of(service), call.body());
}

Answer Probe::call(const AdvertisedService &service, const std::string &body) {
    return post(path_of(service), body);
}

Token Probe::fresh_token(const std::string &path) const {
    const Identity &identity = settings_.identity;
    const std::int64_t now = settings_.seconds();
    const std::string &kid = identity.kid.empty() ? identity.key->kid : identity.kid;
    const std::string url = settings_.origin + settings_.prefix + path;
    Token token;
    token.header = {{"alg", quoted(identity.key->algorithm)}, {"typ", quoted("JWT")}, {"kid", quoted(kid)}};
    token.claims = {{"iss", quoted(identity.issuer)},
                    {"aud", quoted(identity.audience.empty() ? url : identity.audience)},
                    {"iat", std::to_string(now)},
                    {"exp", std::to_string(now + kLifetime)},
                    {"jti", quoted(fresh_uuid())}};
    if (!identity.jku.empty()) token.header["jku"] = quoted(identity.jku);
    if (!identity.tenant.empty()) token.claims["tenant"] = quoted(identity.tenant);
    return token;
}

std::string Probe::bearer(const Token &token) const {
    return "Bearer " + token.signed_by(*settings_.identity.key);
}

const Answer &Probe::discovery() {
    if (discovery_answer_) return *discovery_answer_;
    discovery_answer_ = get(kDiscovery);
    auto parsed = json::Document::parse(discovery_answer_->response.body);
    if (parsed) discovery_ = std::move(*parsed);
    return *discovery_answer_;
}

json::Value Probe::discovered() {
    if (discovery().status() != 200 || !discovery_) return {};
    return discovery_->root();
}

const std::vector<AdvertisedService> &Probe::services() {
    if (!services_) services_ = services_of(discovered());
    return *services_;
}

Members Probe::prefetch_for(const AdvertisedService &service) const {
    Members out;
    if (!settings_.prefetch.empty()) {
        const auto given = json::Document::parse(settings_.prefetch);
        for (const auto &[key, value] : given->root().members())
            out.emplace_back(key, json::to_text(value));
        return out;
    }
    for (const auto &[key, value] : service.prefetch)
        out.emplace_back(key, is_search(value) ? searchset({})
                                               : resource_of(resource_type(value), settings_.patient));
    return out;
}

HookCall Probe::good_call(const AdvertisedService &service) const {
    HookCall call{
        {{"hook", quoted(service.hook)}, {"hookInstance", quoted(fresh_uuid())}},
        {{"userId", quoted("Practitioner/cds-hooks-check")}, {"patientId", quoted(settings_.patient)}},
        prefetch_for(service)};
    if (service.hook == "encounter-start")
        call.context.emplace_back("encounterId", quoted("cds-hooks-check-1"));
    if (service.hook == "appointment-book")
        call.context.emplace_back("appointments", collection({appointment_for(settings_.patient)}));
    return call;
}

const Answer &Probe::accepted(const AdvertisedService &service) {
    const auto found = accepted_.find(service.id);
    if (found != accepted_.end()) return found->second;
    return accepted_[service.id] = call(service, good_call(service));
}

Members Probe::feedback_item() {
    return {{"card", quoted(fresh_uuid())},
            {"outcome", quoted("overridden")},
            {"overrideReason", R"({"reason":{"code":"patient-refuses","system":"http://example.org/reasons",)"
                               R"("display":"Patient refuses"}})"},
            {"outcomeTimestamp", quoted("2026-01-02T03:04:05Z")}};
}

Answer Probe::feedback(const AdvertisedService &service, const std::vector<Members> &items) {
    std::string list;
    for (const Members &item : items)
        list += (list.empty() ? "" : ",") + object(item);
    return post(path_of(service) + "/feedback", R"({"feedback":[)" + list + "]}");
}

const AdvertisedService *Probe::feedback_service() {
    if (feedback_service_) return *feedback_service_;
    feedback_service_ = nullptr;
    for (const AdvertisedService &service : services()) {
        const int status = feedback(service, {feedback_item()}).status();
        if (status == 404 || status == 405 || status == 501) continue;
        feedback_service_ = &service;
        break;
    }
    return *feedback_service_;
}

std::vector<json::Value> Probe::answers_seen() {
    for (; read_ < journal_.size(); ++read_) {
        if (!journal_[read_].is_hook_call() || journal_[read_].answer.status() != 200) continue;
        auto parsed = json::Document::parse(journal_[read_].answer.response.body);
        if (parsed) documents_.push_back(std::make_unique<json::Document>(std::move(*parsed)));
    }
    std::vector<json::Value> out;
    for (const auto &document : documents_)
        out.push_back(document->root());
    return out;
}

std::vector<json::Value> Probe::cards_seen() {
    std::vector<json::Value> out;
    for (const json::Value answer : answers_seen())
        for (const json::Value card : answer["cards"].elements())
            out.push_back(card);
    return out;
}

} // namespace trialcds::cds_hooks_check
