// lint(): mistakes that load well and yet are mistakes: rules that can never be true, names that nobody uses,
// codes with a wrong check digit, an expansion that is not what was composed. Needs a draft without problems,
// before it is finished. Thread-safety: one draft, one thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "knowledge/draft.h"

namespace trialcds::mappings {

// Notes findings with file and place, each once: a shared definition is looked at in every trial that uses it.
class LintReport {
  public:
    explicit LintReport(std::vector<CheckProblem> &problems) : problems_(problems) {}
    void add(const Node &where, std::string text);

  private:
    std::vector<CheckProblem> &problems_;
};

// What the trials and the catalogue itself refer to.
struct Usage {
    std::vector<bool> variables, value_sets, drug_groups; // by index
    std::set<std::string, std::less<>> definitions;       // shared ones
};

void lint_code_sets(const KnowledgeDraft &draft, LintReport &report);
void lint_variables(const KnowledgeDraft &draft, LintReport &report);
void lint_prefetch(const KnowledgeDraft &draft, LintReport &report);
void lint_drugs(const KnowledgeDraft &draft, LintReport &report);
// Also notes in `usage` what the trial refers to.
void lint_trial(const KnowledgeDraft &draft, const TrialDraft &trial, Usage &usage, LintReport &report);
void lint_usage(const KnowledgeDraft &draft, const Usage &usage, LintReport &report);

[[nodiscard]] std::vector<CheckProblem> lint(const KnowledgeDraft &draft);

// Does a member of this name hold a text for people, in a trial or a rule?
[[nodiscard]] bool is_text_for_people(std::string_view member);
// Advice: texts that lack a language which others have.
[[nodiscard]] std::vector<CheckProblem> missing_translations(const KnowledgeDraft &draft);
// Advice: trials that nobody has approved.
[[nodiscard]] std::vector<CheckProblem> unsigned_trials(const KnowledgeDraft &draft);

} // namespace trialcds::mappings
