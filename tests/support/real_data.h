// Records of real servers and public example sets, read from ../shared/data where that folder is present.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <zlib.h>

namespace trialcds::test {

inline const std::filesystem::path kRealData = std::filesystem::path(TRIALCDS_SHARED_DIR) / "data";

// The text of a file, unpacked if it is gzipped.
inline std::string read_packed(const std::filesystem::path &path) {
    std::string text;
    gzFile file = gzopen(path.c_str(), "rb"); // reads plain files too
    if (file == nullptr) return text;
    char buffer[1 << 16];
    for (int read = gzread(file, buffer, sizeof buffer); read > 0; read = gzread(file, buffer, sizeof buffer))
        text.append(buffer, static_cast<std::size_t>(read));
    gzclose(file);
    return text;
}

inline std::vector<std::filesystem::path> real_files() {
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(kRealData))
        if (entry.is_regular_file() && entry.path().has_extension() && entry.path().extension() != ".md")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// A capture keeps the server's answer in the member "body" of a note on how it was obtained.
inline bool is_capture(const std::string &name) {
    return name.starts_with("ehr-captures/");
}

} // namespace trialcds::test
