// A secret in a file, as an operator keeps it: nobody but its owner can read it.
#pragma once

#include <filesystem>
#include <string>

#include "folder.h"

namespace trialcds::test {

// Where it is.
inline std::string write_secret(const Folder &folder, const std::string &name, const std::string &secret) {
    std::string file = folder.write(name, secret);
    std::filesystem::permissions(file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return file;
}

} // namespace trialcds::test
