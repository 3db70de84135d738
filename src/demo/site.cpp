#include "demo/site.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "answers.h"
#include "base/ascii.h"
#include "cds_hooks/client_call.h"
#include "cds_hooks/cors.h"
#include "fhir/fhir_reader.h"
#include "own_patients.h"
#include "page_values.h"
#include "patient_view.h"
#include "query.h"
#include "wording/languages.h"

namespace trialcds::demo {
namespace {

using base::Result;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

constexpr auto kViewHeader = "X-Demo-View"; // "de/gfm": the language and the profile of this answer's cards
constexpr std::string_view kPatients = "/patients/";
constexpr std::string_view kOwn = "/own";
constexpr std::string_view kFhir = "/fhir";

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
            settings.policies[card_view_of(language.code(), name)] = {
                .language = &language, .profile = profile, .future_matches = true};
    return settings;
}

// A call brings its data along; what it does not bring is not known.
std::unique_ptr<fhir::FhirReader> read_nothing(const cds_hooks::Request &request,
                                               const cds_hooks::ClientIdentity &) {
    return std::make_unique<fhir::NoFhirReader>(
        request.fhir_server.empty() ? fhir::ReadOutcome::no_server : fhir::ReadOutcome::fetch_forbidden);
}

bool is_reading(std::string_view method) {
    return method == "GET" || method == "HEAD";
}

// Below a path, or the path itself.
bool is_below(std::string_view path, std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

HttpResponse refused_method(const char *allowed) {
    HttpResponse refusal = cds_hooks::outcome_response(405, "not-supported", "this path is for reading only");
    refusal.headers.push_back({"Allow", allowed});
    return refusal;
}

} // namespace

Result<std::unique_ptr<Site>> Site::create(SiteParts parts) {
    auto fhir = FhirEndpoint::create(parts.patients);
    if (!fhir) return tl::make_unexpected(fhir.error());
    Pages pages;
    for (const auto &[text, name, page] : {std::tuple(&parts.pages.start, "start.html", &pages.start),
                                           {&parts.pages.patient, "patient.html", &pages.patient},
                                           {&parts.pages.own, "own.html", &pages.own},
                                           {&parts.pages.setup, "setup.html", &pages.setup}}) {
        auto read = Template::parse(*text, name);
        if (!read) return tl::make_unexpected(read.error());
        *page = std::move(*read);
    }
    auto words = json::Document::parse(parts.pages.words);
    if (!words) return tl::make_unexpected(words.error());
    pages.words = std::move(*words);
    auto rules = WhatIfRules::parse(parts.pages.what_if, "what-if.json");
    if (!rules) return tl::make_unexpected(rules.error());
    return std::unique_ptr<Site>(
        new Site(std::move(parts), std::move(*fhir), std::move(pages), std::move(*rules)));
}

Site::Site(SiteParts parts, FhirEndpoint fhir, Pages pages, WhatIfRules rules)
    : parts_(std::move(parts)), fhir_(std::move(fhir)), pages_(std::move(pages)),
      rules_(std::make_unique<const WhatIfRules>(std::move(rules))), own_(std::make_unique<OwnPatients>()),
      offered_(cds_hooks::all_trials(parts_.knowledge)), services_(offered_), views_(std::make_unique<Views>()),
      api_(services_, *views_, read_nothing, settings_of(parts_.origins)),
      evidence_page_(std::move(parts_.pages.evidence), services_, {}) {}

Site::~Site() = default;

std::string Site::curl_line(const std::string &base_url, const std::string &patient) {
    return "curl -sS " + base_url + std::string(kPatients) + patient + "/request.json" +
           " | curl -sS --json @- " + base_url + "/cds-services/" + std::string(cds_hooks::kAllTrials);
}

HttpResponse Site::handle(const HttpRequest &request) const {
    const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
    const bool fhir = path.starts_with(kFhir);
    const bool brought = is_below(path, kOwn);
    const bool page = path == "/" || path == "/page.css" || path == "/demo.js" || path == "/setup" ||
                      path.starts_with(kPatients);
    const cds_hooks::CallContext context{
        .as_of = parts_.as_of, .correlation_id = parts_.uuid(), .uuid = parts_.uuid, .work = base::kPersonWork};
    if (auto evidence = evidence_page_.handle(request, context)) return std::move(*evidence);
    if (!fhir && !brought && !page) return api_.handle(request, context);
    HttpResponse response = route(request);
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    if (!brought) cds_hooks::add_cors_headers(parts_.origins, request, response);
    if (request.method == "HEAD") response.body.clear();
    return response;
}

HttpResponse Site::route(const HttpRequest &request) const {
    const std::string_view target = request.target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    const std::string_view path = target.substr(0, mark);
    const std::string_view query = target.substr(std::min(mark + 1, target.size()));
    if (path.starts_with(kFhir)) {
        const std::string_view below = target.substr(kFhir.size());
        if (below.empty() || below.front() == '/' || below.front() == '?') return fhir_.answer(request, below);
        return nothing_here("there is nothing at this path");
    }
    if (is_below(path, kOwn)) return own(request, path.substr(kOwn.size()), query);
    if (request.method == "OPTIONS") return {204, {{"Allow", "GET, HEAD, OPTIONS"}}, ""};
    if (!is_reading(request.method)) return refused_method("GET, HEAD, OPTIONS");
    return page_at(path, query);
}

HttpResponse Site::page_at(std::string_view path, std::string_view query) const {
    if (path == "/page.css") return answer("text/css; charset=utf-8", parts_.pages.style);
    if (path == "/demo.js") return answer("text/javascript; charset=utf-8", parts_.pages.script);
    if (path == "/setup") return setup_page();
    if (path.starts_with(kPatients)) return below_patient(path.substr(kPatients.size()), query);
    return start_page(query);
}

HttpResponse Site::start_page(std::string_view query) const {
    const Parameters parameters = parse_query(query);
    const std::string_view filter = demo::value_of(parameters, "filter");
    json::Writer out;
    out.begin_object();
    write_day(out, parts_.as_of);
    out.member("filter", filter);
    out.member("base", parts_.base_url).member("count", static_cast<std::int64_t>(parts_.patients.size()));
    write_groups(out, "", filter);
    return page(filled(pages_.start, out.end_object().take()));
}

HttpResponse Site::setup_page() const {
    json::Writer out;
    out.begin_object();
    write_day(out, parts_.as_of);
    out.member("base", parts_.base_url).member("service", cds_hooks::kAllTrials);
    out.member("hook", cds_hooks::kPatientView);
    out.member("example", parts_.patients.examples.empty() ? "" : parts_.patients.examples.front().patient);
    out.key("origins").begin_array();
    for (const std::string &origin : parts_.origins)
        out.string(origin);
    return page(filled(pages_.setup, out.end_array().end_object().take()));
}

HttpResponse Site::below_patient(std::string_view path, std::string_view query) const {
    const std::string_view file = path.substr(std::min(path.find('/'), path.size()));
    path.remove_suffix(file.size());
    for (const Group &group : parts_.patients.groups)
        for (const Patient &patient : group.patients)
            if (patient.id == path)
                return below_shown({patient, std::string(kPatients) + patient.id, group.title}, file, query);
    return nothing_here("no made-up patient has this id; the start page lists them");
}

Result<std::string> Site::request_of(const Patient &patient) const {
    if (!patient.request.empty()) return patient.request;
    const cds_hooks::Service *service = offered_->find(cds_hooks::kAllTrials);
    return cds_hooks::hook_request(
        patient.bundle, service == nullptr ? std::vector<mappings::PrefetchKey>() : service->prefetch,
        parts_.uuid());
}

HttpResponse Site::ask(std::string body, const std::string &view, base::Day day,
                       std::vector<cds_hooks::Told> *told) const {
    const HttpRequest request{"POST",
                              "/cds-services/" + std::string(cds_hooks::kAllTrials),
                              {{"Content-Type", "application/json"}, {kViewHeader, view}},
                              base::Sensitive<std::string>(std::move(body))};
    return api_.handle(
        request,
        {.as_of = day, .correlation_id = parts_.uuid(), .uuid = parts_.uuid, .nanoseconds = {}, .told = told});
}

std::string Site::word(std::string_view list, std::string_view key) const {
    const json::Value said = pages_.words.root()[list][key];
    return std::string(said.present() ? said.text() : key);
}

// The day that verdicts are of, and whether it is that of the stories.
void Site::write_day(json::Writer &out, base::Day day) const {
    out.member("as_of", day.to_string()).member("made_for", parts_.patients.as_of.to_string());
    out.member_bool("other_day", !(day == parts_.patients.as_of));
}

// The made-up patients; only those whose name, story or group holds the filter.
void Site::write_groups(json::Writer &out, std::string_view current, std::string_view filter) const {
    const std::string wanted = base::lower(filter);
    std::int64_t shown = 0;
    out.key("groups").begin_array();
    for (const Group &group : parts_.patients.groups) {
        out.begin_object().member("group_id", group.id).member("title", group.title).member("text", group.text);
        out.key("patients").begin_array();
        for (const Patient &patient : group.patients) {
            const std::string words =
                patient.given + " " + patient.family + " " + patient.story + " " + group.title;
            if (base::lower(words).find(wanted) == std::string::npos) continue;
            ++shown;
            out.begin_object();
            write_patient(out, patient, word("sex", patient.sex));
            out.member_bool("is_current", patient.id == current).end_object();
        }
        out.end_array().end_object();
    }
    out.end_array().member("found", shown).member_bool("none_found", shown == 0);
}

// Why a trial has no card.
void Site::write_silences(json::Writer &out, const std::vector<cds_hooks::Told> &told) {
    out.key("silences").begin_array();
    for (const cds_hooks::Told &one : told)
        if (one.no_card) out.begin_object().member("trial", one.trial).member("why", one.sentence).end_object();
    out.end_array();
}

} // namespace trialcds::demo
