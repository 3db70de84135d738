// trial-cds demo: made-up patients in a browser, as CDS Hooks calls and behind a FHIR endpoint. All of it as of
// one fixed day, so that it shows tomorrow what it shows today.
#include <chrono>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>

#include "cds_hooks/evidence_document.h"
#include "clock/clock.h"
#include "clock/uuid_source.h"
#include "commands.h"
#include "config/read_text.h"
#include "config_file.h"
#include "demo/site.h"
#include "evaluation.h"
#include "evidence_page.h"
#include "knowledge_location.h"
#include "listening.h"
#include "service/knowledge_files.h"
#include "terminal.h"
#include "wording/explain.h"
#include "wording/words.h"

namespace trialcds::app {
namespace {

namespace fs = std::filesystem;
using base::Result;

// A search for the results of all our codes is one long URL.
constexpr std::size_t kMaxTarget = 65536;

Result<demo::PatientList> read_list(const fs::path &data) {
    const fs::path file = demo_directory() / "patients.json";
    const auto text = server::read_text(file);
    if (!text) return tl::make_unexpected(text.error());
    const auto files = service::read_knowledge(data, service::Cases::include);
    if (!files) return tl::make_unexpected(files.error());
    return demo::read_patients(*text, file.string(), *files);
}

Result<demo::PageTexts> read_pages() {
    demo::PageTexts pages;
    for (const auto &[name, text] : {std::pair<const char *, std::string *>{"start.html", &pages.start},
                                     {"patient.html", &pages.patient},
                                     {"page.css", &pages.style},
                                     {"words.json", &pages.words},
                                     {"own.html", &pages.own},
                                     {"setup.html", &pages.setup},
                                     {"demo.js", &pages.script},
                                     {"what-if.json", &pages.what_if}}) {
        auto read = server::read_text(demo_directory() / name);
        if (!read) return tl::make_unexpected(read.error());
        *text = std::move(*read);
    }
    auto evidence = read_evidence_page();
    if (!evidence) return tl::make_unexpected(evidence.error());
    pages.evidence = std::move(*evidence);
    return pages;
}

using SharedKnowledge = std::shared_ptr<const mappings::Knowledge>;

// One that came as a CDS Hooks call is evaluated as such: what it did not bring is not known.
Result<Evaluation> evaluate(const SharedKnowledge &knowledge, const std::string &trial, base::Day as_of,
                            const demo::Patient &patient, Traces &traces) {
    if (!patient.request.empty()) return evaluate_request(knowledge, patient.request, trial, as_of, &traces);
    return evaluate_text(*knowledge, patient.bundle, "", trial, as_of, &traces);
}

const char *standing_of(const eligibility::CriterionResult &result) {
    using eligibility::Reason;
    if (result.outcome == eligibility::CriterionOutcome::passes) return "met";
    if (result.outcome == eligibility::CriterionOutcome::fails) return result.temporary ? "waits" : "not_met";
    if (result.reason == Reason::pending) return "waits";
    return result.reason == Reason::no_data ? "open" : "check";
}

// What each record was recognised as.
std::map<std::string, std::string> labels_of(const mappings::Catalogue &catalogue,
                                             const mappings::ReadTrace &reading,
                                             const wording::Language &language) {
    std::map<std::string, std::string> labels;
    for (const mappings::ReadRecord &record : reading.records)
        for (const mappings::ReadStep &step : record.steps)
            if (const auto subject = mappings::subject_of(step, catalogue))
                labels.emplace(record.source, subject->label.in(language.code()));
    return labels;
}

Result<demo::Explanation> explain_patient(const SharedKnowledge &shared, const std::string &trial,
                                          base::Day as_of, const demo::Patient &patient,
                                          const wording::Language &language) {
    const mappings::Knowledge &knowledge = *shared;
    Traces traces;
    const auto evaluation = evaluate(shared, trial, as_of, patient, traces);
    if (!evaluation) return tl::make_unexpected(evaluation.error());
    demo::Explanation explanation;
    explanation.labels = labels_of(knowledge.catalogue, traces.reading, language);
    const wording::TableStyle style{.colour = false};
    for (std::size_t i = 0; i < evaluation->trials.size(); ++i) {
        const eligibility::TrialAssessment &assessment = evaluation->trials[i];
        explanation.verdicts += wording::table(language, knowledge.catalogue, evaluation->patient_id,
                                               assessment, evaluation->extraction, style);
        if (const auto day = screening_from(assessment)) explanation.possible_from = day->to_string();
        explanation.phrase = wording::card_outcome(language, assessment);
        explanation.counts = wording::counts(language, assessment);
        const wording::TracedRun run = traced_run(*evaluation, traces, i);
        for (const eligibility::CriterionResult &result : assessment.criteria)
            explanation.criteria.push_back(
                {result.criterion->id, std::string(result.criterion->text.in(language.code())),
                 wording::explain(language, knowledge.catalogue, run, result.criterion->id, style),
                 standing_of(result),
                 std::string(wording::outcome_word(language, result.criterion->kind, result.outcome))});
    }
    return explanation;
}

// Of a record that came as a CDS Hooks call, what it brought along; else the file.
std::vector<json::Value> sources_of(const Traces &traces) {
    std::vector<json::Value> sources;
    for (const auto &document : traces.documents) {
        const json::Value prefetch = document->root()["prefetch"];
        if (!prefetch.is_object()) sources.push_back(document->root());
        for (const auto [key, value] : prefetch.members())
            sources.push_back(value);
    }
    return sources;
}

// The record goes in as it was read.
Result<std::string> evidence_of(const SharedKnowledge &shared, const std::string &trial, base::Day as_of,
                                const demo::Patient &patient, const wording::Language &language) {
    const mappings::Knowledge &knowledge = *shared;
    Traces traces;
    const auto evaluation = evaluate(shared, trial, as_of, patient, traces);
    if (!evaluation) return tl::make_unexpected(evaluation.error());
    std::vector<wording::TracedRun> runs;
    for (std::size_t i = 0; i < evaluation->trials.size(); ++i)
        runs.push_back(traced_run(*evaluation, traces, i));
    const std::string bundle = cds_hooks::bundle_of(sources_of(traces), traces.left_out);
    return cds_hooks::evidence_document(language, knowledge.catalogue, {as_of, std::move(runs), bundle});
}

// As browsers send it: scheme, host and port, nothing behind them.
bool is_origin(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (text.starts_with(scheme)) {
            text.remove_prefix(scheme.size());
            return !text.empty() && text.find_first_of("/?#@* ") == std::string_view::npos;
        }
    return false;
}

// A line for each call: its method, what kind of address it asked for, and how it was answered. Not the address
// itself, which is the caller's.
class CallLog {
  public:
    // False when the file cannot be written.
    [[nodiscard]] bool open(const std::string &file) {
        out_.open(file, std::ios::trunc);
        return out_.good();
    }
    void add(const cds_hooks::HttpRequest &request, int status) {
        if (!out_.is_open()) return;
        const std::lock_guard lock(mutex_);
        out_ << known(request.method, {"GET", "POST", "HEAD", "OPTIONS"}) << ' '
             << known(request.target.substr(0, request.target.find_first_of("/?", 1)),
                      {"/", "/cds-services", "/fhir", "/patients", "/own", "/setup", "/evidence", "/page.css",
                       "/demo.js"})
             << ' ' << status << '\n'
             << std::flush;
    }

  private:
    static std::string_view known(std::string_view text, std::initializer_list<std::string_view> words) {
        for (const std::string_view word : words)
            if (word == text) return word;
        return "other";
    }

    std::mutex mutex_; // of out_: calls are answered on several threads
    std::ofstream out_;
};

// One screen: where to look, what to do, how to end it.
std::string greeting(const ServeOptions &options, const demo::PatientList &patients, base::Day as_of) {
    const std::string url = base_url(options);
    std::string text =
        "\n  trial-cds demo: open  " + url + "/\n\n  " + std::to_string(patients.size()) +
        " made-up patients, seen as of " + as_of.to_string() +
        (as_of == patients.as_of ? ", the day that their stories are told for."
                                 : "; their stories are told for " + patients.as_of.to_string() + ".");
    text += "\n\n"
            "  1. Pick a patient: the card, why each verdict is what it is, and what if a value were another.\n"
            "  2. A CDS Hooks client takes " +
            url + "/cds-services and the FHIR server " + url +
            "/fhir\n"
            "     (the public Sandbox: docs/sandbox.md).\n"
            "  3. Or paste lines into another terminal:\n\n"
            "     U=" +
            url + "\n";
    const std::string jq = on_path("jq") ? " | jq" : "";
    for (const demo::Example &example : patients.examples)
        text +=
            "     # " + example.comment + "\n     " + demo::Site::curl_line("$U", example.patient) + jq + "\n";
    if (!options.log.empty()) text += "\n  Every call is a line in " + options.log + ".";
    return text + "\n  This machine only, nobody has to sign in. Ctrl-C ends it.\n";
}

// False, and said, when the command line cannot be used.
bool is_usable(const ServeOptions &options) {
    for (const std::string &origin : options.origins)
        if (!is_origin(origin)) {
            std::cerr
                << "trial-cds: --cors takes an origin as browsers send it, scheme, host and port only, for "
                   "example https://sandbox.cds-hooks.org\n";
            return false;
        }
    if (options.as_of.empty() || base::parse_day(options.as_of)) return true;
    std::cerr << "trial-cds: --as-of takes a day as YYYY-MM-DD, for example 2026-11-22\n";
    return false;
}

std::int64_t nanoseconds() {
    return std::chrono::nanoseconds(server::steady_now().time_since_epoch()).count();
}

// Until a signal says stop. The exit code.
int show(service::Signals &signals, const ServeOptions &options,
         std::shared_ptr<const mappings::Knowledge> knowledge, demo::PatientList patients,
         demo::PageTexts pages) {
    CallLog log;
    if (!options.log.empty() && !log.open(options.log)) {
        complain({base::ErrorCode::unreadable_input, options.log,
                  "cannot write the log here; name another file", ""});
        return kCannotWrite;
    }
    const base::Day day = base::parse_day(options.as_of).value_or(patients.as_of);
    const std::string text = greeting(options, patients, day);
    const auto explain = [&knowledge, trial = patients.trial](
                             const demo::Patient &patient, const wording::Language &language, base::Day as_of) {
        return explain_patient(knowledge, trial, as_of, patient, language);
    };
    const auto evidence = [&knowledge, trial = patients.trial](const demo::Patient &patient,
                                                               const wording::Language &language,
                                                               base::Day as_of) {
        return evidence_of(knowledge, trial, as_of, patient, language);
    };
    const auto site =
        demo::Site::create({knowledge, std::move(patients), std::move(pages), day, base_url(options),
                            options.origins, server::random_uuid, explain, evidence, nanoseconds});
    if (!site) return complained(site.error());
    server::ListenSettings settings = listen_settings(options);
    settings.max_target = kMaxTarget;
    settings.max_header = 2 * kMaxTarget;
    const auto answered = for_this_machine(
        [&site](const cds_hooks::HttpRequest &request) { return (*site)->handle(request); }, options.port);
    const auto handler = [&answered, &log](const cds_hooks::HttpRequest &request) {
        cds_hooks::HttpResponse response = answered(request);
        log.add(request, response.status);
        return response;
    };
    return listen_until(signals, handler, settings, text);
}

} // namespace

int demo(const ServeOptions &options) {
    service::Signals signals; // before any thread exists
    if (!is_usable(options)) return kUsage;
    const fs::path data = data_directory(options.data);
    auto knowledge = load(data);
    if (knowledge == nullptr) return kBadInput;
    auto patients = read_list(data);
    if (!patients) return complained(patients.error());
    if (knowledge->find_trial(patients->trial) == nullptr)
        return complained({base::ErrorCode::unreadable_input, patients->trial,
                           "the demonstration's trial is not in the knowledge", ""});
    auto pages = read_pages();
    if (!pages) return complained(pages.error());
    return show(signals, options, std::move(knowledge), std::move(*patients), std::move(*pages));
}

} // namespace trialcds::app
