#include "tls.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/fault.h"

namespace trialcds::server::egress {
namespace {

int keep_verdict(int ok, X509_STORE_CTX *) {
    return ok;
}

// In place of the library's per-certificate callback: the chain, its dates and the name are all checked by
// X509_verify_cert with the parameters of the context.
int verify_chain(X509_STORE_CTX *chain, void *) {
    X509_STORE_CTX_set_verify_cb(chain, keep_verdict);
    return X509_verify_cert(chain);
}

void require(long result) {
    if (result != 1) throw base::Fault("TLS could not be set up");
}

} // namespace

base::Result<CertificateStore> load_certificates(const std::string &file) {
    if (file.empty()) return CertificateStore{};
    CertificateStore store(X509_STORE_new(), X509_STORE_free);
    if (store == nullptr || X509_STORE_load_file(store.get(), file.c_str()) != 1)
        return base::fail(
            base::ErrorCode::unreadable_input, file,
            "the CA file cannot be read or holds no certificate; give a file of certificates in PEM form");
    return store;
}

std::function<void(boost::asio::ssl::context &)> tls_options(const Url &url, CertificateStore store) {
    return [url, store = std::move(store)](boost::asio::ssl::context &context) {
        SSL_CTX *const native = context.native_handle();
        require(SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION)); // a macro over a function of type long
        if (store) SSL_CTX_set1_cert_store(native, store.get());
        X509_VERIFY_PARAM *const checked = SSL_CTX_get0_param(native);
        X509_VERIFY_PARAM_set_hostflags(checked, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                                     X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        if (url.literal)
            require(X509_VERIFY_PARAM_set1_ip_asc(checked, url.host.c_str()));
        else
            require(X509_VERIFY_PARAM_set1_host(checked, url.host.data(), url.host.size()));
        SSL_CTX_set_cert_verify_callback(native, verify_chain, nullptr);
    };
}

void name_host(void *stream, const Url &url) {
    if (!url.tls || url.literal) return;
    auto *const tls = static_cast<boost::asio::ssl::stream<boost::asio::ip::tcp::socket &> *>(stream);
    if (SSL_set_tlsext_host_name(tls->native_handle(), url.host.c_str()) != 1)
        throw base::Fault("the server name could not be set");
}

} // namespace trialcds::server::egress
