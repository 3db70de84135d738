#include "trust/replay_guard.h"

#include <functional>
#include <map>
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
    const std::string *jti; // of a node of the set, which stays where it is

    bool operator>(const Expiry &other) const { return at > other.at; }
};

class IssuersTokens {
  public:
    ReplayAnswer record(const std::string &jti, std::int64_t expires_at, std::int64_t unix_seconds,
                        std::size_t most) {
        const std::lock_guard lock(mutex_);
        for (int i = 0; i < kRemovalsPerCall && !soonest_.empty() && soonest_.top().at <= unix_seconds; ++i) {
            seen_.erase(seen_.find(*soonest_.top().jti));
            soonest_.pop();
        }
        if (seen_.count(jti) != 0) return ReplayOutcome::replayed;
        if (seen_.size() >= most)
            return {ReplayOutcome::full, "the table of an issuer's used tokens is full; it has used " +
                                             std::to_string(most) + " that have not expired"};
        const auto added = seen_.insert(jti).first;
        soonest_.push({expires_at, &*added});
        return ReplayOutcome::first_use;
    }
    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return seen_.size();
    }

  private:
    mutable std::mutex mutex_;
    std::unordered_set<std::string> seen_;
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> soonest_; // one entry per jti of `seen_`
};

} // namespace

struct MemoryReplayGuard::Impl {
    explicit Impl(std::size_t limit) : most(limit) {}

    // Stays where it is as long as this.
    IssuersTokens &of(const std::string &issuer) {
        const std::lock_guard lock(mutex);
        return by_issuer[issuer];
    }

    std::size_t most;
    mutable std::mutex mutex; // of the map: while one issuer's table grows, another's is not waited for
    std::map<std::string, IssuersTokens> by_issuer;
};

MemoryReplayGuard::MemoryReplayGuard(std::size_t most_per_issuer)
    : impl_(std::make_unique<Impl>(most_per_issuer)) {}
MemoryReplayGuard::~MemoryReplayGuard() = default;

ReplayAnswer MemoryReplayGuard::record(const std::string &issuer, const std::string &jti,
                                       std::int64_t expires_at, std::int64_t unix_seconds) {
    return impl_->of(issuer).record(jti, expires_at, unix_seconds, impl_->most);
}

std::size_t MemoryReplayGuard::size() const {
    const std::lock_guard lock(impl_->mutex);
    std::size_t sum = 0;
    for (const auto &[issuer, tokens] : impl_->by_issuer)
        sum += tokens.size();
    return sum;
}

DecidedReplayGuard::DecidedReplayGuard(ReplayGuard &guard, ReplayDoubt doubt, OnDoubt on_doubt)
    : guard_(guard), doubt_(doubt), on_doubt_(std::move(on_doubt)) {}

ReplayAnswer DecidedReplayGuard::record(const std::string &issuer, const std::string &jti,
                                        std::int64_t expires_at, std::int64_t unix_seconds) {
    ReplayAnswer answer = guard_.record(issuer, jti, expires_at, unix_seconds);
    if (answer == ReplayOutcome::first_use || answer == ReplayOutcome::replayed) return answer;
    on_doubt_(answer.why);
    const bool kept =
        answer == ReplayOutcome::unavailable; // of a full table nothing is: it would be good for ever
    return kept && doubt_ == ReplayDoubt::take ? ReplayAnswer(ReplayOutcome::first_use) : answer;
}

} // namespace trialcds::server
