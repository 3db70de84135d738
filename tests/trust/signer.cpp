#include "trust/signer.h"

#include <stdexcept>
#include <vector>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "support/seeded_openssl.h"

namespace trialcds::test {
namespace {

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bignum = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

void require(bool fine) {
    if (!fine) throw std::runtime_error("OpenSSL refused to make a test key or signature");
}

std::string bytes_of(const BIGNUM *number, int length) {
    std::string bytes(static_cast<std::size_t>(length), '\0');
    require(BN_bn2binpad(number, reinterpret_cast<unsigned char *>(bytes.data()), length) == length);
    return bytes;
}

std::string number_of(EVP_PKEY *key, const char *name, int length = 0) {
    BIGNUM *raw = nullptr;
    require(EVP_PKEY_get_bn_param(key, name, &raw) == 1);
    const Bignum number(raw, &BN_free);
    return bytes_of(number.get(), length == 0 ? BN_num_bytes(number.get()) : length);
}

} // namespace

struct Signer::Impl {
    Pkey key;
    std::string crv; // "" for RSA
    int coordinate = 0;
};

Signer::Signer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Signer Signer::p256() {
    seed_openssl();
    return Signer(std::make_shared<Impl>(Impl{Pkey(EVP_EC_gen("P-256"), &EVP_PKEY_free), "P-256", 32}));
}
Signer Signer::p384() {
    seed_openssl();
    return Signer(std::make_shared<Impl>(Impl{Pkey(EVP_EC_gen("P-384"), &EVP_PKEY_free), "P-384", 48}));
}
Signer Signer::rsa(unsigned bits) {
    seed_openssl();
    return Signer(std::make_shared<Impl>(Impl{Pkey(EVP_RSA_gen(bits), &EVP_PKEY_free), "", 0}));
}

Members Signer::jwk() const {
    EVP_PKEY *key = impl_->key.get();
    if (impl_->crv.empty())
        return {{"kty", json_string("RSA")},
                {"n", json_string(to_base64url(number_of(key, OSSL_PKEY_PARAM_RSA_N)))},
                {"e", json_string(to_base64url(number_of(key, OSSL_PKEY_PARAM_RSA_E)))}};
    return {{"kty", json_string("EC")},
            {"crv", json_string(impl_->crv)},
            {"x", json_string(to_base64url(number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, impl_->coordinate)))},
            {"y", json_string(to_base64url(number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, impl_->coordinate)))}};
}

std::string Signer::key_set(const std::string &kid) const {
    Members members = jwk();
    members["kid"] = json_string(kid);
    return R"({"keys":[)" + object(members) + "]}";
}

std::string Signer::sign(std::string_view algorithm, std::string_view input, int pss_salt) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_PKEY_CTX *options = nullptr;
    const EVP_MD *digest = algorithm.ends_with("256") ? EVP_sha256() : EVP_sha384();
    require(EVP_DigestSignInit(context.get(), &options, digest, nullptr, impl_->key.get()) == 1);
    if (algorithm.starts_with("PS"))
        require(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(options, pss_salt) == 1);
    const auto *data = reinterpret_cast<const unsigned char *>(input.data());
    std::size_t length = 0;
    require(EVP_DigestSign(context.get(), nullptr, &length, data, input.size()) == 1);
    std::string made(length, '\0');
    require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(made.data()), &length, data,
                           input.size()) == 1);
    made.resize(length);
    if (impl_->crv.empty()) return made;
    const auto *der = reinterpret_cast<const unsigned char *>(made.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(made.size())), &ECDSA_SIG_free);
    require(pair != nullptr);
    return bytes_of(ECDSA_SIG_get0_r(pair.get()), impl_->coordinate) +
           bytes_of(ECDSA_SIG_get0_s(pair.get()), impl_->coordinate);
}

std::string json_string(std::string_view text) {
    return '"' + std::string(text) + '"';
}

std::string object(const Members &members) {
    std::string text;
    for (const auto &[name, value] : members)
        text += (text.empty() ? "" : ",") + json_string(name) + ':' + value;
    return '{' + text + '}';
}

std::string signed_text(const Signer &signer, std::string_view algorithm, const std::string &header,
                        const std::string &payload) {
    const std::string input = to_base64url(header) + '.' + to_base64url(payload);
    return input + '.' + to_base64url(signer.sign(algorithm, input));
}

std::string token(const Signer &signer, const Members &header, const Members &claims) {
    const auto alg = header.find("alg");
    const std::string algorithm = alg == header.end() ? "" : alg->second.substr(1, alg->second.size() - 2);
    return signed_text(signer, algorithm, object(header), object(claims));
}

const Signer &es384_signer() {
    static const Signer signer = Signer::p384();
    return signer;
}

const Signer &rs384_signer() {
    static const Signer signer = Signer::rsa();
    return signer;
}

} // namespace trialcds::test
