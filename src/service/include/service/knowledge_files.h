// Reads the knowledge directory into texts, which is all that the pure loader takes. Every .json, .csv and .txt
// file below it, path relative to it, sorted, so that the same directory gives the same snapshot everywhere. A
// "schema" folder that lies beside the directory (as in the source tree) is read as if it were inside.
// Thread-safety: reentrant.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "knowledge/knowledge.h"

namespace trialcds::service {

enum class Cases { skip, include }; // the patients that prove a trial's definition: needed by check only

// unreadable_input: the directory or a file cannot be read, or holds no knowledge file at all.
[[nodiscard]] base::Result<std::vector<mappings::File>> read_knowledge(const std::filesystem::path &directory,
                                                                       Cases cases);

} // namespace trialcds::service
