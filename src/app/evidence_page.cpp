#include "evidence_page.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "config/read_text.h"
#include "knowledge_location.h"

namespace trialcds::app {
namespace {

namespace fs = std::filesystem;

std::string content_type(const fs::path &file) {
    for (const auto &[ending, type] : {std::pair{".html", "text/html; charset=utf-8"},
                                       {".js", "text/javascript; charset=utf-8"},
                                       {".css", "text/css; charset=utf-8"},
                                       {".svg", "image/svg+xml"}})
        if (file.extension() == ending) return type;
    return "application/octet-stream";
}

} // namespace

base::Result<std::vector<cds_hooks::PageFile>> read_evidence_page() {
    std::vector<cds_hooks::PageFile> files;
    std::error_code problem;
    for (auto at = fs::recursive_directory_iterator(web_directory(), problem);
         !problem && at != fs::recursive_directory_iterator(); at.increment(problem)) {
        if (!at->is_regular_file()) continue;
        auto text = server::read_text(at->path());
        if (!text) return tl::make_unexpected(text.error());
        files.push_back({at->path().lexically_relative(web_directory()).generic_string(),
                         content_type(at->path()), std::move(*text)});
    }
    if (files.empty())
        return base::fail(base::ErrorCode::unreadable_input, web_directory().string(),
                          "the built evidence page is not there; build it (web/README.md) or install it again");
    return files;
}

} // namespace trialcds::app
