// A file that is there whole under its own name, or not at all. Thread-safety: one writer of a name.
#pragma once

#include <string>

#include "base/result.h"

namespace trialcds::app {

// Takes the place of what has that name. unreadable_input: it could not be written, and why.
[[nodiscard]] base::Result<void> write_whole(const std::string &file, const std::string &text);

} // namespace trialcds::app
