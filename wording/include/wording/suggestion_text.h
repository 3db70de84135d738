// The words of what a card suggests, in one language: plain texts, of the trial and of counts alone. They tell
// of a draft and of a person who looks at it, never of a promise. Source: CDS Hooks 2.0 "Suggestion";
// clinical-rules 0.11. Thread-safety: reentrant.
#pragma once

#include <string>

#include "wording/card_text.h"

namespace trialcds::wording {

struct SuggestionText {
    std::string label;  // of the button
    std::string action; // what accepting it does
    std::string name;   // what the draft is of; "" where its text says it
    std::string text;   // in the draft
};

[[nodiscard]] SuggestionText referral_text(const CardContent &content);
[[nodiscard]] SuggestionText task_text(const CardContent &content); // for the study team

} // namespace trialcds::wording
