#include "extreme.h"

#include "newest.h"
#include "record_limits.h"

namespace trialcds::eligibility {

namespace {

enum class End : std::uint8_t { lower, upper };

// Does the end `a` lie further up than `b`? A missing lower end lies lowest, a missing upper end highest. At
// the same number an upper end is higher when it includes it, a lower end when it does not.
bool lies_above(const std::optional<Bound> &a, const std::optional<Bound> &b, End end) {
    if (!a || !b) return end == End::lower ? a && !b : !a && b;
    const auto order = a->value <=> b->value;
    if (order != 0) return order > 0;
    return a->inclusive != b->inclusive && a->inclusive == (end == End::upper);
}

// The interval in which the highest (lowest) of the numbers seen so far lies.
class Extreme {
  public:
    explicit Extreme(Select select) : select_(select) {}

    void add(const Measurement &result) {
        const Interval value = is_usable(result) ? result.value : Interval{}; // it may be any number
        const bool lower_moves = !holder_ || goes_beyond(value.lower, value_.lower, End::lower);
        const bool upper_moves = !holder_ || goes_beyond(value.upper, value_.upper, End::upper);
        if (lower_moves) value_.lower = value.lower;
        if (upper_moves) value_.upper = value.upper;
        if (lower_moves || upper_moves) holder_ = &result;
    }
    [[nodiscard]] const Interval &value() const { return value_; }
    // The first result that reaches the extreme; null when there is none.
    [[nodiscard]] const Measurement *holder() const { return holder_; }

  private:
    [[nodiscard]] bool goes_beyond(const std::optional<Bound> &next, const std::optional<Bound> &now,
                                   End end) const {
        return select_ == Select::highest ? lies_above(next, now, end) : lies_above(now, next, end);
    }

    Select select_;
    Interval value_;
    const Measurement *holder_ = nullptr;
};

struct Extremes {
    Extreme firm; // of results that may decide
    Extreme all;
    const Measurement *newest_old = nullptr; // stale
    bool readable = false;
};

Extremes collect(const Evaluation &evaluation, const MeasurementTest &test) {
    Extremes found{Extreme(test.select), Extreme(test.select)};
    for (const Measurement &result : list_of(evaluation, evaluation.facts.measurements, test.variable)) {
        if (result.date.first > evaluation.as_of) continue;
        const Freshly freshly = freshness_of(result.date, test.freshness, evaluation.as_of);
        if (freshly == Freshly::stale) {
            if (!found.newest_old) found.newest_old = &result;
            continue;
        }
        found.all.add(result);
        if (result.grade == Grade::decides && freshly == Freshly::decides) found.firm.add(result);
        found.readable = found.readable || is_usable(result);
    }
    return found;
}

} // namespace

NodeResult evaluate_extreme(Evaluation &evaluation, const MeasurementTest &test) {
    const Retrieval coverage = coverage_of(evaluation.facts, test.variable);
    const Extremes found = collect(evaluation, test);
    if (!found.all.holder()) {
        if (!found.newest_old) return evaluation.nothing_recorded(coverage, test.input);
        evaluation.evidence.push_back(MeasurementEvidence{test.variable, found.newest_old});
        return too_old(evaluation, found.newest_old->date, *test.freshness, test.input);
    }
    const Relation relation = relate(found.all.value(), test.range);
    const bool firm = found.firm.holder() && relate(found.firm.value(), test.range) == relation;
    const Measurement &shown = firm ? *found.firm.holder() : *found.all.holder();
    evaluation.evidence.push_back(MeasurementEvidence{test.variable, &shown});
    if (!found.readable || relation == Relation::straddles)
        return evaluation.lacks(Reason::unusable, test.input);
    const NodeResult result = decided(truth_of(relation == Relation::inside));
    return limited(
        evaluation, result,
        {firm ? Grade::decides : Grade::confirm, coverage, shown.date, &test.freshness, shown.unit_doubt});
}

} // namespace trialcds::eligibility
