#include "deadline.h"

#include <pplx/threadpool.h>

#include "task_pool.h"

namespace trialcds::server {
Deadline::State::State() : timer(crossplat::threadpool::shared_instance().service()) {}

void Deadline::State::end() {
    if (!ended.exchange(true)) source.cancel();
}

Deadline::Deadline(std::chrono::milliseconds time) {
    size_task_pool();
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

void Deadline::when_over(std::function<void()> action) const {
    state_->source.get_token().register_callback(action);
}

bool Deadline::over() const {
    return state_->ended;
}

} // namespace trialcds::server
