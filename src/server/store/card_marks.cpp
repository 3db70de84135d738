#include "store/card_marks.h"

#include <array>
#include <cstdint>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/fault.h"
#include "base/uuid.h"
#include "clock/uuid_source.h"
#include "hex.h"

namespace trialcds::server {
namespace {

// Hexadecimal digits
constexpr std::size_t kPatientDigits = 10;
constexpr std::size_t kViewerDigits = 8;
constexpr std::size_t kEarlierPatientDigits = 12; // of snoozes stored before uuids bore a seal
constexpr std::size_t kEarlierViewerDigits = 10;
constexpr std::size_t kSealDigits = 4;
constexpr std::size_t kSealAt = 24; // in a uuid
constexpr char kOwnVersion = '8';   // RFC 9562 5.8: what is in it is the maker's business

std::string hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data(),
             &size) == nullptr)
        throw base::Fault("the hash function failed");
    return {reinterpret_cast<const char *>(digest.data()), size};
}

// The length keeps ("a", "bc") and ("ab", "c") apart whatever the strings hold.
std::string framed(std::string_view kind, std::string_view first, std::string_view second) {
    return std::string(kind) + std::to_string(first.size()) + ':' + std::string(first) + std::string(second);
}

// Hexadecimal, in full length
struct Digests {
    std::string patient;
    std::string viewer;
};

Digests digests_of(const std::string &tenant_key, const cds_hooks::CardSubject &subject) {
    return {hex(hmac(tenant_key, framed("patient", subject.trial, subject.patient.reveal()))),
            hex(hmac(tenant_key, framed("viewer", subject.viewer.reveal(), "")))};
}

Marks cut(const Digests &digests, std::size_t patient, std::size_t viewer) {
    return {"p" + digests.patient.substr(0, patient), "v" + digests.viewer.substr(0, viewer)};
}

std::uint64_t first_64_bits(const std::string &digest) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof bits; ++i)
        bits = bits << 8 | static_cast<unsigned char>(digest[i]);
    return bits;
}

std::uint64_t number_of_trial(const std::string &tenant_key, std::string_view trial) {
    return first_64_bits(hmac(tenant_key, framed("trial", trial, ""))) | 1;
}

// Over everything else in the uuid.
std::uint64_t number_of_card(const std::string &tenant_key, std::string uuid) {
    uuid.erase(kSealAt, kSealDigits);
    return first_64_bits(hmac(tenant_key, framed("seal", uuid, "")));
}

// The product's upper 16 bits: both numbers are secret, and a trial more costs no hash.
std::uint64_t seal(std::uint64_t card, std::uint64_t trial) {
    return card * trial >> 48;
}

std::uint64_t seal_in(std::string_view uuid) {
    return std::stoul(std::string(uuid.substr(kSealAt, kSealDigits)), nullptr, 16);
}

std::string seal_text(std::uint64_t bits) {
    const std::string bytes{static_cast<char>(bits >> 8), static_cast<char>(bits & 0xFFU)};
    return hex(bytes);
}

} // namespace

base::Result<CardMarks> CardMarks::create(base::Sensitive<std::string> key) {
    const std::string &bytes = key.reveal();
    std::string fault;
    if (bytes.find_first_not_of(" \t\r\n\v\f") == std::string::npos)
        fault = "the key is blank";
    else if (bytes.size() < kKeyBytes)
        fault = "the key has fewer than " + std::to_string(kKeyBytes) + " bytes";
    else if (bytes.find_first_not_of(bytes.front()) == std::string::npos)
        fault = "the key is one byte again and again";
    if (!fault.empty())
        return base::fail(base::ErrorCode::invalid_definition, "/store/hash_key",
                          fault + "; make one with: (umask 077; openssl rand -base64 -out FILE 48)");
    return CardMarks(std::move(key));
}

std::string CardMarks::key_of(const std::string &tenant) const {
    return hmac(key_.reveal(), framed("tenant", tenant, ""));
}

Marks CardMarks::marks_of(const cds_hooks::CardSubject &subject) const {
    return cut(digests_of(key_of(subject.tenant), subject), kPatientDigits, kViewerDigits);
}

std::vector<std::string> CardMarks::stored_marks_of(const cds_hooks::CardSubject &subject) const {
    const Digests digests = digests_of(key_of(subject.tenant), subject);
    const Marks now = cut(digests, kPatientDigits, kViewerDigits);
    const Marks earlier = cut(digests, kEarlierPatientDigits, kEarlierViewerDigits);
    return {now.patient, now.viewer, earlier.patient, earlier.viewer};
}

// pppppppp-ppvv-8vvv-Vvvv-ssssrrrrrrrr: V is the variant's two bits and two random ones.
std::string CardMarks::uuid(const cds_hooks::CardSubject &subject) const {
    const std::string tenant_key = key_of(subject.tenant);
    const Marks marks = cut(digests_of(tenant_key, subject), kPatientDigits, kViewerDigits);
    std::string out = random_uuid(); // its variant digit and its last eight digits stay
    out.replace(0, 8, marks.patient, 1, 8);
    out.replace(9, 2, marks.patient, 9, 2);
    out.replace(11, 2, marks.viewer, 1, 2);
    out[base::kUuidVersionAt] = kOwnVersion;
    out.replace(15, 3, marks.viewer, 3, 3);
    out.replace(20, 3, marks.viewer, 6, 3);
    const std::uint64_t trial = number_of_trial(tenant_key, subject.trial);
    out.replace(kSealAt, kSealDigits, seal_text(seal(number_of_card(tenant_key, out), trial)));
    return out;
}

std::optional<Marks> CardMarks::read(std::string_view uuid) {
    if (!base::is_lower_case_uuid(uuid) || uuid[base::kUuidVersionAt] != kOwnVersion ||
        !base::is_rfc_variant(uuid[base::kUuidVariantAt]))
        return std::nullopt;
    const auto part = [&](std::size_t from, std::size_t count) {
        return std::string(uuid.substr(from, count));
    };
    return Marks{"p" + part(0, 8) + part(9, 2), "v" + part(11, 2) + part(15, 3) + part(20, 3)};
}

std::vector<std::string> CardMarks::trials_of(const std::string &tenant, const std::vector<std::string> &uuids,
                                              const std::vector<std::string> &trials) const {
    const std::string tenant_key = key_of(tenant);
    std::vector<std::uint64_t> numbers;
    numbers.reserve(trials.size());
    for (const std::string &trial : trials)
        numbers.push_back(number_of_trial(tenant_key, trial));
    std::vector<std::string> found;
    for (const std::string &uuid : uuids) {
        std::string &trial = found.emplace_back();
        if (!read(uuid)) continue;
        const std::uint64_t card = number_of_card(tenant_key, uuid);
        const std::uint64_t borne = seal_in(uuid);
        std::size_t matches = 0;
        for (std::size_t i = 0; i < trials.size(); ++i)
            if (seal(card, numbers[i]) == borne && ++matches == 1) trial = trials[i];
        if (matches > 1) trial.clear();
    }
    return found;
}

} // namespace trialcds::server
