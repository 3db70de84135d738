// What every target demands: a property that does not hold ends the run as a crash would, with the input kept.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace trialcds::fuzz {

inline void require(bool holds) {
    if (!holds) std::abort();
}

inline std::string_view text_of(const std::uint8_t *data, std::size_t size) {
    return {reinterpret_cast<const char *>(data), size};
}

} // namespace trialcds::fuzz
