// Every call to OpenSSL's key and signature functions is in this file.
#include "trust/public_key.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/base64url.h"

namespace trialcds::server {
namespace {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T *pointer) const {
        release(pointer);
    }
};
using Bignum = std::unique_ptr<BIGNUM, Release<BN_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

// OpenSSL queues errors per thread; a refused key must not be found there by the TLS code later.
struct ErrorQueueGuard {
    ErrorQueueGuard() = default;
    ErrorQueueGuard(const ErrorQueueGuard &) = delete;
    ErrorQueueGuard &operator=(const ErrorQueueGuard &) = delete;
    ~ErrorQueueGuard() { ERR_clear_error(); }
};

const unsigned char *octets(std::string_view text) {
    return reinterpret_cast<const unsigned char *>(text.data());
}

Bignum to_bignum(std::string_view big_endian) {
    return Bignum(BN_bin2bn(octets(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

Pkey build_key(const char *type, OSSL_PARAM_BLD *build) {
    const Params params(OSSL_PARAM_BLD_to_param(build));
    const PkeyContext making(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY *raw = nullptr;
    if (params == nullptr || making == nullptr || EVP_PKEY_fromdata_init(making.get()) != 1 ||
        EVP_PKEY_fromdata(making.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return nullptr;
    Pkey key(raw);
    const PkeyContext checking(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (checking == nullptr || EVP_PKEY_public_check(checking.get()) != 1) return nullptr;
    return key;
}

struct Curve {
    std::string_view name; // of the JWK
    const char *group;     // of OpenSSL
    std::size_t octets;    // of one coordinate
    JwsAlgorithm algorithm;
};
constexpr std::array<Curve, 2> kCurves = {
    {{"P-256", "prime256v1", 32, JwsAlgorithm::es256}, {"P-384", "secp384r1", 48, JwsAlgorithm::es384}}};

// RFC 7518 6.2.1: both coordinates have the curve's full length. The check refuses a point off the curve.
Pkey import_point(const Curve &curve, std::string_view x, std::string_view y) {
    if (x.size() != curve.octets || y.size() != curve.octets) return nullptr;
    constexpr char kUncompressed = 4; // SEC 1, 2.3.3
    const std::string point = std::string(1, kUncompressed).append(x).append(y);
    const ParamBuild build(OSSL_PARAM_BLD_new());
    if (build == nullptr ||
        OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return nullptr;
    return build_key("EC", build.get());
}

constexpr int kMinModulusBits = 2048;
constexpr int kMaxModulusBits = 8192;
constexpr int kMinExponentBits = 17; // with an odd exponent: 65537 or more (FIPS 186-5)
constexpr int kMaxExponentBits = 64;

bool in_subgroup_of_65537(BN_ULONG residue, BN_ULONG prime) {
    BN_ULONG power = 1;
    do {
        if (power == residue) return true;
        power = power * 65537U % prime;
    } while (power != 1);
    return false;
}

// CVE-2017-15361 (ROCA): primes of a faulty smart-card library are powers of 65537 modulo every small prime,
// hence so is their product. A sound modulus passes this for all of these primes with a chance below 2^-100.
bool is_roca(const BIGNUM *modulus) {
    constexpr std::array<BN_ULONG, 38> kPrimes = {
        3,  5,  7,  11, 13, 17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,
        73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
    return std::all_of(kPrimes.begin(), kPrimes.end(), [modulus](BN_ULONG prime) {
        return in_subgroup_of_65537(BN_mod_word(modulus, prime), prime);
    });
}

Pkey import_rsa(const BIGNUM *modulus, const BIGNUM *exponent) {
    const ParamBuild build(OSSL_PARAM_BLD_new());
    if (build == nullptr || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1)
        return nullptr;
    return build_key("RSA", build.get());
}

const EVP_MD *digest_of(JwsAlgorithm algorithm) {
    return algorithm == JwsAlgorithm::es256 || algorithm == JwsAlgorithm::rs256 ? EVP_sha256() : EVP_sha384();
}

// RFC 7518 3.4: the signature is r and s side by side, each of the curve's length; OpenSSL wants DER.
std::string der_signature(std::string_view raw) {
    const std::size_t half = raw.size() / 2;
    Bignum r = to_bignum(raw.substr(0, half));
    Bignum s = to_bignum(raw.substr(half));
    const EcdsaSignature signature(ECDSA_SIG_new());
    if (r == nullptr || s == nullptr || signature == nullptr) return {};
    if (ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
    (void)r.release(); // owned by the signature now
    (void)s.release();
    const int length = i2d_ECDSA_SIG(signature.get(), nullptr);
    if (length <= 0) return {};
    std::string der(static_cast<std::size_t>(length), '\0');
    auto *out = reinterpret_cast<unsigned char *>(der.data());
    i2d_ECDSA_SIG(signature.get(), &out);
    return der;
}

bool verify_digest(EVP_PKEY *key, JwsAlgorithm algorithm, std::string_view input, std::string_view signature) {
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *options = nullptr; // owned by the context
    if (context == nullptr ||
        EVP_DigestVerifyInit(context.get(), &options, digest_of(algorithm), nullptr, key) != 1)
        return false;
    // RFC 7518 3.5: MGF1 with the same hash (OpenSSL's default), salt of the hash's length
    if (algorithm == JwsAlgorithm::ps384 &&
        (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(input), input.size()) ==
           1;
}

tl::unexpected<base::Error> refuse(std::string why) {
    return base::fail(base::ErrorCode::invalid_definition, "", std::move(why));
}

// What the JWK says about itself beside its numbers: "" when it may verify signatures.
std::string_view unfit(json::Value jwk) {
    if (!jwk.is_object()) return "not a JSON object";
    for (const char *member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
        if (jwk[member]) return "holds a private or symmetric member: replace this key at its owner";
    if (jwk["use"] && jwk["use"].text() != "sig") return "`use` is not sig";
    const json::Value operations = jwk["key_ops"];
    if (!operations) return "";
    for (const json::Value operation : operations.elements())
        if (operation.text() == "verify") return "";
    return "`key_ops` does not list verify";
}

struct Material {
    Pkey key;
    std::vector<JwsAlgorithm> algorithms;
    std::size_t signature_octets = 0;
    bool elliptic = false;
};

base::Result<Material> elliptic_material(json::Value jwk) {
    const auto *const curve = std::find_if(kCurves.begin(), kCurves.end(),
                                           [&](const Curve &c) { return c.name == jwk["crv"].text(); });
    if (curve == kCurves.end()) return refuse("`crv` is neither P-256 nor P-384");
    const auto x = base::from_base64url(jwk["x"].text());
    const auto y = base::from_base64url(jwk["y"].text());
    Material made{nullptr, {curve->algorithm}, 2 * curve->octets, true};
    if (x && y) made.key = import_point(*curve, *x, *y);
    if (made.key == nullptr) return refuse("`x` and `y` are not a point of the curve");
    return made;
}

base::Result<Material> rsa_material(json::Value jwk) {
    const auto n = base::from_base64url(jwk["n"].text());
    const auto e = base::from_base64url(jwk["e"].text());
    if (!n || !e || n->size() > kMaxModulusBits / 8 + 1 || e->size() > kMaxModulusBits / 8)
        return refuse("`n` or `e` is not a base64url number of bearable length");
    const Bignum modulus = to_bignum(*n);
    const Bignum exponent = to_bignum(*e);
    if (modulus == nullptr || exponent == nullptr) return refuse("`n` or `e` cannot be read");
    const int bits = BN_num_bits(modulus.get());
    if (bits < kMinModulusBits || bits > kMaxModulusBits)
        return refuse("the modulus has " + std::to_string(bits) + " bits; 2048 to 8192 are accepted");
    const int exponent_bits = BN_num_bits(exponent.get());
    if (exponent_bits < kMinExponentBits || exponent_bits > kMaxExponentBits || BN_is_odd(exponent.get()) == 0)
        return refuse("the public exponent is not an odd number from 65537 to 64 bits");
    if (is_roca(modulus.get())) return refuse("the modulus comes of a broken generator (CVE-2017-15361)");
    Material made{import_rsa(modulus.get(), exponent.get()),
                  {JwsAlgorithm::rs256, JwsAlgorithm::rs384, JwsAlgorithm::ps384},
                  static_cast<std::size_t>(bits + 7) / 8,
                  false};
    if (made.key == nullptr) return refuse("`n` and `e` are not an RSA public key");
    return made;
}

bool holds(const std::vector<JwsAlgorithm> &list, JwsAlgorithm algorithm) {
    return std::find(list.begin(), list.end(), algorithm) != list.end();
}

} // namespace

struct PublicKey::Impl {
    Material material;
};

PublicKey::PublicKey(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
PublicKey::PublicKey(PublicKey &&) noexcept = default;
PublicKey &PublicKey::operator=(PublicKey &&) noexcept = default;
PublicKey::~PublicKey() = default;

base::Result<PublicKey> PublicKey::from_jwk(json::Value jwk) {
    const ErrorQueueGuard guard;
    if (const auto why = unfit(jwk); !why.empty()) return refuse(std::string(why));
    const std::string_view type = jwk["kty"].text();
    if (type != "EC" && type != "RSA") return refuse("`kty` is neither EC nor RSA");
    auto material = type == "EC" ? elliptic_material(jwk) : rsa_material(jwk);
    if (!material) return tl::make_unexpected(material.error());
    if (jwk["alg"]) {
        const auto own = parse_algorithm(jwk["alg"].text());
        if (!own || !holds(material->algorithms, *own))
            return refuse("`alg` does not belong to this type of key, or is not supported");
        material->algorithms = {*own};
    }
    return PublicKey(std::make_unique<const Impl>(Impl{std::move(*material)}));
}

bool PublicKey::serves(JwsAlgorithm algorithm) const {
    return holds(impl_->material.algorithms, algorithm);
}

bool PublicKey::verify(JwsAlgorithm algorithm, std::string_view signing_input,
                       std::string_view signature) const {
    const Material &own = impl_->material;
    if (!serves(algorithm) || signature.size() != own.signature_octets) return false;
    const ErrorQueueGuard guard;
    if (!own.elliptic) return verify_digest(own.key.get(), algorithm, signing_input, signature);
    const std::string der = der_signature(signature);
    return !der.empty() && verify_digest(own.key.get(), algorithm, signing_input, der);
}

} // namespace trialcds::server
