// What a reader sees of one character, by Unicode's properties: text of a record may hold signs that nobody
// sees, blanks that look like none and marks that pile up. Source: ICU 72, which knows
// Default_Ignorable_Code_Point, White_Space, Quotation_Mark and General_Category of Unicode
// 15. Thread-safety: pure functions.
#pragma once

#include <cstdint>

namespace trialcds::wording {

enum class Drawn : std::uint8_t {
    sign,
    mark,    // above, below or around the sign before it
    blank,   // of any width; a control character; no character at all
    nothing, // invisible, or it turns the direction of what follows
};

[[nodiscard]] Drawn drawn_as(char32_t point);

// Would a reader take it for the end of a quotation?
[[nodiscard]] bool is_quotation_mark(char32_t point);

} // namespace trialcds::wording
