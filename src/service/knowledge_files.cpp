#include "service/knowledge_files.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "config/read_text.h"

namespace trialcds::service {
namespace {

using server::read_text;

namespace fs = std::filesystem;

using base::ErrorCode;
using base::fail;

bool is_case(const fs::path &relative) {
    return std::any_of(relative.begin(), relative.end(), [](const fs::path &part) { return part == "cases"; });
}

// Adds every .json, .csv and .txt below `root` as prefix/<relative path>.
base::Result<void> collect(const fs::path &root, const fs::path &prefix, Cases cases,
                           std::vector<mappings::File> &files) {
    std::error_code problem;
    for (fs::recursive_directory_iterator it(root, problem), end; !problem && it != end;
         it.increment(problem)) {
        const fs::path extension = it->path().extension();
        if (!it->is_regular_file() || (extension != ".json" && extension != ".csv" && extension != ".txt"))
            continue;
        const fs::path relative = prefix / it->path().lexically_relative(root);
        if (cases == Cases::skip && is_case(relative)) continue;
        auto text = read_text(it->path());
        if (!text) return tl::make_unexpected(text.error());
        files.push_back({relative.generic_string(), std::move(*text)});
    }
    if (problem)
        return fail(ErrorCode::unreadable_input, root.string(),
                    "cannot read the knowledge directory (" + problem.message() +
                        "); give the folder that holds variables.json with --data");
    return {};
}

} // namespace

base::Result<std::vector<mappings::File>> read_knowledge(const fs::path &directory, Cases cases) {
    std::vector<mappings::File> files;
    if (auto read = collect(directory, {}, cases, files); !read) return tl::make_unexpected(read.error());
    if (files.empty())
        return fail(ErrorCode::unreadable_input, directory.string(),
                    "there is no knowledge file in this directory; give the folder that holds variables.json "
                    "with --data");
    std::error_code problem;
    const fs::path beside = fs::weakly_canonical(directory, problem).parent_path() / "schema";
    if (!fs::exists(directory / "schema", problem) && fs::is_directory(beside, problem))
        if (auto read = collect(beside, "schema", cases, files); !read)
            return tl::make_unexpected(read.error());
    std::sort(files.begin(), files.end(),
              [](const mappings::File &a, const mappings::File &b) { return a.path < b.path; });
    return files;
}

} // namespace trialcds::service
