// The languages that are compiled in, so that a card never lacks its words for want of a file. Read once, when
// the first is asked for. Invariant: English is always there. Thread-safety: any thread, any time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wording/language.h"

namespace trialcds::wording {

// Throws std::logic_error when a catalogue does not read, which the tests rule out.
[[nodiscard]] const std::vector<Language> &languages();
[[nodiscard]] const Language &english();
[[nodiscard]] const Language *find_language(std::string_view code); // null when there is none of this code
[[nodiscard]] std::string language_codes();                         // "en, de, fr"

} // namespace trialcds::wording
