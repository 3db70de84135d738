#include "turns.h"

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <utility>

#include "base/waiting.h"

namespace trialcds::server::transport {
namespace {

std::int64_t processor_nanoseconds() {
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return used.tv_sec * kNanosecondsPerSecond + used.tv_nsec;
}

} // namespace

// The place of one piece of work on the thread that runs it.
class Turns::Turn final : public base::Place {
  public:
    Turn(Turns &turns, const std::string &share) : turns_(turns), share_(share) { base::held_place = this; }
    ~Turn() override {
        base::held_place = nullptr;
        turns_.leave(share_, used(), turns_.threads_.start);
    }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;

    [[nodiscard]] std::int64_t used() const { return processor_nanoseconds() - began_; }

    void lend() noexcept override {
        lent_ = turns_.threads_.lend();
        if (lent_) turns_.leave(share_, used(), turns_.threads_.start_elsewhere);
    }

    void take_back() noexcept override {
        if (!std::exchange(lent_, false)) return;
        std::mutex mutex;
        std::condition_variable changed;
        bool mine = false;
        turns_.enter(share_, {[&] {
                                  const std::lock_guard lock(mutex);
                                  mine = true;
                                  changed.notify_one();
                              },
                              true});
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return mine; });
        turns_.threads_.took_back();
        began_ = processor_nanoseconds();
    }

  private:
    Turns &turns_;
    const std::string &share_;
    std::int64_t began_ = processor_nanoseconds();
    bool lent_ = false;
};

Turns::Turns(std::size_t places, Threads threads) : places_(places), threads_(std::move(threads)) {}

void Turns::add(const std::string &share, Work work) {
    enter(share, {std::move(work)});
}

void Turns::enter(const std::string &name, Entry entry) {
    {
        const std::lock_guard lock(mutex_);
        Share &share = shares_[name];
        if (share.computing == 0 && share.waiting.empty()) share.used = std::max(share.used, floor_);
        if (!may_start(share)) return share.waiting.push_back(std::move(entry));
        ++held_;
        ++share.computing;
        floor_ = std::max(floor_, share.used);
    }
    start(name, std::move(entry), threads_.start);
}

void Turns::leave(const std::string &name, std::int64_t used, const std::function<void(Work)> &start_next) {
    std::unique_lock lock(mutex_);
    Share &share = shares_[name];
    share.used += used;
    --share.computing;
    --held_;
    const auto following = next();
    if (following != shares_.end()) floor_ = std::max(floor_, following->second.used);
    // What it still owes is forgotten with it where nobody waits, and is little else: tenants are few.
    if (share.computing == 0 && share.waiting.empty() && (following == shares_.end() || share.used <= floor_))
        shares_.erase(name);
    if (following == shares_.end()) return;
    ++held_;
    const std::string its_name = following->first;
    Entry entry = std::move(following->second.waiting.front());
    following->second.waiting.pop_front();
    ++following->second.computing;
    lock.unlock();
    start(its_name, std::move(entry), start_next);
}

void Turns::start(const std::string &share, Entry entry, const std::function<void(Work)> &how) {
    if (entry.comes_back) return entry.work();
    how([self = shared_from_this(), share, work = std::move(entry.work)] { self->run(share, work); });
}

void Turns::run(const std::string &share, const Work &work) {
    const Turn turn(*this, share);
    work();
}

bool Turns::may_start(const Share &share) const {
    return held_ < places_ || (held_ == places_ && share.computing == 0);
}

std::map<std::string, Turns::Share>::iterator Turns::next() {
    auto least = shares_.end();
    for (auto share = shares_.begin(); share != shares_.end(); ++share)
        if (!share->second.waiting.empty() && may_start(share->second) &&
            (least == shares_.end() || share->second.used < least->second.used))
            least = share;
    return least;
}

} // namespace trialcds::server::transport
