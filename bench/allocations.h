// How often this thread has asked the C library for memory: malloc, calloc, realloc and aligned_alloc,
// `new` with them. Linking this counts for the whole program (glibc's own entry points do the work), at the
// cost of one addition for each. Thread-safety: each thread has its own count.
#pragma once

#include <cstdint>

namespace trialcds::bench {

[[nodiscard]] std::uint64_t allocations();

} // namespace trialcds::bench
