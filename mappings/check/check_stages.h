// The stages of check(), each on its own: schema, cases, coverage. Private to mappings; see check/check.h.
// Thread-safety: reentrant.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/definition.h"
#include "check/cases.h"
#include "check/check.h"
#include "eligibility/assessment.h"

namespace trialcds::mappings {

using base::Node;
using base::Problems;
using base::SourceFile;

// Outcomes seen over all cases of a trial, by the id of the criterion or shown part.
using Seen = std::map<std::string, std::set<eligibility::CriterionOutcome>, std::less<>>;

[[nodiscard]] std::vector<CheckProblem> check_schemas(const std::vector<File> &files);

struct CaseRun {
    const Knowledge &knowledge;
    const eligibility::TrialDefinition &trial;
    const Case &one;
};
// Runs one case, holds the result to its expectation and adds the outcomes to `seen`.
void run_case(const CaseRun &run, Seen &seen, std::vector<CheckProblem> &problems);

// Counts into `report` and names what no case shows.
// `unreachable`: the author's file of outcomes that cannot occur; null is none.
void check_coverage(const eligibility::TrialDefinition &trial, const File *unreachable, const Seen &seen,
                    CheckReport &report);

// Problems of a file's own form, as problems of a stage.
void take_problems(std::vector<base::Error> problems, CheckStage stage, std::vector<CheckProblem> &out);
void take_problems(Problems &problems, CheckStage stage, std::vector<CheckProblem> &out);

} // namespace trialcds::mappings
