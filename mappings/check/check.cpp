#include "check/check.h"

#include "check_stages.h"
#include "lint.h"

namespace trialcds::mappings {

void take_problems(Problems &problems, CheckStage stage, std::vector<CheckProblem> &out) {
    for (base::Error &error : problems.take()) {
        const std::size_t split = error.location.find_first_of("#:");
        std::string location = split == std::string::npos ? "" : error.location.substr(split + 1);
        out.push_back(
            {stage, error.location.substr(0, split), std::move(location), std::move(error.public_text)});
    }
}

namespace {

void check_cases(const Knowledge &knowledge, const CasesByTrial &by_trial, CheckReport &report) {
    for (const auto &[trial_id, trial_cases] : by_trial)
        if (knowledge.find_trial(trial_id) == nullptr)
            report.problems.push_back({CheckStage::cases, "trials/" + trial_id, "",
                                       "There are cases here, but no trial.json. Add it or remove the cases."});
    for (const eligibility::TrialDefinition &trial : knowledge.trials) {
        const auto found = by_trial.find(trial.id);
        const TrialCases cases = found == by_trial.end() ? TrialCases{} : found->second;
        Seen seen;
        for (const auto &[name, files] : cases.cases) {
            run_case({knowledge, trial, name, files}, seen, report.problems);
            ++report.cases;
        }
        check_coverage(trial, cases, seen, report);
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
    report.problems = lint(draft);
    report.advice = missing_translations(draft);

    const std::shared_ptr<const Knowledge> knowledge = finish(draft, files);
    check_cases(*knowledge, find_cases(files), report);
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
