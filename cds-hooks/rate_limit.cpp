#include "cds_hooks/rate_limit.h"

#include <algorithm>
#include <utility>

namespace trialcds::cds_hooks {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

} // namespace

RateLimit::RateLimit(std::size_t per_minute, std::function<std::int64_t()> nanoseconds)
    : interval_(kMinute / static_cast<std::int64_t>(std::max<std::size_t>(per_minute, 1))),
      nanoseconds_(std::move(nanoseconds)) {}

std::optional<std::int64_t> RateLimit::take(const std::string &name) {
    const std::int64_t now = nanoseconds_();
    const std::lock_guard lock(mutex_);
    std::int64_t &full_at = full_at_.try_emplace(name, now).first->second;
    const std::int64_t after = std::max(full_at, now) + interval_;
    if (const std::int64_t wait = after - now - kMinute; wait > 0) return (wait + kSecond - 1) / kSecond;
    full_at = after;
    return std::nullopt;
}

} // namespace trialcds::cds_hooks
