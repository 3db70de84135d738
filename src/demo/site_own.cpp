// Records that a tester brings along: taken, tried out, kept in memory under an id that cannot be guessed.
#include <algorithm>

#include "answers.h"
#include "base/ascii.h"
#include "cds_hooks/client_call.h"
#include "demo/site.h"
#include "form_data.h"
#include "own_patients.h"
#include "patient_view.h"
#include "record_entries.h"
#include "wording/languages.h"

namespace trialcds::demo {
namespace {

using base::ErrorCode;
using base::Result;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

constexpr std::string_view kForget = "/forget";
constexpr std::string_view kAuthorization = "fhirAuthorization";

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Without a token that it may hold: nothing here needs it.
std::string without_token(json::Value request) {
    json::Writer out;
    out.begin_object();
    for (const auto [key, value] : request.members())
        if (key != kAuthorization) out.key(key).raw(json::to_text(value));
    return out.end_object().take();
}

json::Value patient_in(json::Value root) {
    for (const json::Value resource : resources_in(root))
        if (resource["resourceType"].text() == "Patient") return resource;
    return {};
}

// The first text of a form that is not blank; of a file, else pasted.
std::string given(const HttpRequest &request) {
    const std::string_view type = cds_hooks::find_header(request.headers, "Content-Type");
    const std::string &body = request.body.reveal();
    if (base::lower(type).starts_with("application/json") ||
        base::lower(type).starts_with("application/fhir+json"))
        return body;
    const auto parts = form_parts(type, body);
    for (const std::string_view name : {"file", "text"})
        for (const FormPart &part : parts)
            if (part.name == name && !is_blank(part.value)) return part.value;
    return "";
}

bool is_form(const HttpRequest &request) {
    const std::string type = base::lower(cds_hooks::find_header(request.headers, "Content-Type"));
    return !type.starts_with("application/json") && !type.starts_with("application/fhir+json");
}

// A page of another site may send a form, but not read what it gives; here it may not even send.
bool comes_from_elsewhere(const HttpRequest &request) {
    const std::string_view origin = cds_hooks::find_header(request.headers, "Origin");
    if (origin.empty()) return false;
    return origin != "http://" + std::string(cds_hooks::find_header(request.headers, "Host"));
}

} // namespace

HttpResponse Site::own(const HttpRequest &request, std::string_view path, std::string_view query) const {
    const bool posted = request.method == "POST";
    if (request.method == "OPTIONS") return {204, {{"Allow", "GET, HEAD, POST, OPTIONS"}}, ""};
    if (posted && comes_from_elsewhere(request))
        return cds_hooks::outcome_response(403, "forbidden",
                                           "a page of another site may not bring a record here; open /own");
    if (path.empty() || path == "/") {
        if (posted) return take_own(request);
        if (request.method == "GET" || request.method == "HEAD") return own_page(nullptr);
    }
    if (path.size() > 1) {
        path.remove_prefix(1);
        const std::string_view file = path.substr(std::min(path.find('/'), path.size()));
        path.remove_suffix(file.size());
        const auto patient = own_->find(path);
        if (patient == nullptr)
            return nothing_here("this record is not kept (any more): bring it again at /own");
        if (posted && file == kForget) {
            own_->forget(path);
            return elsewhere("/own");
        }
        if (request.method == "GET" || request.method == "HEAD")
            return below_shown({*patient, "/own/" + patient->id, "", true}, file, query);
    }
    HttpResponse refusal =
        cds_hooks::outcome_response(405, "not-supported", "this path takes GET, or POST at /own");
    refusal.headers.push_back({"Allow", "GET, HEAD, POST, OPTIONS"});
    return refusal;
}

HttpResponse Site::take_own(const HttpRequest &request) const {
    auto patient = read_own(given(request));
    Result<void> usable{};
    if (!patient)
        usable = tl::make_unexpected(patient.error());
    else
        usable = try_out(*patient);
    if (!usable) {
        if (is_form(request)) return own_page(&usable.error());
        return cds_hooks::outcome_response(
            400, "invalid",
            (usable.error().location.empty() ? "" : usable.error().location + ": ") +
                usable.error().public_text);
    }
    std::string address = "/own/" + patient->id;
    own_->keep(std::move(*patient));
    return elsewhere(std::move(address));
}

Result<Patient> Site::read_own(const std::string &text) const {
    if (is_blank(text)) return base::fail(ErrorCode::missing_data, "", word("own_wrong", "nothing"));
    const auto document = json::Document::parse(text);
    if (!document) return tl::make_unexpected(document.error());
    const json::Value root = document->root();
    const bool request = is_request(root);
    if (!request && root["resourceType"].text() != "Bundle")
        return base::fail(ErrorCode::invalid_request, "/resourceType", word("own_wrong", "neither"));
    const json::Value resource = patient_in(root);
    if (resource["id"].text().empty())
        return base::fail(ErrorCode::invalid_request, request ? "/prefetch" : "/entry",
                          word("own_wrong", "no_patient"));
    Patient patient;
    patient.id = parts_.uuid();
    const json::Value name = resource["name"].at(0);
    patient.family = name["family"].text();
    patient.given = name["given"].at(0).text();
    if (patient.family.empty() && patient.given.empty()) patient.family = word("own_wrong", "no_name");
    patient.birth_date = resource["birthDate"].text();
    patient.sex = resource["gender"].text();
    patient.bundle = request ? collected(root) : cds_hooks::with_outside_references(root);
    if (request) patient.request = without_token(root);
    return patient;
}

// What the service says to it, so that nothing is kept that gives no page.
Result<void> Site::try_out(const Patient &patient) const {
    const auto request = request_of(patient);
    if (!request) return tl::make_unexpected(request.error());
    const HttpResponse response =
        ask(*request, card_view_of(wording::english().code(), kProfiles.front().first), parts_.as_of, nullptr);
    if (response.status >= 400) {
        const auto outcome = json::Document::parse(response.body);
        return base::fail(ErrorCode::invalid_request, "",
                          outcome ? std::string(outcome->root()["issue"].at(0)["diagnostics"].text())
                                  : std::string());
    }
    const auto explained = parts_.explain(patient, wording::english(), parts_.as_of);
    if (!explained) return tl::make_unexpected(explained.error());
    return {};
}

HttpResponse Site::own_page(const base::Error *error) const {
    json::Writer out;
    out.begin_object();
    write_day(out, parts_.as_of);
    out.member("base", parts_.base_url).member("most", static_cast<std::int64_t>(OwnPatients::kMost));
    if (error != nullptr) {
        out.key("fault").begin_object().member("what", error->public_text).member("where", error->location);
        out.member("remedy", word("own_remedy", base::to_string(error->code))).end_object();
    }
    HttpResponse response = page(filled(pages_.own, out.end_object().take()));
    if (error != nullptr) response.status = 400;
    return response;
}

} // namespace trialcds::demo
