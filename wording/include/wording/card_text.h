// The words of a card: its summary, which stands alone, and its detail, section by section in reading order:
// what to look at first, why this patient, what blocks and until when, what to check, what is missing, the
// exclusions, what grows old soon, and the next step. Where that is too long, what is decided gives way before
// what is open, and every criterion keeps at least its id. Source: CDS Hooks 2.0 "Card attributes";
// clinical-rules 0.11. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "eligibility/assessment.h"
#include "extract/extract.h"
#include "knowledge/knowledge.h"
#include "wording/appointment.h"
#include "wording/language.h"
#include "wording/text.h"

namespace trialcds::wording {

inline constexpr std::size_t kSummaryLimit = 139; // the specification: under 140
inline constexpr std::size_t kDetailLimit = 2000;

// What a card tells of: one patient held against one trial.
struct CardContent {
    const mappings::Knowledge &knowledge;
    const eligibility::TrialAssessment &assessment;
    const mappings::Extraction &extraction;
    const Language &language;
    Profile profile = Profile::basic;
    std::string_view study_contact = {};      // whom to ask here; "": not known
    const Appointment *appointment = nullptr; // null: the card is about whoever is in view
};

// Plain text: clients show it as it is. The short title gives way first, the counts never.
[[nodiscard]] std::string card_summary(const CardContent &content);

[[nodiscard]] std::string card_detail(const CardContent &content);

// Plain text: what names the card's source and its links.
[[nodiscard]] std::string card_source(const CardContent &content);
[[nodiscard]] std::string registry_link(const CardContent &content);
[[nodiscard]] std::string evidence_link(const CardContent &content);

} // namespace trialcds::wording
