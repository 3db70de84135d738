#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

#include "trust/replay_guard.h"

namespace trialcds::server {
namespace {

constexpr std::size_t kToldAtOnce = 500;

struct ExpiresLater {
    bool operator()(const UsedToken &left, const UsedToken &right) const {
        return left.expires_at > right.expires_at;
    }
};

} // namespace

struct SharedReplayGuard::Impl {
    Impl(ReplayGuard &own_memory, TokenStore &store, std::chrono::milliseconds wait)
        : own(own_memory), shared(store), retry(wait), teller([this] { tell(); }) {}
    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        changed.notify_all();
        teller.join();
    }

    // What has expired is no good anywhere, so that there are never more than `own` holds.
    void keep(UsedToken token, std::int64_t unix_seconds) {
        const std::lock_guard lock(mutex);
        while (!untold.empty() && untold.top().expires_at <= unix_seconds)
            untold.pop();
        untold.push(std::move(token));
        changed.notify_all();
    }
    // The store has just answered: there is no need to wait.
    void answered() {
        const std::lock_guard lock(mutex);
        if (untold.empty()) return;
        at_once = true;
        changed.notify_all();
    }

    void tell() {
        std::unique_lock lock(mutex);
        while (!stopping) {
            changed.wait(lock, [this] { return stopping || !untold.empty(); });
            if (tell_all(lock)) continue;
            changed.wait_for(lock, retry, [this] { return stopping || at_once; });
            at_once = false;
        }
        (void)tell_all(lock);
    }
    // False: the store does not answer.
    bool tell_all(std::unique_lock<std::mutex> &lock) {
        while (!untold.empty()) {
            const std::vector<UsedToken> some = take();
            telling = some.size();
            lock.unlock();
            const bool told = shared.add(some);
            lock.lock();
            telling = 0;
            if (told) continue;
            for (const UsedToken &token : some)
                untold.push(token);
            return false;
        }
        return true;
    }
    std::vector<UsedToken> take() {
        std::vector<UsedToken> some;
        for (std::size_t left = std::min(untold.size(), kToldAtOnce); left > 0; --left) {
            some.push_back(untold.top());
            untold.pop();
        }
        return some;
    }

    ReplayGuard &own;
    TokenStore &shared;
    std::chrono::milliseconds retry;
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::priority_queue<UsedToken, std::vector<UsedToken>, ExpiresLater> untold;
    std::size_t telling = 0; // on their way, no longer in `untold`
    bool at_once = false;
    bool stopping = false;
    std::thread teller; // the last member: it uses the others
};

SharedReplayGuard::SharedReplayGuard(ReplayGuard &own, TokenStore &shared, std::chrono::milliseconds retry)
    : impl_(std::make_unique<Impl>(own, shared, retry)) {}
SharedReplayGuard::~SharedReplayGuard() = default;

ReplayAnswer SharedReplayGuard::record(const std::string &issuer, const std::string &jti,
                                       std::int64_t expires_at, std::int64_t unix_seconds) {
    ReplayAnswer own = impl_->own.record(issuer, jti, expires_at, unix_seconds);
    if (own.outcome != ReplayOutcome::first_use) return own;
    ReplayAnswer shared = impl_->shared.record(issuer, jti, expires_at, unix_seconds);
    if (shared == ReplayOutcome::unavailable)
        impl_->keep({issuer, jti, expires_at}, unix_seconds);
    else
        impl_->answered();
    return shared;
}

std::size_t SharedReplayGuard::untold() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->untold.size() + impl_->telling;
}

} // namespace trialcds::server
