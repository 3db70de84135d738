// Whose turn it is to compute. At most so many pieces of work compute at once, and one more of a share that
// computes nothing: it need not wait until the costly work of others, which nothing interrupts, is done. Of the
// shares with work waiting that may start that one is next which has used the least processor time, within a
// share what came first. So a share that sends much or costly work delays its own. Work that waits for others
// (base::Waiting) lends its place meanwhile. A share that was away comes back as one that has used as much as
// the last to have had its turn: nobody saves up. Invariants: every piece of work that was added is started
// once; at most `places` and one hold a place, no share more than `places`; nothing is kept of a share that has
// no work and has used no more than others. Thread-safety: all members may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace trialcds::server::transport {

class Turns : public std::enable_shared_from_this<Turns> {
  public:
    using Work = std::function<void()>;

    // What Turns asks of whoever has the threads.
    struct Threads {
        std::function<void(Work)> start;           // on some thread, this one if it is free soon
        std::function<void(Work)> start_elsewhere; // this one is about to wait
        std::function<bool()> lend;      // the thread at hand will wait; false: it can not be replaced
        std::function<void()> took_back; // it computes again
    };

    // `places` and one of the threads compute at once.
    Turns(std::size_t places, Threads threads);

    // `work` must not throw.
    void add(const std::string &share, Work work);

  private:
    class Turn;
    struct Entry {
        Work work;
        bool comes_back = false; // from a wait: its thread is there, `work` wakes it
    };
    struct Share {
        std::int64_t used = 0; // nanoseconds of processor time
        std::size_t computing = 0;
        std::deque<Entry> waiting{};
    };

    void enter(const std::string &share, Entry entry);
    void leave(const std::string &share, std::int64_t used, const std::function<void(Work)> &start_next);
    void start(const std::string &share, Entry entry, const std::function<void(Work)> &how);
    void run(const std::string &share, const Work &work);
    [[nodiscard]] bool may_start(const Share &share) const;
    std::map<std::string, Share>::iterator next();

    const std::size_t places_;
    const Threads threads_;
    std::mutex mutex_; // guards what follows
    std::size_t held_ = 0;
    std::int64_t floor_ = 0; // what the last to have had its turn had used
    std::map<std::string, Share> shares_;
};

} // namespace trialcds::server::transport
