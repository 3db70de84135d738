// Whose work is next among very many of whom nothing is known but their address: each address in its turn, so
// that who sends much waits for itself. Invariant: one piece of work is taken for each that was added.
// Thread-safety: all members may be called from any thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace trialcds::server::transport {

class Rounds {
  public:
    using Work = std::function<void()>;

    void add(const std::string &address, Work work) {
        const std::lock_guard lock(mutex_);
        std::deque<Work> &own = waiting_[address];
        own.push_back(std::move(work));
        if (own.size() == 1) order_.push_back(address);
    }

    // Of the address whose turn it is. There must be one.
    [[nodiscard]] Work take() {
        const std::lock_guard lock(mutex_);
        const auto turn = waiting_.find(order_.front());
        Work work = std::move(turn->second.front());
        turn->second.pop_front();
        if (turn->second.empty())
            waiting_.erase(turn);
        else
            order_.push_back(order_.front());
        order_.pop_front();
        return work;
    }

  private:
    std::mutex mutex_;
    std::map<std::string, std::deque<Work>> waiting_;
    std::deque<std::string> order_; // of the addresses in waiting_
};

} // namespace trialcds::server::transport
