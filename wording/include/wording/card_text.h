// The words of a card: its summary, which stands alone, and its detail, section by section in reading order:
// urgent notes, why this patient, pending, unknown, for the clinician to judge, the rest, and a footer that is
// never cut. Source: CDS Hooks 2.0 "Card attributes"; clinical-rules 0.11. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <string>

#include "eligibility/assessment.h"
#include "extract/extract.h"
#include "knowledge/knowledge.h"
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
};

// Plain text: clients show it as it is. The short title gives way first, the counts never.
[[nodiscard]] std::string card_summary(const CardContent &content);

[[nodiscard]] std::string card_detail(const CardContent &content);

// Plain text: what names the card's source and its link.
[[nodiscard]] std::string card_source(const CardContent &content);
[[nodiscard]] std::string registry_link(const CardContent &content);

} // namespace trialcds::wording
