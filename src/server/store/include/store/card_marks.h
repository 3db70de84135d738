// The uuid of a card that leads back to whom it was about: a UUIDv8 whose 122 free bits are a 48-bit mark of
// (patient, trial), a 40-bit mark of the viewer and 34 random bits. A mark is a truncated HMAC-SHA-256 under a
// key of the tenant, which is itself derived from the service's one key: without it a mark tells nothing, and
// the same patient of two tenants has two. Invariants: two uuids of the same subject differ; replicas with the
// same key read each other's uuids. Source: RFC 9562 section 5.8; RFC 2104. Thread-safety: immutable, from any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"
#include "cds_hooks/card_memory.h"

namespace trialcds::server {

// As they are stored: a letter for the kind, then hexadecimal digits.
struct Marks {
    std::string patient; // "p" and 12 digits
    std::string viewer;  // "v" and 10 digits

    bool operator==(const Marks &) const = default;
};

class CardMarks {
  public:
    static constexpr std::size_t kKeyBytes = 32;

    // invalid_definition: the key has fewer than kKeyBytes bytes.
    [[nodiscard]] static base::Result<CardMarks> create(base::Sensitive<std::string> key);

    [[nodiscard]] Marks marks_of(const cds_hooks::CardSubject &subject) const;
    [[nodiscard]] std::string uuid(const cds_hooks::CardSubject &subject) const;

    // nullopt: not a UUIDv8 in lower case, so not one of these.
    [[nodiscard]] static std::optional<Marks> read(std::string_view uuid);

  private:
    explicit CardMarks(base::Sensitive<std::string> key) : key_(std::move(key)) {}
    base::Sensitive<std::string> key_;
};

} // namespace trialcds::server
