// Keys and certificates made at run time for one test; no key is in the repository.
#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

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

struct Named {
    std::string common_name;
    std::string subject_alt_name = {}; // "DNS:fhir.example.test", "IP:127.0.0.1"; "": none
    int days_left = 1;                 // below 0: expired
    int days_old = 10;                 // below 0: valid only from then on
};

// Signed by `issuer`; by itself, as an authority, without one.
[[nodiscard]] Identity make_identity(const Named &named, const Identity *issuer = nullptr);

// PEM files. Throws std::runtime_error when one cannot be written.
void write_certificate(const std::string &file, const Identity &identity);
void write_key(const std::string &file, const Identity &identity);

} // namespace trialcds::test
