#include <algorithm>

#include "evaluator.h"
#include "newest.h"

namespace trialcds::eligibility {

namespace {

using base::DateInterval;
using base::Day;

// From the first possible day of the therapy to the last.
struct Therapy {
    Day first_day = base::kDistantFuture;
    Day last_day = base::kDistantPast;
    Grade grade = Grade::confirm; // of the firmest exposure
};

Therapy therapy_of(std::span<const DrugExposure> exposures, Day as_of) {
    Therapy therapy;
    for (const DrugExposure &exposure : exposures) {
        if (exposure.last.first > as_of) continue;
        therapy.first_day = std::min(therapy.first_day, exposure.first_day.value_or(exposure.last.first));
        therapy.last_day = std::max(therapy.last_day, exposure.last.last);
        if (exposure.grade == Grade::decides) therapy.grade = Grade::decides;
    }
    return therapy;
}

// Is every number of `count` at or above the limit? yes, no, or unknown when only some are.
Truth reaches(const Interval &count, const std::optional<Bound> &limit) {
    if (!limit) return Truth::unknown;
    switch (relate(count, Interval{.lower = Bound{limit->value, true}, .upper = std::nullopt})) {
    case Relation::inside:
        return Truth::yes;
    case Relation::outside:
        return Truth::no;
    case Relation::straddles:
        break;
    }
    return Truth::unknown;
}

std::optional<Bound> reference_limit(const Measurement &count) {
    if (!count.reference_low) return std::nullopt;
    return Bound{*count.reference_low, true};
}

class RecoveryCheck {
  public:
    RecoveryCheck(Evaluation &evaluation, const Recovery &rule, const Therapy &therapy)
        : evaluation_(evaluation), rule_(rule), therapy_(therapy),
          counts_(list_of(evaluation, evaluation.facts.measurements, rule.variable)),
          coverage_(coverage_of(evaluation.facts, rule.variable)) {}

    NodeResult result() {
        const auto after = [this](const Measurement &m) { return m.date.first > therapy_.last_day; };
        const Measurement *count = newest(counts_, evaluation_.as_of, after);
        if (!count) return evaluation_.nothing_recorded(coverage_, rule_.input);
        show(*count);
        if (const auto reason = not_one_value(*count, after)) return evaluation_.lacks(*reason, rule_.input);
        const Truth in_range = reaches(count->value, reference_limit(*count));
        if (in_range == Truth::yes) return borne(decided(Truth::no), *count, *count);
        return against_baseline(*count, in_range);
    }

  private:
    // The lower of the two limits counts, so a count at or above the baseline has recovered whatever the
    // reference limit; one below it has not only if it is below the reference limit as well.
    NodeResult against_baseline(const Measurement &count, Truth in_range) {
        const auto before = [this](const Measurement &m) { return m.date.last < therapy_.first_day; };
        const Measurement *baseline = newest(counts_, evaluation_.as_of, before);
        if (!baseline) return evaluation_.nothing_recorded(coverage_, rule_.baseline_input);
        show(*baseline);
        if (const auto reason = not_one_value(*baseline, before))
            return evaluation_.lacks(*reason, rule_.baseline_input);
        // above everything the baseline may have been: recovered; below all of it: not
        const Truth above = reaches(count.value, baseline->value.upper);
        if (above == Truth::yes) return borne(decided(Truth::no), count, *baseline);
        const Truth below = negated(reaches(count.value, baseline->value.lower));
        if (below != Truth::yes) return evaluation_.lacks(Reason::unusable, rule_.input);
        if (in_range == Truth::no) {
            evaluation_.remark(RemarkId::count_below, count.date.first);
            return borne(decided(Truth::yes), count, *baseline);
        }
        if (count.reference_low) return evaluation_.lacks(Reason::unusable, rule_.input);
        evaluation_.remark(RemarkId::count_limit_missing, count.date.first);
        return evaluation_.lacks(Reason::no_data, rule_.input);
    }

    // Results that may be just as new must be the same; else: why nothing is known.
    template <typename Wanted>
    std::optional<Reason> not_one_value(const Measurement &one, Wanted wanted) {
        if (!is_usable(one)) return Reason::unusable;
        std::optional<Reason> reason;
        for_each_rival(counts_, one, evaluation_.as_of, wanted, [&](const Measurement &rival) {
            if (!is_usable(rival) && !reason) reason = Reason::unusable;
            if (is_usable(rival) && (rival.value != one.value || rival.reference_low != one.reference_low))
                reason = Reason::conflicting;
        });
        if (reason == Reason::conflicting) evaluation_.remark(RemarkId::results_conflict, one.date.first);
        return reason;
    }

    // As far as the counts and the record of the therapy can bear it.
    NodeResult borne(const NodeResult &result, const Measurement &count, const Measurement &baseline) {
        bool weak = false;
        if (count.grade == Grade::confirm || baseline.grade == Grade::confirm) {
            evaluation_.remark(RemarkId::weak_record);
            weak = true;
        }
        if (coverage_ != Retrieval::complete) {
            evaluation_.remark(RemarkId::newer_may_exist);
            weak = true;
        }
        weak = weak || (result.truth == Truth::yes && therapy_.grade == Grade::confirm);
        return weak ? only_leaning(result) : result;
    }

    void show(const Measurement &count) {
        evaluation_.evidence.push_back(MeasurementEvidence{rule_.variable, &count});
    }

    Evaluation &evaluation_;
    const Recovery &rule_;
    Therapy therapy_;
    std::span<const Measurement> counts_;
    Retrieval coverage_;
};

} // namespace

NodeResult evaluate_recovery(Evaluation &evaluation, const Exposure &node,
                             std::span<const DrugExposure> counted) {
    return RecoveryCheck(evaluation, *node.recovery, therapy_of(counted, evaluation.as_of)).result();
}

} // namespace trialcds::eligibility
