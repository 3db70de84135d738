// How often something may be done: a token bucket for each name, which holds a minute's worth and fills evenly.
// Names must come from a closed set, since every bucket is kept. Thread-safety: from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace trialcds::cds_hooks {

class RateLimit {
  public:
    // `nanoseconds`: of a clock that never goes back. `per_minute`: at least 1.
    RateLimit(std::size_t per_minute, std::function<std::int64_t()> nanoseconds);

    // nullopt: it may be done, and counts. Else the whole seconds, at least one, until it may be.
    [[nodiscard]] std::optional<std::int64_t> take(const std::string &name);

  private:
    std::int64_t interval_; // nanoseconds from one token to the next
    std::function<std::int64_t()> nanoseconds_;
    std::mutex mutex_;
    std::map<std::string, std::int64_t> full_at_; // when the bucket would be full again
};

} // namespace trialcds::cds_hooks
