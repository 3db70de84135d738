// A key pair made at run time, as the private JWK that the judge signs with and the key set that a service
// trusts.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "support/seeded_openssl.h"
#include "trust/signer.h"

namespace trialcds::test {

struct KeyPair {
    std::string private_jwk;
    std::string key_set;
};

inline std::string key_number(EVP_PKEY *key, const char *name, int length) {
    BIGNUM *raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) throw std::runtime_error("no such number in the key");
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(raw, &BN_free);
    std::string bytes(static_cast<std::size_t>(length != 0 ? length : BN_num_bytes(raw)), '\0');
    BN_bn2binpad(raw, reinterpret_cast<unsigned char *>(bytes.data()), static_cast<int>(bytes.size()));
    return json_string(to_base64url(bytes));
}

inline KeyPair pair_of(Members members, const std::string &kid, const std::string &d) {
    members["kid"] = json_string(kid);
    KeyPair pair{"", R"({"keys":[)" + object(members) + "]}"};
    members["d"] = d;
    pair.private_jwk = object(members);
    return pair;
}

inline KeyPair elliptic_pair(const std::string &kid) {
    seed_openssl();
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-384"), &EVP_PKEY_free);
    return pair_of({{"kty", json_string("EC")},
                    {"crv", json_string("P-384")},
                    {"x", key_number(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, 48)},
                    {"y", key_number(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 48)}},
                   kid, key_number(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, 48));
}

inline KeyPair rsa_pair(const std::string &kid) {
    seed_openssl();
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048), &EVP_PKEY_free);
    return pair_of({{"kty", json_string("RSA")},
                    {"n", key_number(key.get(), OSSL_PKEY_PARAM_RSA_N, 0)},
                    {"e", key_number(key.get(), OSSL_PKEY_PARAM_RSA_E, 0)}},
                   kid, key_number(key.get(), OSSL_PKEY_PARAM_RSA_D, 0));
}

} // namespace trialcds::test
