// Moments for the tests of the store, in seconds since 1970.
#pragma once

#include <cstdint>

namespace trialcds::server {

inline constexpr std::int64_t kNow = 1795305600; // 2026-11-22T00:00:00Z
inline constexpr std::int64_t kDay = 86400;

} // namespace trialcds::server
