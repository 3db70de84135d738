// The repository as these tests read it: its sources, its documents, and text as lines. Nothing is built or
// run.
#pragma once

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace trialcds::test {

extern const std::filesystem::path kRoot;

struct TextFile {
    std::string path; // relative to the root, with '/'
    std::vector<std::string> lines;
};

[[nodiscard]] TextFile read_text(const std::string &path);
[[nodiscard]] std::string joined(const TextFile &file); // its lines with '\n' between

// .h, .cpp and .inl of the product's folders.
[[nodiscard]] const std::vector<TextFile> &product_sources();

// Every file below the root that ends so, relative to it; not what was built, fetched or recorded from
// elsewhere.
[[nodiscard]] std::vector<std::string> files_ending(const std::string &extension);

// "Suite.Name" of every test in the sources.
[[nodiscard]] const std::set<std::string> &test_names();

using Arrows = std::map<std::string, std::set<std::string>>; // from module to module, named by folder

// The table under the drawing in ARCHITECTURE.md: | `folder` | `folder` `folder` |
[[nodiscard]] Arrows drawn_arrows();

[[nodiscard]] bool exists(const std::string &path);

[[nodiscard]] bool starts_with(const std::string &text, const std::string &prefix);

// The first group of every match.
[[nodiscard]] std::set<std::string> all_matches(const std::string &text, const std::regex &pattern);

} // namespace trialcds::test
