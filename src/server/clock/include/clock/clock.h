// The only place of the project that asks what day or what time it is. One day is taken per call at the edge
// and handed down; nothing below reads a clock. The second is for the validity of a client's token only. A
// trial's windows count in the clinic's own calendar days, so the day is the local one (TZ of the process), not
// UTC. Thread-safety: every function may be called from any thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/date.h"

namespace trialcds::server {

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual base::Day today() const = 0;
    [[nodiscard]] virtual std::int64_t unix_seconds() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] base::Day today() const override;
    [[nodiscard]] std::int64_t unix_seconds() const override;
};

// Always the same moment: --as-of, the demonstration, tests. A day alone stands for its first second, UTC.
class FixedClock final : public Clock {
  public:
    explicit FixedClock(base::Day day) : FixedClock(day, std::int64_t{day.number} * 86400) {}
    FixedClock(base::Day day, std::int64_t unix_seconds) : day_(day), unix_seconds_(unix_seconds) {}
    [[nodiscard]] base::Day today() const override { return day_; }
    [[nodiscard]] std::int64_t unix_seconds() const override { return unix_seconds_; }

  private:
    base::Day day_;
    std::int64_t unix_seconds_;
};

// Seconds of a clock that never goes back, from an arbitrary start: for how long something has been kept.
[[nodiscard]] std::int64_t steady_seconds();
[[nodiscard]] std::int64_t steady_nanoseconds();                  // of the same clock: how long a call took
[[nodiscard]] std::chrono::steady_clock::time_point steady_now(); // the same: until when something may take

} // namespace trialcds::server
