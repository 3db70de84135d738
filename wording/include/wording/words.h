// The words in which verdicts are told to people, in one language, shared by the card and the command line's
// table. Counts and reasons, never a score and never a verdict on the patient: the strongest statement is a
// possible match for review. Absence is told as absence ("none recorded"), an unknown with what is missing.
// Texts are plain and unescaped, unless an Insertion says otherwise. Source: clinical-rules 0.11.
// Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eligibility/assessment.h"
#include "knowledge/catalogue.h"
#include "wording/insertion.h"
#include "wording/language.h"
#include "wording/report.h"

namespace trialcds::wording {

// Inclusion: met | not met; exclusion: clear | applies, because "exclusion met" can be read both ways.
[[nodiscard]] std::string_view outcome_word(const Language &language, eligibility::CriterionKind kind,
                                            eligibility::CriterionOutcome outcome);

// Why the verdict is what it is, "" when the evidence says it all: "none recorded", "clears on 2026-12-24",
// "nothing recorded; to settle it: DLCO". The labels of what is missing give way to the limit of `labels`,
// which is that of the whole.
[[nodiscard]] std::string why(const Language &language, const mappings::Catalogue &catalogue,
                              eligibility::CriterionKind kind, const eligibility::PartResult &result,
                              const Insertion &labels = {});

// "36 weeks (252 days)", "84 days" when it is no whole number of weeks, "6 months"
[[nodiscard]] std::string period_words(const Language &language, const base::Period &period);

// Labels of what is missing, in the catalogue's words.
[[nodiscard]] std::vector<std::string> missing_labels(const Language &language,
                                                      const mappings::Catalogue &catalogue,
                                                      const eligibility::PartResult &result);

// "34 mm/h", a date or a number of ours in the language's form. A unit that UCUM only annotates ("{score}")
// says nothing to people and is left out. Free text of the record is a quotation, here and in the next three.
[[nodiscard]] std::string amount(const Language &language, const EvidenceText &evidence,
                                 const Insertion &data = {});

[[nodiscard]] std::string label_words(const Language &language, const EvidenceText &evidence,
                                      const Insertion &data = {});

// The day of a date or instant, "" when undated: a time of day is noise to a reader.
[[nodiscard]] std::string day_words(const Language &language, const EvidenceText &evidence,
                                    const Insertion &data = {});

// "ESR: 34 mm/h"; a finding that goes by its own name is said once.
[[nodiscard]] std::string value_words(const Language &language, const EvidenceText &evidence,
                                      const Insertion &data = {});

// "Possible match for review" | "More data needed" | "Not a candidate on the data recorded"
[[nodiscard]] std::string_view outcome_phrase(const Language &language, eligibility::TrialOutcome outcome);

// The same as a card says it: where nothing but time stands in the way, "Possible future match, from
// 2027-01-07".
[[nodiscard]] std::string card_outcome(const Language &language,
                                       const eligibility::TrialAssessment &assessment);

// "Inclusion 5 of 6 met, no exclusion found, 4 to check." Where no exclusion is settled either way, that is
// said.
[[nodiscard]] std::string counts(const Language &language, const eligibility::TrialAssessment &assessment);

// What the criteria are and are not: source, dates, status, and who decides. One sentence each.
[[nodiscard]] std::vector<std::string>
limits(const Language &language, const eligibility::TrialDefinition &trial, const Insertion &data = {});

} // namespace trialcds::wording
