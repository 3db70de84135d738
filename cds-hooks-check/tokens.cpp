#include "cds_hooks_check/tokens.h"

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "base/base64url.h"
#include "base/json.h"
#include "body.h"

namespace trialcds::cds_hooks_check {
namespace {

constexpr int kCoordinate = 48; // bytes of a P-384 coordinate

template <typename T, void (*release)(T *)>
struct Release {
    void operator()(T *object) const { release(object); }
};
template <typename T, void (*release)(T *)>
using Owned = std::unique_ptr<T, Release<T, release>>;

using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using Number = Owned<BIGNUM, BN_free>;
using PkeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

const unsigned char *bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char *>(text.data());
}

void require(bool fine) {
    if (!fine) throw std::runtime_error("OpenSSL refused to sign");
}

// A number of a key: at least one byte.
std::optional<std::string> number_in(std::string_view text) {
    auto bytes = base::from_base64url(text);
    return bytes && !bytes->empty() ? std::move(bytes) : std::nullopt;
}

// A key's numbers must outlive the OSSL_PARAM that is made of them.
class KeyParts {
  public:
    explicit KeyParts(json::Value jwk) : jwk_(jwk), builder_(OSSL_PARAM_BLD_new()) {}

    void number(const char *member, const char *name) {
        const auto raw = number_in(jwk_[member].text());
        if (!raw) {
            complete_ = false;
            return;
        }
        numbers_.emplace_back(BN_bin2bn(bytes(*raw), static_cast<int>(raw->size()), nullptr));
        complete_ = complete_ && OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get()) == 1;
    }
    void curve() {
        const auto x = number_in(jwk_["x"].text());
        const auto y = number_in(jwk_["y"].text());
        complete_ = complete_ && x && y && jwk_["crv"].text() == "P-384";
        if (!complete_) return;
        point_ = '\x04' + *x + *y;
        complete_ = OSSL_PARAM_BLD_push_utf8_string(builder_.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0) &&
                    OSSL_PARAM_BLD_push_octet_string(builder_.get(), OSSL_PKEY_PARAM_PUB_KEY, point_.data(),
                                                     point_.size());
    }
    [[nodiscard]] Pkey make(const char *type) const {
        if (!complete_) return nullptr;
        const Parameters parameters(OSSL_PARAM_BLD_to_param(builder_.get()));
        const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
        EVP_PKEY *key = nullptr;
        if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
            EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
            return nullptr;
        return Pkey(key);
    }

  private:
    json::Value jwk_;
    Builder builder_;
    std::vector<Number> numbers_;
    std::string point_;
    bool complete_ = true;
};

Pkey elliptic_key(json::Value jwk) {
    KeyParts parts(jwk);
    parts.curve();
    parts.number("d", OSSL_PKEY_PARAM_PRIV_KEY);
    return parts.make("EC");
}

Pkey rsa_key(json::Value jwk) {
    KeyParts parts(jwk);
    parts.number("n", OSSL_PKEY_PARAM_RSA_N);
    parts.number("e", OSSL_PKEY_PARAM_RSA_E);
    parts.number("d", OSSL_PKEY_PARAM_RSA_D);
    return parts.make("RSA");
}

std::string digest_signature(EVP_PKEY *key, std::string_view input) {
    const DigestContext context(EVP_MD_CTX_new());
    std::size_t size = 0;
    require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key) == 1 &&
            EVP_DigestSign(context.get(), nullptr, &size, bytes(input), input.size()) == 1);
    std::string out(size, '\0');
    require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(out.data()), &size, bytes(input),
                           input.size()) == 1);
    out.resize(size);
    return out;
}

std::string raw_of(std::string_view der) {
    const unsigned char *begin = bytes(der);
    const Signature signature(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size())));
    require(signature != nullptr);
    std::string raw(static_cast<std::size_t>(2) * kCoordinate, '\0');
    auto *out = reinterpret_cast<unsigned char *>(raw.data());
    require(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, kCoordinate) == kCoordinate &&
            BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + kCoordinate, kCoordinate) == kCoordinate);
    return raw;
}

std::string public_pem(EVP_PKEY *key) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
    require(PEM_write_bio_PUBKEY(out.get(), key) == 1);
    char *text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

base::Result<SigningKey> read_signing_key(std::string_view jwk) {
    const auto refuse = [](std::string why) {
        return base::fail(base::ErrorCode::unreadable_input, "", std::move(why));
    };
    const auto document = json::Document::parse(jwk);
    if (!document) return refuse("the key is no JSON");
    const json::Value root = document->root();
    const bool elliptic = root["kty"].text() == "EC";
    if (!elliptic && root["kty"].text() != "RSA") return refuse("the key's kty must be EC or RSA");
    const std::shared_ptr<EVP_PKEY> key = elliptic ? elliptic_key(root) : rsa_key(root);
    if (!key) return refuse("a private JWK is needed: EC on P-384 with x, y, d, or RSA with n, e, d");
    SigningKey out;
    out.algorithm = elliptic ? "ES384" : "RS384";
    out.kid = root["kid"].text();
    out.public_pem = public_pem(key.get());
    out.sign = [key, elliptic](std::string_view input) {
        const std::string signature = digest_signature(key.get(), input);
        return elliptic ? raw_of(signature) : signature;
    };
    return out;
}

std::string Token::signing_input() const {
    return base::to_base64url(object({header.begin(), header.end()})) + '.' +
           base::to_base64url(object({claims.begin(), claims.end()}));
}

std::string Token::signed_by(const SigningKey &key) const {
    const std::string input = signing_input();
    return input + '.' + base::to_base64url(key.sign(input));
}

std::string hmac_sha384(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    require(HMAC(EVP_sha384(), key.data(), static_cast<int>(key.size()), bytes(text), text.size(), out.data(),
                 &size) != nullptr);
    return {reinterpret_cast<const char *>(out.data()), size};
}

std::string fresh_uuid() {
    std::array<unsigned char, 16> random{};
    require(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1);
    random[6] = static_cast<unsigned char>((random[6] & 0x0FU) | 0x40U);
    random[8] = static_cast<unsigned char>((random[8] & 0x3FU) | 0x80U);
    std::string out;
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
        out.push_back("0123456789abcdef"[random[i] >> 4U]);
        out.push_back("0123456789abcdef"[random[i] & 15U]);
    }
    return out;
}

} // namespace trialcds::cds_hooks_check
