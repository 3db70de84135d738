#include "certificates.h"

#include <string>

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace trialcds::server::transport {
namespace {

namespace ssl = boost::asio::ssl;
using base::ErrorCode;
using boost::system::error_code;

constexpr const char *kTls12Suites = "ECDHE+AESGCM:ECDHE+CHACHA20"; // TLS 1.3 has good ones only
constexpr unsigned char kSessionContext[] = "trial-cds"; // OpenSSL wants one where clients are verified

tl::unexpected<base::Error> unusable(const std::string &file, const char *what, const error_code &error) {
    return base::fail(ErrorCode::unreadable_input, file, what, error.message());
}

base::Result<void> load_own(ssl::context &context, const TlsSettings &settings) {
    error_code error;
    // Without this OpenSSL would ask the terminal for the password of an encrypted key.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                  error);
    context.use_certificate_chain_file(settings.certificate_chain_file, error);
    if (error)
        return unusable(settings.certificate_chain_file,
                        "no certificate chain can be read here; give a PEM file, the server's own first",
                        error);
    context.use_private_key_file(settings.key_file, ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(context.native_handle()) != 1)
        return unusable(settings.key_file,
                        "no private key that fits the certificate can be read here; give its PEM file", error);
    return {};
}

base::Result<void> load_client_ca(ssl::context &context, const TlsSettings &settings) {
    if (settings.client_certificates == ClientCertificates::none) return {};
    error_code error;
    context.load_verify_file(settings.client_ca_file, error);
    STACK_OF(X509_NAME) *names = error ? nullptr : SSL_load_client_CA_file(settings.client_ca_file.c_str());
    if (names == nullptr)
        return unusable(settings.client_ca_file,
                        "no CA for client certificates can be read here; give a PEM file", error);
    SSL_CTX_set_client_CA_list(context.native_handle(), names); // takes them over
    auto mode = ssl::verify_peer;
    if (settings.client_certificates == ClientCertificates::required) mode |= ssl::verify_fail_if_no_peer_cert;
    context.set_verify_mode(mode, error);
    if (error) return unusable(settings.client_ca_file, "client certificates cannot be verified", error);
    return {};
}

} // namespace

base::Result<std::shared_ptr<ssl::context>> make_tls_context(const TlsSettings &settings) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX *native = context->native_handle();
    SSL_CTX_set_options(native,
                        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(native, kTls12Suites) != 1 ||
        SSL_CTX_set_session_id_context(native, kSessionContext, sizeof kSessionContext - 1) != 1)
        return base::fail(ErrorCode::internal, "", "TLS cannot be set up");
    if (auto loaded = load_own(*context, settings); !loaded) return tl::make_unexpected(loaded.error());
    if (auto loaded = load_client_ca(*context, settings); !loaded) return tl::make_unexpected(loaded.error());
    return context;
}

} // namespace trialcds::server::transport
