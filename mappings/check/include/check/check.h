// check(): holds the knowledge files to their schemas, lints the definitions, runs every trial's cases and
// measures coverage. Order: schema -> load -> linter -> cases -> coverage; what a stage needs and does not have
// ends it. Coverage: every criterion (and shown part) is seen at least once as passes, fails and unknown,
// except outcomes that a case file of the trial declares unreachable with a reason (cases/unreachable.json).
// Pure: takes texts. Thread-safety: reentrant.
#pragma once

#include <string>
#include <vector>

#include "knowledge/knowledge.h"

namespace trialcds::mappings {

enum class CheckStage { schema, load, lint, cases, coverage };

struct CheckProblem {
    CheckStage stage = CheckStage::load;
    std::string file;
    std::string location; // JSON Pointer; of a wrong verdict the case's name and the place in its expectation
    std::string text;     // what is wrong, why it matters, what to do
};

struct CheckReport {
    std::vector<CheckProblem> problems; // none: the knowledge is sound
    std::vector<CheckProblem> advice;   // what a reader would miss, such as a translation; sound all the same
    std::string terminology;            // what a site's hierarchy was closed from; "" without one
    int files = 0;
    int trials = 0;
    int cases = 0;
    int criteria_covered = 0; // criteria and parts with every reachable outcome seen
    int criteria_total = 0;
};

// `files` holds the knowledge files, and of each trial its cases (check/cases.h).
[[nodiscard]] CheckReport check(const std::vector<File> &files);

[[nodiscard]] const char *to_string(CheckStage stage);

} // namespace trialcds::mappings
