#include "whole_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace trialcds::app {

base::Result<void> write_whole(const std::string &file, const std::string &text) {
    const std::string part = file + ".part";
    const auto failed = [&] {
        const std::string reason = std::strerror(errno);
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        return base::fail(base::ErrorCode::unreadable_input, file,
                          "cannot write it (" + reason + "); check the folder and its permissions");
    };
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out || std::rename(part.c_str(), file.c_str()) != 0) return failed();
    return {};
}

} // namespace trialcds::app
