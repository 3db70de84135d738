// The demonstration as a tester meets it in a browser: a start page with the made-up patients by group; for
// each a page with the chart, the card in every profile and language, the call that brings it, the answer, how
// every verdict came about, and what would be if a value were another; the same for a record that a tester
// brings along, which is kept in memory only; the evidence page below /evidence; a FHIR endpoint with the
// made-up patients below /fhir; and the CDS Hooks service itself. Pages are templates that come as texts; they
// need no script, a small one makes them quicker, and they load nothing from elsewhere. Every state has an
// address of its own. For the loopback interface only: nobody has to sign in. Thread-safety: handle() may be
// called from many threads at once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "cds_hooks/evidence_page.h"
#include "cds_hooks/http_api.h"
#include "demo/fhir_endpoint.h"
#include "demo/patients.h"
#include "demo/template.h"
#include "wording/language.h"

namespace trialcds::demo {

// How the verdicts of a patient came about, in words.
struct Explanation {
    struct Criterion {
        std::string id;
        std::string title;
        std::string text;
        std::string standing{}; // "met", "not_met", "waits", "open" or "check"
        std::string word{};     // the same in words: "not met"
    };
    std::string verdicts;      // all of them, a line or more each
    std::string possible_from; // "" unless all that is not met is temporary
    std::vector<Criterion> criteria;
    std::string phrase{};                        // "Possible match for review"
    std::string counts{};                        // "Inclusion 5 of 6 met, ..."
    std::map<std::string, std::string> labels{}; // by source: what a record was recognised as
};

struct PageTexts {
    std::string start;     // template, HTML
    std::string patient;   // template, HTML
    std::string style;     // CSS
    std::string words;     // JSON: {"profiles": {profile: words}, "sex": {...}}
    std::string own{};     // template, HTML: where a tester brings a record
    std::string setup{};   // template, HTML: what an EHR is told
    std::string script{};  // JavaScript; every page works without it
    std::string what_if{}; // JSON: what of a record can be changed (deploy/demo/README.md)
    std::vector<cds_hooks::PageFile> evidence{}; // web/dist
};

class OwnPatients;
struct WhatIfRules;
struct Shown;
struct View;
struct AskedView;

struct SiteParts {
    std::shared_ptr<const mappings::Knowledge> knowledge;
    PatientList patients;
    PageTexts pages;
    base::Day as_of;
    std::string base_url;             // "http://127.0.0.1:8090", for the lines to paste
    std::vector<std::string> origins; // of browser clients from elsewhere that may read answers
    std::function<std::string()> uuid;
    std::function<base::Result<Explanation>(const Patient &, const wording::Language &, base::Day)> explain;
    // What the evidence page is drawn from (cds_hooks/evidence_document.h).
    std::function<base::Result<std::string>(const Patient &, const wording::Language &, base::Day)> evidence{};
    std::function<std::int64_t()> nanoseconds{}; // of a clock that never goes back; unset: nothing is timed
};

class Site {
  public:
    // unreadable_input: a page, its words or a record cannot be used.
    [[nodiscard]] static base::Result<std::unique_ptr<Site>> create(SiteParts parts);

    [[nodiscard]] cds_hooks::HttpResponse handle(const cds_hooks::HttpRequest &request) const;

    // The line to paste that asks for this patient's cards.
    [[nodiscard]] static std::string curl_line(const std::string &base_url, const std::string &patient);

    ~Site();
    Site(const Site &) = delete;
    Site &operator=(const Site &) = delete;

  private:
    struct Pages {
        Template start, patient, own, setup;
        json::Document words;
    };
    Site(SiteParts parts, FhirEndpoint fhir, Pages pages, WhatIfRules rules);
    [[nodiscard]] cds_hooks::HttpResponse route(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] cds_hooks::HttpResponse page_at(std::string_view path, std::string_view query) const;
    [[nodiscard]] cds_hooks::HttpResponse start_page(std::string_view query) const;
    [[nodiscard]] cds_hooks::HttpResponse setup_page() const;
    [[nodiscard]] cds_hooks::HttpResponse below_patient(std::string_view path, std::string_view query) const;
    [[nodiscard]] cds_hooks::HttpResponse ask(std::string body, const std::string &view, base::Day day,
                                              std::vector<cds_hooks::Told> *told) const;
    [[nodiscard]] base::Result<std::string> request_of(const Patient &patient) const;
    void write_day(json::Writer &out, base::Day day) const;
    void write_groups(json::Writer &out, std::string_view current, std::string_view filter) const;
    static void write_silences(json::Writer &out, const std::vector<cds_hooks::Told> &told);
    [[nodiscard]] std::string word(std::string_view list, std::string_view key) const;

    // Of one patient, made up or brought along; `file`: "", "/request.json" or "/evidence.json".
    [[nodiscard]] cds_hooks::HttpResponse below_shown(const Shown &shown, std::string_view file,
                                                      std::string_view query) const;
    [[nodiscard]] cds_hooks::HttpResponse patient_page(const Shown &shown, const Patient &now,
                                                       const AskedView &asked) const;
    void write_choices(json::Writer &out, const Shown &shown, const View &view) const;

    // Records that a tester brings along.
    [[nodiscard]] cds_hooks::HttpResponse own(const cds_hooks::HttpRequest &request, std::string_view path,
                                              std::string_view query) const;
    [[nodiscard]] cds_hooks::HttpResponse take_own(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] base::Result<Patient> read_own(const std::string &text) const;
    [[nodiscard]] base::Result<void> try_out(const Patient &patient) const;
    [[nodiscard]] cds_hooks::HttpResponse own_page(const base::Error *error) const;

    SiteParts parts_;
    FhirEndpoint fhir_;
    Pages pages_;
    std::unique_ptr<const WhatIfRules> rules_;
    std::unique_ptr<OwnPatients> own_;
    std::shared_ptr<const cds_hooks::Services> offered_;
    cds_hooks::ServicesHolder services_;
    std::unique_ptr<cds_hooks::Authenticator> views_;
    cds_hooks::HttpApi api_;
    cds_hooks::EvidencePage evidence_page_;
};

} // namespace trialcds::demo
