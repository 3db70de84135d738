// What keeps a patient from a trial, for whoever asks why there is no card: the criteria that are not met, as a
// card would tell them, with drug, day and value. Source: clinical-rules 0.11. Thread-safety: reentrant.
#pragma once

#include <cstdint>
#include <string>

#include "wording/card_text.h"

namespace trialcds::wording {

enum class Blocking : std::uint8_t {
    for_now, // criteria that time alone clears
    lasting, // the others
};

// The first three in sentences, the rest by id; "" where there is none.
[[nodiscard]] std::string blockers(const CardContent &content, Blocking kind);

// Ids of the criteria that are open: "I2, E5".
[[nodiscard]] std::string open_criteria(const CardContent &content);

} // namespace trialcds::wording
