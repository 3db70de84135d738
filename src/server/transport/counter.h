// Counts what is going on by handing out tokens: a thing lasts as long as its token. Invariant: the count is
// the number of tokens alive. Thread-safety: all members may be called from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace trialcds::server::transport {

class Counter : public std::enable_shared_from_this<Counter> {
  public:
    using Token = std::shared_ptr<void>;

    [[nodiscard]] Token take() {
        const std::lock_guard lock(mutex_);
        ++count_;
        return {static_cast<void *>(this), [self = shared_from_this()](void *) { self->give_back(); }};
    }

    // False: some were still out when the time was up.
    bool wait_for_none(std::chrono::milliseconds at_most) {
        std::unique_lock lock(mutex_);
        return none_.wait_for(lock, at_most, [this] { return count_ == 0; });
    }

  private:
    void give_back() {
        const std::lock_guard lock(mutex_);
        if (--count_ == 0) none_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable none_;
    std::size_t count_ = 0;
};

} // namespace trialcds::server::transport
