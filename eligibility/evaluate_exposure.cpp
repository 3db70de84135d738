#include "evaluator.h"
#include "newest.h"
#include "washout.h"

namespace trialcds::eligibility {

namespace {

using base::Day;

void remark_on(Evaluation &evaluation, RemarkId id, const DrugExposure &exposure) {
    evaluation.remarks.push_back({.id = id, .exposure = &exposure});
}

void remark_on_label(Evaluation &evaluation, RemarkId id, const DrugExposure &exposure) {
    evaluation.remarks.push_back({.id = id, .text = &exposure.label});
}

// Which of the fixed window and the half-lives ends later, and therefore governs.
RemarkId governing(const Exposure &rule, const DrugExposure &exposure, Day last_day) {
    if (!rule.half_lives || !exposure.half_life) return RemarkId::window_ends;
    const base::Period window = rule.window.value_or(base::Period{});
    return last_day > window.after(exposure.last.last) ? RemarkId::half_lives_govern : RemarkId::window_governs;
}

void remark_on_end(Evaluation &evaluation, RemarkId id, const DrugExposure &exposure, const Exposure &rule,
                   Day last_day) {
    evaluation.remarks.push_back({.id = id,
                                  .day = last_day,
                                  .period = rule.window.value_or(base::Period{}),
                                  .exposure = &exposure,
                                  .rule = &rule});
}

// The whole interval of the last exposure lies inside the window.
NodeResult inside(Evaluation &evaluation, const Exposure &rule, const DrugExposure &exposure,
                  const Washout &washout) {
    remark_on_end(evaluation, governing(rule, exposure, washout.last_day), exposure, rule, washout.last_day);
    if (washout.end_unknown) remark_on(evaluation, RemarkId::half_life_unknown, exposure);
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
        remark_on(evaluation, RemarkId::half_life_unknown, exposure);
        return leaning_to(Truth::no);
    }
    remark_on_end(evaluation, RemarkId::between_half_lives, exposure, rule, washout.last_day);
    const Day clears_on = washout.last_day.plus_days(1);
    NodeResult result = leaning_to(truth_of(clears_on > evaluation.screening_end));
    result.clears_on = clears_on;
    return result;
}

// The last exposure may lie inside the window or before it.
NodeResult straddling(Evaluation &evaluation, const DrugExposure &exposure, const Washout &washout) {
    remark_on(evaluation, RemarkId::last_dose_unclear, exposure);
    NodeResult result = leaning_to(Truth::yes);
    const bool end_known = exposure.last.last < evaluation.as_of || is_one_day(exposure.last);
    if (end_known) result.clears_on = washout.last_day.plus_days(1);
    return result;
}

NodeResult in_window(Evaluation &evaluation, const Exposure &rule, const DrugExposure &exposure) {
    if (!rule.window && !rule.half_lives) return decided(Truth::yes);
    if (exposure.ongoing) {
        remark_on_label(evaluation, RemarkId::washout_not_begun, exposure);
        return decided(Truth::yes);
    }
    const Washout washout = washout_of(exposure, rule, evaluation.as_of);
    const Day last = std::min(exposure.last.last, evaluation.as_of);
    if (last < washout.possible_start && !washout.end_unknown) return decided(Truth::no);
    if (exposure.last.first >= washout.certain_start) return inside(evaluation, rule, exposure, washout);
    if (last >= washout.certain_start) return straddling(evaluation, exposure, washout);
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
    if (exposure.text_match) remark_on_label(evaluation, RemarkId::named_in_text, exposure);
    if (exposure.grade == Grade::confirm) {
        remark_on_label(evaluation, RemarkId::membership_unconfirmed, exposure);
        result = unconfirmed(result);
    }
    if (rule.route && exposure.route == Route::unstated) {
        remark_on_label(evaluation, RemarkId::route_unstated, exposure);
        result = unconfirmed(result);
    }
    return result;
}

// Whether there is any exposure that is not recorded (clinical-rules 0.4 b).
NodeResult unrecorded(Evaluation &evaluation, const Exposure &rule, bool group_recorded) {
    const PatientFacts &facts = evaluation.facts;
    if (!facts.medication_source_complete) return evaluation.lacks(Reason::not_retrieved, rule.input);
    const auto &refused = facts.medication_sources_refused;
    if (facts.medication_records < 1)
        return evaluation.lacks(refused.empty() ? Reason::no_data : Reason::not_retrieved, rule.input);
    for (const base::LocalizedText &source : refused)
        evaluation.remarks.push_back({.id = RemarkId::source_refused, .text = &source});
    bool whole = refused.empty();
    for (const NotUnderstood &unclear : facts.medications_not_understood)
        whole =
            evaluation.understood(RemarkId::medications_not_understood, unclear, facts.medication_records) &&
            whole;
    if (!whole) return leaning_to(Truth::no);
    return decided(Truth::no, group_recorded ? Basis::evidence : Basis::no_record);
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const Exposure &node) {
    const auto exposures = list_of(evaluation, evaluation.facts.exposures, node.group);
    constexpr std::size_t kWindow = 16; // units: what it leaves behind, and when it ends
    (void)evaluation.work.charge(kWindow * exposures.size());
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
