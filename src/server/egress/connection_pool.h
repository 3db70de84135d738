// ConnectionPool: connections that rest between two calls, each watched while it does. One on which anything
// comes, or which the server closes, is thrown away at once and never read from again; at taking it is looked
// at once more. Only what has one key is shared: the caller's own name of a pool, the origin, the address.
// Thread-safety: may be called from any thread.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "connection.h"

namespace trialcds::server::egress {

class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
  public:
    // The one that rested last; null if there is none.
    [[nodiscard]] std::shared_ptr<Connection> take(const std::string &key);
    // Closed instead if there are enough, or if more has come than the answer.
    void keep(const std::string &key, const std::shared_ptr<Connection> &connection);
    // Nothing is kept any more.
    void close();

  private:
    struct Resting {
        std::string key;
        std::shared_ptr<Connection> connection;
    };

    void watch(const std::shared_ptr<Connection> &connection);
    void drop(const std::shared_ptr<Connection> &connection, bool although_quiet);

    std::mutex mutex_;
    std::list<Resting> resting_; // the longest first
    bool closed_ = false;
};

} // namespace trialcds::server::egress
