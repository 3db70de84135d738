// trial-cds check: is this knowledge sound? Every problem and every piece of advice on its own line with its
// place, then a summary. Advice does not make it unsound.
#include <iostream>

#include "check/check.h"
#include "commands.h"
#include "knowledge_location.h"
#include "service/knowledge_files.h"

namespace trialcds::app {
namespace {

void print(const char *kind, const mappings::CheckProblem &problem) {
    std::cout << kind << ": " << problem.file;
    if (!problem.location.empty()) std::cout << ": " << problem.location;
    std::cout << ": " << problem.text << '\n';
}

} // namespace

int check(const std::string &directory) {
    const auto files = service::read_knowledge(data_directory(directory), service::Cases::include);
    if (!files) {
        complain(files.error());
        return kBadInput;
    }
    const mappings::CheckReport report = mappings::check(*files);
    for (const mappings::CheckProblem &problem : report.problems)
        print(mappings::to_string(problem.stage), problem);
    for (const mappings::CheckProblem &advice : report.advice)
        print("advice", advice);
    if (!report.terminology.empty()) std::cout << "terminology: " << report.terminology << '\n';
    std::cout << (report.problems.empty() ? "sound: " : "not sound: ") << report.files << " files, "
              << report.trials << " trials, " << report.cases << " cases, " << report.criteria_covered << " of "
              << report.criteria_total << " criteria and parts covered, " << report.problems.size()
              << " problems\n";
    return report.problems.empty() ? kDone : kBadInput;
}

} // namespace trialcds::app
