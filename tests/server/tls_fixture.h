// Certificates made for one test, and a TLS client over a bare socket.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "client.h"

namespace trialcds::test {

template <auto Free>
struct FreeWith {
    template <typename T>
    void operator()(T *held) const {
        Free(held);
    }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;

struct Identity {
    Key key;
    Certificate certificate;
};

// Signed by `issuer`, by itself without one.
inline Identity make_identity(const std::string &name, const Identity *issuer = nullptr) {
    Identity made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
    X509 *x = made.certificate.get();
    static long serial = 1;
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    X509_set_pubkey(x, made.key.get());
    X509_NAME *subject = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>("Example Hospital"), -1, -1, 0);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(x, issuer == nullptr ? subject : X509_get_subject_name(issuer->certificate.get()));
    if (issuer == nullptr) {
        X509_EXTENSION *ca = X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
        X509_add_ext(x, ca, -1);
        X509_EXTENSION_free(ca);
    }
    if (X509_sign(x, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256()) == 0)
        throw std::runtime_error("cannot sign");
    return made;
}

class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "trial-cds-tls-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    [[nodiscard]] std::string file(const std::string &name) const { return (path_ / name).string(); }

    void write(const std::string &name, const Identity &identity) const {
        write_with(name + ".crt", [&](BIO *out) { PEM_write_bio_X509(out, identity.certificate.get()); });
        write_with(name + ".key", [&](BIO *out) {
            PEM_write_bio_PrivateKey(out, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }

  private:
    template <typename Write>
    void write_with(const std::string &name, Write write) const {
        BIO *out = BIO_new_file(file(name).c_str(), "w");
        if (out == nullptr) throw std::runtime_error("cannot write");
        write(out);
        BIO_free(out);
    }
    std::filesystem::path path_;
};

struct TlsOffer {
    int lowest = TLS1_2_VERSION;
    int highest = TLS1_3_VERSION;
    const Identity *identity = nullptr; // of the client
    SSL_SESSION *resume = nullptr;
};

class TlsClient {
  public:
    explicit TlsClient(std::uint16_t port, const TlsOffer &offer = {})
        : client_(port), context_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_security_level(context_.get(), 0); // so that the client would do what the server refuses
        SSL_CTX_set_min_proto_version(context_.get(), offer.lowest);
        SSL_CTX_set_max_proto_version(context_.get(), offer.highest);
        if (offer.identity != nullptr) {
            SSL_CTX_use_certificate(context_.get(), offer.identity->certificate.get());
            SSL_CTX_use_PrivateKey(context_.get(), offer.identity->key.get());
        }
        ssl_.reset(SSL_new(context_.get()));
        if (offer.resume != nullptr) SSL_set_session(ssl_.get(), offer.resume);
        SSL_set_fd(ssl_.get(), client_.fd());
        connected_ = SSL_connect(ssl_.get()) == 1;
    }
    [[nodiscard]] SSL *ssl() const { return ssl_.get(); }

    // "" when the handshake or the exchange failed: in TLS 1.3 a refused client learns it only by reading.
    std::string exchange(const std::string &bytes) {
        if (!connected_ || SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) return "";
        std::string answer;
        char block[4096];
        while (answer.find("\r\n\r\n") == std::string::npos || answer.find("!end") == std::string::npos) {
            const int n = SSL_read(ssl_.get(), block, sizeof block);
            if (n <= 0) return answer;
            answer.append(block, static_cast<std::size_t>(n));
        }
        return answer;
    }
    // The common name of the certificate the server showed.
    [[nodiscard]] std::string server_name() const {
        const Certificate shown(SSL_get1_peer_certificate(ssl_.get()));
        if (shown == nullptr) return "";
        char name[256] = "";
        X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name, sizeof name);
        return name;
    }

  private:
    Client client_;
    std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>> context_;
    std::unique_ptr<SSL, FreeWith<SSL_free>> ssl_;
    bool connected_ = false;
};

} // namespace trialcds::test
