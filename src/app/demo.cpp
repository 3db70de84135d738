// trial-cds demo: three made-up patients as tables, then the same three as CDS Hooks calls to paste. All of it
// as of one fixed day, so that it shows tomorrow what it shows today.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include <unistd.h>

#include "base/json.h"
#include "cds_hooks/client_call.h"
#include "cds_hooks/service.h"
#include "check/cases.h"
#include "clock/clock.h"
#include "clock/uuid_source.h"
#include "commands.h"
#include "config/read_text.h"
#include "evaluation.h"
#include "knowledge_location.h"
#include "listening.h"
#include "service/knowledge_files.h"
#include "terminal.h"
#include "wording/languages.h"

namespace trialcds::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::Result;

struct DemoPatient {
    std::string name; // of one of the trial's cases
    std::string title;
};

struct DemoList {
    std::string trial;
    base::Day as_of;
    std::vector<DemoPatient> patients;
};

// A directory that is gone with the demonstration.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string name = (fs::temp_directory_path() / "trial-cds-demo-XXXXXX").string();
        if (mkdtemp(name.data()) != nullptr) path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored; // what cannot be removed is left to the system's own cleaning
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory &) = delete;
    TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;
    [[nodiscard]] const fs::path &path() const { return path_; }

  private:
    fs::path path_;
};

Result<DemoList> read_list() {
    const fs::path file = demo_directory() / "patients.json";
    const auto text = server::read_text(file);
    if (!text) return tl::make_unexpected(text.error());
    const auto document = json::Document::parse(*text);
    if (!document) return tl::make_unexpected(document.error());
    const json::Value root = document->root();
    const auto day = base::parse_day(root["as_of"].text());
    if (!day) return base::fail(ErrorCode::unreadable_input, file.string(), "as_of must be a day, YYYY-MM-DD");
    DemoList list{std::string(root["trial"].text()), *day, {}};
    for (const json::Value patient : root["patients"].elements())
        list.patients.push_back({std::string(patient["case"].text()), std::string(patient["title"].text())});
    return list;
}

Result<mappings::CaseList> read_cases(const fs::path &data, const std::string &trial) {
    const auto files = service::read_knowledge(data, service::Cases::include);
    if (!files) return tl::make_unexpected(files.error());
    return mappings::read_cases(*files, trial);
}

// Shows one patient and writes the call for it; gives the line to paste.
Result<std::string> show(const DemoList &list, const DemoPatient &patient, const mappings::CaseList &cases,
                         const mappings::Knowledge &knowledge, const fs::path &directory,
                         const std::string &url) {
    const mappings::Case *one = cases.find(patient.name);
    if (one == nullptr)
        return base::fail(ErrorCode::unreadable_input, patient.name,
                          "the demonstration's trial has no such case; \"trial-cds cases\" lists them");
    const auto evaluation = evaluate_text(knowledge, one->bundle, one->name, list.trial, list.as_of);
    if (!evaluation) return tl::make_unexpected(evaluation.error());
    std::cout << "=== " << patient.title << " ===\n";
    for (const eligibility::TrialAssessment &assessment : evaluation->trials)
        std::cout << wording::table(wording::english(), knowledge.catalogue, evaluation->patient_id, assessment,
                                    evaluation->extraction, table_style())
                  << '\n';

    const auto request =
        cds_hooks::hook_request(one->bundle, knowledge.catalogue.prefetch, server::random_uuid());
    if (!request) return tl::make_unexpected(request.error());
    const fs::path written = directory / (patient.name + ".json");
    std::ofstream out(written, std::ios::binary);
    out << *request << std::flush;
    if (!out)
        return base::fail(ErrorCode::unreadable_input, written.string(),
                          "cannot write the request here; make room or set TMPDIR");
    return "# " + patient.title + "\ncurl -sS -H 'Content-Type: application/json' --data-binary @" +
           written.string() + " " + url + "\n";
}

} // namespace

int demo(const ServeOptions &options) {
    service::Signals signals; // before any thread exists
    const fs::path data = data_directory(options.data);
    auto knowledge = load(data);
    if (knowledge == nullptr) return kBadInput;
    const auto list = read_list();
    if (!list) {
        complain(list.error());
        return kBadInput;
    }
    if (knowledge->find_trial(list->trial) == nullptr) {
        complain({ErrorCode::unreadable_input, list->trial, "the demonstration's trial is not in the knowledge",
                  ""});
        return kBadInput;
    }
    const auto cases = read_cases(data, list->trial);
    if (!cases) {
        complain(cases.error());
        return kBadInput;
    }
    const TemporaryDirectory directory;
    const std::string services = base_url(options) + "/cds-services";
    std::string greeting = "\nMade-up patients, evaluated as of " + list->as_of.to_string() +
                           ". Paste into another terminal:\n\n# What is offered\ncurl -sS " + services + "\n";
    for (const DemoPatient &patient : list->patients) {
        auto line = show(*list, patient, *cases, *knowledge, directory.path(),
                         services + "/" + std::string(cds_hooks::kAllTrials));
        if (!line) {
            complain(line.error());
            return kBadInput;
        }
        greeting += "\n" + *line;
    }
    const service::Deployment service(std::move(knowledge), std::make_unique<server::FixedClock>(list->as_of));
    return listen_until(signals, service, options, greeting + "\n");
}

} // namespace trialcds::app
