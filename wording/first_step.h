// What to begin with: the one sentence that stands before the next step. Private to wording. Thread-safety: a
// function of its arguments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "card_lines.h"

namespace trialcds::wording {

inline constexpr int kDaysToHurry = 14;

// What the card says of what is open.
struct OpenLines {
    std::vector<OpenLine> blocks, to_check, missing;
    bool urgent = false;  // something stands to stop at
    bool closing = false; // the window closes within days
};

// When to ask the study team.
enum class Then : std::uint8_t { when_settled, unless_ruled_out, at_once, on_that_day };

struct FirstStep {
    std::string words; // "": nothing stands out
    Then then = Then::when_settled;
};

// By what it saves: where days count, the call; else a day on which to look again is the whole answer; a check
// of what speaks against the patient goes before a test, a look into the chart before a question.
[[nodiscard]] FirstStep first_step(const CardContent &input, const CardLines &lines, const OpenLines &open);

} // namespace trialcds::wording
