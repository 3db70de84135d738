#include "evaluator.h"
#include "extreme.h"
#include "newest.h"
#include "record_limits.h"

namespace trialcds::eligibility {

namespace {

// One or more results of the same standing, read against the range.
struct Reading {
    Truth truth = Truth::unknown;
    Reason reason = Reason::unusable; // when unknown
};

Reading read(const Measurement &result, const Interval &range) {
    if (!is_usable(result)) return {};
    switch (relate(result.value, range)) {
    case Relation::inside:
        return {.truth = Truth::yes};
    case Relation::outside:
        return {.truth = Truth::no};
    case Relation::straddles:
        break;
    }
    // a sum over part of its items has no upper bound: the rest is missing, not unreadable
    return {.reason = result.derived && !result.value.upper ? Reason::no_data : Reason::unusable};
}

bool before_treatment(const Measurement &result) {
    return !result.post_treatment;
}

// May it be used beside the value that it belongs to: is there none, or was it taken for certain within the
// days of the newest?
class SameExamination {
  public:
    SameExamination(const Evaluation &evaluation, const std::optional<MeasuredWith> &with) : with_(with) {
        if (with)
            other_ = newest(list_of(evaluation, evaluation.facts.measurements, with->variable),
                            evaluation.as_of, kAny);
    }
    bool operator()(const Measurement &result) const {
        return !other_ || is_near(result.date, other_->date, with_->within_days);
    }

  private:
    const std::optional<MeasuredWith> &with_;
    const Measurement *other_ = nullptr;
};

// The newest result together with those that may be just as new: they must agree.
Reading read_newest(Evaluation &evaluation, std::span<const Measurement> results, const Measurement &newest_one,
                    const MeasurementTest &test, const SameExamination &belongs) {
    Reading reading = read(newest_one, test.range);
    const auto same_kind = [&](const Measurement &m) {
        return m.post_treatment == newest_one.post_treatment && belongs(m);
    };
    for_each_rival(results, newest_one, evaluation.as_of, same_kind, [&](const Measurement &rival) {
        const Reading other = read(rival, test.range);
        if (other.truth == reading.truth && other.reason == reading.reason) return;
        evaluation.evidence.push_back(MeasurementEvidence{test.variable, &rival});
        if (reading.truth == Truth::unknown) return; // already the reason why nothing is known
        if (other.truth == Truth::unknown) {
            reading = other;
        } else {
            evaluation.remark(RemarkId::results_conflict, newest_one.date.first);
            reading = {.reason = Reason::conflicting};
        }
    });
    return reading;
}

// A result after a bronchodilator of the same day or later that lies on the other side of the limit.
bool contradicted_after_treatment(Evaluation &evaluation, std::span<const Measurement> results,
                                  const Measurement &pre, Truth truth, const MeasurementTest &test) {
    if (pre.post_treatment) return false;
    for (const Measurement &post : results) {
        if (post.date.last < pre.date.first) break;
        if (!post.post_treatment || post.date.first > evaluation.as_of) continue;
        if (read(post, test.range).truth != negated(truth)) continue;
        evaluation.evidence.push_back(MeasurementEvidence{test.variable, &post});
        return true;
    }
    return false;
}

// Where the covariate lay around the day of the measurement; unstated when unknown, weak or contradictory.
AgainstReference covariate_at(Evaluation &evaluation, const Covariate &covariate,
                              const base::DateInterval &date) {
    if (!is_dated(date)) return AgainstReference::unstated;
    AgainstReference found = AgainstReference::unstated;
    for (const Measurement &result : list_of(evaluation, evaluation.facts.measurements, covariate.variable)) {
        if (!is_near(result.date, date, covariate.within_days) || result.date.first > evaluation.as_of)
            continue;
        evaluation.evidence.push_back(MeasurementEvidence{covariate.variable, &result});
        const bool readable = result.unusable == Unusable::none && result.grade == Grade::decides &&
                              result.against_reference != AgainstReference::unstated;
        if (!readable) return AgainstReference::unstated;
        if (found != AgainstReference::unstated && found != result.against_reference)
            return AgainstReference::unstated;
        found = result.against_reference;
    }
    return found;
}

// The table at Covariate in trial.h: adjusting can only raise the value unless the covariate is high.
NodeResult adjusted(Evaluation &evaluation, const MeasurementTest &test, const base::DateInterval &date,
                    Truth truth) {
    evaluation.remark(RemarkId::not_adjusted);
    if (test.range.lower) return leaning_to(truth); // no rule says which way a range with a floor moves
    const AgainstReference covariate = covariate_at(evaluation, *test.covariate, date);
    const bool low = covariate == AgainstReference::low;
    const bool normal = covariate == AgainstReference::normal;
    if (truth == Truth::no) {
        if (!low && !normal) return leaning_to(Truth::no);
        evaluation.remarks.pop_back(); // it was decided without the adjustment
        return decided(Truth::no);
    }
    if (low || covariate == AgainstReference::unstated)
        return evaluation.lacks(Reason::no_data, test.covariate->adjusted_input);
    return leaning_to(Truth::yes);
}

NodeResult evaluate_latest(Evaluation &evaluation, const MeasurementTest &test) {
    const auto results = list_of(evaluation, evaluation.facts.measurements, test.variable);
    const Retrieval coverage = coverage_of(evaluation.facts, test.variable);
    const SameExamination belongs(evaluation, test.measured_with);
    const Measurement *latest = newest(results, evaluation.as_of, [&](const Measurement &result) {
        return before_treatment(result) && belongs(result);
    });
    if (!latest) latest = newest(results, evaluation.as_of, belongs);
    if (!latest && newest(results, evaluation.as_of, kAny)) {
        evaluation.remark(RemarkId::measured_apart);
        return evaluation.lacks(Reason::no_data, test.input);
    }
    if (!latest) return evaluation.nothing_recorded(coverage, test.input);

    evaluation.evidence.push_back(MeasurementEvidence{test.variable, latest});
    if (freshness_of(latest->date, test.freshness, evaluation.as_of) == Freshly::stale)
        return too_old(evaluation, latest->date, *test.freshness, test.input);
    const Reading reading = read_newest(evaluation, results, *latest, test, belongs);
    if (reading.truth == Truth::unknown) return evaluation.lacks(reading.reason, test.input);

    NodeResult result = decided(reading.truth);
    if (contradicted_after_treatment(evaluation, results, *latest, reading.truth, test)) {
        evaluation.remark(RemarkId::treatment_changes_it);
        result = only_leaning(result);
    }
    if (test.covariate && result.truth != Truth::unknown)
        result = adjusted(evaluation, test, latest->date, reading.truth);
    return limited(evaluation, result,
                   {latest->grade, coverage, latest->date, &test.freshness, latest->unit_doubt});
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const MeasurementTest &node) {
    return node.select == Select::latest ? evaluate_latest(evaluation, node)
                                         : evaluate_extreme(evaluation, node);
}

} // namespace trialcds::eligibility
