// The stages of check(), each on its own: schema, cases, coverage. Private to mappings; see mappings/check.h.
// Thread-safety: reentrant.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/definition.h"
#include "check/check.h"
#include "eligibility/assessment.h"

namespace trialcds::mappings {

using base::Node;
using base::Problems;
using base::SourceFile;

struct CaseFiles {
    const File *bundle = nullptr;
    const File *expected = nullptr;
};

// What belongs to one trial besides its definition.
struct TrialCases {
    std::map<std::string, CaseFiles> cases;
    const File *unreachable = nullptr;
};
using CasesByTrial = std::map<std::string, TrialCases>;

// Outcomes seen over all cases of a trial, by the id of the criterion or shown part.
using Seen = std::map<std::string, std::set<eligibility::CriterionOutcome>, std::less<>>;

[[nodiscard]] std::vector<CheckProblem> check_schemas(const std::vector<File> &files);
[[nodiscard]] CasesByTrial find_cases(const std::vector<File> &files);

struct CaseRun {
    const Knowledge &knowledge;
    const eligibility::TrialDefinition &trial;
    std::string name;
    CaseFiles files;
};
// Runs one case, holds the result to its expectation and adds the outcomes to `seen`.
void run_case(const CaseRun &run, Seen &seen, std::vector<CheckProblem> &problems);

// Counts into `report` and names what no case shows.
void check_coverage(const eligibility::TrialDefinition &trial, const TrialCases &cases, const Seen &seen,
                    CheckReport &report);

// Problems of a file's own form, as problems of a stage.
void take_problems(Problems &problems, CheckStage stage, std::vector<CheckProblem> &out);

} // namespace trialcds::mappings
