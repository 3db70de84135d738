// Answers in words: "Negative", "NEG.", "weak positive", "not detected", "negative (<1.0)". The longest phrase
// counts, so that "not detected" never reads as "detected". Source: clinical-rules 7.3. Thread-safety:
// reentrant.
#pragma once

#include <optional>
#include <string_view>

#include "extraction.h"

namespace trialcds::mappings {

struct AnswerText {
    bool nothing = true;                             // no word at all
    std::optional<eligibility::Qualitative> meaning; // null when there is none, or more than one
    bool whole = false;                              // the text says nothing else (numbers apart)
    bool mentions_other_than_positive = false;
};

// A phrase counts only at the start ("positive, speckled") or when nothing else is said: "no positive result"
// is not an answer we understand. What stands in brackets does not count.
[[nodiscard]] AnswerText read_answer_text(Draft &draft, std::string_view text);

} // namespace trialcds::mappings
