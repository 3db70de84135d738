#include "service/memory.h"

#include <cstddef>

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace trialcds::service {

namespace {

constexpr int kMebibyte = 1 << 20;

} // namespace

void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 32 * kMebibyte); // the C library's own upper limit
    mallopt(M_TRIM_THRESHOLD, 256 * kMebibyte);
    mallopt(M_TOP_PAD, kMebibyte);
}

void give_back_freed_memory() {
    constexpr std::size_t kMuch = 64 * std::size_t{kMebibyte};
    if (mallinfo2().fordblks > kMuch) malloc_trim(kMebibyte);
}

// Both: the limit alone does not keep a dump from a collector that the kernel pipes it to (core(5)).
bool never_dump_core() {
    const rlimit none{0, 0};
    const bool no_file = setrlimit(RLIMIT_CORE, &none) == 0;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && no_file;
}

} // namespace trialcds::service
