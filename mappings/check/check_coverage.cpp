#include <algorithm>
#include <array>

#include "check_stages.h"

namespace trialcds::mappings {

using eligibility::CriterionOutcome;

namespace {

constexpr std::array<CriterionOutcome, 3> kOutcomes = {CriterionOutcome::passes, CriterionOutcome::fails,
                                                       CriterionOutcome::unknown};

// Criteria and shown parts by id, in the definition's order.
std::vector<std::string> shown_ids(const eligibility::TrialDefinition &trial) {
    std::vector<std::string> out;
    for (const eligibility::Criterion &criterion : trial.criteria) {
        out.push_back(criterion.id);
        for (const eligibility::Part &part : criterion.parts)
            if (!part.id.empty()) out.push_back(part.id);
    }
    return out;
}

std::string text_of(CriterionOutcome outcome) {
    return std::string(eligibility::to_string(outcome));
}

// Outcomes that cannot occur, as the trial's author declares them: {"E12": {"fails": "why"}}.
class Unreachable {
  public:
    Unreachable(const File *file, const std::vector<std::string> &ids, const Seen &seen,
                std::vector<CheckProblem> &problems) {
        if (file == nullptr) return;
        Problems found;
        if (auto document = json::Document::parse(file->text)) {
            SourceFile source{file->path, std::move(*document), &found, {}};
            for (const auto &[id, outcomes] : source.root().members())
                read(std::string(id), outcomes, ids, seen);
        } else {
            found.add(file->path, document.error().location, document.error().public_text);
        }
        take_problems(found, CheckStage::coverage, problems);
    }

    [[nodiscard]] bool contains(const std::string &id, CriterionOutcome outcome) const {
        return declared_.contains({id, outcome});
    }

  private:
    void read(const std::string &id, const Node &outcomes, const std::vector<std::string> &ids,
              const Seen &seen) {
        outcomes.object({"passes", "fails", "unknown"});
        if (std::find(ids.begin(), ids.end(), id) == ids.end())
            outcomes.problem("The trial has no criterion \"" + id + "\"; correct the id.");
        for (const CriterionOutcome outcome : kOutcomes) {
            const Node reason = outcomes[eligibility::to_string(outcome)];
            if (!reason) continue;
            (void)reason.text();
            declared_.emplace(id, outcome);
            if (const auto found = seen.find(id); found != seen.end() && found->second.contains(outcome))
                reason.problem("A case shows this outcome, so it is not unreachable. Remove it here.");
        }
    }

    std::set<std::pair<std::string, CriterionOutcome>> declared_;
};

} // namespace

void check_coverage(const eligibility::TrialDefinition &trial, const File *unreachable_file, const Seen &seen,
                    CheckReport &report) {
    const std::vector<std::string> ids = shown_ids(trial);
    const Unreachable unreachable(unreachable_file, ids, seen, report.problems);
    for (const std::string &id : ids) {
        ++report.criteria_total;
        bool covered = true;
        const auto found = seen.find(id);
        for (const CriterionOutcome outcome : kOutcomes) {
            const bool shown = found != seen.end() && found->second.contains(outcome);
            if (shown || unreachable.contains(id, outcome)) continue;
            covered = false;
            report.problems.push_back({CheckStage::coverage, "trials/" + trial.id + "/cases", id,
                                       "No case shows " + id + " as " + text_of(outcome) +
                                           ", so nobody has seen it come out so. Add a case, or declare it in "
                                           "unreachable.json with the reason."});
        }
        report.criteria_covered += covered ? 1 : 0;
    }
}

} // namespace trialcds::mappings
