#include "trust/replay_guard.h"

#include <functional>
#include <mutex>
#include <queue>
#include <unordered_set>
#include <utility>
#include <vector>

namespace trialcds::server {
namespace {

// Each call adds at most one record and removes up to this many expired ones: no call pays for a long purge.
constexpr int kRemovalsPerCall = 16;

struct Expiry {
    std::int64_t at;
    const std::string *key; // of a node of the set, which stays where it is

    bool operator>(const Expiry &other) const { return at > other.at; }
};

} // namespace

struct MemoryReplayGuard::Impl {
    explicit Impl(std::size_t most) : capacity(most) {}

    void remove_expired(std::int64_t unix_seconds) {
        for (int i = 0; i < kRemovalsPerCall && !soonest.empty() && soonest.top().at <= unix_seconds; ++i) {
            seen.erase(seen.find(*soonest.top().key));
            soonest.pop();
        }
    }

    std::size_t capacity;
    mutable std::mutex mutex;
    std::unordered_set<std::string> seen;
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> soonest; // one entry per key of `seen`
};

MemoryReplayGuard::MemoryReplayGuard(std::size_t capacity) : impl_(std::make_unique<Impl>(capacity)) {}
MemoryReplayGuard::~MemoryReplayGuard() = default;

ReplayAnswer MemoryReplayGuard::record(const std::string &issuer, const std::string &jti,
                                       std::int64_t expires_at, std::int64_t unix_seconds) {
    // the length keeps ("a", "bc") and ("ab", "c") apart whatever the strings hold
    std::string key = std::to_string(issuer.size()) + ':' + issuer + jti;
    const std::lock_guard lock(impl_->mutex);
    impl_->remove_expired(unix_seconds);
    if (impl_->seen.count(key) != 0) return ReplayOutcome::replayed;
    if (impl_->seen.size() >= impl_->capacity) return ReplayOutcome::full;
    const auto added = impl_->seen.insert(std::move(key)).first;
    impl_->soonest.push({expires_at, &*added});
    return ReplayOutcome::first_use;
}

SharedReplayGuard::SharedReplayGuard(ReplayGuard &own, ReplayGuard &shared, OnFailure on_failure)
    : own_(own), shared_(shared), on_failure_(std::move(on_failure)) {}

ReplayAnswer SharedReplayGuard::record(const std::string &issuer, const std::string &jti,
                                       std::int64_t expires_at, std::int64_t unix_seconds) {
    ReplayAnswer own = own_.record(issuer, jti, expires_at, unix_seconds);
    if (own != ReplayOutcome::first_use) return own;
    ReplayAnswer shared = shared_.record(issuer, jti, expires_at, unix_seconds);
    if (shared != ReplayOutcome::unavailable) return shared;
    on_failure_(shared.why);
    return ReplayOutcome::first_use;
}

std::size_t MemoryReplayGuard::size() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->seen.size();
}

} // namespace trialcds::server
