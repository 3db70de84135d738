// Any bytes as a trial's definition, among a small and sound catalogue: loading ends with the trial or with a
// list of problems that all name this file. What loads is linted too.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lint.h"
#include "mappings/load_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace trialcds;
    constexpr std::string_view kPath = "trials/TEST-1/trial.json";
    static const std::vector<mappings::File> kSmall = test::SmallKnowledge().files();
    std::vector<mappings::File> files = kSmall;
    for (mappings::File &file : files)
        if (file.path == kPath) file.text.assign(data, data + size);

    mappings::KnowledgeDraft draft;
    mappings::load_draft(draft, files);
    if (!draft.problems.empty()) {
        for (const base::Error &error : draft.problems.take())
            if (!error.location.starts_with(kPath) || error.public_text.empty()) std::abort();
        return 0;
    }
    for (const mappings::CheckProblem &problem : mappings::lint(draft))
        if (problem.text.empty()) std::abort();
    if (mappings::finish(draft, files)->trials.size() != 1) std::abort();
    return 0;
}
