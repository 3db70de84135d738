#include "service/memory.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace trialcds::service {

namespace {

constexpr int kMebibyte = 1 << 20;

// 0 where the system does not tell.
std::int64_t resident_bytes() {
    std::ifstream sizes("/proc/self/statm"); // in pages: all, resident, ...
    std::int64_t all = 0;
    std::int64_t resident = 0;
    sizes >> all >> resident;
    return resident * getpagesize();
}

} // namespace

void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 32 * kMebibyte); // the C library's own upper limit
    mallopt(M_TRIM_THRESHOLD, 8 * kMebibyte);  // of an arena: for a call of ordinary size more than enough
    mallopt(M_TOP_PAD, kMebibyte);
}

void FreedMemory::give_back() {
    constexpr std::int64_t kMuch = 16 * std::int64_t{kMebibyte};
    if (std::abs(resident_bytes() - after_last_) < kMuch) return;
    malloc_trim(kMebibyte);
    after_last_ = resident_bytes();
}

// Both: the limit alone does not keep a dump from a collector that the kernel pipes it to (core(5)).
bool never_dump_core() {
    const rlimit none{0, 0};
    const bool no_file = setrlimit(RLIMIT_CORE, &none) == 0;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && no_file;
}

} // namespace trialcds::service
