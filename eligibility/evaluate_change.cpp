#include "difference.h"
#include "evaluator.h"
#include "newest.h"
#include "record_limits.h"

namespace trialcds::eligibility {

namespace {

using base::Day;

// The change from an earlier to a later value, positive in the direction asked for.
std::optional<Relation> compare(const Measurement &earlier, const Measurement &later, const Change &node) {
    const bool rise = node.direction == Direction::rise;
    const auto change = rise ? difference(later.value, earlier.value) : difference(earlier.value, later.value);
    if (!change) return std::nullopt;
    return relate(*change, node.amount);
}

// A sum over part of its items: what would settle it is missing rather than unreadable.
bool is_partial_sum(const Measurement &result) {
    return result.derived && !result.value.upper;
}

Reason undecided_reason(const Measurement &earlier, const Measurement &later) {
    return is_partial_sum(earlier) || is_partial_sum(later) ? Reason::no_data : Reason::unusable;
}

// All results that may be as new as `one` must be duplicates of it. If not: why nothing is known.
template <typename Wanted>
std::optional<Reason> not_duplicates(Evaluation &evaluation, std::span<const Measurement> results,
                                     const Measurement &one, Wanted wanted) {
    std::optional<Reason> reason;
    for_each_rival(results, one, evaluation.as_of, wanted, [&](const Measurement &rival) {
        if (!is_usable(rival) && !reason) reason = Reason::unusable;
        if (is_usable(rival) && rival.value != one.value) reason = Reason::conflicting;
    });
    if (reason == Reason::conflicting) evaluation.remark(RemarkId::results_conflict, one.date.first);
    return reason;
}

struct Previous {
    const Measurement *result = nullptr;
    std::optional<Reason> reason; // why there is none to compare with
};

Previous find_previous(Evaluation &evaluation, std::span<const Measurement> results, const Measurement &current,
                       const Change &node) {
    const auto earlier = [&](const Measurement &m) { return m.date.last < current.date.first; };
    const Measurement *previous = newest(results, evaluation.as_of, earlier);
    if (!previous || previous->date.last < node.within->before(current.date.first))
        return {.reason = coverage_of(evaluation.facts, node.variable) == Retrieval::complete
                              ? Reason::no_data
                              : Reason::not_retrieved};
    evaluation.evidence.push_back(MeasurementEvidence{node.variable, previous});
    if (previous->date.first < node.within->before(current.date.last)) {
        evaluation.remark(RemarkId::order_unclear);
        return {.reason = Reason::unusable};
    }
    if (!is_usable(*previous)) return {.reason = Reason::unusable};
    if (may_lie_between(results, *previous, current, evaluation.as_of)) {
        evaluation.remark(RemarkId::order_unclear);
        return {.reason = Reason::unusable};
    }
    return {.result = previous, .reason = not_duplicates(evaluation, results, *previous, earlier)};
}

// The newest against the most recent earlier one within the period.
NodeResult evaluate_recent(Evaluation &evaluation, const Change &node) {
    const auto results = list_of(evaluation, evaluation.facts.measurements, node.variable);
    const Retrieval coverage = coverage_of(evaluation.facts, node.variable);
    const Measurement *current = newest(results, evaluation.as_of, kAny);
    if (!current) return evaluation.nothing_recorded(coverage, node.input);

    evaluation.evidence.push_back(MeasurementEvidence{node.variable, current});
    if (freshness_of(current->date, node.freshness, evaluation.as_of) == Freshly::stale)
        return too_old(evaluation, current->date, *node.freshness, node.input);
    if (!is_usable(*current)) return evaluation.lacks(Reason::unusable, node.input);
    if (const auto reason = not_duplicates(evaluation, results, *current, kAny))
        return evaluation.lacks(*reason, node.input);
    const Previous previous = find_previous(evaluation, results, *current, node);
    if (previous.reason) return evaluation.lacks(*previous.reason, node.input);

    const auto relation = compare(*previous.result, *current, node);
    if (!relation || *relation == Relation::straddles)
        return evaluation.lacks(undecided_reason(*previous.result, *current), node.input);
    const bool weak = current->grade == Grade::confirm || previous.result->grade == Grade::confirm;
    return limited(evaluation, decided(truth_of(*relation == Relation::inside)),
                   {weak ? Grade::confirm : Grade::decides, coverage, current->date, &node.freshness});
}

struct Pair {
    const Measurement *earlier = nullptr;
    const Measurement *later = nullptr;
};

// What all pairs of assessments say together.
struct Pairs {
    Pair firm;                     // a pair that certainly changed so much, both of a record that decides
    Pair weak;                     // the same, of a weaker record
    std::optional<Reason> unclear; // a pair that may have
    int usable = 0;
    bool unusable = false;
    Grade grade = Grade::decides; // of the weakest
};

void add_pair(Pairs &pairs, const Measurement &earlier, const Measurement &later, const Change &node) {
    const bool ordered = earlier.date.last < later.date.first;
    const bool same_day = is_one_day(earlier.date) && earlier.date == later.date;
    if (same_day || later.date.last < earlier.date.first) return; // one assessment, or the other way round
    const auto relation = compare(earlier, later, node);
    if (relation == Relation::outside) return;
    if (relation != Relation::inside || !ordered) {
        if (pairs.unclear != Reason::unusable) pairs.unclear = undecided_reason(earlier, later);
        return;
    }
    const bool firm = earlier.grade == Grade::decides && later.grade == Grade::decides;
    (firm ? pairs.firm : pairs.weak) = {&earlier, &later};
}

// Every one is compared with every other: a score of every month for twenty years. More than that stay open.
constexpr std::size_t kMostCompared = 256;
constexpr std::size_t kPair = 4; // units of work

// All numbers of whole results lie in its value; nothing where one of them is no whole number, or has no end.
std::optional<Measurement> widest(std::span<const Measurement> results) {
    Measurement all;
    for (const Measurement &result : results) {
        if (!is_usable(result)) continue;
        const auto &[lower, upper] = result.value;
        if (!lower || !upper || !lower->value.is_integer() || !upper->value.is_integer()) return std::nullopt;
        if (!all.value.lower || lower->value < all.value.lower->value)
            all.value.lower = Bound{lower->value, true};
        if (!all.value.upper || upper->value > all.value.upper->value)
            all.value.upper = Bound{upper->value, true};
    }
    return all;
}

Pairs compare_all(Evaluation &evaluation, std::span<const Measurement> results, const Change &node) {
    const Day as_of = evaluation.as_of;
    Pairs pairs;
    if (results.size() > kMostCompared) {
        pairs.unusable = true;
        return pairs;
    }
    const auto any = widest(results);
    const auto counts = [&](const Measurement &m) { return m.date.first <= as_of && is_usable(m); };
    for (const Measurement &later : results) {
        if (later.date.first > as_of) continue;
        if (!is_usable(later)) {
            pairs.unusable = true;
            continue;
        }
        ++pairs.usable;
        if (later.grade == Grade::confirm) pairs.grade = Grade::confirm;
        if (any && compare(*any, later, node) == Relation::outside) continue; // so it is against each of them
        if (!evaluation.work.charge(kPair * results.size())) return pairs;
        for (const Measurement &earlier : results)
            if (&earlier != &later && counts(earlier)) add_pair(pairs, earlier, later, node);
    }
    return pairs;
}

NodeResult changed(Evaluation &evaluation, const Change &node, const Pair &pair, Grade grade) {
    evaluation.evidence.push_back(MeasurementEvidence{node.variable, pair.later});
    evaluation.evidence.push_back(MeasurementEvidence{node.variable, pair.earlier});
    return limited(evaluation, decided(Truth::yes), {.grade = grade});
}

// Any earlier against any later one.
NodeResult evaluate_ever(Evaluation &evaluation, const Change &node) {
    const auto results = list_of(evaluation, evaluation.facts.measurements, node.variable);
    const Pairs pairs = compare_all(evaluation, results, node);
    if (pairs.firm.later) return changed(evaluation, node, pairs.firm, Grade::decides);
    if (pairs.weak.later) return changed(evaluation, node, pairs.weak, Grade::confirm);

    for (const Measurement &result : results)
        if (result.date.first <= evaluation.as_of)
            evaluation.evidence.push_back(MeasurementEvidence{node.variable, &result});
    if (pairs.unusable) return evaluation.lacks(Reason::unusable, node.input);
    const Retrieval coverage = coverage_of(evaluation.facts, node.variable);
    if (pairs.usable < 2) return evaluation.nothing_recorded(coverage, node.input);
    if (pairs.unclear) return evaluation.lacks(*pairs.unclear, node.input);
    if (coverage != Retrieval::complete) return evaluation.lacks(Reason::not_retrieved, node.input);
    return limited(evaluation, decided(Truth::no), {.grade = pairs.grade});
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const Change &node) {
    return node.within ? evaluate_recent(evaluation, node) : evaluate_ever(evaluation, node);
}

} // namespace trialcds::eligibility
