#include <algorithm>

#include "evaluator.h"
#include "findings.h"
#include "newest.h"

namespace trialcds::eligibility {

namespace {

using base::DateInterval;
using base::Day;

// The earliest of several onsets, itself only known to lie in an interval.
struct Onset {
    DateInterval earliest{base::kDistantFuture, base::kDistantFuture};
    bool any = false;

    void add(const DateInterval &onset) {
        earliest.first = std::min(earliest.first, onset.first);
        earliest.last = std::min(earliest.last, onset.last);
        any = true;
    }
};

struct Onsets {
    Onset strong;
    Onset all;
    Onset bounded;        // of those whose onset is recorded
    Onset only_recorded;  // of those that only have the day on which they were recorded
    bool undated = false; // a first sign has no date at all
};

enum class Says : std::uint8_t { sign, weak_sign, diagnosis };

// When it began, as far as recorded: recordedDate is an upper bound of the onset.
std::optional<DateInterval> onset_of(const Finding &finding, Day as_of) {
    const Day known_by = finding.recorded ? std::min(*finding.recorded, as_of) : as_of;
    if (finding.onset) {
        if (finding.onset->first > as_of) return std::nullopt;
        const DateInterval &onset = *finding.onset;
        return DateInterval{onset.first, std::max(onset.first, std::min(onset.last, known_by))};
    }
    if (!finding.recorded) return std::nullopt;
    return DateInterval{base::kDistantPast, known_by};
}

void collect(Evaluation &evaluation, ValueSetIndex value_set, Says says, Onsets &onsets) {
    const auto findings = list_of(evaluation, evaluation.facts.findings, value_set);
    const Corroboration together(findings);
    for (const Finding &finding : findings) {
        const auto onset = onset_of(finding, evaluation.as_of);
        evaluation.evidence.push_back(FindingEvidence{value_set, &finding});
        if (!onset) {
            evaluation.remarks.push_back({.id = RemarkId::finding_undated, .text = &finding.label});
            onsets.undated = onsets.undated || says != Says::diagnosis;
            continue;
        }
        onsets.all.add(*onset);
        const bool weak =
            says != Says::sign || finding.grade == Grade::confirm || together.is_single_encounter(finding);
        if (!weak) onsets.strong.add(*onset);
        if (onset->first != base::kDistantPast) {
            onsets.bounded.add(*onset);
        } else {
            onsets.only_recorded.add(*onset);
            evaluation.remarks.push_back(
                {.id = RemarkId::onset_only_recorded, .text = &finding.label, .day = onset->last});
        }
    }
}

Truth within(const DateInterval &onset, const base::Period &at_most, Day as_of) {
    if (as_of <= at_most.after(onset.first)) return Truth::yes;
    return as_of > at_most.after(onset.last) ? Truth::no : Truth::unknown;
}

// What was seen on `day` began on that day or before.
NodeResult began_by(Evaluation &evaluation, const TimeSince &node, Day day) {
    evaluation.remark(RemarkId::onset_contradicted, day);
    return leaning_to(within({day, day}, node.at_most, evaluation.as_of));
}

// The first day on which the sign was measured, where it lies before every onset that is recorded.
std::optional<Day> measured_before(const Evaluation &evaluation, const MeasuredSign &sign, const Onset &onset) {
    std::optional<Day> first;
    for (const Measurement &result : list_of(evaluation, evaluation.facts.measurements, sign.variable)) {
        if (!is_usable(result) || result.date.last >= onset.earliest.first || !is_dated(result.date)) continue;
        if (relate(result.value, sign.range) != Relation::inside) continue;
        if (!first || result.date.last < *first) first = result.date.last;
    }
    return first;
}

// The dates leave it open. Where a recorded onset lies within the limit and what is merely recorded was
// recorded no earlier, the record leans that way; what was recorded before the onset contradicts it.
NodeResult left_open(Evaluation &evaluation, const TimeSince &node, const Onsets &onsets) {
    const DateInterval &known = onsets.bounded.earliest;
    if (onsets.bounded.any && onsets.only_recorded.any) {
        const Day recorded = onsets.only_recorded.earliest.last;
        if (recorded >= known.last && within(known, node.at_most, evaluation.as_of) == Truth::yes)
            return leaning_to(Truth::yes);
        if (recorded < known.first) return began_by(evaluation, node, recorded);
    }
    return evaluation.lacks(onsets.only_recorded.any ? Reason::no_data : Reason::unusable, node.input);
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const TimeSince &node) {
    const bool complete = evaluation.facts.conditions.retrieval == Retrieval::complete;
    Onsets onsets;
    for (const ValueSetIndex value_set : node.value_sets)
        collect(evaluation, value_set, Says::sign, onsets);
    for (const ValueSetIndex value_set : node.weak_value_sets)
        collect(evaluation, value_set, Says::weak_sign, onsets);
    for (const ValueSetIndex value_set : node.diagnoses)
        collect(evaluation, value_set, Says::diagnosis, onsets);
    if (!onsets.all.any)
        return evaluation.lacks(complete ? Reason::no_data : Reason::not_retrieved, node.input);

    const auto truth_of_onset = [&](const Onset &onset) {
        return within(onset.earliest, node.at_most, evaluation.as_of);
    };
    const Truth all = truth_of_onset(onsets.all);
    const Truth strong = onsets.strong.any ? truth_of_onset(onsets.strong) : Truth::unknown;
    if (strong == Truth::no) return decided(Truth::no);
    if (node.sign && onsets.bounded.any)
        if (const auto day = measured_before(evaluation, *node.sign, onsets.bounded))
            return began_by(evaluation, node, *day);
    if (all == Truth::unknown) return left_open(evaluation, node, onsets);
    if (strong != all) {
        evaluation.remark(RemarkId::onset_weak);
        return leaning_to(all);
    }
    if (onsets.undated) {
        evaluation.remark(RemarkId::onset_undated);
        return leaning_to(all);
    }
    if (!complete) {
        evaluation.remark(RemarkId::newer_may_exist);
        return leaning_to(Truth::yes);
    }
    NodeResult result = decided(Truth::yes);
    result.until = Until{node.at_most.after(onsets.all.earliest.first), true, true};
    return result;
}

} // namespace trialcds::eligibility
