#include "endpoint.h"

#include <algorithm>
#include <future>
#include <utility>

#include <boost/asio/defer.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <sys/resource.h>

#include "base/fault.h"
#include "certificates.h"
#include "sessions.h"

namespace trialcds::server::transport {
namespace {

namespace net = boost::asio;
using base::ErrorCode;

constexpr std::size_t kReserved = 64;             // descriptors for files, other listeners, clients of ours
constexpr std::chrono::milliseconds kBackOff{50}; // when descriptors have run out
constexpr std::chrono::milliseconds kForcedAnswer{1000}; // to write the 503s of a drain that took too long

std::size_t below_descriptor_limit(std::size_t wanted) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
    const auto all = static_cast<std::size_t>(limit.rlim_cur);
    return std::min(wanted, all > kReserved ? all - kReserved : 1);
}

std::string text_of(net::ip::address address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

} // namespace

Endpoint::Endpoint(const ListenSettings &settings)
    : settings_(settings), max_connections_(below_descriptor_limit(settings.max_connections)),
      acceptor_(net::make_strand(io_)), back_off_(acceptor_.get_executor()) {}

Endpoint::~Endpoint() {
    stop();
}

base::Result<std::shared_ptr<Endpoint>> Endpoint::open(const ListenSettings &settings) {
    if (settings.io_threads == 0 || settings.worker_threads == 0 || settings.max_in_flight == 0 ||
        settings.max_connections == 0)
        return base::fail(ErrorCode::invalid_request, "listen settings",
                          "threads, connections and requests in flight must each be at least 1");
    auto endpoint = std::make_shared<Endpoint>(settings);
    if (auto loaded = endpoint->reload_certificates(); !loaded) return tl::make_unexpected(loaded.error());
    if (auto bound = endpoint->bind(); !bound) return tl::make_unexpected(bound.error());
    return endpoint;
}

base::Result<void> Endpoint::bind() {
    boost::system::error_code error;
    const net::ip::address address = net::ip::make_address(settings_.address, error);
    if (error)
        return base::fail(ErrorCode::invalid_request, settings_.address,
                          "this is no IPv4 or IPv6 address; give a literal such as 127.0.0.1, ::1 or 0.0.0.0");
    const Tcp::endpoint place(address, settings_.port);
    acceptor_.open(place.protocol(), error);
    if (!error && address.is_v6()) acceptor_.set_option(net::ip::v6_only(!address.is_unspecified()), error);
    if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(place, error);
    if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
    if (error)
        return base::fail(ErrorCode::unreadable_input,
                          settings_.address + " port " + std::to_string(settings_.port),
                          "cannot listen here (another program may use the port); choose another with --port",
                          error.message());
    port_ = acceptor_.local_endpoint().port();
    return {};
}

base::Result<void> Endpoint::reload_certificates() {
    if (!settings_.tls) return {};
    auto made = make_tls_context(*settings_.tls);
    if (!made) return tl::make_unexpected(made.error());
    const std::lock_guard lock(mutex_);
    tls_ = std::move(*made);
    return {};
}

std::optional<std::int64_t> Endpoint::certificate_expires() {
    const std::lock_guard lock(mutex_);
    return tls_ != nullptr ? std::optional(expiry_of(*tls_)) : std::nullopt;
}

void Endpoint::serve(Dispatch dispatch) {
    dispatch_ = std::move(dispatch);
    work_.emplace(io_.get_executor());
    net::post(acceptor_.get_executor(), [self = shared_from_this()] { self->accept(); });
    for (unsigned i = 0; i < settings_.io_threads + settings_.worker_threads; ++i)
        threads_.emplace_back([this] {
            while (true)
                try {
                    io_.run();
                    return;
                } catch (const std::exception &exception) {
                    // One connection's handler failed (memory ran out): that connection is gone, no other.
                    failed(exception);
                }
        });
}

void Endpoint::accept() {
    if (draining_) return;
    acceptor_.async_accept(net::make_strand(io_),
                           [self = shared_from_this()](boost::system::error_code error, Tcp::socket socket) {
                               self->accepted(error, std::move(socket));
                           });
}

void Endpoint::accepted(boost::system::error_code error, Tcp::socket socket) {
    if (error == net::error::operation_aborted || draining_) return;
    if (!error) {
        try {
            start_session(std::move(socket));
        } catch (const std::exception &exception) {
            // No memory for one more connection: it is dropped, accepting goes on.
            failed(exception);
        }
    }
    if (!error || error == net::error::connection_aborted) return accept();
    back_off_.expires_after(kBackOff);
    back_off_.async_wait([self = shared_from_this()](boost::system::error_code stopped) {
        if (!stopped) self->accept();
    });
}

void Endpoint::start_session(Tcp::socket socket) {
    boost::system::error_code error;
    const Tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return; // it has gone already
    const std::string address = text_of(peer.address());
    if (!reserve(address)) return failed(TransportFailure::too_many_connections);
    socket.set_option(Tcp::no_delay(true), error);
    std::shared_ptr<Connection> connection;
    try {
        connection = session(std::move(socket), address);
    } catch (...) {
        forget(nullptr, address);
        throw;
    }
    enter(connection);
    connection->begin();
}

std::shared_ptr<Connection> Endpoint::session(Tcp::socket socket, const std::string &address) {
    if (!settings_.tls) return plain_session(std::move(socket), shared_from_this(), address);
    std::unique_lock lock(mutex_);
    auto context = tls_;
    lock.unlock();
    return tls_session(std::move(socket), shared_from_this(), address, std::move(context));
}

bool Endpoint::reserve(const std::string &address) {
    const std::lock_guard lock(mutex_);
    if (count_ >= max_connections_) return false;
    const auto client = per_client_.find(address);
    if (settings_.max_connections_per_client != 0 && client != per_client_.end() &&
        client->second >= settings_.max_connections_per_client)
        return false;
    ++per_client_[address];
    ++count_;
    return true;
}

void Endpoint::enter(const std::shared_ptr<Connection> &connection) {
    const std::lock_guard lock(mutex_);
    connections_.emplace(connection.get(), connection);
}

void Endpoint::forget(const Connection *connection, const std::string &address) {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
    --count_;
    const auto client = per_client_.find(address);
    if (client != per_client_.end() && --client->second == 0) per_client_.erase(client);
}

void Endpoint::failed(TransportFailure failure, std::string_view detail) const {
    if (!settings_.on_failure) return;
    try {
        settings_.on_failure(failure, detail);
    } catch (const std::exception &) {
        // No memory to tell it with. Who asked is answered all the same.
    }
}

void Endpoint::failed(const std::exception &exception) const {
    try {
        failed(TransportFailure::fault, base::describe(exception));
    } catch (const std::exception &) {
        failed(TransportFailure::fault);
    }
}

void Endpoint::hand_over(Exchange exchange) {
    auto held = std::make_shared<Exchange>(std::move(exchange));
    {
        const std::lock_guard lock(handling_);
        if (handlers_ == settings_.worker_threads) return waiting_.push_back(std::move(held));
        ++handlers_;
    }
    handle(std::move(held));
}

// Deferred: the thread at hand does it next, outside the connection's strand, whose timers must not wait for
// it.
void Endpoint::handle(std::shared_ptr<Exchange> exchange) {
    net::defer(io_, [self = shared_from_this(), held = std::move(exchange)]() mutable {
        try {
            if (held->connection->awaits(held->ticket)) self->dispatch_(std::move(*held));
        } catch (const std::exception &exception) {
            // No memory even for a 500: the connection's timer ends it, and the next request has its turn.
            self->failed(exception);
        }
        held.reset();
        self->handled();
    });
}

void Endpoint::handled() {
    std::unique_lock lock(handling_);
    if (waiting_.empty()) {
        --handlers_;
        return;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    handle(std::move(next));
}

void Endpoint::for_each(void (Connection::*act)()) {
    std::vector<std::shared_ptr<Connection>> alive;
    {
        const std::lock_guard lock(mutex_);
        for (const auto &[key, connection] : connections_)
            if (auto held = connection.lock()) alive.push_back(std::move(held));
    }
    for (const auto &connection : alive)
        (connection.get()->*act)();
}

void Endpoint::stop() {
    if (std::exchange(stopped_, true)) return;
    draining_ = true;
    if (threads_.empty()) return;
    std::promise<void> closed;
    net::post(acceptor_.get_executor(), [this, &closed] {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        back_off_.cancel();
        closed.set_value();
    });
    closed.get_future().wait(); // from here on no session is added
    for_each(&Connection::close_if_idle);
    if (!busy_->wait_for_none(settings_.drain)) {
        for_each(&Connection::give_up);
        busy_->wait_for_none(kForcedAnswer);
    }
    for_each(&Connection::close);
    join();
}

void Endpoint::join() {
    work_.reset();
    for (std::thread &thread : threads_)
        thread.join();
    threads_.clear();
}

} // namespace trialcds::server::transport
