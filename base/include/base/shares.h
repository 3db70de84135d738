// So much of something for all, and at most so much of it for one: requests in flight, bytes held. Invariants:
// what is out never exceeds what there is; a part goes back when it ends. Thread-safety: all members may be
// called from any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace trialcds::base {

// Bytes held for each byte of a JSON text, from when it is received to the end of its call, at most: the text
// itself, a copy to parse, its nodes, the record.
inline constexpr std::size_t kMemoryPerByteRead = 7;

class Shares : public std::enable_shared_from_this<Shares> {
  public:
    static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

    explicit Shares(std::size_t all, std::size_t each = kNoLimit) : all_(all), each_(each) {}

    class Part {
      public:
        Part(std::shared_ptr<Shares> of, std::string share) : of_(std::move(of)), share_(std::move(share)) {}
        ~Part() { of_->give_back(share_, amount_); }
        Part(const Part &) = delete;
        Part &operator=(const Part &) = delete;

        // False, and nothing is taken: there is not so much more, or all together would have more than
        // `ceiling`.
        [[nodiscard]] bool grow(std::size_t amount, std::size_t ceiling = kNoLimit) {
            if (!of_->take_more(share_, amount, ceiling)) return false;
            amount_ += amount;
            return true;
        }
        [[nodiscard]] std::size_t size() const { return amount_; }

      private:
        std::shared_ptr<Shares> of_;
        std::string share_;
        std::atomic<std::size_t> amount_ = 0;
    };

    // nullptr: there is not so much left, or not for this share.
    [[nodiscard]] std::shared_ptr<Part> take(const std::string &share, std::size_t amount) {
        auto part = std::make_shared<Part>(shared_from_this(), share);
        return part->grow(amount) ? part : nullptr;
    }

    [[nodiscard]] std::size_t all() const { return all_; }
    [[nodiscard]] std::size_t most_of_one() const { return std::min(all_, each_); }
    [[nodiscard]] std::size_t out() const {
        const std::lock_guard lock(mutex_);
        return out_;
    }

  private:
    bool take_more(const std::string &share, std::size_t amount, std::size_t ceiling) {
        if (amount == 0) return true;
        const std::lock_guard lock(mutex_);
        const auto own = by_share_.find(share);
        const std::size_t has = own == by_share_.end() ? 0 : own->second;
        if (amount > all_ - out_ || amount > each_ - has || out_ + amount > ceiling) return false;
        by_share_[share] = has + amount; // first: it may throw
        out_ += amount;
        return true;
    }
    void give_back(const std::string &share, std::size_t amount) {
        if (amount == 0) return;
        const std::lock_guard lock(mutex_);
        out_ -= amount;
        const auto own = by_share_.find(share);
        own->second -= amount;
        if (own->second == 0) by_share_.erase(own);
    }

    const std::size_t all_;
    const std::size_t each_;
    mutable std::mutex mutex_; // guards what follows
    std::size_t out_ = 0;
    std::map<std::string, std::size_t> by_share_;
};

} // namespace trialcds::base
