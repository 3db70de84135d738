// Project Wycheproof's vectors, where the shared folder has them. Each file: every "valid" accepted, every
// "invalid" refused, "acceptable" in bounded time without a crash. What this service does not offer on
// purpose (HMAC, ES512, PS256, ...) is counted and must be refused even where the vector calls it valid.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "base/json.h"
#include "trust/jws.h"
#include "trust/public_key.h"
#include "trust/signer.h"

namespace trialcds::server {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(TRIALCDS_SHARED_DIR) / "corpora/wycheproof";

std::string bytes_of_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

struct Counts {
    int valid = 0;
    int invalid = 0;
    int acceptable = 0;
    int not_offered = 0;

    bool operator==(const Counts &) const = default;
};

std::ostream &operator<<(std::ostream &out, const Counts &counts) {
    return out << counts.valid << " valid accepted, " << counts.invalid << " invalid refused, "
               << counts.acceptable << " acceptable, " << counts.not_offered
               << " valid but not offered here, refused";
}

class Wycheproof : public testing::Test {
  protected:
    // Null when the corpus is not there.
    static std::unique_ptr<json::Document> read(const std::string &file) {
        std::ifstream in(kFolder / file, std::ios::binary);
        if (!in) return nullptr;
        std::ostringstream text;
        text << in.rdbuf();
        auto document = json::Document::parse(text.str());
        if (!document) throw std::runtime_error(document.error().public_text);
        return std::make_unique<json::Document>(std::move(*document));
    }

    void judge(json::Value test, bool accepted, bool offered = true) {
        const std::string_view result = test["result"].text();
        const std::string name =
            std::string(test["tcId"].number_text()) + ' ' + std::string(test["comment"].text());
        if (result == "invalid") {
            ++counts_.invalid;
            EXPECT_FALSE(accepted) << name;
        } else if (result == "acceptable") {
            ++counts_.acceptable;
        } else {
            ++(offered ? counts_.valid : counts_.not_offered);
            EXPECT_EQ(accepted, offered) << name;
        }
    }

    // The corpus leaves the JWK out of nine groups; the point itself is in all of them.
    static base::Result<PublicKey> group_key(json::Value group) {
        if (group["keyJwk"]) return PublicKey::from_jwk(group["keyJwk"]);
        const std::string point = bytes_of_hex(group["publicKey"]["uncompressed"].text());
        const auto jwk = json::Document::parse(
            test::object({{"kty", test::json_string("EC")},
                          {"crv", test::json_string("P-384")},
                          {"x", test::json_string(test::to_base64url(point.substr(1, 48)))},
                          {"y", test::json_string(test::to_base64url(point.substr(49)))}}));
        return PublicKey::from_jwk(jwk->root());
    }

    void verify_raw(const std::string &file, JwsAlgorithm algorithm) {
        const auto vectors = read(file);
        if (vectors == nullptr)
            GTEST_SKIP() << "skipped: ../shared/corpora/wycheproof/" << file << " is not present";
        for (const json::Value group : vectors->root()["testGroups"].elements()) {
            const auto key = group_key(group);
            ASSERT_TRUE(key) << key.error().public_text;
            for (const json::Value test : group["tests"].elements())
                judge(test, key->verify(algorithm, bytes_of_hex(test["msg"].text()),
                                        bytes_of_hex(test["sig"].text())));
        }
        std::cout << file << ": " << counts_ << '\n';
    }

    Counts counts_;
};

TEST_F(Wycheproof, Es384RawSignatures) {
    verify_raw("ecdsa_secp384r1_sha384_p1363_test.json", JwsAlgorithm::es384);
    if (!IsSkipped() && !HasFatalFailure()) {
        EXPECT_EQ(counts_, (Counts{193, 87, 0, 0}));
    }
}

TEST_F(Wycheproof, Rs384With2048Bits) {
    verify_raw("rsa_signature_2048_sha384_test.json", JwsAlgorithm::rs384);
    if (!IsSkipped() && !HasFatalFailure()) {
        EXPECT_EQ(counts_, (Counts{7, 250, 1, 0}));
    }
}

TEST_F(Wycheproof, Rs384With3072Bits) {
    verify_raw("rsa_signature_3072_sha384_test.json", JwsAlgorithm::rs384);
    if (!IsSkipped() && !HasFatalFailure()) {
        EXPECT_EQ(counts_, (Counts{7, 251, 1, 0}));
    }
}

TEST_F(Wycheproof, Rs384With4096Bits) {
    verify_raw("rsa_signature_4096_sha384_test.json", JwsAlgorithm::rs384);
    if (!IsSkipped() && !HasFatalFailure()) {
        EXPECT_EQ(counts_, (Counts{7, 251, 1, 0}));
    }
}

struct Jws {
    CompactJws parts;
    json::Document header;
};

std::optional<Jws> open(std::string_view token) {
    auto parts = split_compact(token);
    if (!parts) return std::nullopt;
    auto header = json::Document::parse(parts->header);
    if (!header) return std::nullopt;
    return Jws{std::move(*parts), std::move(*header)};
}

// An algorithm that does not exist here, or a key that names another one than the header does. The corpus calls
// two PS384 tokens under a PS256 key valid; conformance item 63 refuses them.
bool is_offered(std::string_view token, json::Value jwk) {
    const auto jws = open(token);
    if (!jws) return false;
    const std::string_view alg = jws->header.root()["alg"].text();
    return parse_algorithm(alg) && (!jwk["alg"] || jwk["alg"].text() == alg);
}

bool verifies(std::string_view token, const PublicKey &key) {
    const auto jws = open(token);
    if (!jws) return false;
    const auto algorithm = parse_algorithm(jws->header.root()["alg"].text());
    return algorithm && key.verify(*algorithm, jws->parts.signing_input, jws->parts.signature);
}

TEST_F(Wycheproof, JsonWebSignatures) {
    const auto vectors = read("json_web_signature_test.json");
    if (vectors == nullptr)
        GTEST_SKIP() << "skipped: ../shared/corpora/wycheproof/json_web_signature_test.json is not present";
    for (const json::Value group : vectors->root()["testGroups"].elements()) {
        const json::Value jwk = group["public"] ? group["public"] : group["private"];
        const auto key = PublicKey::from_jwk(jwk);
        for (const json::Value test : group["tests"].elements()) {
            const std::string_view token = test["jws"].text();
            judge(test, key && verifies(token, *key), is_offered(token, jwk));
        }
    }
    std::cout << "json_web_signature_test.json: " << counts_ << '\n';
    EXPECT_EQ(counts_.valid + counts_.invalid + counts_.acceptable + counts_.not_offered, 401);
    EXPECT_EQ(counts_.valid, 18);
    EXPECT_EQ(counts_.acceptable, 0);
}

TEST_F(Wycheproof, JsonWebKeys) {
    const auto vectors = read("json_web_key_test.json");
    if (vectors == nullptr)
        GTEST_SKIP() << "skipped: ../shared/corpora/wycheproof/json_web_key_test.json is not present";
    for (const json::Value group : vectors->root()["testGroups"].elements()) {
        const auto set = parse_key_set(json::to_text(group["public"] ? group["public"] : group["private"]));
        ASSERT_TRUE(set) << group["comment"].text();
        for (const json::Value test : group["tests"].elements()) {
            const auto jws = open(test["jws"].text());
            const auto key = jws ? set->find(jws->header.root()["kid"].text()) : nullptr;
            judge(test, key != nullptr && verifies(test["jws"].text(), *key),
                  is_offered(test["jws"].text(), {}));
        }
    }
    std::cout << "json_web_key_test.json: " << counts_ << '\n';
    EXPECT_EQ(counts_.valid + counts_.invalid + counts_.acceptable + counts_.not_offered, 26);
    EXPECT_EQ(counts_.valid, 1); // the others that the corpus calls valid are HMAC
}

} // namespace
} // namespace trialcds::server
