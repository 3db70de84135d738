#include "deadline.h"

#include <utility>

#include "io_threads.h"

namespace trialcds::server {

Deadline::State::State() : timer(egress::io_threads()) {}

void Deadline::State::end(bool by_cancel) {
    std::vector<Action> actions;
    {
        const std::lock_guard lock(mutex_);
        if (ended) return;
        cancelled_ = by_cancel;
        ended = true;
        actions.swap(actions_);
    }
    for (const Action &action : actions)
        action();
}

void Deadline::State::when_over(Action action) {
    {
        const std::lock_guard lock(mutex_);
        if (!ended) {
            actions_.push_back(std::move(action));
            return;
        }
    }
    action();
}

GetFailure Deadline::State::failure() const {
    return cancelled_ ? GetFailure::cancelled : GetFailure::timeout;
}

Deadline::Deadline(std::chrono::milliseconds time) : state_(std::make_shared<State>()) {
    state_->timer.expires_after(time);
    state_->timer.async_wait([held = std::weak_ptr(state_)](const boost::system::error_code &error) {
        if (error) return;
        if (const auto state = held.lock()) state->end(false);
    });
}

Deadline::~Deadline() {
    cancel();
    state_->timer.cancel();
}

void Deadline::cancel() {
    state_->end(true);
}

void Deadline::when_over(std::function<void()> action) const {
    state_->when_over(std::move(action));
}

bool Deadline::over() const {
    return state_->ended;
}

} // namespace trialcds::server
