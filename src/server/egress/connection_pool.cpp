#include "connection_pool.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace trialcds::server::egress {
namespace {

constexpr std::size_t kMaxOfKey = 8; // as many as one fetch uses side by side
constexpr std::size_t kMaxInAll = 64;
constexpr std::chrono::seconds kLongest{30};

} // namespace

std::shared_ptr<Connection> ConnectionPool::take(const std::string &key) {
    std::list<Resting> spoilt; // closed when the lock is free again
    const std::lock_guard lock(mutex_);
    for (;;) {
        const auto last = std::find_if(resting_.rbegin(), resting_.rend(),
                                       [&key](const Resting &each) { return each.key == key; });
        if (last == resting_.rend()) return nullptr;
        const auto found = std::prev(last.base());
        auto connection = found->connection;
        spoilt.splice(spoilt.end(), resting_, found);
        connection->wake();
        if (connection->is_quiet()) return connection;
    }
}

void ConnectionPool::keep(const std::string &key, const std::shared_ptr<Connection> &connection) {
    if (!connection->is_quiet()) return connection->close();
    std::list<Resting> surplus;
    const std::lock_guard lock(mutex_);
    const auto of_key = std::count_if(resting_.begin(), resting_.end(),
                                      [&key](const Resting &each) { return each.key == key; });
    if (closed_ || static_cast<std::size_t>(of_key) >= kMaxOfKey) return connection->close();
    if (resting_.size() >= kMaxInAll) surplus.splice(surplus.end(), resting_, resting_.begin());
    resting_.push_back({key, connection});
    connection->when_over(kLongest, [pool = weak_from_this(), held = std::weak_ptr(connection)] {
        const auto resting = held.lock();
        if (const auto self = pool.lock(); self && resting) self->drop(resting, true);
    });
    watch(connection);
}

void ConnectionPool::watch(const std::shared_ptr<Connection> &connection) {
    connection->when_stirred([pool = weak_from_this(), held = std::weak_ptr(connection)] {
        const auto resting = held.lock();
        if (const auto self = pool.lock(); self && resting) self->drop(resting, false);
    });
}

void ConnectionPool::close() {
    std::list<Resting> all;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    all.swap(resting_);
}

// Unless it was taken in the meantime. The bytes of its last answer may be told of when they have long been
// read: then it is quiet.
void ConnectionPool::drop(const std::shared_ptr<Connection> &connection, bool although_quiet) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(resting_.begin(), resting_.end(), [&connection](const Resting &each) {
        return each.connection == connection;
    });
    if (found == resting_.end()) return;
    if (!although_quiet && connection->is_quiet()) return watch(connection);
    resting_.erase(found); // closed with its last holder, the one who calls
}

} // namespace trialcds::server::egress
