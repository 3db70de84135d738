#include "check/check.h"

#include <algorithm>
#include <iterator>

#include "case_path.h"
#include "check_stages.h"
#include "lint.h"

namespace trialcds::mappings {

void take_problems(std::vector<base::Error> problems, CheckStage stage, std::vector<CheckProblem> &out) {
    for (base::Error &error : problems) {
        const std::size_t split = error.location.find_first_of("#:");
        std::string location = split == std::string::npos ? "" : error.location.substr(split + 1);
        out.push_back(
            {stage, error.location.substr(0, split), std::move(location), std::move(error.public_text)});
    }
}

void take_problems(Problems &problems, CheckStage stage, std::vector<CheckProblem> &out) {
    take_problems(problems.take(), stage, out);
}

namespace {

const File *unreachable_of(const std::vector<File> &files, const std::string &trial) {
    const auto found = std::find_if(files.begin(), files.end(), [&](const File &file) {
        const auto place = case_path(file.path);
        return place && place->trial == trial && place->kind == CaseFile::unreachable;
    });
    return found == files.end() ? nullptr : &*found;
}

void check_cases(const Knowledge &knowledge, const std::vector<File> &files, CheckReport &report) {
    for (const std::string &trial : trials_with_cases(files))
        if (knowledge.find_trial(trial) == nullptr)
            report.problems.push_back({CheckStage::cases, "trials/" + trial, "",
                                       "There are cases here, but no trial.json. Add it or remove the cases."});
    for (const eligibility::TrialDefinition &trial : knowledge.trials) {
        CaseList cases = read_cases(files, trial.id);
        take_problems(std::move(cases.problems), CheckStage::cases, report.problems);
        Seen seen;
        for (const Case &one : cases.cases) {
            run_case({knowledge, trial, one}, seen, report.problems);
            ++report.cases;
        }
        check_coverage(trial, unreachable_of(files, trial.id), seen, report);
    }
}

} // namespace

CheckReport check(const std::vector<File> &files) {
    CheckReport report;
    report.files = static_cast<int>(files.size());
    report.problems = check_schemas(files);
    if (!report.problems.empty()) return report;

    KnowledgeDraft draft;
    load_draft(draft, files);
    take_problems(draft.problems, CheckStage::load, report.problems);
    if (!report.problems.empty()) return report;
    report.trials = static_cast<int>(draft.trials.size());
    report.terminology = draft.overlay_summary;
    report.problems = lint(draft);
    report.advice = unsigned_trials(draft);
    std::vector<CheckProblem> untranslated = missing_translations(draft);
    std::move(untranslated.begin(), untranslated.end(), std::back_inserter(report.advice));

    const std::shared_ptr<const Knowledge> knowledge = finish(draft, files);
    check_cases(*knowledge, files, report);
    return report;
}

const char *to_string(CheckStage stage) {
    switch (stage) {
    case CheckStage::schema:
        return "schema";
    case CheckStage::load:
        return "load";
    case CheckStage::lint:
        return "lint";
    case CheckStage::cases:
        return "cases";
    case CheckStage::coverage:
        break;
    }
    return "coverage";
}

} // namespace trialcds::mappings
