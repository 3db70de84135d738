#include "evaluator.h"
#include "newest.h"
#include "washout.h"

namespace trialcds::eligibility {

namespace {

using base::Day;

void note_on(Evaluation &evaluation, Remark remark, const DrugExposure &exposure, const Exposure &rule,
             Day day = {}) {
    evaluation.notes.push_back({.remark = remark, .day = day, .exposure = &exposure, .rule = &rule});
}

// The whole interval of the last exposure lies inside the window.
NodeResult inside(Evaluation &evaluation, const Exposure &rule, const DrugExposure &exposure,
                  const Washout &washout) {
    note_on(evaluation, Remark::washout_ends, exposure, rule, washout.last_day);
    if (washout.end_unknown) note_on(evaluation, Remark::half_life_unknown, exposure, rule);
    const Day clears_on = washout.last_day.plus_days(1);
    NodeResult result = decided(Truth::yes);
    if (!rule.time_clears) {
        result.clears_on = clears_on;
    } else if (clears_on <= evaluation.screening_end) {
        result = leaning_to(Truth::no, washout.end_unknown ? Reason::confirm : Reason::pending);
        result.clears_on = clears_on;
    } else {
        result.until = Until{washout.last_day, !washout.end_unknown, false};
        result.clears_on = clears_on;
    }
    return result;
}

// Past the window that certainly counts, within the half-lives that may.
NodeResult between_half_lives(Evaluation &evaluation, const Exposure &rule, const DrugExposure &exposure,
                              const Washout &washout) {
    if (washout.end_unknown) {
        note_on(evaluation, Remark::half_life_unknown, exposure, rule);
        return leaning_to(Truth::no);
    }
    note_on(evaluation, Remark::between_half_lives, exposure, rule, washout.last_day);
    const Day clears_on = washout.last_day.plus_days(1);
    NodeResult result = leaning_to(truth_of(clears_on > evaluation.screening_end));
    result.clears_on = clears_on;
    return result;
}

// The last exposure may lie inside the window or before it.
NodeResult straddling(Evaluation &evaluation, const Exposure &rule, const DrugExposure &exposure,
                      const Washout &washout) {
    note_on(evaluation, Remark::last_dose_unclear, exposure, rule);
    NodeResult result = leaning_to(Truth::yes);
    const bool end_known = exposure.last.last < evaluation.as_of || is_one_day(exposure.last);
    if (end_known) result.clears_on = washout.last_day.plus_days(1);
    return result;
}

NodeResult in_window(Evaluation &evaluation, const Exposure &rule, const DrugExposure &exposure) {
    if (!rule.window && !rule.half_lives) return decided(Truth::yes);
    if (exposure.ongoing) {
        note_on(evaluation, Remark::washout_not_begun, exposure, rule);
        return decided(Truth::yes);
    }
    const Washout washout = washout_of(exposure, rule, evaluation.as_of);
    const Day last = std::min(exposure.last.last, evaluation.as_of);
    if (last < washout.possible_start && !washout.end_unknown) return decided(Truth::no);
    if (exposure.last.first >= washout.certain_start) return inside(evaluation, rule, exposure, washout);
    if (last >= washout.certain_start) return straddling(evaluation, rule, exposure, washout);
    return between_half_lives(evaluation, rule, exposure, washout);
}

// A drug or a record that may not count: what would stand in the way must be confirmed.
NodeResult unconfirmed(const NodeResult &result) {
    if (result.truth == Truth::no) return result;
    const bool stands_in_the_way = result.truth == Truth::yes || result.clears_on;
    NodeResult weak = leaning_to(stands_in_the_way ? Truth::yes : result.leaning);
    weak.clears_on = result.clears_on;
    return weak;
}

NodeResult one_exposure(Evaluation &evaluation, const Exposure &rule, const DrugExposure &exposure) {
    if (rule.route && exposure.route != Route::unstated && exposure.route != *rule.route)
        return decided(Truth::no);
    NodeResult result = in_window(evaluation, rule, exposure);
    if (result.truth == Truth::no) return result;
    if (exposure.text_match) note_on(evaluation, Remark::named_in_text, exposure, rule);
    if (exposure.grade == Grade::confirm) {
        note_on(evaluation, Remark::membership_unconfirmed, exposure, rule);
        result = unconfirmed(result);
    }
    if (rule.route && exposure.route == Route::unstated) {
        note_on(evaluation, Remark::route_unstated, exposure, rule);
        result = unconfirmed(result);
    }
    return result;
}

// Whether there is any exposure that is not recorded (clinical-rules 0.4 b).
NodeResult unrecorded(Evaluation &evaluation, const Exposure &rule, bool group_recorded) {
    const PatientFacts &facts = evaluation.facts;
    if (!facts.medication_source_complete) return evaluation.lacks(Reason::not_retrieved, rule.input);
    if (facts.medication_records < 1) return evaluation.lacks(Reason::no_data, rule.input);
    if (facts.unidentified_medications > 0) {
        evaluation.notes.push_back(
            {.remark = Remark::unidentified_medications, .number = facts.unidentified_medications});
        return leaning_to(Truth::no);
    }
    return decided(Truth::no, group_recorded ? Basis::evidence : Basis::no_record);
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const Exposure &node) {
    const auto exposures = list_of(evaluation.facts.exposures, node.group);
    Operands operands(evaluation);
    bool all_outside = true;
    for (const DrugExposure &exposure : exposures) {
        if (exposure.last.first > evaluation.as_of) continue; // planned
        evaluation.evidence.push_back(ExposureEvidence{node.group, &exposure});
        operands.add(one_exposure(evaluation, node, exposure));
        all_outside = all_outside && operands.results().back().truth == Truth::no;
    }
    const bool recorded = !operands.results().empty();
    if (node.recovery && recorded && all_outside) operands.add(evaluate_recovery(evaluation, node, exposures));
    operands.add(unrecorded(evaluation, node, recorded));
    return operands.combine(1);
}

} // namespace trialcds::eligibility
