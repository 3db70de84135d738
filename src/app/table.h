// The verdicts of one patient and one trial for people: a line per criterion with its outcome in words, why,
// and the value and date it rests on. Wrapped to the width; colour only repeats what the word says.
#pragma once

#include <cstddef>
#include <string>

#include "eligibility/assessment.h"
#include "evaluation.h"
#include "mappings/knowledge.h"

namespace trialcds::app {

struct TableStyle {
    bool colour = false;
    std::size_t width = 110;
};

// Colour only where standard output is a terminal and NO_COLOR is not set.
[[nodiscard]] TableStyle table_style();

[[nodiscard]] std::string table(const mappings::Knowledge &knowledge, const Evaluation &evaluation,
                                const eligibility::TrialAssessment &assessment, TableStyle style);

} // namespace trialcds::app
