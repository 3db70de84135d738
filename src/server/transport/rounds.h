// Whose work is next among very many of whom nothing is known but their address: each address in its turn, so
// that who sends much waits for itself. Invariant: one piece of work is taken for each that was added.
// Thread-safety: all members may be called from any thread.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace trialcds::server::transport {

class Rounds {
  public:
    using Work = std::function<void()>;

    void add(const std::string &address, Work work) {
        std::list<Work> piece;
        piece.push_back(std::move(work));
        std::list<std::string> turn{address};
        const std::lock_guard lock(mutex_);
        std::list<Work> &own = waiting_[address]; // from here on nothing throws
        if (own.empty()) order_.splice(order_.end(), turn);
        own.splice(own.end(), piece);
    }

    // Of the address whose turn it is. There must be one.
    [[nodiscard]] Work take() {
        const std::lock_guard lock(mutex_);
        const auto turn = waiting_.find(order_.front());
        Work work = std::move(turn->second.front());
        turn->second.pop_front();
        order_.splice(order_.end(), order_, order_.begin());
        if (turn->second.empty()) {
            waiting_.erase(turn);
            order_.pop_back();
        }
        return work;
    }

  private:
    std::mutex mutex_;
    std::map<std::string, std::list<Work>> waiting_;
    std::list<std::string> order_; // of the addresses in waiting_
};

} // namespace trialcds::server::transport
