// trial-cds cases: which made-up patients prove a trial's rules, and any one of them whole.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "check/cases.h"
#include "commands.h"
#include "knowledge_location.h"
#include "service/knowledge_files.h"

namespace trialcds::app {
namespace {

// name, criterion, prose; aligned.
void list(const std::vector<mappings::Case> &cases) {
    std::size_t name = 0;
    std::size_t topic = 0;
    for (const mappings::Case &one : cases) {
        name = std::max(name, one.name.size());
        topic = std::max(topic, one.topic.size());
    }
    for (const mappings::Case &one : cases)
        std::cout << std::left << std::setw(static_cast<int>(name)) << one.name << "  "
                  << std::setw(static_cast<int>(topic)) << one.topic << "  " << one.text << '\n';
}

// False when some file of the cases is not sound; every problem is told.
bool complain_of(const std::vector<base::Error> &problems) {
    for (const base::Error &problem : problems)
        complain(problem);
    return problems.empty();
}

std::string joined(const std::vector<std::string> &words) {
    std::string out;
    for (const std::string &word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out;
}

} // namespace

int cases(const CasesOptions &options) {
    const auto files = service::read_knowledge(data_directory(options.data), service::Cases::include);
    if (!files) {
        complain(files.error());
        return kBadInput;
    }
    const auto with_cases = mappings::trials_with_cases(*files);
    std::vector<std::string> trials(with_cases.begin(), with_cases.end());
    if (!options.trial.empty()) {
        if (with_cases.count(options.trial) == 0) {
            std::cerr << "trial-cds: --trial names no trial that has cases here; these have: " << joined(trials)
                      << '\n';
            return kUsage;
        }
        trials = {options.trial};
    }
    bool sound = true;
    bool shown = false;
    for (const std::string &trial : trials) {
        const mappings::CaseList cases = mappings::read_cases(*files, trial);
        sound = complain_of(cases.problems) && sound;
        if (options.show.empty()) {
            if (trials.size() > 1) std::cout << trial << '\n';
            list(cases.cases);
        } else if (const mappings::Case *one = cases.find(options.show)) {
            std::cout << mappings::to_json(*one) << '\n';
            shown = true;
        }
    }
    if (!options.show.empty() && !shown) {
        std::cerr << "trial-cds: --show names no case of " << joined(trials)
                  << "; \"trial-cds cases\" lists them\n";
        return kUsage;
    }
    return sound ? kDone : kBadInput;
}

} // namespace trialcds::app
