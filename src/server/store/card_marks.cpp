#include "store/card_marks.h"

#include <array>
#include <cstdint>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/fault.h"
#include "base/hex.h"
#include "base/uuid.h"
#include "clock/uuid_source.h"
#include "hex.h"

namespace trialcds::server {
namespace {

// Hexadecimal digits
constexpr int kPatientDigits = 10;
constexpr int kViewerDigits = 8;
constexpr int kEarlierPatientDigits = 12; // of snoozes stored before uuids bore a seal
constexpr int kEarlierViewerDigits = 10;
constexpr char kOwnVersion = '8'; // RFC 9562 5.8: what is in it is the maker's business

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

Marks cut(const Digests &digests, int patient, int viewer) {
    return {"p" + digests.patient.substr(0, static_cast<std::size_t>(patient)),
            "v" + digests.viewer.substr(0, static_cast<std::size_t>(viewer))};
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

// The 122 bits of a uuid that are ours, in two halves.
struct Block {
    std::uint64_t left = 0, right = 0;
};
constexpr unsigned kHalf = 61; // bits
constexpr std::uint64_t kHalfMask = (std::uint64_t{1} << kHalf) - 1;
constexpr unsigned kRounds = 4;

std::uint64_t round_of(const std::string &tenant_key, unsigned round, std::uint64_t half) {
    return first_64_bits(hmac(tenant_key, framed("round", std::to_string(round), std::to_string(half)))) &
           kHalfMask;
}

Block enciphered(const std::string &tenant_key, Block block) {
    for (unsigned round = 0; round < kRounds; ++round)
        block = {block.right, block.left ^ round_of(tenant_key, round, block.right)};
    return block;
}

Block deciphered(const std::string &tenant_key, Block block) {
    for (unsigned round = kRounds; round-- > 0;)
        block = {block.right ^ round_of(tenant_key, round, block.left), block.left};
    return block;
}

// What a card's uuid holds.
struct Content {
    std::uint64_t patient = 0; // 40 bits
    std::uint64_t viewer = 0;  // 32
    std::uint64_t random = 0;  // 24
    std::uint64_t seal = 0;    // 26
};
constexpr unsigned kRandomBits = 24;
constexpr unsigned kSealBits = 26;

// left: the patient's mark and 21 bits of the viewer's; right: its other 11, the random ones, the seal.
constexpr unsigned kViewerRight = 11;

Block block_of(const Content &content) {
    return {content.patient << (kHalf - 40) | content.viewer >> kViewerRight,
            (content.viewer & ((1U << kViewerRight) - 1)) << (kRandomBits + kSealBits) |
                content.random << kSealBits | content.seal};
}

Content content_of(const Block &block) {
    constexpr std::uint64_t kRandomMask = (std::uint64_t{1} << kRandomBits) - 1;
    constexpr std::uint64_t kSealMask = (std::uint64_t{1} << kSealBits) - 1;
    constexpr std::uint64_t kLeftViewer = (std::uint64_t{1} << (kHalf - 40)) - 1;
    return {block.left >> (kHalf - 40),
            (block.left & kLeftViewer) << kViewerRight | block.right >> (kRandomBits + kSealBits),
            block.right >> kSealBits & kRandomMask, block.right & kSealMask};
}

// Over everything else in the block.
std::uint64_t number_of_card(const std::string &tenant_key, const Content &content) {
    return first_64_bits(
        hmac(tenant_key, framed("seal", std::to_string(content.patient),
                                std::to_string(content.viewer) + ' ' + std::to_string(content.random))));
}

// The product's upper bits: both numbers are secret, and a trial more costs no hash.
std::uint64_t seal(std::uint64_t card, std::uint64_t trial) {
    return card * trial >> (64 - kSealBits);
}

std::uint64_t number(std::string_view digits) {
    return std::stoull(std::string(digits), nullptr, 16);
}

std::string digits(std::uint64_t bits, int count) {
    std::string out;
    base::append_hex(out, bits, count);
    return out;
}

// pppppppp-pppp-8ppp-Vppp-pppppppppppp: of V two bits are the variant's.
constexpr std::uint64_t kVariant = 8; // binary 10..

std::string uuid_of(const Block &block) {
    // 48 bits, 12 bits | 2 bits, 12 + 48 bits: 60 and 1 of the left, then 1 and 60 of the right
    const std::string left = digits(block.left >> 1, 15);
    const std::string right = digits(block.right & ((std::uint64_t{1} << 60) - 1), 15);
    const std::uint64_t middle = (block.left & 1) << 1 | block.right >> 60;
    return left.substr(0, 8) + '-' + left.substr(8, 4) + '-' + kOwnVersion + left.substr(12) + '-' +
           digits(kVariant | middle, 1) + right.substr(0, 3) + '-' + right.substr(3);
}

Block block_in(std::string_view uuid) {
    const auto part = [&](std::size_t from, std::size_t count) {
        return std::string(uuid.substr(from, count));
    };
    const std::uint64_t middle = number(part(base::kUuidVariantAt, 1)) & 3;
    return {number(part(0, 8) + part(9, 4) + part(15, 3)) << 1 | middle >> 1,
            (middle & 1) << 60 | number(part(20, 3) + part(24, 12))};
}

bool is_in_form(std::string_view uuid) {
    return base::is_lower_case_uuid(uuid) && uuid[base::kUuidVersionAt] == kOwnVersion &&
           base::is_rfc_variant(uuid[base::kUuidVariantAt]);
}

std::string key_fault(const std::string &bytes) {
    if (bytes.find_first_not_of(" \t\r\n\v\f") == std::string::npos) return "the key is blank";
    if (bytes.size() < CardMarks::kKeyBytes)
        return "the key has fewer than " + std::to_string(CardMarks::kKeyBytes) + " bytes";
    if (bytes.find_first_not_of(bytes.front()) == std::string::npos)
        return "the key is one byte again and again";
    return "";
}

std::string key_of(const base::Sensitive<std::string> &service_key, const std::string &tenant) {
    return hmac(service_key.reveal(), framed("tenant", tenant, ""));
}

void append_marks(const std::string &tenant_key, const cds_hooks::CardSubject &subject,
                  std::vector<std::string> &out) {
    const Digests digests = digests_of(tenant_key, subject);
    const Marks now = cut(digests, kPatientDigits, kViewerDigits);
    const Marks earlier = cut(digests, kEarlierPatientDigits, kEarlierViewerDigits);
    out.insert(out.end(), {now.patient, now.viewer, earlier.patient, earlier.viewer});
}

std::vector<std::uint64_t> numbers_of(const std::string &tenant_key, const std::vector<std::string> &trials) {
    std::vector<std::uint64_t> numbers;
    numbers.reserve(trials.size());
    for (const std::string &trial : trials)
        numbers.push_back(number_of_trial(tenant_key, trial));
    return numbers;
}

// "" when the uuid bears the seal of none of the trials, or of two.
std::string trial_of(const std::string &tenant_key, const std::string &uuid,
                     const std::vector<std::string> &trials, const std::vector<std::uint64_t> &numbers) {
    const Content content = content_of(deciphered(tenant_key, block_in(uuid)));
    const std::uint64_t card = number_of_card(tenant_key, content);
    std::string found;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        if (seal(card, numbers[i]) != content.seal) continue;
        if (!found.empty()) return "";
        found = trials[i];
    }
    return found;
}

} // namespace

base::Result<CardMarks> CardMarks::create(base::Sensitive<std::string> key,
                                          std::optional<base::Sensitive<std::string>> previous) {
    const auto unfit = [](const char *where, const std::string &fault) {
        return base::fail(base::ErrorCode::invalid_definition, where,
                          fault + "; make one with: (umask 077; openssl rand -base64 -out FILE 48)");
    };
    if (const std::string fault = key_fault(key.reveal()); !fault.empty())
        return unfit("/store/hash_key", fault);
    std::vector<base::Sensitive<std::string>> keys{std::move(key)};
    if (previous) {
        if (const std::string fault = key_fault(previous->reveal()); !fault.empty())
            return unfit("/store/previous_hash_key", fault);
        if (previous->reveal() == keys.front().reveal())
            return unfit("/store/hash_key", "the key is the previous one");
        keys.push_back(std::move(*previous));
    }
    return CardMarks(std::move(keys));
}

Marks CardMarks::marks_of(const cds_hooks::CardSubject &subject) const {
    return cut(digests_of(key_of(keys_.front(), subject.tenant), subject), kPatientDigits, kViewerDigits);
}

std::optional<Marks> CardMarks::previous_marks_of(const cds_hooks::CardSubject &subject) const {
    if (keys_.size() < 2) return std::nullopt;
    return cut(digests_of(key_of(keys_.back(), subject.tenant), subject), kPatientDigits, kViewerDigits);
}

std::vector<std::string> CardMarks::stored_marks_of(const cds_hooks::CardSubject &subject) const {
    std::vector<std::string> marks;
    for (const base::Sensitive<std::string> &key : keys_)
        append_marks(key_of(key, subject.tenant), subject, marks);
    return marks;
}

std::string CardMarks::uuid(const cds_hooks::CardSubject &subject) const {
    const std::string tenant_key = key_of(keys_.front(), subject.tenant);
    const Digests digests = digests_of(tenant_key, subject);
    const Marks marks = cut(digests, kPatientDigits, kViewerDigits);
    Content content{number(marks.patient.substr(1)), number(marks.viewer.substr(1)),
                    number(random_uuid().substr(0, kRandomBits / 4)), 0};
    content.seal = seal(number_of_card(tenant_key, content), number_of_trial(tenant_key, subject.trial));
    return uuid_of(enciphered(tenant_key, block_of(content)));
}

std::optional<ReadMarks> CardMarks::read(const std::string &tenant, const std::string &trial,
                                         std::string_view uuid) const {
    if (!is_in_form(uuid)) return std::nullopt;
    const Block block = block_in(uuid);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const std::string tenant_key = key_of(keys_[i], tenant);
        const Content content = content_of(deciphered(tenant_key, block));
        if (seal(number_of_card(tenant_key, content), number_of_trial(tenant_key, trial)) == content.seal)
            return ReadMarks{
                {"p" + digits(content.patient, kPatientDigits), "v" + digits(content.viewer, kViewerDigits)},
                i > 0};
    }
    return std::nullopt;
}

std::vector<std::string> CardMarks::trials_of(const std::string &tenant, const std::vector<std::string> &uuids,
                                              const std::vector<std::string> &trials) const {
    std::vector<std::string> found(uuids.size());
    for (const base::Sensitive<std::string> &key : keys_) {
        const std::string tenant_key = key_of(key, tenant);
        const std::vector<std::uint64_t> numbers = numbers_of(tenant_key, trials);
        for (std::size_t at = 0; at < uuids.size(); ++at)
            if (found[at].empty() && is_in_form(uuids[at]))
                found[at] = trial_of(tenant_key, uuids[at], trials, numbers);
    }
    return found;
}

} // namespace trialcds::server
