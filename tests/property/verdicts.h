// The whole way from a record's text to the verdicts, as properties compare them. Thread-safety: reentrant.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/date.h"
#include "eligibility/assessment.h"
#include "knowledge/knowledge.h"

namespace trialcds::test {

struct Verdict {
    eligibility::CriterionOutcome decision = eligibility::CriterionOutcome::unknown; // of the trial: unknown
    bool by_absence = false;                                                         // passes, nothing recorded
    std::string outcome; // outcome, reason, leaning, basis; of the trial, its own
    std::string dates;   // clears_on, expires_on
    std::vector<std::string> missing;
    std::vector<std::string> evidence; // sorted

    [[nodiscard]] bool decided() const { return decision != eligibility::CriterionOutcome::unknown; }
    [[nodiscard]] bool passes() const { return decision == eligibility::CriterionOutcome::passes; }
    [[nodiscard]] bool fails() const { return decision == eligibility::CriterionOutcome::fails; }
    bool operator==(const Verdict &) const = default;
};

// By "<trial>" and "<trial> <criterion or part>".
using Verdicts = std::map<std::string, Verdict>;

enum class Depth { outcomes, evidence };

// Throws where the text is no record. With `outcomes` dates, missing and evidence stay empty.
[[nodiscard]] Verdicts verdicts_of(const mappings::Knowledge &knowledge, const std::string &text,
                                   base::Day as_of, Depth depth = Depth::evidence);

} // namespace trialcds::test
