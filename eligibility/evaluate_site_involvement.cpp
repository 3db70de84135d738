#include "evaluator.h"
#include "newest.h"
#include "record_limits.h"

namespace trialcds::eligibility {

namespace {

using base::Decimal;

const Decimal kUninvolved(0); // of a site score: 0 is normal, 1 the least involvement
const Decimal kInvolved(1);

// Items that became involved between two assessments.
struct NewItems {
    int known = 0;
    int possible = 0;       // not recorded at one of the two, and not excluded by the other
    int complete_pairs = 0; // pairs of which both items are new
};

enum class Became { yes, no, maybe };

Became became_involved(const PanelAssessment &before, const PanelAssessment &now, std::size_t item) {
    const auto value = [item](const PanelAssessment &assessment) {
        return item < assessment.items.size() ? assessment.items[item] : std::nullopt;
    };
    const auto then = value(before);
    const auto today = value(now);
    if ((then && *then > kUninvolved) || (today && *today < kInvolved)) return Became::no;
    return then && today ? Became::yes : Became::maybe;
}

NewItems count_new(const PanelAssessment &before, const PanelAssessment &now,
                   const std::vector<ItemPair> &pairs) {
    NewItems count;
    for (std::size_t item = 0; item < std::max(before.items.size(), now.items.size()); ++item) {
        const Became became = became_involved(before, now, item);
        count.known += became == Became::yes ? 1 : 0;
        count.possible += became == Became::maybe ? 1 : 0;
    }
    if (count.known < 2) return count; // no pair can be complete
    for (const auto &[left, right] : pairs)
        count.complete_pairs += became_involved(before, now, left) == Became::yes &&
                                        became_involved(before, now, right) == Became::yes
                                    ? 1
                                    : 0;
    return count;
}

NodeResult read_areas(Evaluation &evaluation, const NewItems &items, const SiteInvolvement &node) {
    const int wanted = node.new_items_at_least;
    const int areas = items.known - items.complete_pairs; // a pair counted as one area
    const bool only_one_pair = items.complete_pairs == 1 && items.known == 2;
    if (!only_one_pair && areas >= wanted) return decided(Truth::yes);
    if (items.known >= wanted) {
        evaluation.remark(RemarkId::one_pair);
        return leaning_to(Truth::yes);
    }
    if (items.known + items.possible >= wanted) return evaluation.lacks(Reason::no_data, node.input);
    return decided(Truth::no);
}

template <typename Wanted>
bool contradicted(Evaluation &evaluation, std::span<const PanelAssessment> all, const PanelAssessment &one,
                  Wanted wanted) {
    bool differs = false;
    for_each_rival(all, one, evaluation.as_of, wanted,
                   [&](const PanelAssessment &rival) { differs = differs || rival.items != one.items; });
    if (differs) evaluation.remark(RemarkId::results_conflict, one.date.first);
    return differs;
}

// The most recent assessment before `current` within the period; when there is none, `reason` says why.
struct PreviousAssessment {
    const PanelAssessment *assessment = nullptr;
    Reason reason = Reason::no_data;
};

PreviousAssessment find_previous_assessment(Evaluation &evaluation, const PanelAssessment &current,
                                            const SiteInvolvement &node) {
    const auto all = list_of(evaluation, evaluation.facts.panels, node.panel);
    const auto earlier = [&](const PanelAssessment &a) { return a.date.last < current.date.first; };
    const PanelAssessment *previous = newest(all, evaluation.as_of, earlier);
    if (!previous || previous->date.last < node.within.before(current.date.first)) return {};
    evaluation.evidence.push_back(PanelEvidence{node.panel, previous});
    if (previous->date.first < node.within.before(current.date.last) ||
        may_lie_between(all, *previous, current, evaluation.as_of)) {
        evaluation.remark(RemarkId::order_unclear);
        return {.reason = Reason::unusable};
    }
    if (contradicted(evaluation, all, *previous, earlier)) return {.reason = Reason::conflicting};
    return {.assessment = previous};
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const SiteInvolvement &node) {
    const auto all = list_of(evaluation, evaluation.facts.panels, node.panel);
    const Retrieval coverage =
        node.total ? coverage_of(evaluation.facts, *node.total) : Retrieval::not_retrieved;
    const PanelAssessment *current = newest(all, evaluation.as_of, kAny);
    if (!current) return evaluation.nothing_recorded(coverage, node.input);

    evaluation.evidence.push_back(PanelEvidence{node.panel, current});
    if (freshness_of(current->date, node.freshness, evaluation.as_of) == Freshly::stale)
        return too_old(evaluation, current->date, *node.freshness, node.input);
    if (contradicted(evaluation, all, *current, kAny)) return evaluation.lacks(Reason::conflicting, node.input);
    const PreviousAssessment previous = find_previous_assessment(evaluation, *current, node);
    if (!previous.assessment) {
        const bool unread = previous.reason == Reason::no_data && coverage != Retrieval::complete;
        return evaluation.lacks(unread ? Reason::not_retrieved : previous.reason, node.input);
    }
    const bool weak = current->grade == Grade::confirm || previous.assessment->grade == Grade::confirm;
    const NodeResult result =
        read_areas(evaluation, count_new(*previous.assessment, *current, node.pairs), node);
    return limited(evaluation, result,
                   {weak ? Grade::confirm : Grade::decides, coverage, current->date, &node.freshness});
}

} // namespace trialcds::eligibility
