#include "allocations.h"

#include <cstddef>

namespace {

thread_local std::uint64_t counted = 0;

} // namespace

extern "C" {

// glibc's own names.
void *__libc_malloc(std::size_t size) noexcept;
void *__libc_calloc(std::size_t count, std::size_t size) noexcept;
void *__libc_realloc(void *place, std::size_t size) noexcept;
void *__libc_memalign(std::size_t alignment, std::size_t size) noexcept;

void *malloc(std::size_t size) noexcept {
    ++counted;
    return __libc_malloc(size);
}

void *calloc(std::size_t count, std::size_t size) noexcept {
    ++counted;
    return __libc_calloc(count, size);
}

void *realloc(void *place, std::size_t size) noexcept {
    ++counted;
    return __libc_realloc(place, size);
}

void *aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++counted;
    return __libc_memalign(alignment, size);
}

} // extern "C"

namespace trialcds::bench {

std::uint64_t allocations() {
    return counted;
}

} // namespace trialcds::bench
