#include "store/card_marks.h"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/uuid.h"
#include "clock/uuid_source.h"
#include "hex.h"

namespace trialcds::server {
namespace {

constexpr std::size_t kPatientDigits = 12; // 48 bits
constexpr std::size_t kViewerDigits = 10;  // 40 bits
constexpr char kOwnVersion = '8';          // RFC 9562 5.8: what is in it is the maker's business

std::string hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data(),
             &size) == nullptr)
        throw std::runtime_error("the hash function failed");
    return {reinterpret_cast<const char *>(digest.data()), size};
}

// The length keeps ("a", "bc") and ("ab", "c") apart whatever the strings hold.
std::string framed(std::string_view kind, std::string_view first, std::string_view second) {
    return std::string(kind) + std::to_string(first.size()) + ':' + std::string(first) + std::string(second);
}

} // namespace

base::Result<CardMarks> CardMarks::create(base::Sensitive<std::string> key) {
    if (key.reveal().size() < kKeyBytes)
        return base::fail(base::ErrorCode::invalid_definition, "/store/hash_key",
                          "the key has fewer than " + std::to_string(kKeyBytes) +
                              " bytes; make one with: openssl rand -base64 48");
    return CardMarks(std::move(key));
}

Marks CardMarks::marks_of(const cds_hooks::CardSubject &subject) const {
    const std::string tenant_key = hmac(key_.reveal(), framed("tenant", subject.tenant, ""));
    const std::string patient = hmac(tenant_key, framed("patient", subject.trial, subject.patient.reveal()));
    const std::string viewer = hmac(tenant_key, framed("viewer", subject.viewer.reveal(), ""));
    return {"p" + hex(patient).substr(0, kPatientDigits), "v" + hex(viewer).substr(0, kViewerDigits)};
}

// pppppppp-pppp-8vvv-Vvvv-vvvrrrrrrrrr: V is the variant's two bits and two random ones.
std::string CardMarks::uuid(const cds_hooks::CardSubject &subject) const {
    const Marks marks = marks_of(subject);
    std::string out = random_uuid(); // its variant digit and its last nine digits stay
    out.replace(0, 8, marks.patient, 1, 8);
    out.replace(9, 4, marks.patient, 9, 4);
    out[base::kUuidVersionAt] = kOwnVersion;
    out.replace(15, 3, marks.viewer, 1, 3);
    out.replace(20, 3, marks.viewer, 4, 3);
    out.replace(24, 4, marks.viewer, 7, 4);
    return out;
}

std::optional<Marks> CardMarks::read(std::string_view uuid) {
    if (!base::is_lower_case_uuid(uuid) || uuid[base::kUuidVersionAt] != kOwnVersion ||
        !base::is_rfc_variant(uuid[base::kUuidVariantAt]))
        return std::nullopt;
    const auto part = [&](std::size_t from, std::size_t count) {
        return std::string(uuid.substr(from, count));
    };
    return Marks{"p" + part(0, 8) + part(9, 4), "v" + part(15, 3) + part(20, 3) + part(24, 4)};
}

} // namespace trialcds::server
