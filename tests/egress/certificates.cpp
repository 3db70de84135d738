#include "certificates.h"

#include <stdexcept>

#include <openssl/ssl.h>

namespace trialcds::test {

Authority::Authority() {
    write_certificate(file(), identity_);
}

std::shared_ptr<ssl_ctx_st> Authority::server(const Named &named) const {
    const Identity own = make_identity(named, &identity_);
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (SSL_CTX_use_certificate(context.get(), own.certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), own.key.get()) != 1)
        throw std::runtime_error("certificate");
    return context;
}

} // namespace trialcds::test
