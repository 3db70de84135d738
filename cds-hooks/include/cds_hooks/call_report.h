// What the operator may know of a call: which service and client, what became of each prefetch key and why, the
// outcome of each trial, why it has no card or the call no answer, and how long each stage took. Invariant:
// nothing of the patient, the user or the token; every text but an unknown code is one of ours or was checked
// to be a UUID, so all else may go into a log, and all but the ids and the error's texts into a metric. Source:
// conformance item 76. Thread-safety: plain values; one per call.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cds_hooks/authenticator.h"
#include "cds_hooks/card.h"
#include "eligibility/assessment.h"
#include "fhir/fhir_reader.h"
#include "knowledge/catalogue.h"

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

// Prefetch key -> why it was not fetched, or not all of it; only keys that were to be fetched.
using KeyCauses = std::vector<std::pair<std::string, fhir::ReadOutcome>>;

// Why a call was refused or failed.
struct ReportedError {
    std::string_view code; // of base::ErrorCode, or "token_refused"
    std::string location;  // as of loggable_location
    std::string text;      // what the caller was told
    std::string internal;  // what it was not
};

// An error's place without any name that the caller chose: of a JSON pointer only the members that the protocol
// or the catalogue has a name for, and indices; it ends early, with "/...", at any other.
[[nodiscard]] std::string loggable_location(std::string_view location, const mappings::Catalogue &catalogue);

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
    std::optional<NoCardReason> no_card{};                               // nullopt: its card was shown
};

// A code that was not understood; without system and code where they have not the form of such, and may be
// words.
struct UnknownCode {
    std::string type; // of the resource
    std::string system;
    std::string code;
    auto operator<=>(const UnknownCode &) const = default;
};
using UnknownCodeCounts = std::map<UnknownCode, std::int64_t>; // records

// What became of a patient whom a call's appointments name beside the one in view.
enum class FurtherPatient : std::uint8_t {
    read,              // and held against the trials
    not_read,          // required data could not be had
    one_patient_token, // not asked for: the call's token is for one patient
    beyond_limit,      // not asked for: a call is about so many at most
    too_costly,        // the record takes more work than is done for one of its size
};
inline constexpr std::size_t kFurtherPatients = 5;
[[nodiscard]] std::string_view to_string(FurtherPatient what);
using FurtherPatientCounts = std::array<std::size_t, kFurtherPatients>;

struct CallReport {
    std::string service_id;    // "" until a service was found
    std::string hook_instance; // "" unless it is a UUID
    ClientIdentity client;
    KeyStates prefetch; // of the patient in view
    KeyCauses causes;
    FurtherPatientCounts further_patients{};
    std::optional<ReportedError> error;  // of an answer with a status of 400 or more
    std::optional<NoCardReason> no_card; // of a call that looked at no trial
    std::vector<TrialReport> trials;     // of the service, once for each patient read
    bool shows_evidence = false;         // to one who opened the page: no card is shown, and none is kept away
    std::map<std::string, std::int64_t> not_understood; // records, by resource type
    UnknownCodeCounts unknown_codes;                    // the same, of a client that sees no cards yet
    std::size_t cards = 0;                              // shown
    std::vector<ReportedOutcome> feedback;              // what was kept of a feedback call
    std::size_t feedback_faults = 0;                    // its items that were not
    std::array<std::int64_t, kStages> nanoseconds{};    // 0: not reached
};

} // namespace trialcds::cds_hooks
