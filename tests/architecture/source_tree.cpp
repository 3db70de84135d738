#include "source_tree.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace trialcds::test {

namespace fs = std::filesystem;

const fs::path kRoot = TRIALCDS_SOURCE_DIR;

namespace {

// Built, fetched, or other people's records.
bool is_foreign(const fs::path &folder) {
    const std::string name = folder.filename().string();
    return name == "build" || name == "node_modules" || name == ".git" || name == "golden" ||
           name == "__pycache__";
}

} // namespace

TextFile read_text(const std::string &path) {
    std::ifstream in(kRoot / path);
    if (!in) throw std::runtime_error("cannot be read: " + path);
    TextFile file{path, {}};
    for (std::string line; std::getline(in, line);)
        file.lines.push_back(line);
    return file;
}

std::string joined(const TextFile &file) {
    std::string text;
    for (const std::string &line : file.lines)
        text += line + '\n';
    return text;
}

std::vector<std::string> files_ending(const std::string &extension) {
    std::vector<std::string> found;
    for (auto it = fs::recursive_directory_iterator(kRoot); it != fs::recursive_directory_iterator(); ++it) {
        if (it->is_directory() && is_foreign(it->path())) {
            it.disable_recursion_pending();
        } else if (it->is_regular_file() && it->path().extension() == extension) {
            found.push_back(fs::relative(it->path(), kRoot).generic_string());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

const std::vector<TextFile> &product_sources() {
    static const std::vector<TextFile> kSources = [] {
        const std::set<std::string> folders = {"base",    "fhir",      "eligibility", "mappings",
                                               "wording", "cds-hooks", "src",         "cds-hooks-check"};
        std::vector<TextFile> files;
        for (const char *extension : {".h", ".cpp", ".inl"})
            for (const std::string &path : files_ending(extension))
                if (folders.count(path.substr(0, path.find('/'))) == 1) files.push_back(read_text(path));
        return files;
    }();
    return kSources;
}

const std::set<std::string> &test_names() {
    static const std::set<std::string> kNames = [] {
        static const std::regex test(R"(^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
        std::set<std::string> names;
        for (const std::string &path : files_ending(".cpp")) {
            std::smatch match;
            for (const std::string &line : read_text(path).lines)
                if (line.find("TEST") != std::string::npos && std::regex_search(line, match, test))
                    names.insert(match.str(1) + "." + match.str(2));
        }
        return names;
    }();
    return kNames;
}

Arrows drawn_arrows() {
    static const std::regex row(R"(^\| `([a-z/-]+)` \| ((`[a-z/-]+` ?)+|nothing) \|$)");
    static const std::regex folder("`([a-z/-]+)`");
    Arrows arrows;
    for (const std::string &line : read_text("ARCHITECTURE.md").lines) {
        std::smatch match;
        if (std::regex_match(line, match, row)) arrows[match[1]] = all_matches(match[2], folder);
    }
    return arrows;
}

bool exists(const std::string &path) {
    return fs::exists(kRoot / path);
}

bool starts_with(const std::string &text, const std::string &prefix) {
    return text.rfind(prefix, 0) == 0;
}

std::set<std::string> all_matches(const std::string &text, const std::regex &pattern) {
    std::set<std::string> found;
    for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it)
        found.insert((*it)[1]);
    return found;
}

} // namespace trialcds::test
