#include "terminal.h"

#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace trialcds::app {

wording::TableStyle table_style() {
    const char *no_colour = std::getenv("NO_COLOR");
    return {.colour = isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0')};
}

bool on_path(const std::string &program) {
    const char *path = std::getenv("PATH");
    std::string_view folders = path == nullptr ? std::string_view() : path;
    while (!folders.empty()) {
        const std::size_t end = folders.find(':');
        const std::string file = std::string(folders.substr(0, end)) + "/" + program;
        if (access(file.c_str(), X_OK) == 0) return true;
        folders.remove_prefix(end == std::string_view::npos ? folders.size() : end + 1);
    }
    return false;
}

} // namespace trialcds::app
