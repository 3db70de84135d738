#include "certificate_watch.h"

#include <algorithm>

namespace trialcds::service {
namespace {

constexpr std::int64_t kSecondsOfADay = 86'400;

} // namespace

std::int64_t whole_days_left(std::int64_t expires, std::int64_t now) {
    return std::max<std::int64_t>(0, (expires - now) / kSecondsOfADay);
}

void CertificateWatch::read(std::int64_t expires) {
    const std::lock_guard lock(mutex_);
    expires_ = expires;
    warned_.reset();
}

bool CertificateWatch::has_expired(std::int64_t now) const {
    const std::lock_guard lock(mutex_);
    return expires_ && *expires_ <= now;
}

std::optional<std::int64_t> CertificateWatch::warning(std::int64_t now) {
    const std::lock_guard lock(mutex_);
    if (!expires_ || *expires_ - now > kWarningDays * kSecondsOfADay) return std::nullopt;
    if (warned_ && now - *warned_ < kSecondsOfADay) return std::nullopt;
    warned_ = now;
    return whole_days_left(*expires_, now);
}

} // namespace trialcds::service
