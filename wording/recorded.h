// Which texts of a record are shown as they stand: those that can say nothing but a value. Everything else is a
// quotation. Private to wording. Thread-safety: pure functions.
#pragma once

#include <string_view>

namespace trialcds::wording {

// "22", "<45", "-1.5", "4,5", "1e3", "1:160", ">= 1:80", "20-25".
[[nodiscard]] bool is_number_text(std::string_view text);

// "Positive", "négatif", "II": one word of Latin letters, of at most 20.
[[nodiscard]] bool is_one_word(std::string_view text);

} // namespace trialcds::wording
