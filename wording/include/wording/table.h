// The verdicts of one patient and one trial for people: a line per criterion with its outcome in words, why,
// and the value and date it rests on. Wrapped to the width; colour only repeats what the word says.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "eligibility/assessment.h"
#include "extract/extract.h"
#include "knowledge/catalogue.h"
#include "wording/language.h"

namespace trialcds::wording {

struct TableStyle {
    bool colour = false;
    std::size_t width = 110;
};

// `patient_id` "" when the record has none.
[[nodiscard]] std::string table(const Language &language, const mappings::Catalogue &catalogue,
                                std::string_view patient_id, const eligibility::TrialAssessment &assessment,
                                const mappings::Extraction &extraction, TableStyle style);

} // namespace trialcds::wording
