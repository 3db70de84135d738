#include "running_service.h"

#include <filesystem>
#include <stdexcept>

#include "app/program.h"
#include "base/json.h"
#include "cds_hooks/client_call.h"
#include "knowledge/knowledge.h"
#include "trust/ehr.h"
#include "wire.h"

namespace trialcds::test {
namespace {

std::shared_ptr<const mappings::Knowledge> knowledge() {
    static const auto loaded = [] {
        auto read = mappings::load_knowledge(shipped_files());
        if (!read) throw std::runtime_error(read.error().front().public_text);
        return *read;
    }();
    return loaded;
}

std::string list(const std::vector<std::string> &texts) {
    std::string joined;
    for (const std::string &text : texts)
        joined += (joined.empty() ? "" : ",") + json_string(text);
    return "[" + joined + "]";
}

server::Config config_of(const ServiceOptions &options, const std::string &key_file) {
    const std::string keys = options.jku.empty()
                                 ? R"("jku": ")" + server::kJku + R"(", "key_file": )" + json_string(key_file)
                                 : R"("jku": )" + json_string(options.jku);
    const std::string text =
        R"({"public_base": "https://cds.example.org", "demonstration": )" +
        std::string(options.demonstration ? "true" : "false") +
        R"(, "limits": {"handler_ms": 60000}, "fhir": {"deadline_ms": 20000, "private_networks": [)" +
        options.private_networks + R"(]}, "listen": {"address": "127.0.0.1", "port": 8443}, "cors_origins": )" +
        list(options.cors_origins) +
        R"(, "tenants": [{"id": "clinic", "mode": "clinician", "least_known": 0, "renderer": ")" +
        options.renderer + R"(", "fhir_bases": )" + list(options.fhir_bases) +
        R"(}], "issuers": [{"issuer": ")" + server::kIssuer + R"(", )" + keys + R"(, "tenant": "clinic"}]})";
    auto config = server::parse_config("test", text);
    if (!config) throw std::runtime_error(config.error().front().location + config.error().front().public_text);
    config->listen.port = 0;
    config->egress.getter.ca_file = options.ca_file;
    config->listen.header_timeout = config->listen.body_timeout = options.header_timeout;
    return *config;
}

} // namespace

RunningService::RunningService(const ServiceOptions &options) {
    const Folder folder; // gone after the start: the keys read then stay in force
    const auto config = config_of(options, folder.write("keys.json", server::ehr_key_set()));
    auto service = service::Deployment::create(
        config,
        {knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22"), server::kNow),
         [this](std::string_view line) {
             const std::lock_guard lock(mutex_);
             log_.emplace_back(line);
         }});
    if (!service) throw std::runtime_error(service.error().public_text);
    service_ = std::move(*service);
    server::ListenSettings listen = config.listen;
    listen.on_failure = service_->on_transport_failure();
    auto started = server::HttpServer::start(listen, service_->handler());
    if (!started) throw std::runtime_error(started.error().public_text);
    server_ = std::move(*started);
}

RunningService::~RunningService() {
    server_->stop();
}

std::string RunningService::bearer(const std::string &audience) {
    auto claims = server::with(server::ehr_claims(), "jti", json_string("jti-" + std::to_string(++tokens_)));
    if (!audience.empty()) claims["aud"] = json_string(audience);
    return "Authorization: Bearer " + token(es384_signer(), server::ehr_header(), claims) + "\r\n";
}

std::string RunningService::post(const std::string &body) {
    return exchange(port(),
                    "POST " + server::kPath +
                        " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n" +
                        bearer() + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

std::string RunningService::post_as(const std::string &token, const std::string &body) const {
    return exchange(port(), request("POST", server::kPath, body, "Authorization: Bearer " + token + "\r\n"));
}

bool RunningService::is_alive() {
    const std::string path = "/cds-services";
    return status_of(exchange(port(), request("GET", path, "", bearer(server::kBase + path)))) == 200;
}

std::string RunningService::metrics() const {
    return service_->administer({"GET", "/metrics", {}, base::Sensitive<std::string>("")}).body;
}

std::vector<std::string> RunningService::log_lines() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

std::string call_of_bundle(const std::string &bundle, const std::string &hook_instance) {
    const auto body = cds_hooks::hook_request(bundle, knowledge()->catalogue.prefetch, hook_instance);
    if (!body) throw std::runtime_error(body.error().public_text);
    return *body;
}

std::string call_of_case(const std::string &name) {
    return call_of_bundle(case_bundle(name));
}

std::string body_of(const std::string &answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    return head == std::string::npos ? "" : answer.substr(head + 4);
}

int status_of(const std::string &answer) {
    if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
    return std::stoi(answer.substr(9, 3));
}

std::string issue_of(const std::string &answer) {
    const auto body = json::Document::parse(body_of(answer));
    if (!body || body->root()["resourceType"].text() != "OperationOutcome") return "";
    return std::string(body->root()["issue"].at(0)["code"].text());
}

std::string corpus_path(const std::string &name) {
    const auto path = std::filesystem::path(TRIALCDS_SHARED_DIR) / "corpora" / name;
    return std::filesystem::exists(path) ? path.string() : "";
}

} // namespace trialcds::test
