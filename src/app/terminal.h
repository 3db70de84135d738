// How results are shown on standard output. Thread-safety: none.
#pragma once

#include "wording/table.h"

namespace trialcds::app {

// Colour only where standard output is a terminal and NO_COLOR is not set.
[[nodiscard]] wording::TableStyle table_style();

} // namespace trialcds::app
