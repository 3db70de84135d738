#include "server/memory.h"

#include <malloc.h>

namespace trialcds::server {

void keep_freed_memory() {
    constexpr int kMebibyte = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, 32 * kMebibyte); // the C library's own upper limit
    mallopt(M_TRIM_THRESHOLD, 256 * kMebibyte);
    mallopt(M_TOP_PAD, kMebibyte);
}

} // namespace trialcds::server
