#include "endpoint.h"

#include <algorithm>
#include <future>
#include <utility>

#include <boost/asio/defer.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "answer.h"
#include "base/fault.h"
#include "certificates.h"
#include "clock/clock.h"
#include "sessions.h"

namespace trialcds::server::transport {
namespace {

namespace net = boost::asio;
using base::ErrorCode;

constexpr std::size_t kReserved = 64;             // descriptors for files, other listeners, clients of ours
constexpr std::chrono::milliseconds kBackOff{50}; // when descriptors have run out
constexpr std::chrono::milliseconds kForcedAnswer{1000}; // to write the 503s of a drain that took too long

// Per cent of the memory that is out from which on
constexpr std::size_t kClosesIdle = 80;    // connections that wait for a request are closed
constexpr std::size_t kBodiesWait = 92;    // a body is not read further
constexpr std::size_t kRefusesBodies = 97; // no further body is begun

constexpr std::int64_t kIdleClosedEvery = 1'000'000'000; // nanoseconds

// A body that could never be handled is told so, not to come again later.
ListenSettings with_bodies_that_fit(ListenSettings settings) {
    if (settings.memory != nullptr)
        settings.max_body = std::min(settings.max_body, settings.memory->most_of_one() / 100 * kBodiesWait /
                                                            base::kMemoryPerByteRead);
    return settings;
}

// One address has so much of the places for requests that are not judged yet; a proxy is one address.
constexpr std::size_t kLeastOfAnAddress = 2;
constexpr std::size_t kAddressesAtLeast = 4;

constexpr const char *kNobodys = "?"; // no tenant's id

std::size_t part_of(const base::Shares &memory, std::size_t per_cent) {
    return memory.all() / 100 * per_cent;
}

std::size_t below_descriptor_limit(std::size_t wanted) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
    const auto all = static_cast<std::size_t>(limit.rlim_cur);
    return std::min(wanted, all > kReserved ? all - kReserved : 1);
}

// What a client does not read lies in the kernel, outside of our memory and after we have closed: no more of it
// than so many bytes, and no longer than a client may take to read an answer.
void bound_what_is_unread(net::ip::tcp::socket &socket, std::chrono::milliseconds at_most) {
    constexpr int kUnread = 128 << 10;
    boost::system::error_code ignored;
    socket.set_option(net::socket_base::send_buffer_size(kUnread), ignored);
    const auto timeout = static_cast<unsigned>(at_most.count());
    (void)setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
}

std::string text_of(net::ip::address address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

} // namespace

Endpoint::Endpoint(const ListenSettings &settings)
    : settings_(with_bodies_that_fit(settings)),
      max_connections_(below_descriptor_limit(settings.max_connections)), acceptor_(net::make_strand(io_)),
      back_off_(acceptor_.get_executor()),
      in_flight_(std::make_shared<base::Shares>(settings.max_in_flight, settings.max_in_flight_per_share)),
      unjudged_(std::make_shared<base::Shares>(
          settings.max_in_flight, std::max(kLeastOfAnAddress, settings.max_in_flight / kAddressesAtLeast))),
      bodiless_(std::make_shared<base::Shares>(unjudged_->all(), unjudged_->most_of_one())),
      turns_(std::make_shared<Turns>(
          settings.worker_threads,
          // Deferred: the thread at hand does it next, outside the connection's strand, whose timers must not
          // wait for it. Before a wait posted: what is deferred waits with the thread.
          Turns::Threads{[this](Turns::Work work) { net::defer(io_, std::move(work)); },
                         [this](Turns::Work work) { net::post(io_, std::move(work)); },
                         [this] { return replace_thread(); }, [this] { thread_is_back(); }})) {}

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
    const std::lock_guard lock(threads_mutex_);
    for (std::size_t i = 0; i < threads_that_run(); ++i)
        add_thread();
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
    bound_what_is_unread(socket, settings_.write_timeout);
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

// Where there are too many the one that has been here longest without a token gives way: who only holds
// connections keeps nobody out.
bool Endpoint::reserve(const std::string &address) {
    std::shared_ptr<Connection> gives_way;
    {
        const std::lock_guard lock(mutex_);
        const auto client = per_client_.find(address);
        if (settings_.max_connections_per_client != 0 && client != per_client_.end() &&
            client->second >= settings_.max_connections_per_client)
            return false;
        if (count_ >= max_connections_) gives_way = oldest_unknown();
        if (count_ >= max_connections_ && gives_way == nullptr) return false;
        ++per_client_[address];
        ++count_;
    }
    if (gives_way == nullptr) return true;
    failed(TransportFailure::too_many_connections);
    gives_way->close();
    return true;
}

std::shared_ptr<Connection> Endpoint::oldest_unknown() {
    while (settings_.judge && !unknown_.empty()) {
        const auto entry = connections_.find(unknown_.begin()->second);
        unknown_.erase(unknown_.begin());
        if (auto alive = entry->second.connection.lock()) return alive;
    }
    return nullptr;
}

void Endpoint::enter(const std::shared_ptr<Connection> &connection) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t arrival = ++arrivals_;
    connections_.emplace(connection.get(), Entry{connection, arrival});
    unknown_.emplace(arrival, connection.get());
}

void Endpoint::known(const Connection *connection) {
    const std::lock_guard lock(mutex_);
    if (const auto entry = connections_.find(connection); entry != connections_.end())
        unknown_.erase(entry->second.arrival);
}

void Endpoint::forget(const Connection *connection, const std::string &address) {
    const std::lock_guard lock(mutex_);
    if (const auto entry = connections_.find(connection); entry != connections_.end()) {
        unknown_.erase(entry->second.arrival);
        connections_.erase(entry);
    }
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

std::shared_ptr<base::Shares::Part> Endpoint::memory_for(const std::string &share) {
    return settings_.memory == nullptr ? nullptr : settings_.memory->take(share, 0);
}

bool Endpoint::is_short_of_memory() const {
    return settings_.memory != nullptr && settings_.memory->out() > part_of(*settings_.memory, kRefusesBodies);
}

bool Endpoint::give_memory(base::Shares::Part &memory, std::size_t body) {
    const base::Shares &all = *settings_.memory;
    const std::size_t needed = body * base::kMemoryPerByteRead;
    const std::size_t more = needed > memory.size() ? needed - memory.size() : 0;
    const bool given = memory.grow(more, part_of(all, kBodiesWait));
    if (all.out() > part_of(all, kClosesIdle)) close_idle();
    return given;
}

void Endpoint::close_idle() {
    const std::int64_t now = steady_nanoseconds();
    std::int64_t last = idle_closed_at_;
    if (now - last < kIdleClosedEvery || !idle_closed_at_.compare_exchange_strong(last, now)) return;
    for_each(&Connection::close_if_between_requests);
}

void Endpoint::judge(const std::shared_ptr<Connection> &connection, std::uint64_t ticket,
                     const std::string &address, cds_hooks::HttpRequest head) {
    heads_.add(address, [this, connection, ticket, asked = std::move(head)] {
        if (!connection->awaits(ticket)) return;
        Judgement judgement;
        try {
            judgement = settings_.judge(asked);
        } catch (const std::exception &exception) {
            failed(exception);
            judgement.answer = refusal(TransportFailure::fault);
        }
        connection->judged(ticket, std::move(judgement));
    });
    // One share for all: who has shown nothing yet takes no more from tenants by coming from many addresses.
    try {
        turns_->add("", [this] { heads_.take()(); });
    } catch (const std::exception &exception) {
        failed(exception); // no memory for it to wait for a turn: one head is judged now instead
        heads_.take()();
    }
}

void Endpoint::hand_over(Exchange exchange) {
    // What has no body is nobody's, and waits for no head that is to be judged.
    const std::string share = exchange.share.empty() ? kNobodys : exchange.share;
    turns_->add(share, [this, held = std::make_shared<Exchange>(std::move(exchange))] {
        try {
            if (held->connection->awaits(held->ticket)) dispatch_(std::move(*held));
        } catch (const std::exception &exception) {
            // No memory even for a 500: the connection's timer ends it, and the next request has its turn.
            failed(exception);
        }
    });
}

void Endpoint::run() {
    while (!io_.stopped())
        try {
            if (retire()) return;
            io_.run_one();
        } catch (const std::exception &exception) {
            // One connection's handler failed (memory ran out): that connection is gone, no other.
            failed(exception);
        }
}

void Endpoint::add_thread() {
    for (std::thread &one : retired_)
        one.join(); // it has nothing left to do
    retired_.clear();
    threads_.emplace_back([this] { run(); });
}

// The thread at hand is about to wait: another takes its part, unless there are very many.
bool Endpoint::replace_thread() {
    const std::lock_guard lock(threads_mutex_);
    if (joining_ || waiting_threads_ >= settings_.max_in_flight) return false;
    try {
        if (threads_.size() - waiting_threads_ <= threads_that_run()) add_thread();
    } catch (const std::exception &exception) {
        failed(exception);
        return false;
    }
    ++waiting_threads_;
    return true;
}

void Endpoint::thread_is_back() {
    const std::lock_guard lock(threads_mutex_);
    --waiting_threads_;
    surplus_ = true;
}

// Whether the thread at hand is one too many. Twice as many as compute are kept: calls that read wait often.
bool Endpoint::retire() {
    if (!surplus_) return false;
    const std::lock_guard lock(threads_mutex_);
    const std::size_t kept = settings_.io_threads + 2 * std::size_t{settings_.worker_threads};
    surplus_ = !joining_ && threads_.size() - waiting_threads_ > kept;
    if (!surplus_) return false;
    const auto own = std::find_if(threads_.begin(), threads_.end(), [](const std::thread &one) {
        return one.get_id() == std::this_thread::get_id();
    });
    if (own == threads_.end()) return false;
    retired_.splice(retired_.end(), threads_, own);
    net::post(io_, [] {}); // wakes another for what this one has deferred
    return true;
}

void Endpoint::for_each(void (Connection::*act)()) {
    std::vector<std::shared_ptr<Connection>> alive;
    {
        const std::lock_guard lock(mutex_);
        for (const auto &[key, entry] : connections_)
            if (auto held = entry.connection.lock()) alive.push_back(std::move(held));
    }
    for (const auto &connection : alive)
        (connection.get()->*act)();
}

void Endpoint::stop() {
    if (std::exchange(stopped_, true)) return;
    draining_ = true;
    if (!work_) return;
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
    std::list<std::thread> all;
    {
        const std::lock_guard lock(threads_mutex_);
        joining_ = true;
        all.splice(all.end(), threads_);
        all.splice(all.end(), retired_);
    }
    for (std::thread &thread : all)
        thread.join();
}

} // namespace trialcds::server::transport
