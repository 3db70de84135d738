// What a card may suggest: drafts that the EHR creates if a person accepts them, and that a person then looks
// at: a proposal to refer to the trial, a task for the study team. Each is one `create` of a full resource,
// with what is known at the call; nothing is ever updated, deleted, recommended over another or done by itself.
// Only on a card that says "possible match for review": where more data is needed the next step is to settle
// what is open, and where a washout has to end it is to wait. The resources are data (data/suggestions.json),
// their sentences the catalogue's. Same input, same suggestions but for their uuids. Source: CDS Hooks 2.0
// "Suggestion", "Action"; FHIR R4 ServiceRequest, Task; conformance items 46 to 49. Thread-safety: reentrant.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/json_writer.h"

namespace trialcds::cds_hooks {

struct CardInput;
struct Request;

enum class SuggestionKind : std::uint8_t { referral, task };

struct Suggestion {
    std::string uuid;
    std::string label;
    std::string action;   // what accepting it does, in a sentence
    std::string resource; // FHIR R4, JSON; it names the patient
};

// Who asks, and where uuids come from.
struct SuggestionCall {
    const Request &request;
    const std::function<std::string()> &uuid; // a fresh one, lower case
};

// In the order of `kinds`; none unless the card is of a possible match.
[[nodiscard]] std::vector<Suggestion> suggestions_of(const std::vector<SuggestionKind> &kinds,
                                                     const CardInput &input, const SuggestionCall &call);

// `suggestions` and `selectionBehavior` of a card; nothing where there are none.
void write_suggestions(json::Writer &out, const std::vector<Suggestion> &suggestions);

} // namespace trialcds::cds_hooks
