#include "clock/clock.h"

#include <chrono>
#include <ctime>

#include <date/date.h>

namespace trialcds::server {

base::Day SystemClock::today() const {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm local{};
    localtime_r(&now, &local);
    const auto civil = date::year{local.tm_year + 1900} / (local.tm_mon + 1) / local.tm_mday;
    return base::Day{static_cast<std::int32_t>(date::sys_days{civil}.time_since_epoch().count())};
}

std::int64_t SystemClock::unix_seconds() const {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::seconds>(since_epoch).count();
}

std::chrono::steady_clock::time_point steady_now() {
    return std::chrono::steady_clock::now();
}

std::int64_t steady_nanoseconds() {
    return std::chrono::nanoseconds(steady_now().time_since_epoch()).count();
}

std::int64_t steady_seconds() {
    return std::chrono::floor<std::chrono::seconds>(steady_now().time_since_epoch()).count();
}

} // namespace trialcds::server
