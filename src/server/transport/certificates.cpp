#include "certificates.h"

#include <array>
#include <ctime>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>
#include <openssl/x509.h>

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

// "2026-11-30T10:00:00Z"
std::string text_of(const ASN1_TIME *time) {
    tm broken_down{};
    if (ASN1_TIME_to_tm(time, &broken_down) != 1) return "a time that cannot be read";
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &broken_down)};
}

// By the library's own comparison with the machine's time, as clients make it.
base::Result<void> check_dates(const X509 *own, const std::string &file) {
    const ASN1_TIME *begins = X509_get0_notBefore(own);
    const ASN1_TIME *ends = X509_get0_notAfter(own);
    if (X509_cmp_current_time(ends) <= 0)
        return base::fail(ErrorCode::unreadable_input, file,
                          "the server's certificate expired at " + text_of(ends) +
                              ", and no client would accept it; renew it");
    if (X509_cmp_current_time(begins) >= 0)
        return base::fail(
            ErrorCode::unreadable_input, file,
            "the server's certificate is valid from " + text_of(begins) +
                " only, and no client would accept it yet; check the machine's clock, or use the one "
                "before it until then");
    return {};
}

} // namespace

std::int64_t expiry_of(ssl::context &context) {
    const X509 *own = SSL_CTX_get0_certificate(context.native_handle());
    tm broken_down{};
    if (own == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(own), &broken_down) != 1) return 0;
    return timegm(&broken_down);
}

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
    if (auto valid = check_dates(SSL_CTX_get0_certificate(native), settings.certificate_chain_file); !valid)
        return tl::make_unexpected(valid.error());
    return context;
}

} // namespace trialcds::server::transport

namespace trialcds::server {

base::Result<std::int64_t> check_certificates(const TlsSettings &settings) {
    const auto context = transport::make_tls_context(settings);
    if (!context) return tl::make_unexpected(context.error());
    return transport::expiry_of(**context);
}

} // namespace trialcds::server
