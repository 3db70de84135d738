// Feedback that is kept: what each item means for its card, by the settings and the memory of cards, and what
// the operator is told of it. Private to cds-hooks. Thread-safety: as the memory's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cds_hooks/call_report.h"
#include "cds_hooks/card.h"
#include "cds_hooks/card_memory.h"
#include "cds_hooks/feedback.h"
#include "cds_hooks/http_messages.h"
#include "knowledge/knowledge.h"

namespace trialcds::cds_hooks {

// A call's signed token proves its user; who signed in to a page only says who is looking, and can keep no card
// away from that user's other patients.
enum class Viewer : std::uint8_t { proven, claimed };

struct FeedbackKeeping {
    const mappings::Knowledge &knowledge;
    const CardSettings &settings;
    CardMemory *memory;             // null: feedback is counted and forgotten
    Viewer viewer = Viewer::proven; // who reports it
};

// Of the report's own tenant. An answer instead of nothing: 429, as the tenant has so many reports that nothing
// was kept. unavailable: nothing was kept.
[[nodiscard]] base::Result<std::optional<HttpResponse>>
keep_feedback(const Feedback &feedback, const FeedbackKeeping &keeping, CallReport &report);

// Of each card of this tenant the installed trial that it was about; "" when it is none of ours.
[[nodiscard]] std::vector<std::string> trials_of_cards(const std::vector<std::string> &cards,
                                                       const std::string &tenant,
                                                       const FeedbackKeeping &keeping);

} // namespace trialcds::cds_hooks
