#include "record_limits.h"

namespace trialcds::eligibility {

NodeResult limited(Evaluation &evaluation, const NodeResult &result, const RecordLimits &limits) {
    if (result.truth == Truth::unknown) return result;
    const Heights before = evaluation.heights();
    const bool has_limit = limits.freshness && limits.freshness->has_value();
    if (has_limit && freshness_of(limits.date, *limits.freshness, evaluation.as_of) != Freshly::decides)
        evaluation.remarks.push_back(
            {.id = RemarkId::grown_old, .day = limits.date.first, .period = (*limits.freshness)->decides_for});
    if (limits.grade == Grade::confirm)
        evaluation.remarks.push_back(
            {.id = RemarkId::weak_record, .number = static_cast<int>(limits.unit_doubt)});
    if (limits.coverage != Retrieval::complete) evaluation.remark(RemarkId::newer_may_exist);
    if (evaluation.remarks.size() != before.remarks) return only_leaning(result);
    NodeResult fresh = result;
    if (has_limit)
        fresh.until = Until{last_day_within(limits.date.first, (*limits.freshness)->decides_for), false, false};
    return fresh;
}

NodeResult too_old(Evaluation &evaluation, const base::DateInterval &date, const Freshness &freshness,
                   InputIndex input) {
    if (is_dated(date))
        evaluation.remarks.push_back(
            {.id = RemarkId::stale, .day = date.first, .period = freshness.confirms_for});
    else
        evaluation.remark(RemarkId::stale_undated);
    return evaluation.lacks(Reason::stale, input);
}

} // namespace trialcds::eligibility
