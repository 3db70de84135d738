#include "record_limits.h"

namespace trialcds::eligibility {

NodeResult limited(Evaluation &evaluation, const NodeResult &result, const RecordLimits &limits) {
    if (result.truth == Truth::unknown) return result;
    const Heights before = evaluation.heights();
    const bool has_limit = limits.freshness && limits.freshness->has_value();
    if (has_limit && freshness_of(limits.date, *limits.freshness, evaluation.as_of) != Freshly::decides)
        evaluation.notes.push_back({.remark = Remark::grown_old,
                                    .day = limits.date.first,
                                    .period = (*limits.freshness)->decides_for});
    if (limits.grade == Grade::confirm) evaluation.note(Remark::weak_record);
    if (limits.coverage != Retrieval::complete) evaluation.note(Remark::newer_may_exist);
    if (evaluation.notes.size() != before.notes) return only_leaning(result);
    NodeResult fresh = result;
    if (has_limit)
        fresh.until = Until{last_day_within(limits.date.first, (*limits.freshness)->decides_for), false, false};
    return fresh;
}

NodeResult too_old(Evaluation &evaluation, const base::DateInterval &date, const Freshness &freshness,
                   InputIndex input) {
    if (is_dated(date))
        evaluation.notes.push_back(
            {.remark = Remark::stale, .day = date.first, .period = freshness.confirms_for});
    else
        evaluation.note(Remark::stale_undated);
    return evaluation.lacks(Reason::stale, input);
}

} // namespace trialcds::eligibility
