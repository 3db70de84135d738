// The inside of a Deadline: a timer, and what is to be done when it ends. Thread-safety: any thread.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "egress/http_get.h"

namespace trialcds::server {

struct Deadline::State {
    State();

    using Action = std::function<void()>;
    void end(bool by_cancel); // the first time only
    void when_over(Action action);
    [[nodiscard]] GetFailure failure() const; // of a call that it ended

    std::atomic<bool> ended{false};
    boost::asio::steady_timer timer;

  private:
    std::mutex mutex_;
    std::atomic<bool> cancelled_{false}; // set before `ended`
    std::vector<Action> actions_;
};

} // namespace trialcds::server
