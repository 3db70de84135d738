#include "connection.h"

#include <algorithm>
#include <cerrno>

#include <linux/sockios.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tls.h"

namespace trialcds::server::egress {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

tcp::endpoint endpoint_of(const Address &address, std::uint16_t port) {
    if (address.is_v6) return {asio::ip::address_v6(address.bytes), port};
    asio::ip::address_v4::bytes_type bytes{};
    std::copy_n(address.bytes.begin(), bytes.size(), bytes.begin());
    return {asio::ip::address_v4(bytes), port};
}

} // namespace

void CountingSocket::count(std::size_t bytes) {
    received_ += bytes;
    if (bytes == 0 || !std::exchange(expecting_, false)) return;
    int unacknowledged = 0;
    early_ = ioctl(socket_.native_handle(), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0;
}

Connection::Connection(const Url &url, std::shared_ptr<asio::ssl::context> tls)
    : context_(std::move(tls)), socket_(io_threads()), resting_(io_threads()) {
    if (!url.tls) return;
    tls_.emplace(socket_, *context_);
    name_host(tls_->native_handle(), url);
}

void Connection::open(const Strand &strand, const Address &address, std::uint16_t port, Opened opened) {
    const auto shaken = [self = shared_from_this(), opened](const Code &code) {
        opened(code ? GetFailure::tls : GetFailure::none);
    };
    const auto connected = [self = shared_from_this(), strand, opened = std::move(opened),
                            shaken](const Code &code) {
        if (code) return opened(GetFailure::connect);
        Code ignored; // a request that waits for another packet is late, not lost
        self->socket_.socket().set_option(tcp::no_delay(true), ignored);
        if (!self->tls_) return opened(GetFailure::none);
        self->tls_->async_handshake(asio::ssl::stream_base::client, asio::bind_executor(strand, shaken));
    };
    socket_.socket().async_connect(endpoint_of(address, port), asio::bind_executor(strand, connected));
}

void Connection::close() {
    Code ignored;
    socket_.socket().close(ignored);
}

// Between the socket and what OpenSSL gave out: a record begun, or more of them.
bool Connection::has_unread_tls() {
    SSL *const native = tls_->native_handle();
    return SSL_has_pending(native) != 0 || BIO_number_read(SSL_get_rbio(native)) != socket_.received();
}

bool Connection::is_quiet() {
    if (tls_ && has_unread_tls()) return false;
    char byte = 0;
    const auto got = recv(socket_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Connection::when_over(std::chrono::seconds time, std::function<void()> action) {
    resting_.expires_after(time);
    resting_.async_wait([action = std::move(action)](const Code &code) {
        if (code != asio::error::operation_aborted) action();
    });
}

void Connection::when_stirred(std::function<void()> action) {
    socket_.socket().async_wait(tcp::socket::wait_read, [action = std::move(action)](const Code &code) {
        if (code != asio::error::operation_aborted) action();
    });
}

void Connection::wake() {
    resting_.cancel();
    Code ignored;
    socket_.socket().cancel(ignored);
}

} // namespace trialcds::server::egress
