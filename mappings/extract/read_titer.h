// Titres in every form they are recorded in: text, Quantity, integer, Ratio. Normal form: the reciprocal
// integer, "1:80" -> 80. read_titer() itself is declared beside the other kinds, in read_result.h. Source:
// clinical-rules 7.4. Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eligibility/interval.h"

namespace trialcds::mappings {

struct TiterText {
    eligibility::Interval value;
    std::string rest; // what else the text says, a blank in place of each titre
    std::string shown;
};

// The highest of all titres written "1:80", "1 : 160", "1/320", ">=1:1280", ">1:640", "<1:80" in the text.
// Null when there is none, or when other numbers stand beside them.
[[nodiscard]] std::optional<TiterText> find_titer(std::string_view text);

// An open lower end of a whole number is the next whole number: ">640" is at least 641.
[[nodiscard]] eligibility::Interval whole_titer(eligibility::Interval value);

} // namespace trialcds::mappings
