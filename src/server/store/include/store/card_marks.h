// The uuid of a card that leads back to whom it was about, for whoever has the key: a UUIDv8 whose 122 free
// bits are, enciphered as one block, a 40-bit mark of (patient, trial), a 32-bit mark of the viewer, 24 random
// bits and a 26-bit seal of the trial over all of these. Marks are truncated HMAC-SHA-256 under a key of the
// tenant, which is itself derived from the service's one key: without it they tell nothing, and the same
// patient of two tenants has two marks. The seal is the upper end of the product of two such HMACs, of the rest
// of the block and of the trial: the trial of a card is found by trying each seal, at one HMAC a card however
// many trials there are. The block cipher is a Feistel network of four rounds of HMAC-SHA-256 under the
// tenant's key. Invariants: two uuids of the same subject differ and share no part that tells so; one that was
// not made here bears a trial's seal once in 67 million; replicas with the same key read each other's uuids.
// While the key is being replaced there is a previous one: what was made and stored under it is still
// understood and found, and nothing new is made under it. Source: RFC 9562 section 5.8; RFC 2104; Luby and
// Rackoff 1988 (SIAM Journal on Computing 17, 373). Thread-safety: immutable, from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "cds_hooks/card_memory.h"

namespace trialcds::server {

// As they are stored: a letter for the kind, then hexadecimal digits.
struct Marks {
    std::string patient; // "p" and 10 digits
    std::string viewer;  // "v" and 8 digits

    bool operator==(const Marks &) const = default;
};

struct ReadMarks {
    Marks marks; // under the key that the card was made with
    bool previous_key = false;
};

class CardMarks {
  public:
    static constexpr std::size_t kKeyBytes = 32;

    // invalid_definition: anybody could guess a key: it has fewer than kKeyBytes bytes, is blank, or is one
    // byte again and again; or both are one.
    [[nodiscard]] static base::Result<CardMarks>
    create(base::Sensitive<std::string> key,
           std::optional<base::Sensitive<std::string>> previous = std::nullopt);

    [[nodiscard]] Marks marks_of(const cds_hooks::CardSubject &subject) const;
    // Of the previous key; nullopt: there is none.
    [[nodiscard]] std::optional<Marks> previous_marks_of(const cds_hooks::CardSubject &subject) const;
    // Under these a snooze of the subject may be stored: its marks, and the longer ones of before there were
    // seals, of either key.
    [[nodiscard]] std::vector<std::string> stored_marks_of(const cds_hooks::CardSubject &subject) const;
    [[nodiscard]] std::string uuid(const cds_hooks::CardSubject &subject) const;

    // For each uuid the one of the trials whose seal it bears under a key of ours; "" when it bears none, or by
    // chance (one in 67 million for each further trial) those of two: nothing is then known of the card.
    [[nodiscard]] std::vector<std::string> trials_of(const std::string &tenant,
                                                     const std::vector<std::string> &uuids,
                                                     const std::vector<std::string> &trials) const;

    // What the uuid says. nullopt: it does not bear this trial's seal under a key of ours.
    [[nodiscard]] std::optional<ReadMarks> read(const std::string &tenant, const std::string &trial,
                                                std::string_view uuid) const;

  private:
    explicit CardMarks(std::vector<base::Sensitive<std::string>> keys) : keys_(std::move(keys)) {}
    std::vector<base::Sensitive<std::string>> keys_; // of the service, the one that is in use first
};

} // namespace trialcds::server
