// What the operator may know of a call: which service and client, what became of each prefetch key, the
// outcome of each trial, why it has no card, and how long each stage took. Invariant: nothing of the patient,
// the user or the token; every text is one of ours or was checked to be a UUID, so all of it may go into a log,
// and all but the ids into a metric. Source: conformance item 76. Thread-safety: plain values; one per call.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cds_hooks/authenticator.h"
#include "cds_hooks/card.h"
#include "eligibility/assessment.h"

namespace trialcds::cds_hooks {

// How the data of one prefetch key came, or why it did not.
enum class KeyState : std::uint8_t {
    sent,            // complete
    sent_null,       // the client looked and has nothing
    sent_incomplete, // a page of several, or with an outcome entry
    sent_failed,     // an OperationOutcome, or not what was asked for
    fetched,
    fetched_incomplete,
    not_retrieved,
};
[[nodiscard]] std::string_view to_string(KeyState state);
using KeyStates = std::vector<std::pair<std::string, KeyState>>; // prefetch key -> state, in discovery's order

enum class Stage : std::uint8_t { parse, prefetch, extract, assess, render };
inline constexpr std::size_t kStages = 5;
[[nodiscard]] std::string_view to_string(Stage stage);

struct ReportedOutcome {
    bool accepted = false;
    std::string reason;  // a code of our own list, "other" or ""
    std::string trial{}; // "" when the card is none of ours
};

// What became of one trial of the service.
struct TrialReport {
    std::string trial;                                                   // registry id
    std::optional<eligibility::TrialOutcome> outcome{};                  // nullopt: not assessed
    std::array<std::size_t, eligibility::kCriterionOutcomes> criteria{}; // how many passed, failed, are unknown
    std::optional<Silence> silence{};                                    // nullopt: its card was shown
};

struct CallReport {
    std::string service_id;    // "" until a service was found
    std::string hook_instance; // "" unless it is a UUID
    ClientIdentity client;
    KeyStates prefetch;
    std::optional<Silence> silence;                  // of a call that looked at no trial
    std::vector<TrialReport> trials;                 // of the service
    std::size_t cards = 0;                           // shown
    std::vector<ReportedOutcome> feedback;           // what was kept of a feedback call
    std::size_t feedback_faults = 0;                 // its items that were not
    std::array<std::int64_t, kStages> nanoseconds{}; // 0: not reached
};

} // namespace trialcds::cds_hooks
