// The demonstration as a tester meets it in a browser: a start page with the made-up patients by group; for
// each a page with the card in every profile and language, the call that brings it, the answer, and how every
// verdict came about; the evidence page below /evidence; a FHIR endpoint with the same patients below /fhir;
// and the CDS Hooks service itself. Pages are templates that come as texts; they need no script and load
// nothing from elsewhere. For the loopback interface only: nobody has to sign in. Thread-safety: handle() may
// be called from many threads at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json_writer.h"
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
    };
    std::string verdicts;      // all of them, a line or more each
    std::string possible_from; // "" unless all that is not met is temporary
    std::vector<Criterion> criteria;
};

// A file of the evidence page, as it was built.
struct PageFile {
    std::string path; // below /evidence/: "assets/index-B2c.js"
    std::string type; // Content-Type
    std::string body;
};

struct PageTexts {
    std::string start;                // template, HTML
    std::string patient;              // template, HTML
    std::string style;                // CSS
    std::string words;                // JSON: {"profiles": {profile: words}, "sex": {...}}
    std::vector<PageFile> evidence{}; // web/dist
};

struct SiteParts {
    std::shared_ptr<const mappings::Knowledge> knowledge;
    PatientList patients;
    PageTexts pages;
    base::Day as_of;
    std::string base_url;             // "http://127.0.0.1:8090", for the lines to paste
    std::vector<std::string> origins; // of browser clients from elsewhere that may read answers
    std::function<std::string()> uuid;
    std::function<base::Result<Explanation>(const Patient &, const wording::Language &)> explain;
    // What the evidence page is drawn from: {"trials": [...], "bundle": {...}} (web/README.md).
    std::function<base::Result<std::string>(const Patient &, const wording::Language &)> evidence{};
};

class Site {
  public:
    // unreadable_input: a page, its words or a record cannot be used.
    [[nodiscard]] static base::Result<std::unique_ptr<Site>> create(SiteParts parts);

    [[nodiscard]] cds_hooks::HttpResponse handle(const cds_hooks::HttpRequest &request) const;

    // The line to paste that asks for this patient's cards.
    [[nodiscard]] static std::string curl_line(const std::string &base_url, const std::string &patient);

  private:
    Site(SiteParts parts, FhirEndpoint fhir, Template start, Template patient, json::Document words);
    [[nodiscard]] cds_hooks::HttpResponse route(const cds_hooks::HttpRequest &request) const;
    [[nodiscard]] cds_hooks::HttpResponse start_page() const;
    [[nodiscard]] cds_hooks::HttpResponse evidence_file(std::string_view path) const;
    [[nodiscard]] cds_hooks::HttpResponse below_patient(std::string_view path, std::string_view query) const;
    [[nodiscard]] cds_hooks::HttpResponse patient_page(const Group &group, const Patient &patient,
                                                       std::string_view query) const;
    [[nodiscard]] cds_hooks::HttpResponse ask(std::string body, const std::string &view,
                                              std::vector<cds_hooks::Told> *told) const;
    [[nodiscard]] base::Result<std::string> request_of(const Patient &patient) const;
    void write_day(json::Writer &out) const;
    void write_choices(json::Writer &out, std::string_view language, std::string_view profile) const;
    static void write_silences(json::Writer &out, const std::vector<cds_hooks::Told> &told);
    [[nodiscard]] std::string word(std::string_view list, std::string_view key) const;

    SiteParts parts_;
    FhirEndpoint fhir_;
    Template start_;
    Template patient_;
    json::Document words_;
    std::shared_ptr<const cds_hooks::Services> offered_;
    cds_hooks::ServicesHolder services_;
    std::unique_ptr<cds_hooks::Authenticator> views_;
    cds_hooks::HttpApi api_;
};

} // namespace trialcds::demo
