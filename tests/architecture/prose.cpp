#include "prose.h"

#include <algorithm>
#include <iterator>

#include "source_tree.h"

namespace trialcds::test {

namespace {

std::vector<Prose> comments_of(const TextFile &file) {
    std::vector<Prose> comments;
    bool open = false; // the line before was nothing but a comment
    for (const std::string &line : file.lines) {
        const std::size_t start = line.find("//");
        if (start == std::string::npos) {
            open = false;
            continue;
        }
        const bool whole_line = line.find_first_not_of(" \t") == start;
        const std::string text = line.substr(std::min(line.size(), line.find_first_not_of("/ ", start)));
        if (open && whole_line) {
            comments.back().text += " " + text;
        } else {
            comments.push_back({file.path, text});
        }
        open = whole_line;
    }
    return comments;
}

} // namespace

const std::vector<Prose> &all_prose() {
    static const std::vector<Prose> kProse = [] {
        std::vector<Prose> prose;
        for (const char *extension : {".h", ".cpp", ".inl"})
            for (const std::string &path : files_ending(extension)) {
                if (starts_with(path, "tests/architecture/")) continue; // it names what it refuses
                const std::vector<Prose> comments = comments_of(read_text(path));
                prose.insert(prose.end(), comments.begin(), comments.end());
            }
        for (const char *extension : {".json", ".md"})
            for (const std::string &path : files_ending(extension)) {
                if (extension == std::string(".json") && !starts_with(path, "mappings/")) continue;
                if (path.find("/cases/") != std::string::npos) continue;
                for (const std::string &line : read_text(path).lines)
                    if (!line.empty()) prose.push_back({path, line});
            }
        return prose;
    }();
    return kProse;
}

std::vector<Prose> prose_with(const std::string &word) {
    std::vector<Prose> found;
    std::copy_if(all_prose().begin(), all_prose().end(), std::back_inserter(found),
                 [&](const Prose &prose) { return prose.text.find(word) != std::string::npos; });
    return found;
}

} // namespace trialcds::test
