#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <openssl/x509.h>

#include "session.h"
#include "sessions.h"

namespace trialcds::server::transport {
namespace {

namespace ssl = boost::asio::ssl;

// The stream with the context it was made from: a reload must not take it away from a connection in use.
struct ContextHolder {
    explicit ContextHolder(std::shared_ptr<ssl::context> held) : context(std::move(held)) {}
    std::shared_ptr<ssl::context> context;
};

class TlsStream : private ContextHolder, public boost::asio::ssl::stream<boost::beast::tcp_stream> {
  public:
    TlsStream(boost::asio::ip::tcp::socket socket, const std::shared_ptr<ssl::context> &made_from)
        : ContextHolder(made_from), stream(boost::beast::tcp_stream(std::move(socket)), *made_from) {}
};

struct Tls {
    using Stream = TlsStream;

    template <typename Next>
    static void handshake(Stream &stream, Next next) {
        stream.async_handshake(ssl::stream_base::server, std::move(next));
    }
    template <typename Next>
    static void shutdown(Stream &stream, Next next) {
        stream.async_shutdown(std::move(next));
    }
    // "no shared cipher": from the library's own table; "" when it is the connection that ended.
    static std::string reason_of(boost::system::error_code error) {
        return error.category() == boost::asio::error::get_ssl_category() ? error.message() : std::string();
    }
    static std::string subject_of(Stream &stream) {
        SSL *native = stream.native_handle();
        X509 *certificate = SSL_get0_peer_certificate(native);
        if (certificate == nullptr || SSL_get_verify_result(native) != X509_V_OK) return {};
        BIO *text = BIO_new(BIO_s_mem());
        if (text == nullptr) return {};
        std::string subject;
        if (X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
            char *bytes = nullptr;
            const long size = BIO_get_mem_data(text, &bytes);
            subject.assign(bytes, static_cast<std::size_t>(size));
        }
        BIO_free(text);
        return subject;
    }
};

} // namespace

std::shared_ptr<Connection> tls_session(boost::asio::ip::tcp::socket socket, std::shared_ptr<Endpoint> endpoint,
                                        std::string address,
                                        std::shared_ptr<boost::asio::ssl::context> context) {
    return std::make_shared<Session<Tls>>(std::move(socket), std::move(endpoint), std::move(address), context);
}

} // namespace trialcds::server::transport
