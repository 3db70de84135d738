// One listening socket with its threads: accepts within the limits, hands connections to sessions and their
// requests to the handler, drains on stop. All threads serve input, output and handlers alike, so that a
// request is mostly read, handled and answered by one of them: waking another costs more than a small call's
// rules. Invariants: at most worker_threads handlers run at once, so io_threads threads are left for
// connections however slow handlers are; stop() has been called before the last owner lets go, so no thread
// outlives it; once draining no connection is added. Thread-safety: open, serve and stop from one thread;
// everything else from any.
#pragma once

#include <atomic>
#include <deque>
#include <exception>
#include <functional>
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
#include "connection.h"
#include "counter.h"
#include "transport/http_server.h"

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
    [[nodiscard]] Counter::Token admit() { return in_flight_->take(settings_.max_in_flight); }
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
    void enter(const std::shared_ptr<Connection> &connection);
    void for_each(void (Connection::*act)());
    void handle(std::shared_ptr<Exchange> exchange);
    void handled();
    void join();

    const ListenSettings settings_;
    const std::size_t max_connections_;
    boost::asio::io_context io_;
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    Tcp::acceptor acceptor_;
    boost::asio::steady_timer back_off_;
    std::vector<std::thread> threads_;
    Dispatch dispatch_;
    std::uint16_t port_ = 0;
    std::atomic<bool> draining_{false};
    bool stopped_ = false;
    std::shared_ptr<Counter> busy_ = std::make_shared<Counter>();
    std::shared_ptr<Counter> in_flight_ = std::make_shared<Counter>();

    std::mutex handling_; // guards the next two
    std::size_t handlers_ = 0;
    std::deque<std::shared_ptr<Exchange>> waiting_; // for a handler to end

    std::mutex mutex_; // guards what follows
    std::unordered_map<const Connection *, std::weak_ptr<Connection>> connections_;
    std::unordered_map<std::string, std::size_t> per_client_;
    std::size_t count_ = 0;
    std::shared_ptr<boost::asio::ssl::context> tls_;
};

} // namespace trialcds::server::transport
