// What the FHIR client has to see in an answer in order to go on: next page, gaps, Medications. Everything else
// is read by fhir::RecordBuilder. Source: FHIR R4 Bundle, search. Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "egress/address_guard.h"

namespace trialcds::server::egress {

struct Page {
    bool has_gap = false;                 // an OperationOutcome entry, or one without a resource
    std::optional<std::string> next;      // as the server gave it
    std::vector<std::string> medications; // ids that medicationReference asks for
    std::vector<std::string> held;        // ids of the Medication resources in it
};

// `base`: whose absolute references count as its own.
[[nodiscard]] Page read_page(json::Value root, const Url &base);

// On the same origin, and the base's path itself (with a query) or below it.
[[nodiscard]] bool is_under(const Url &url, const Url &base);

// The text of "next" as a URL under the base: absolute, from the server's root, or relative to the base. What
// it says is kept as it is, since a server's paging parameters are its own affair.
[[nodiscard]] std::optional<Url> next_url(std::string_view text, const Url &current, const Url &base);

// The URL of a read or search relative to the base.
[[nodiscard]] std::optional<Url> url_below(const Url &base, std::string_view relative);

} // namespace trialcds::server::egress
