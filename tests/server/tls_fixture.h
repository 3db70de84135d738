// A TLS client over a bare socket, and where a server's certificate lies.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "client.h"
#include "support/folder.h"
#include "support/identity.h"

namespace trialcds::test {

// NAME.crt and NAME.key
inline void write_identity(const Folder &folder, const std::string &name, const Identity &identity) {
    write_certificate(folder.file(name + ".crt"), identity);
    write_key(folder.file(name + ".key"), identity);
}

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
