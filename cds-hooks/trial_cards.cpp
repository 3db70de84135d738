#include "trial_cards.h"

#include <algorithm>
#include <utility>

#include "eligibility/assess.h"

namespace trialcds::cds_hooks {
namespace {

using eligibility::CriterionOutcome;
using eligibility::TrialAssessment;
using eligibility::TrialOutcome;

std::size_t settled(const TrialAssessment &assessment) {
    return static_cast<std::size_t>(
        std::count_if(assessment.criteria.begin(), assessment.criteria.end(),
                      [](const auto &criterion) { return criterion.outcome != CriterionOutcome::unknown; }));
}

} // namespace

TrialReport report_of(const TrialAssessment &assessment) {
    TrialReport report;
    report.trial = assessment.trial->id;
    report.outcome = assessment.outcome;
    for (const eligibility::CriterionResult &criterion : assessment.criteria)
        ++report.criteria[static_cast<std::size_t>(criterion.outcome)];
    return report;
}

bool comes_first(const TrialAssessment &a, const TrialAssessment &b) {
    if (a.outcome != b.outcome) return a.outcome < b.outcome;
    // a/|a| > b/|b| without a division
    const std::size_t share_a = settled(a) * b.criteria.size();
    const std::size_t share_b = settled(b) * a.criteria.size();
    return share_a != share_b ? share_a > share_b : a.trial->id < b.trial->id;
}

base::Result<std::vector<Match>> find_matches(const Service &service, const mappings::Knowledge &knowledge,
                                              const mappings::Extraction &extraction, const MatchTerms &terms,
                                              base::WorkBudget &work, std::vector<TrialReport> &reports) {
    std::vector<Match> matches;
    for (const eligibility::TrialDefinition *trial : service.trials) {
        if (!recruits(*trial)) {
            reports.push_back({.trial = trial->id, .no_card = NoCardReason::not_recruiting});
            continue;
        }
        auto assessment = eligibility::assess(*trial, extraction.facts, terms.as_of, work);
        if (!assessment) {
            reports.clear(); // half of them tell nothing
            return tl::make_unexpected(assessment.error());
        }
        TrialReport &report = reports.emplace_back(report_of(*assessment));
        report.no_card = no_card_reason({.knowledge = knowledge,
                                         .assessment = *assessment,
                                         .extraction = extraction,
                                         .record_replaced = terms.record_replaced,
                                         .uuid = "",
                                         .future_matches = terms.future_matches,
                                         .least_known = terms.least_known});
        if (!report.no_card) matches.push_back({std::move(*assessment), reports.size() - 1});
    }
    std::sort(matches.begin(), matches.end(), [](const Match &left, const Match &right) {
        return comes_first(left.assessment, right.assessment);
    });
    return matches;
}

} // namespace trialcds::cds_hooks
