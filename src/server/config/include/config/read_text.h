// Reads a file into a text. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace trialcds::server {

// A whole file, or standard input for "-". unreadable_input when it cannot be read or is over `limit` bytes.
[[nodiscard]] base::Result<std::string> read_text(const std::filesystem::path &file,
                                                  std::size_t limit = std::size_t{512} << 20);

} // namespace trialcds::server
