// Insertion: how text of a record or a definition goes into a sentence of ours: as it is, or made inert for a
// card and cut. The sentence around it is never cut, so that no date or ending is lost. Thread-safety: plain
// value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "wording/language.h"
#include "wording/text.h"

namespace trialcds::wording {

struct Insertion {
    std::optional<Profile> profile; // of the card; nullopt: as it is
    std::size_t limit = kNoLimit;   // code points

    [[nodiscard]] std::string operator()(const Language &language, std::string_view text) const {
        return profile ? own_words(language, text, *profile, limit) : std::string(text);
    }
};

} // namespace trialcds::wording
