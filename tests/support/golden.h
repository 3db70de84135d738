// A table of expected lines kept beside a test. With TRIALCDS_REGENERATE_GOLDEN in the environment it is
// written anew instead of compared; read its difference before committing it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace trialcds::test {

inline std::vector<std::string> lines_of(const std::string &text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

// `rows` begins with the header line.
inline void expect_golden(const std::filesystem::path &path, const std::vector<std::string> &rows) {
    if (std::getenv("TRIALCDS_REGENERATE_GOLDEN") != nullptr) {
        std::ofstream out(path);
        for (const std::string &row : rows)
            out << row << '\n';
        GTEST_SKIP() << "skipped: the golden table was written anew";
    }
    std::ifstream in(path);
    ASSERT_TRUE(in.good()) << path;
    std::vector<std::string> golden;
    for (std::string line; std::getline(in, line);)
        golden.push_back(line);
    EXPECT_THAT(rows, testing::ElementsAreArray(golden));
}

} // namespace trialcds::test
