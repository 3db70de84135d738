#include "write_result.h"

#include <algorithm>

namespace trialcds::eligibility {

namespace {

CriterionOutcome as_outcome(Truth truth) {
    switch (truth) {
    case Truth::yes:
        return CriterionOutcome::passes;
    case Truth::no:
        return CriterionOutcome::fails;
    case Truth::unknown:
        break;
    }
    return CriterionOutcome::unknown;
}

template <typename T>
void add_once(std::vector<T> &list, T value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

} // namespace

void write_remarks(const Evaluation &evaluation, const Heights &start, PartResult &to) {
    const auto missing = std::span(evaluation.missing).subspan(start.missing);
    if (!missing.empty()) {
        to.missing.assign(missing.begin(), missing.end());
        std::sort(to.missing.begin(), to.missing.end());
        to.missing.erase(std::unique(to.missing.begin(), to.missing.end()), to.missing.end());
    }
    to.evidence.reserve(evaluation.evidence.size() - start.evidence);
    for (std::size_t i = start.evidence; i < evaluation.evidence.size(); ++i)
        add_once(to.evidence, evaluation.evidence[i]);
    to.remarks.reserve(evaluation.remarks.size() - start.remarks);
    for (std::size_t i = start.remarks; i < evaluation.remarks.size(); ++i)
        add_once(to.remarks, evaluation.remarks[i]);
}

void write_outcome(const NodeResult &result, PartResult &to) {
    to.outcome = as_outcome(result.truth);
    to.reason.reset();
    const bool flips = result.until && result.until->flips;
    switch (to.outcome) {
    case CriterionOutcome::passes:
        to.basis = result.basis;
        if (result.until) to.expires_on = result.until->last_day;
        to.expires_for_good = result.until && result.until->for_good;
        break;
    case CriterionOutcome::fails:
        to.basis = result.basis;
        to.temporary = flips;
        to.clears_on = flips ? result.until->last_day.plus_days(1) : result.clears_on;
        break;
    case CriterionOutcome::unknown:
        to.reason = result.reason;
        if (result.leaning != Truth::unknown) to.leaning = as_outcome(result.leaning);
        to.clears_on = result.clears_on;
        break;
    }
}

} // namespace trialcds::eligibility
