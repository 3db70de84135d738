// The inside of a Deadline: a timer that fires a cancellation source. Thread-safety: any thread.
#pragma once

// else cpprest's macro U breaks other headers; NOLINTNEXTLINE(bugprone-reserved-identifier)
#define _TURN_OFF_PLATFORM_STRING

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include <boost/asio/steady_timer.hpp>
#include <pplx/pplxtasks.h>

#include "egress/http_get.h"

namespace trialcds::server {

struct Deadline::State {
    State();

    // Once; what is registered with the token runs here, so no lock is held.
    void end();

    std::atomic<bool> ended{false};
    std::atomic<bool> cancelled{false};
    pplx::cancellation_token_source source;
    std::mutex timer_guard;
    boost::asio::steady_timer timer;
};

} // namespace trialcds::server
