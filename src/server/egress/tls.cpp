#include "tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/fault.h"

namespace trialcds::server::egress {
namespace {

void require(long result) {
    if (result != 1) throw base::Fault("TLS could not be set up");
}

} // namespace

base::Result<std::shared_ptr<boost::asio::ssl::context>> client_context(const std::string &ca_file) {
    auto context = std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_client);
    SSL_CTX *const native = context->native_handle();
    require(SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION)); // a macro over a function of type long
    context->set_verify_mode(boost::asio::ssl::verify_peer);
    if (ca_file.empty())
        require(SSL_CTX_set_default_verify_paths(native));
    else if (SSL_CTX_load_verify_file(native, ca_file.c_str()) != 1)
        return base::fail(
            base::ErrorCode::unreadable_input, ca_file,
            "the CA file cannot be read or holds no certificate; give a file of certificates in PEM form");
    return context;
}

void name_host(SSL *connection, const Url &url) {
    X509_VERIFY_PARAM *const checked = SSL_get0_param(connection);
    X509_VERIFY_PARAM_set_hostflags(checked,
                                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (url.literal) return require(X509_VERIFY_PARAM_set1_ip_asc(checked, url.host.c_str()));
    require(X509_VERIFY_PARAM_set1_host(checked, url.host.data(), url.host.size()));
    require(SSL_set_tlsext_host_name(connection, url.host.c_str()));
}

} // namespace trialcds::server::egress
