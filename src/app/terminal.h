// How results are shown on standard output. Thread-safety: none.
#pragma once

#include <string>

#include "wording/table.h"

namespace trialcds::app {

// Colour only where standard output is a terminal and NO_COLOR is not set.
[[nodiscard]] wording::TableStyle table_style();

// Is there a program of this name to run?
[[nodiscard]] bool on_path(const std::string &program);

} // namespace trialcds::app
