#include "certificates.h"

#include <cstdio>
#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace trialcds::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
constexpr long kDay = 86'400;

Key new_key() {
    return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void extend(X509 *certificate, X509 *issuer, int name, const std::string &value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, name, value.c_str());
    if (extension == nullptr) throw std::runtime_error("extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate new_certificate(const std::string &common_name, EVP_PKEY *key, X509_NAME *issuer, int days_left) {
    static long serial = 1;
    Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -10 * kDay);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days_left * kDay);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME *name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char *>(common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), issuer != nullptr ? issuer : name);
    return certificate;
}

} // namespace

struct Authority::Impl {
    Key key = new_key();
    Certificate certificate = new_certificate("Test authority", key.get(), nullptr, 10);
};

Authority::Authority() : impl_(std::make_unique<Impl>()) {
    X509 *const own = impl_->certificate.get();
    extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(own, impl_->key.get(), EVP_sha256());
    char path[] = "/tmp/trialcds_ca_XXXXXX";
    FILE *const file = fdopen(mkstemp(path), "w");
    if (file == nullptr) throw std::runtime_error("no file");
    PEM_write_X509(file, own);
    std::fclose(file);
    file_ = path;
}

Authority::~Authority() {
    unlink(file_.c_str());
}

std::shared_ptr<ssl_ctx_st> Authority::server(const std::string &common_name,
                                              const std::string &subject_alt_name, int days_left) const {
    const Key key = new_key();
    const Certificate certificate =
        new_certificate(common_name, key.get(), X509_get_subject_name(impl_->certificate.get()), days_left);
    if (!subject_alt_name.empty())
        extend(certificate.get(), impl_->certificate.get(), NID_subject_alt_name, subject_alt_name);
    X509_sign(certificate.get(), impl_->key.get(), EVP_sha256());
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
        throw std::runtime_error("certificate");
    return context;
}

} // namespace trialcds::test
