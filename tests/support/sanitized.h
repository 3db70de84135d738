// Whether this program runs under a sanitizer, whose allocator ends the process itself where ours throws.
#pragma once

namespace trialcds::test {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// The exit code of a sanitizer's report, as tests/sanitizers/defaults.cpp sets it.
inline constexpr int kSanitizerReport = 86;

} // namespace trialcds::test
