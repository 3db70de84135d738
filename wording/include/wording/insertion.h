// Insertion: how text of a record or a definition goes into a sentence of ours: as it is, or made inert for a
// card and cut; free text of a record always as a quotation. The sentence around it is never cut, so that no
// date or ending is lost. Thread-safety: plain value.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/localized_text.h"
#include "wording/language.h"
#include "wording/text.h"

namespace trialcds::wording {

struct Insertion {
    std::optional<Profile> profile; // of the card; nullopt: as it is
    std::size_t limit = kNoLimit;   // code points

    // Text of a definition, and what we write of a record: numbers, days, our own labels.
    [[nodiscard]] std::string operator()(const Language &language, std::string_view text) const {
        return profile ? own_words(language, text, *profile, limit) : std::string(text);
    }
    // Text of a record.
    [[nodiscard]] std::string quoted(const Language &language, std::string_view text) const {
        return wording::quoted(language, text, profile, std::min(limit, kDataTextLimit));
    }
    // The one or the other.
    [[nodiscard]] std::string label(const Language &language, const base::LocalizedText &text) const {
        const std::string &words = text.in(language.code());
        return text.is_recorded() ? quoted(language, words) : (*this)(language, words);
    }
};

} // namespace trialcds::wording
