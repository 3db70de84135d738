#include "support/identity.h"

#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "support/seeded_openssl.h"

namespace trialcds::test {
namespace {

constexpr long kDay = 86'400;

void name_with(X509_NAME *name, const char *field, const std::string &text) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(text.c_str()), -1, -1, 0);
}

void extend(X509 *certificate, int extension_id, const std::string &value) {
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, nullptr, extension_id, value.c_str());
    if (extension == nullptr) throw std::runtime_error("no such extension: " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

template <typename Write>
void write_with(const std::string &file, Write write) {
    const std::unique_ptr<BIO, FreeWith<BIO_free>> out(BIO_new_file(file.c_str(), "w"));
    if (out == nullptr || write(out.get()) != 1) throw std::runtime_error("cannot write " + file);
}

} // namespace

Identity make_identity(const Named &named, const Identity *issuer) {
    seed_openssl();
    static long serial = 1;
    Identity made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
    X509 *x = made.certificate.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x), -named.days_old * kDay);
    X509_gmtime_adj(X509_getm_notAfter(x), named.days_left * kDay);
    X509_set_pubkey(x, made.key.get());
    X509_NAME *subject = X509_get_subject_name(x);
    name_with(subject, "O", "Example Hospital");
    name_with(subject, "CN", named.common_name);
    X509_set_issuer_name(x, issuer == nullptr ? subject : X509_get_subject_name(issuer->certificate.get()));
    if (issuer == nullptr) extend(x, NID_basic_constraints, "critical,CA:TRUE");
    if (!named.subject_alt_name.empty()) extend(x, NID_subject_alt_name, named.subject_alt_name);
    if (X509_sign(x, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256()) == 0)
        throw std::runtime_error("cannot sign");
    return made;
}

void write_certificate(const std::string &file, const Identity &identity) {
    write_with(file, [&](BIO *out) { return PEM_write_bio_X509(out, identity.certificate.get()); });
}

void write_key(const std::string &file, const Identity &identity) {
    write_with(file, [&](BIO *out) {
        return PEM_write_bio_PrivateKey(out, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

} // namespace trialcds::test
