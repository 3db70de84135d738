// The only place of the project that asks what day it is. One day is taken per call at the edge and handed
// down; nothing below reads a clock. A trial's windows count in the clinic's own calendar days, so the day is
// the local one (TZ of the process), not UTC. Thread-safety: today() may be called from any thread.
#pragma once

#include "base/date.h"

namespace trialcds::server {

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual base::Day today() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] base::Day today() const override;
};

// Always the same day: --as-of, the demonstration, tests.
class FixedClock final : public Clock {
  public:
    explicit FixedClock(base::Day day) : day_(day) {}
    [[nodiscard]] base::Day today() const override { return day_; }

  private:
    base::Day day_;
};

} // namespace trialcds::server
