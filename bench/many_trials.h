// The shipped knowledge beside 49 made-up trials, each of a disease of its own (an ICD-10 category), with the
// criteria of the invented study in tests/mappings/data: what a hospital with fifty studies installs.
#pragma once

#include <filesystem>
#include <vector>

#include "knowledge/knowledge.h"

namespace trialcds::bench {

constexpr int kOtherTrials = 49;

// Throws std::runtime_error where the sources cannot be read.
[[nodiscard]] std::vector<mappings::File> files_of_many_trials();

// The same as a folder that `trial-cds --data` takes.
void write_many_trials(const std::filesystem::path &folder);

} // namespace trialcds::bench
