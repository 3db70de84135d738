// What to begin with: the one sentence that stands before the next step. Private to wording. Thread-safety: a
// function of its arguments.
#pragma once

#include <string>
#include <vector>

#include "card_lines.h"

namespace trialcds::wording {

// What the card says of what is open.
struct OpenLines {
    std::vector<OpenLine> blocks, to_check, missing;
    bool urgent = false;  // something stands to stop at
    bool closing = false; // the window closes within days
};

// By what it saves: a day on which to look again is the whole answer, a check of what speaks against the
// patient goes before a test, a look into the chart before a question. "" where nothing stands out.
[[nodiscard]] std::string first_step(const CardContent &input, const CardLines &lines, const OpenLines &open);

} // namespace trialcds::wording
