#include "demo/fhir_endpoint.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/json_writer.h"
#include "base/percent.h"
#include "cds_hooks/operation_outcome.h"
#include "query.h"

namespace trialcds::demo {
namespace {

using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

constexpr auto kFhirJson = "application/fhir+json; charset=utf-8";
constexpr std::string_view kSearch = "/_search";
constexpr std::size_t kLongestQuery = 65536; // bytes: every code of our prefetch fits many times
constexpr std::array<std::string_view, 4> kParameters{"_id", "patient", "subject", "code"};

HttpResponse fhir_answer(std::string body) {
    return {200, {{"Content-Type", kFhirJson}, {"Cache-Control", "no-store"}}, std::move(body)};
}

HttpResponse outcome(int status, std::string_view issue_type, std::string_view what) {
    HttpResponse response = cds_hooks::outcome_response(status, issue_type, what);
    for (cds_hooks::Header &header : response.headers)
        if (header.name == "Content-Type") header.value = kFhirJson;
    return response;
}

std::vector<std::string_view> tokens_of(std::string_view list) {
    std::vector<std::string_view> tokens;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        tokens.push_back(list.substr(0, comma));
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return tokens;
}

// "system|code", "|code" (no system), "system|" (any code of it) or "code" (of any system).
bool is_token(json::Value coding, std::string_view token) {
    const std::size_t bar = token.find('|');
    if (bar == std::string_view::npos) return coding["code"].text() == token;
    const std::string_view code = token.substr(bar + 1);
    return coding["system"].text() == token.substr(0, bar) && (code.empty() || coding["code"].text() == code);
}

bool carries_any(json::Value concept_value, std::string_view list) {
    const auto tokens = tokens_of(list);
    for (const json::Value coding : concept_value["coding"].elements())
        if (std::any_of(tokens.begin(), tokens.end(),
                        [coding](std::string_view token) { return is_token(coding, token); }))
            return true;
    return false;
}

// "Patient/x" or "x", also at the end of an absolute reference.
std::string_view id_of(std::string_view reference) {
    const std::size_t slash = reference.rfind('/');
    return slash == std::string_view::npos ? reference : reference.substr(slash + 1);
}

// "patient:Patient", "code:not", "patient.identifier": a refinement of a parameter that we know. To leave it
// out would answer with other patients' records.
bool is_refined(std::string_view name) {
    const std::size_t end = name.find_first_of(":.");
    return end != std::string_view::npos &&
           std::find(kParameters.begin(), kParameters.end(), name.substr(0, end)) != kParameters.end();
}

bool names(std::string_view list, std::string_view id) {
    const auto tokens = tokens_of(list);
    return std::any_of(tokens.begin(), tokens.end(),
                       [id](std::string_view token) { return id_of(token) == id; });
}

} // namespace

base::Result<FhirEndpoint> FhirEndpoint::create(const PatientList &patients) {
    FhirEndpoint endpoint;
    endpoint.as_of_ = patients.as_of;
    for (const Group &group : patients.groups)
        for (const Patient &patient : group.patients)
            if (auto added = endpoint.add(patient); !added) return tl::make_unexpected(added.error());
    std::set<std::string> seen;
    for (const Resource &resource : endpoint.resources_)
        if (!seen.insert(resource.type + "/" + resource.id).second)
            return base::fail(base::ErrorCode::unreadable_input, resource.patient,
                              "two resources are " + resource.type + "/" + resource.id);
    return endpoint;
}

base::Result<void> FhirEndpoint::add(const Patient &patient) {
    auto document = json::Document::parse(patient.bundle);
    if (!document) return tl::make_unexpected(document.error());
    documents_.push_back(std::move(*document));
    for (const json::Value entry : documents_.back().root()["entry"].elements()) {
        const json::Value resource = entry["resource"];
        resources_.push_back({std::string(resource["resourceType"].text()), std::string(resource["id"].text()),
                              patient.id, resource, json::to_text(resource)});
    }
    return {};
}

HttpResponse FhirEndpoint::answer(const HttpRequest &request, std::string_view path) const {
    const std::size_t mark = path.find('?');
    std::string query(mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1));
    path = path.substr(0, mark);
    if (request.method == "OPTIONS") return {204, {{"Allow", "GET, HEAD, POST, OPTIONS"}}, ""};
    if (request.method == "POST" && path.ends_with(kSearch)) {
        path.remove_suffix(kSearch.size());
        if (request.body.reveal().size() > kLongestQuery)
            return outcome(413, "too-long", "a search may be 64 KiB long; ask for fewer codes at a time");
        query.append("&").append(request.body.reveal());
    } else if (request.method != "GET" && request.method != "HEAD") {
        HttpResponse refusal = outcome(405, "not-supported", "this endpoint is for reading only");
        refusal.headers.push_back({"Allow", "GET, HEAD, POST, OPTIONS"});
        return refusal;
    }
    if (!path.empty()) path.remove_prefix(1);
    if (path == "metadata") return metadata();
    const std::size_t slash = path.find('/');
    if (slash != std::string_view::npos) return read(path.substr(0, slash), path.substr(slash + 1));
    return search(path, query);
}

HttpResponse FhirEndpoint::read(std::string_view type, std::string_view id) const {
    for (const Resource &resource : resources_)
        if (resource.type == type && resource.id == id) return fhir_answer(resource.text);
    return outcome(404, "not-found", "no made-up patient has this resource");
}

// A type of which there is nothing is a search without a match, if its name is that of a type at all.
HttpResponse FhirEndpoint::search(std::string_view type, std::string_view query) const {
    if (type.empty() || type.front() < 'A' || type.front() > 'Z')
        return outcome(404, "not-found", "there are /metadata, /Type?..., and /Type/id");
    Parameters used;
    for (auto &parameter : parse_query(query)) {
        if (is_refined(parameter.first))
            return outcome(400, "not-supported",
                           "_id, patient, subject and code are taken without a modifier and without a chain");
        if (std::find(kParameters.begin(), kParameters.end(), parameter.first) != kParameters.end())
            used.push_back(std::move(parameter));
    }
    const auto matches = [&](const Resource &resource) {
        return std::all_of(used.begin(), used.end(), [&](const auto &parameter) {
            if (parameter.first == "_id") return names(parameter.second, resource.id);
            if (parameter.first == "code") return carries_any(resource.value["code"], parameter.second);
            return names(parameter.second, resource.patient);
        });
    };
    json::Writer entries;
    std::int64_t total = 0;
    entries.begin_array();
    for (const Resource &resource : resources_) {
        if (resource.type != type || !matches(resource)) continue;
        ++total;
        entries.begin_object().key("resource").raw(resource.text);
        entries.key("search").begin_object().member("mode", "match").end_object().end_object();
    }
    std::string self(type);
    for (const auto &[name, value] : used)
        self.append(self.size() == type.size() ? "?" : "&")
            .append(name)
            .append("=")
            .append(base::percent_encoded(value, "/:,|"));
    json::Writer out;
    out.begin_object().member("resourceType", "Bundle").member("type", "searchset").member("total", total);
    out.key("link").begin_array().begin_object().member("relation", "self").member("url", self);
    out.end_object().end_array();
    if (total > 0) out.key("entry").raw(entries.end_array().take());
    return fhir_answer(out.end_object().take());
}

HttpResponse FhirEndpoint::metadata() const {
    std::set<std::string> types;
    for (const Resource &resource : resources_)
        types.insert(resource.type);
    json::Writer out;
    out.begin_object().member("resourceType", "CapabilityStatement").member("status", "active");
    out.member("date", as_of_.to_string()).member("kind", "instance").member("fhirVersion", "4.0.1");
    out.key("implementation").begin_object().member("description", "Made-up patients, read only").end_object();
    out.key("format").begin_array().string("application/fhir+json").string("json").end_array();
    out.key("rest").begin_array().begin_object().member("mode", "server").key("resource").begin_array();
    for (const std::string &type : types) {
        out.begin_object().member("type", type).key("interaction").begin_array();
        for (const char *interaction : {"read", "search-type"})
            out.begin_object().member("code", interaction).end_object();
        out.end_array().key("searchParam").begin_array();
        out.begin_object().member("name", "_id").member("type", "token").end_object();
        if (type != "Patient")
            out.begin_object().member("name", "patient").member("type", "reference").end_object();
        if (type != "Patient") out.begin_object().member("name", "code").member("type", "token").end_object();
        out.end_array().end_object();
    }
    return fhir_answer(out.end_array().end_object().end_array().end_object().take());
}

} // namespace trialcds::demo
