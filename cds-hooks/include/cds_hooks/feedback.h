// What a client reports of a card it showed: taken up or dismissed, when, and why. Every item is judged alone,
// so that one bad item does not lose the good ones. A user's comment is free text about a patient: it is read
// past and never kept. No fault quotes a value. Source: CDS Hooks 2.0 "Feedback"; conformance items 56 to 59.
// Thread-safety: reentrant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trialcds::cds_hooks {

struct FeedbackItem {
    std::string card; // a UUID, lower case
    bool accepted = false;
    std::int64_t second = 0;   // outcomeTimestamp, seconds from 1970-01-01T00:00:00 UTC
    std::string reason_system; // as the client sent them: foreign text, to be looked up and not to be kept
    std::string reason_code;

    bool operator==(const FeedbackItem &) const = default;
};

struct Feedback {
    std::vector<FeedbackItem> items;
    std::vector<base::Error> faults; // invalid_request, one for each item that was not taken
};

// lenient: also one item without its array, a day without a time, an empty overrideReason; some clients do.
enum class FeedbackForm : std::uint8_t { strict, lenient };

// invalid_json; invalid_request: there is no array `feedback`; too_large: over kMaxFeedbackItems.
inline constexpr std::size_t kMaxFeedbackItems = 1'000;
[[nodiscard]] base::Result<Feedback> parse_feedback(std::string_view body, FeedbackForm form);

} // namespace trialcds::cds_hooks
