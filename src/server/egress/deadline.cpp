#include "deadline.h"

#include <pplx/threadpool.h>

namespace trialcds::server {
namespace egress {

void size_thread_pool() {
    constexpr std::size_t kThreads = 4;
    static std::once_flag once;
    std::call_once(once, [] {
        try {
            crossplat::threadpool::initialize_with_threads(kThreads);
        } catch (const std::exception &) { // somebody was first: their size it is
        }
    });
}

} // namespace egress

Deadline::State::State() : timer(crossplat::threadpool::shared_instance().service()) {}

void Deadline::State::end() {
    if (!ended.exchange(true)) source.cancel();
}

Deadline::Deadline(std::chrono::milliseconds time) {
    egress::size_thread_pool();
    state_ = std::make_shared<State>();
    const std::lock_guard lock(state_->timer_guard);
    state_->timer.expires_after(time);
    state_->timer.async_wait([state = state_](const boost::system::error_code &error) {
        if (!error) state->end();
    });
}

Deadline::~Deadline() {
    cancel();
    const std::lock_guard lock(state_->timer_guard);
    state_->timer.cancel();
}

void Deadline::cancel() {
    if (!state_->ended) state_->cancelled = true;
    state_->end();
}

bool Deadline::over() const {
    return state_->ended;
}

} // namespace trialcds::server
