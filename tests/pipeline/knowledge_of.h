// The shipped knowledge, alone or with the invented second trial of tests/mappings/data beside it.
#pragma once

#include <stdexcept>

#include "knowledge/knowledge.h"
#include "support/shipped_data.h"

namespace trialcds::test {

inline std::shared_ptr<const mappings::Knowledge> load(const std::vector<mappings::File> &files) {
    const auto loaded = mappings::load_knowledge(files);
    if (!loaded) throw std::runtime_error("the knowledge does not load: " + loaded.error().front().public_text);
    return *loaded;
}

inline const mappings::Knowledge &shipped_knowledge() {
    static const auto knowledge = load(shipped_files());
    return *knowledge;
}

inline const mappings::Knowledge &two_trials() {
    static const auto knowledge = [] {
        auto files = shipped_files();
        const std::string path = "trials/TEST-0001/trial.json";
        files.push_back(
            {path, read_text(std::filesystem::path(TRIALCDS_SOURCE_DIR) / "tests/mappings/data" / path)});
        return load(files);
    }();
    return *knowledge;
}

} // namespace trialcds::test
