#include "session.h"
#include "sessions.h"

namespace trialcds::server::transport {
namespace {

struct Plain {
    using Stream = boost::beast::tcp_stream;

    template <typename Next>
    static void handshake(Stream &, Next next) {
        next({});
    }
    template <typename Next>
    static void shutdown(Stream &, Next next) {
        next({});
    }
    static std::string reason_of(boost::system::error_code) { return {}; }
    static std::string subject_of(Stream &) { return {}; }
};

} // namespace

std::shared_ptr<Connection> plain_session(boost::asio::ip::tcp::socket socket,
                                          std::shared_ptr<Endpoint> endpoint, std::string address) {
    return std::make_shared<Session<Plain>>(std::move(socket), std::move(endpoint), std::move(address));
}

} // namespace trialcds::server::transport
