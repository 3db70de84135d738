// One connection to one server, plain or over TLS, and what can be said of it between two answers: whether
// bytes have come that nobody asked for. An answer is told from another only by its place on the connection, so
// one that came too early is the answer to no call. Source: RFC 9112. Thread-safety: one user at a time, on one
// strand; a resting connection belongs to the pool.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "egress/address_guard.h"
#include "egress/http_get.h"
#include "io_threads.h"

namespace trialcds::server::egress {

// A socket that counts what it reads; TLS keeps some of it where nobody can look.
class CountingSocket {
    using Tcp = boost::asio::ip::tcp;

  public:
    using executor_type = Tcp::socket::executor_type;
    using lowest_layer_type = Tcp::socket::lowest_layer_type;

    explicit CountingSocket(boost::asio::io_context &io) : socket_(io) {}

    [[nodiscard]] Tcp::socket &socket() { return socket_; }
    [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
    [[nodiscard]] lowest_layer_type &lowest_layer() { return socket_.lowest_layer(); }
    [[nodiscard]] std::uint64_t received() const { return received_; }

    // Whether the first bytes read since expect_answer() were sent before the other machine had all that was
    // written: then they answer something else. An answer acknowledges its request, on the wire.
    [[nodiscard]] bool answered_early() const { return early_; }
    void expect_answer() {
        expecting_ = true;
        early_ = false;
    }

    template <typename Buffers, typename Handler>
    void async_read_some(const Buffers &buffers, Handler &&handler) {
        const auto where = boost::asio::get_associated_executor(handler, get_executor());
        socket_.async_read_some(buffers,
                                boost::asio::bind_executor(where, [this, next = std::forward<Handler>(handler)](
                                                                      const boost::system::error_code &code,
                                                                      std::size_t bytes) mutable {
                                    count(bytes);
                                    next(code, bytes);
                                }));
    }
    template <typename Buffers, typename Handler>
    void async_write_some(const Buffers &buffers, Handler &&handler) {
        socket_.async_write_some(buffers, std::forward<Handler>(handler));
    }

  private:
    void count(std::size_t bytes);

    Tcp::socket socket_;
    std::uint64_t received_ = 0;
    bool expecting_ = false;
    bool early_ = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    // Throws what OpenSSL refuses.
    Connection(const Url &url, std::shared_ptr<boost::asio::ssl::context> tls);

    // None, connect or tls.
    using Opened = std::function<void(GetFailure)>;
    void open(const Strand &strand, const Address &address, std::uint16_t port, Opened opened);
    void close();

    // Open, and nothing has come that was not read.
    [[nodiscard]] bool is_quiet();
    // While nobody uses it, until wake(): told when the time is over; told when something may have come, or it
    // may have been closed, which is_quiet() knows.
    void when_over(std::chrono::seconds time, std::function<void()> action);
    void when_stirred(std::function<void()> action);
    void wake();

    // As CountingSocket's: before a request that can be sent once more, and when its answer is read.
    void expect_answer() { socket_.expect_answer(); }
    [[nodiscard]] bool answered_early() const { return socket_.answered_early(); }

    // A stream of Asio's, for reading and writing.
    using executor_type = CountingSocket::executor_type;
    [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
    template <typename Buffers, typename Handler>
    void async_read_some(const Buffers &buffers, Handler &&handler) {
        if (tls_)
            tls_->async_read_some(buffers, std::forward<Handler>(handler));
        else
            socket_.async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <typename Buffers, typename Handler>
    void async_write_some(const Buffers &buffers, Handler &&handler) {
        if (tls_)
            tls_->async_write_some(buffers, std::forward<Handler>(handler));
        else
            socket_.async_write_some(buffers, std::forward<Handler>(handler));
    }

  private:
    [[nodiscard]] bool has_unread_tls();

    std::shared_ptr<boost::asio::ssl::context> context_;
    CountingSocket socket_;
    std::optional<boost::asio::ssl::stream<CountingSocket &>> tls_; // nullopt: plain
    boost::asio::steady_timer resting_;
};

} // namespace trialcds::server::egress
