// The knowledge folder under test: mappings/data, or the folder named by TRIALCDS_DATA (used by the mutation
// run, which hands over changed copies).
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "knowledge/knowledge.h"

namespace trialcds::test {

inline std::filesystem::path shipped_data_folder() {
    const char *other = std::getenv("TRIALCDS_DATA");
    return other != nullptr ? std::filesystem::path(other)
                            : std::filesystem::path(TRIALCDS_SOURCE_DIR) / "mappings" / "data";
}

inline std::string read_text(const std::filesystem::path &path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Every file of the folder (cases too) and the schemas beside it, as the program's own reader hands them over.
inline std::vector<mappings::File> shipped_files() {
    std::vector<mappings::File> files;
    const auto data = shipped_data_folder();
    for (const auto &entry : std::filesystem::recursive_directory_iterator(data))
        if (entry.is_regular_file())
            files.push_back(
                {std::filesystem::relative(entry.path(), data).generic_string(), read_text(entry.path())});
    for (const auto &entry : std::filesystem::directory_iterator(data.parent_path() / "schema"))
        files.push_back({"schema/" + entry.path().filename().string(), read_text(entry.path())});
    return files;
}

} // namespace trialcds::test
