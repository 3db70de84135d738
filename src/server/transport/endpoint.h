// One listening socket with its threads: accepts within the limits, hands connections to sessions and their
// requests to the handler, drains on stop. All threads serve input, output and handlers alike, so that a
// request is mostly read, handled and answered by one of them: waking another costs more than a small call's
// rules. A handler that waits for others lends its place to another and its thread is replaced meanwhile.
// Invariants: at most worker_threads handlers and one compute at once, and io_threads threads are left for
// connections however slow handlers are; stop() has been called before the last owner lets go, so no thread
// outlives it; once draining no connection is added. Thread-safety: open, serve and stop from one thread;
// everything else from any.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/result.h"
#include "base/shares.h"
#include "connection.h"
#include "counter.h"
#include "rounds.h"
#include "transport/http_server.h"
#include "turns.h"

namespace boost::asio::ssl {
class context;
}

namespace trialcds::server::transport {

class Endpoint : public std::enable_shared_from_this<Endpoint> {
  public:
    using Dispatch = std::function<void(Exchange)>;

    [[nodiscard]] static base::Result<std::shared_ptr<Endpoint>> open(const ListenSettings &settings);
    explicit Endpoint(const ListenSettings &settings);
    Endpoint(const Endpoint &) = delete;
    Endpoint &operator=(const Endpoint &) = delete;
    ~Endpoint();

    void serve(Dispatch dispatch);
    void stop();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] base::Result<void> reload_certificates();
    [[nodiscard]] std::optional<std::int64_t> certificate_expires();

    // For the sessions.
    [[nodiscard]] const ListenSettings &settings() const { return settings_; }
    [[nodiscard]] bool draining() const { return draining_; }
    [[nodiscard]] Counter::Token busy() { return busy_->take(); } // from a request's first byte to its answer
    [[nodiscard]] std::shared_ptr<base::Shares::Part> admit(const std::string &share) {
        return in_flight_->take(share, 1);
    }
    // One of which nobody has shown whose it is takes no place of those of which it is known.
    [[nodiscard]] std::shared_ptr<base::Shares::Part> admit_unjudged(const std::string &address) {
        return settings_.judge ? unjudged_->take(address, 1) : in_flight_->take("", 1);
    }
    // The memory that a body is charged to; null: there is no limit.
    [[nodiscard]] std::shared_ptr<base::Shares::Part> memory_for(const std::string &share);
    [[nodiscard]] bool is_short_of_memory() const; // too short for another body
    // For up to so many bytes of a body, and for handling it. False: not now.
    [[nodiscard]] bool give_memory(base::Shares::Part &memory, std::size_t body);
    // One that is whole with its head is done with soon: slow bodies of others take no place of these.
    [[nodiscard]] std::shared_ptr<base::Shares::Part> admit_bodiless(const std::string &address) {
        return settings_.judge ? bodiless_->take(address, 1) : in_flight_->take("", 1);
    }
    void judge(const std::shared_ptr<Connection> &connection, std::uint64_t ticket, const std::string &address,
               cds_hooks::HttpRequest head);
    // It has shown whose it is: it does not give way to others any more when there are too many.
    void known(const Connection *connection);
    void hand_over(Exchange exchange);
    void forget(const Connection *connection, const std::string &address);
    void failed(TransportFailure failure, std::string_view detail = {}) const; // tells whoever counts them
    void failed(const std::exception &exception) const;

  private:
    using Tcp = boost::asio::ip::tcp;

    base::Result<void> bind();
    void accept();
    void accepted(boost::system::error_code error, Tcp::socket socket);
    void start_session(Tcp::socket socket);
    std::shared_ptr<Connection> session(Tcp::socket socket, const std::string &address);
    bool reserve(const std::string &address);
    [[nodiscard]] std::shared_ptr<Connection> oldest_unknown(); // needs mutex_
    void enter(const std::shared_ptr<Connection> &connection);
    void for_each(void (Connection::*act)());
    void close_idle();
    void run();
    [[nodiscard]] std::size_t
    threads_that_run() const { // at once: one more for a share that computes nothing (Turns)
        return std::size_t{settings_.io_threads} + settings_.worker_threads + 1;
    }
    void add_thread(); // needs threads_mutex_
    bool replace_thread();
    void thread_is_back();
    bool retire();
    void join();

    const ListenSettings settings_;
    const std::size_t max_connections_;
    boost::asio::io_context io_;
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    Tcp::acceptor acceptor_;
    boost::asio::steady_timer back_off_;
    Dispatch dispatch_;
    std::uint16_t port_ = 0;
    std::atomic<bool> draining_{false};
    std::atomic<std::int64_t> idle_closed_at_{0}; // steady nanoseconds
    bool stopped_ = false;
    std::shared_ptr<Counter> busy_ = std::make_shared<Counter>();
    std::shared_ptr<base::Shares> in_flight_;
    std::shared_ptr<base::Shares> unjudged_; // by address
    std::shared_ptr<base::Shares> bodiless_; // by address
    Rounds heads_;                           // to be judged
    std::shared_ptr<Turns> turns_;

    std::mutex threads_mutex_; // guards what follows to the next
    std::list<std::thread> threads_;
    std::list<std::thread> retired_;
    std::size_t waiting_threads_ = 0; // of those in threads_
    bool joining_ = false;
    std::atomic<bool> surplus_{false}; // there may be a thread too many

    std::mutex mutex_; // guards what follows
    struct Entry {
        std::weak_ptr<Connection> connection;
        std::uint64_t arrival;
    };
    std::unordered_map<const Connection *, Entry> connections_; // and for a moment those that have given way
    std::map<std::uint64_t, const Connection *> unknown_;       // by arrival, of those in connections_
    std::uint64_t arrivals_ = 0;
    std::unordered_map<std::string, std::size_t> per_client_;
    std::size_t count_ = 0;
    std::shared_ptr<boost::asio::ssl::context> tls_;
};

} // namespace trialcds::server::transport
