// report(): one evaluated patient as the JSON document of `trial-cds evaluate` (contract: docs/evaluate.md).
// Texts, remarks and values in words are in one language; ids, outcomes, days and numbers are the same in all.
// Optional members are omitted, never null; the same input gives the same bytes. Also the words used for
// evidence, shared with the table and the card. Thread-safety: reentrant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "eligibility/assessment.h"
#include "extract/extract.h"
#include "knowledge/catalogue.h"
#include "wording/language.h"

namespace trialcds::wording {

[[nodiscard]] std::string report(const Language &language, const mappings::Catalogue &catalogue,
                                 std::string_view patient_id, const eligibility::TrialAssessment &assessment,
                                 const mappings::Extraction &extraction);

// How a value is to be said to people. The JSON has it as it is: what a program reads follows no language.
enum class ValueForm : std::uint8_t {
    as_it_is, // already words of ours, or a plain value of the record
    quoted,   // free text of the record
    number,   // computed by us: the decimal sign follows the language
    date,
};

// One piece of evidence in words that a table, a card and the JSON share.
struct EvidenceText {
    std::string variable; // catalogue id: "mrss-total", "pah", "rituximab", "birth-date"
    std::string label;    // for people: "mRSS, total"; the record's own words, where no list of ours names it
    std::string value;    // "22", "<45", "positive", a condition's label, "ongoing", "last 2026-06-23"
    std::string unit;     // "" when none
    std::string date;     // ISO date or partial date as written, "" when undated
    std::string source;   // "Observation/123"
    ValueForm form = ValueForm::as_it_is;
    bool label_is_recorded = false; // free text of the record
    bool unit_is_recorded = false;  // the same: it is no unit that is known
};
[[nodiscard]] EvidenceText describe(const Language &language, const mappings::Catalogue &catalogue,
                                    const eligibility::Evidence &evidence,
                                    const eligibility::PatientFacts &facts);

} // namespace trialcds::wording
