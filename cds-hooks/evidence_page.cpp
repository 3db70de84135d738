#include "cds_hooks/evidence_page.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json_writer.h"
#include "call_parts.h"
#include "cds_hooks/operation_outcome.h"
#include "fhir/resource_types.h"
#include "http_parts.h"

namespace trialcds::cds_hooks {
namespace {

constexpr std::string_view kPath = "/evidence";
constexpr std::string_view kFirstPage = "index.html";
constexpr std::string_view kSettingsFile = "settings.json";
constexpr std::string_view kAssets = "assets/"; // each named after what is in it
constexpr auto kAllow = "GET, HEAD, OPTIONS";

std::string joined(const std::vector<std::string> &origins) {
    std::string text;
    for (const std::string &origin : origins)
        text += " " + origin;
    return text;
}

std::string policy_of(const EvidencePageSettings &settings) {
    return "default-src 'self'; connect-src 'self'" + joined(settings.asks) +
           "; base-uri 'none'; form-action 'none'; frame-ancestors" +
           (settings.framed_by.empty() ? " 'none'" : joined(settings.framed_by));
}

// The page's files name each other relative to where it lies.
HttpResponse moved(std::string to) {
    return {308, {{"Location", std::move(to)}, {"Cache-Control", "no-store"}}, ""};
}

} // namespace

std::string default_scope(const mappings::Catalogue &catalogue) {
    std::set<std::string, std::less<>> types{std::string(fhir::type_name(fhir::ResourceType::medication))};
    for (const mappings::PrefetchKey &key : catalogue.prefetch)
        types.insert(key.resource_type);
    std::string scope = "launch openid fhirUser";
    for (const std::string &type : types)
        scope.append(" patient/").append(type).append(".rs");
    return scope;
}

EvidencePage::EvidencePage(std::vector<PageFile> files, const ServicesHolder &services,
                           EvidencePageSettings settings)
    : files_(std::move(files)), services_(services), settings_(std::move(settings)),
      policy_(policy_of(settings_)) {}

std::optional<HttpResponse> EvidencePage::handle(const HttpRequest &request, const CallContext &context) const {
    const std::string_view target = request.target;
    std::string_view path = target.substr(0, target.find_first_of("?#"));
    if (path.starts_with(settings_.base_path)) path.remove_prefix(settings_.base_path.size());
    if (!path.starts_with(kPath)) return std::nullopt;
    path.remove_prefix(kPath.size());
    if (!path.empty() && path.front() != '/') return std::nullopt;
    HttpResponse response = answer(request, path, context);
    response.headers.push_back({"Content-Security-Policy", policy_});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    return request.method == "HEAD" ? without_body(std::move(response)) : response;
}

HttpResponse EvidencePage::answer(const HttpRequest &request, std::string_view path,
                                  const CallContext &context) const {
    if (context.report != nullptr) {
        context.report->service_id = kEvidencePage;
        context.report->shows_evidence = true;
    }
    if (request.method == "OPTIONS") return {204, {{"Allow", kAllow}}, ""};
    if (!is_reading(request.method)) {
        if (context.report != nullptr) context.report->error = error_of(405);
        return not_allowed(kAllow, context.correlation_id);
    }
    if (path.empty()) {
        const std::size_t query = std::min(request.target.find_first_of("?#"), request.target.size());
        return moved(settings_.base_path + std::string(kPath) + "/" + request.target.substr(query));
    }
    path.remove_prefix(1);
    return path == kSettingsFile ? settings_file(context) : file(path.empty() ? kFirstPage : path, context);
}

HttpResponse EvidencePage::file(std::string_view path, const CallContext &context) const {
    const auto found =
        std::find_if(files_.begin(), files_.end(), [path](const PageFile &file) { return file.path == path; });
    if (found == files_.end()) {
        if (context.report != nullptr) context.report->error = error_of(404);
        return outcome_response(404, "not-found", "the evidence page has no such file");
    }
    const char *kept = path.starts_with(kAssets) ? "public, max-age=31536000, immutable" : "no-store";
    return {200, {{"Content-Type", found->type}, {"Cache-Control", kept}}, found->body};
}

HttpResponse EvidencePage::settings_file(const CallContext &context) const {
    const auto services = services_.get();
    if (services == nullptr) {
        if (context.report != nullptr) context.report->error = error_of(503);
        return error_response({base::ErrorCode::unavailable, "", "no knowledge is loaded", ""},
                              context.correlation_id);
    }
    const std::string usual = default_scope(services->knowledge->catalogue);
    json::Writer out;
    out.begin_object().key("clients").begin_array();
    for (const PageClient &client : settings_.clients) {
        out.begin_object().member("iss", client.iss).member("client_id", client.client_id);
        out.member("scope", client.scope.empty() ? usual : client.scope).member("name", client.name);
        out.end_object();
    }
    return json_response(out.end_array().end_object().take());
}

} // namespace trialcds::cds_hooks
