#include "demo/site.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cds_hooks/client_call.h"
#include "cds_hooks/cors.h"
#include "cds_hooks/operation_outcome.h"
#include "fhir/fhir_reader.h"
#include "page_values.h"
#include "query.h"
#include "wording/languages.h"

namespace trialcds::demo {
namespace {

using base::Result;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

constexpr auto kViewHeader = "X-Demo-View"; // "de/gfm": the language and the profile of this answer's cards
constexpr std::string_view kPatients = "/patients/";
constexpr std::string_view kFhir = "/fhir";
constexpr std::string_view kRequestFile = "/request.json";
constexpr std::string_view kEvidenceFile = "/evidence.json";
constexpr std::string_view kEvidence = "/evidence/";
constexpr std::string_view kEvidencePage = "index.html";
// The evidence page runs its own script and asks this server only.
constexpr auto kEvidencePolicy =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// Nothing is loaded but our own style sheet, nothing runs, nothing is sent, nobody frames it.
constexpr auto kPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
                         "frame-ancestors 'none'";

constexpr std::array<std::pair<std::string_view, wording::Profile>, 3> kProfiles{
    {{"basic", wording::Profile::basic}, {"gfm", wording::Profile::gfm}, {"plain", wording::Profile::plain}}};

std::string view_of(std::string_view language, std::string_view profile) {
    return std::string(language) + "/" + std::string(profile);
}

// Everybody may ask, and says how the cards are to look.
class Views final : public cds_hooks::Authenticator {
  public:
    [[nodiscard]] std::optional<cds_hooks::ClientIdentity> authenticate(const HttpRequest &request) override {
        return cds_hooks::ClientIdentity{"", std::string(cds_hooks::find_header(request.headers, kViewHeader))};
    }
};

cds_hooks::ApiSettings settings_of(const std::vector<std::string> &origins) {
    cds_hooks::ApiSettings settings;
    settings.plain_http = cds_hooks::PlainHttp::allowed;
    settings.cards = cds_hooks::bundled_card_settings();
    settings.allowed_origins = origins;
    settings.policies[""].future_matches = true; // of a client that asks for no view
    for (const wording::Language &language : wording::languages())
        for (const auto &[name, profile] : kProfiles)
            settings.policies[view_of(language.code(), name)] = {
                .language = &language, .profile = profile, .future_matches = true};
    return settings;
}

// A call brings its data along; what it does not bring is not known.
std::unique_ptr<fhir::FhirReader> read_nothing(const cds_hooks::Request &request,
                                               const cds_hooks::ClientIdentity &) {
    return std::make_unique<fhir::NoFhirReader>(
        request.fhir_server.empty() ? fhir::ReadOutcome::no_server : fhir::ReadOutcome::fetch_forbidden);
}

HttpResponse answer(std::string type, std::string body) {
    return {200, {{"Content-Type", std::move(type)}, {"Cache-Control", "no-store"}}, std::move(body)};
}

HttpResponse page(std::string body, const char *policy = kPolicy) {
    HttpResponse response = answer("text/html; charset=utf-8", std::move(body));
    response.headers.push_back({"Content-Security-Policy", policy});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
    return response;
}

HttpResponse nothing_here(const char *what) {
    return cds_hooks::outcome_response(404, "not-found", what);
}

std::string filled(const Template &page, std::string model) {
    const auto document = json::Document::parse(model);
    return document ? page.fill(document->root()) : std::string();
}

const wording::Language &language_of(std::string_view query) {
    const wording::Language *asked = wording::find_language(value_of(parse_query(query), "language"));
    return asked == nullptr ? wording::english() : *asked;
}

bool is_reading(std::string_view method) {
    return method == "GET" || method == "HEAD";
}

} // namespace

Result<std::unique_ptr<Site>> Site::create(SiteParts parts) {
    auto fhir = FhirEndpoint::create(parts.patients);
    if (!fhir) return tl::make_unexpected(fhir.error());
    auto start = Template::parse(parts.pages.start, "start.html");
    if (!start) return tl::make_unexpected(start.error());
    auto patient = Template::parse(parts.pages.patient, "patient.html");
    if (!patient) return tl::make_unexpected(patient.error());
    auto words = json::Document::parse(parts.pages.words);
    if (!words) return tl::make_unexpected(words.error());
    return std::unique_ptr<Site>(new Site(std::move(parts), std::move(*fhir), std::move(*start),
                                          std::move(*patient), std::move(*words)));
}

Site::Site(SiteParts parts, FhirEndpoint fhir, Template start, Template patient, json::Document words)
    : parts_(std::move(parts)), fhir_(std::move(fhir)), start_(std::move(start)), patient_(std::move(patient)),
      words_(std::move(words)), offered_(cds_hooks::all_trials(parts_.knowledge)), services_(offered_),
      views_(std::make_unique<Views>()), api_(services_, *views_, read_nothing, settings_of(parts_.origins)) {}

std::string Site::curl_line(const std::string &base_url, const std::string &patient) {
    return "curl -sS " + base_url + std::string(kPatients) + patient + std::string(kRequestFile) +
           " | curl -sS --json @- " + base_url + "/cds-services/" + std::string(cds_hooks::kAllTrials);
}

HttpResponse Site::handle(const HttpRequest &request) const {
    const std::string_view target = request.target;
    const bool own = target.starts_with(kFhir) || target.starts_with(kPatients) ||
                     target.starts_with(kEvidence) || target == "/" || target.starts_with("/?") ||
                     target == "/page.css";
    if (!own)
        return api_.handle(request,
                           {.as_of = parts_.as_of, .correlation_id = parts_.uuid(), .uuid = parts_.uuid});
    HttpResponse response = route(request);
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    cds_hooks::add_cors_headers(parts_.origins, request, response);
    if (request.method == "HEAD") response.body.clear();
    return response;
}

HttpResponse Site::route(const HttpRequest &request) const {
    const std::string_view target = request.target;
    if (target.starts_with(kFhir)) {
        const std::string_view below = target.substr(kFhir.size());
        if (below.empty() || below.front() == '/' || below.front() == '?') return fhir_.answer(request, below);
        return nothing_here("there is nothing at this path");
    }
    if (request.method == "OPTIONS") return {204, {{"Allow", "GET, HEAD, OPTIONS"}}, ""};
    if (!is_reading(request.method)) {
        HttpResponse refusal =
            cds_hooks::outcome_response(405, "not-supported", "this path is for reading only");
        refusal.headers.push_back({"Allow", "GET, HEAD, OPTIONS"});
        return refusal;
    }
    if (target == "/page.css") return answer("text/css; charset=utf-8", parts_.pages.style);
    const std::size_t mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    if (path.starts_with(kEvidence)) return evidence_file(path.substr(kEvidence.size()));
    if (!path.starts_with(kPatients)) return start_page();
    return below_patient(path.substr(kPatients.size()),
                         mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1));
}

HttpResponse Site::evidence_file(std::string_view path) const {
    if (path.empty()) path = kEvidencePage;
    for (const PageFile &file : parts_.pages.evidence)
        if (file.path == path)
            return path == kEvidencePage ? page(file.body, kEvidencePolicy) : answer(file.type, file.body);
    return nothing_here("the evidence page has no such file");
}

HttpResponse Site::start_page() const {
    json::Writer out;
    out.begin_object();
    write_day(out);
    out.member("base", parts_.base_url).member("count", static_cast<std::int64_t>(parts_.patients.size()));
    out.key("groups").begin_array();
    for (const Group &group : parts_.patients.groups) {
        out.begin_object().member("id", group.id).member("title", group.title).member("text", group.text);
        out.key("patients").begin_array();
        for (const Patient &patient : group.patients) {
            out.begin_object();
            write_patient(out, patient, word("sex", patient.sex));
            out.end_object();
        }
        out.end_array().end_object();
    }
    return page(filled(start_, out.end_array().end_object().take()));
}

HttpResponse Site::below_patient(std::string_view path, std::string_view query) const {
    const std::string_view file = path.substr(std::min(path.find('/'), path.size()));
    path.remove_suffix(file.size());
    for (const Group &group : parts_.patients.groups)
        for (const Patient &patient : group.patients) {
            if (patient.id != path) continue;
            if (file.empty()) return patient_page(group, patient, query);
            if (file != kRequestFile && file != kEvidenceFile)
                return nothing_here("there is nothing at this path");
            const auto read =
                file == kRequestFile ? request_of(patient) : parts_.evidence(patient, language_of(query));
            return read ? answer("application/json; charset=utf-8", *read)
                        : cds_hooks::error_response(read.error(), parts_.uuid());
        }
    return nothing_here("no made-up patient has this id; the start page lists them");
}

Result<std::string> Site::request_of(const Patient &patient) const {
    const cds_hooks::Service *service = offered_->find(cds_hooks::kAllTrials);
    return cds_hooks::hook_request(
        patient.bundle, service == nullptr ? std::vector<mappings::PrefetchKey>() : service->prefetch,
        parts_.uuid());
}

HttpResponse Site::ask(std::string body, const std::string &view, std::vector<cds_hooks::Told> *told) const {
    const HttpRequest request{"POST",
                              "/cds-services/" + std::string(cds_hooks::kAllTrials),
                              {{"Content-Type", "application/json"}, {kViewHeader, view}},
                              base::Sensitive<std::string>(std::move(body))};
    return api_.handle(request, {.as_of = parts_.as_of,
                                 .correlation_id = parts_.uuid(),
                                 .uuid = parts_.uuid,
                                 .nanoseconds = {},
                                 .told = told});
}

std::string Site::word(std::string_view list, std::string_view key) const {
    const json::Value said = words_.root()[list][key];
    return std::string(said.present() ? said.text() : key);
}

HttpResponse Site::patient_page(const Group &group, const Patient &patient, std::string_view query) const {
    const Parameters parameters = parse_query(query);
    const wording::Language *language = &language_of(query);
    std::string_view profile = kProfiles.front().first;
    for (const auto &[name, known] : kProfiles)
        if (value_of(parameters, "profile") == name) profile = name;

    const auto request = request_of(patient);
    if (!request) return cds_hooks::error_response(request.error(), parts_.uuid());
    std::vector<cds_hooks::Told> told;
    const HttpResponse response = ask(*request, view_of(language->code(), profile), &told);
    const auto explanation = parts_.explain(patient, *language);
    if (!explanation) return cds_hooks::error_response(explanation.error(), parts_.uuid());

    json::Writer out;
    out.begin_object().member("group", group.title);
    write_day(out);
    write_patient(out, patient, word("sex", patient.sex));
    write_choices(out, language->code(), profile);
    write_cards(out, response.body, profile == "plain");
    write_silences(out, told);
    write_explanation(out, *explanation);
    out.member("request", pretty(*request)).member("response", pretty(response.body));
    out.member("curl", curl_line(parts_.base_url, patient.id));
    return page(filled(patient_, out.end_object().take()));
}

// The day that verdicts are of, and whether it is that of the stories.
void Site::write_day(json::Writer &out) const {
    out.member("as_of", parts_.as_of.to_string()).member("made_for", parts_.patients.as_of.to_string());
    out.member_bool("other_day", !(parts_.as_of == parts_.patients.as_of));
}

void Site::write_choices(json::Writer &out, std::string_view language, std::string_view profile) const {
    out.member("language", language).member("profile", profile);
    out.key("languages").begin_array();
    for (const wording::Language &one : wording::languages())
        write_choice(out, one.code(), word("languages", one.code()), one.code() == language);
    out.end_array().key("profiles").begin_array();
    for (const auto &[name, known] : kProfiles)
        write_choice(out, name, word("profiles", name), name == profile);
    out.end_array();
}

// Why a trial has no card.
void Site::write_silences(json::Writer &out, const std::vector<cds_hooks::Told> &told) {
    out.key("silences").begin_array();
    for (const cds_hooks::Told &one : told)
        if (one.no_card) out.begin_object().member("trial", one.trial).member("why", one.sentence).end_object();
    out.end_array();
}

} // namespace trialcds::demo
