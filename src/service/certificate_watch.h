// How long the server's own certificate is still valid, and when the operator is to be told. Private to
// service. Invariant: a warning is due at once for a certificate with at most kWarningDays left, then once a
// day; one that is read anew is looked at anew. Source: RFC 5280 section 4.1.2.5. Thread-safety: from any
// thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

namespace trialcds::service {

class CertificateWatch {
  public:
    static constexpr std::int64_t kWarningDays = 30;

    // Times are Unix seconds.
    void read(std::int64_t expires);
    [[nodiscard]] bool has_expired(std::int64_t now) const; // false without a certificate
    // The whole days left, if a warning is due.
    [[nodiscard]] std::optional<std::int64_t> warning(std::int64_t now);

  private:
    mutable std::mutex mutex_;
    std::optional<std::int64_t> expires_;
    std::optional<std::int64_t> warned_; // when
};

// Whole days from now until then, never below 0.
[[nodiscard]] std::int64_t whole_days_left(std::int64_t expires, std::int64_t now);

} // namespace trialcds::service
