#include "config/read_text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

namespace trialcds::server {
namespace {

namespace fs = std::filesystem;

using base::ErrorCode;
using base::fail;

struct Closer {
    void operator()(std::FILE *file) const {
        if (file != stdin) std::fclose(file);
    }
};

} // namespace

base::Result<std::string> read_text(const fs::path &file, std::size_t limit) {
    const bool standard_input = file == "-";
    const std::string name = standard_input ? "standard input" : file.string();
    std::error_code problem;
    if (!standard_input && fs::is_directory(file, problem))
        return fail(ErrorCode::unreadable_input, name, "this is a directory; give a file in it");
    const std::unique_ptr<std::FILE, Closer> stream(standard_input ? stdin : std::fopen(file.c_str(), "rb"));
    if (stream == nullptr)
        return fail(ErrorCode::unreadable_input, name,
                    std::string("cannot open it (") + std::strerror(errno) +
                        "); check the path and its permissions");
    std::string text;
    char block[65536];
    for (std::size_t got = 0; (got = std::fread(block, 1, sizeof block, stream.get())) > 0;) {
        text.append(block, got);
        if (text.size() > limit)
            return fail(ErrorCode::unreadable_input, name,
                        "it is over " + std::to_string(limit) + " bytes; split it into one file per patient");
    }
    if (std::ferror(stream.get()) != 0)
        return fail(ErrorCode::unreadable_input, name,
                    "reading it failed part-way; check the disk and try again");
    return text;
}

} // namespace trialcds::server
