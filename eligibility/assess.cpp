#include "eligibility/assess.h"

#include <algorithm>

#include "eligibility/trace.h"
#include "evaluator.h"
#include "kleene.h"
#include "write_result.h"

namespace trialcds::eligibility {

namespace {

// The expression of an exclusion says what excludes; its outcome is turned.
NodeResult turned(const NodeResult &result, CriterionKind kind) {
    return kind == CriterionKind::exclusion ? negated(result) : result;
}

// What is taken for granted in deciding whether an unknown keeps the patient from being a candidate: what only
// a clinician can settle passes, unless the record leans to failing.
Truth presumed(const NodeResult &result, bool settled_by_clinician) {
    const bool open = result.truth == Truth::unknown && result.leaning != Truth::no;
    return settled_by_clinician && open ? Truth::yes : result.leaning;
}

// Nothing but lists of which something was not understood keeps it open: then anything may be recorded, and
// they say so.
bool is_open_by_list(const Evaluation &evaluation, const Heights &start) {
    const auto &remarks = evaluation.remarks;
    return evaluation.evidence.size() == start.evidence && evaluation.missing.size() == start.missing &&
           remarks.size() > start.remarks &&
           std::all_of(remarks.begin() + Evaluation::offset(start.remarks), remarks.end(),
                       [](const Remark &remark) { return is_of_a_list(remark.id); });
}

void add_conditional_remarks(Evaluation &evaluation, const std::vector<ConditionalNote> &notes) {
    for (const ConditionalNote &note : notes) {
        if (note.when.empty()) continue;
        const Heights start = evaluation.heights();
        const Truth truth = evaluate(evaluation, note.when.front()).truth;
        const bool by_list = is_open_by_list(evaluation, start);
        evaluation.cut(start);
        if (note.when_unknown ? truth == Truth::unknown && !by_list : truth == Truth::yes)
            evaluation.remarks.push_back({.id = RemarkId::from_definition, .text = &note.text});
    }
}

bool shows_parts(const Criterion &criterion) {
    return criterion.parts.size() != 1 || !criterion.parts.front().id.empty();
}

// How many parts must pass: an exclusion passes when too few of its parts are present.
int needed_to_pass(const Criterion &criterion) {
    const int parts = static_cast<int>(criterion.parts.size());
    const int needed = criterion.combine == Combine::all_of ? parts : 1;
    return criterion.kind == CriterionKind::exclusion ? parts - needed + 1 : needed;
}

CriterionResult assess_criterion(Evaluation &evaluation, const Criterion &criterion) {
    CriterionResult result;
    result.criterion = &criterion;
    result.harmless = false;
    result.reason = Reason::no_data;
    if (criterion.parts.empty()) return result; // a definition without a rule says nothing
    const bool shown = shows_parts(criterion);
    if (shown) result.parts.reserve(criterion.parts.size());
    Votes presumptions;
    Operands operands(evaluation);
    for (const Part &part : criterion.parts) {
        const Heights start = evaluation.heights();
        const NodeResult outcome = turned(evaluate(evaluation, part.rule), criterion.kind);
        add_conditional_remarks(evaluation, part.notes);
        operands.add(outcome);
        const Truth presumption = presumed(outcome, part.settled_by_clinician);
        presumptions.add(presumption);
        if (!shown) continue;
        PartResult &written = result.parts.emplace_back();
        written.part = &part;
        write_outcome(outcome, written);
        written.harmless = presumption == Truth::yes;
        write_remarks(evaluation, start, written);
    }
    const NodeResult outcome = operands.combine(needed_to_pass(criterion));
    add_conditional_remarks(evaluation, criterion.notes);
    Truth presumption = at_least(needed_to_pass(criterion), presumptions);
    if (criterion.settled_by_clinician && outcome.truth == Truth::unknown)
        presumption = presumed(outcome, true);
    write_outcome(outcome, result);
    result.harmless = presumption == Truth::yes;
    write_remarks(evaluation, operands.start(), result);
    evaluation.cut(operands.start());
    return result;
}

TrialOutcome outcome_of(const std::vector<CriterionResult> &criteria) {
    TrialOutcome outcome = TrialOutcome::potential_candidate;
    for (const CriterionResult &result : criteria) {
        if (result.outcome == CriterionOutcome::fails) return TrialOutcome::not_a_candidate;
        if (!result.harmless) outcome = TrialOutcome::more_data_needed;
    }
    return outcome;
}

// When screening could start, if time alone clears everything that fails.
std::optional<base::Day> possible_from(const TrialAssessment &assessment) {
    std::optional<base::Day> latest;
    for (const CriterionResult &result : assessment.criteria) {
        if (result.outcome != CriterionOutcome::fails) continue;
        if (!result.temporary) return std::nullopt;
        latest = std::max(latest, result.clears_on);
    }
    if (!latest) return std::nullopt;
    return std::max(assessment.trial->screening_period.before(*latest), assessment.as_of);
}

std::optional<base::Day> window_closes_on(const std::vector<CriterionResult> &criteria) {
    std::optional<base::Day> earliest;
    for (const CriterionResult &result : criteria) {
        if (result.outcome != CriterionOutcome::passes || !result.expires_for_good) continue;
        earliest = std::min(earliest.value_or(*result.expires_on), *result.expires_on);
    }
    return earliest;
}

} // namespace

bool rests_on_a_drug(const PartResult &result) {
    return !result.evidence.empty() && std::holds_alternative<ExposureEvidence>(result.evidence.front());
}

std::optional<base::Day> screening_from(const TrialAssessment &assessment) {
    std::optional<base::Day> day = assessment.possible_from;
    for (const CriterionResult &result : assessment.criteria)
        if (day && result.outcome == CriterionOutcome::fails && !rests_on_a_drug(result))
            day = std::max(day, result.clears_on);
    return day;
}

namespace {

TrialAssessment assess_trial(const TrialDefinition &trial, const PatientFacts &facts, base::Day as_of,
                             base::WorkBudget &work, Trace *trace) {
    Evaluation evaluation(facts, as_of, trial.screening_period, work);
    evaluation.trace = trace;
    TrialAssessment assessment;
    assessment.trial = &trial;
    assessment.as_of = as_of;
    const Heights start = evaluation.heights();
    assessment.about_recorded = evaluate(evaluation, trial.about).leaning == Truth::yes;
    evaluation.cut(start);
    assessment.criteria.reserve(trial.criteria.size());
    for (const Criterion &criterion : trial.criteria)
        assessment.criteria.push_back(assess_criterion(evaluation, criterion));
    assessment.outcome = outcome_of(assessment.criteria);
    assessment.possible_from = possible_from(assessment);
    assessment.window_closes_on = window_closes_on(assessment.criteria);
    return assessment;
}

} // namespace

TrialAssessment assess(const TrialDefinition &trial, const PatientFacts &facts, base::Day as_of) {
    base::WorkBudget unlimited;
    return assess_trial(trial, facts, as_of, unlimited, nullptr);
}

base::Result<TrialAssessment> assess(const TrialDefinition &trial, const PatientFacts &facts, base::Day as_of,
                                     base::WorkBudget &work, Trace *trace) {
    TrialAssessment assessment = assess_trial(trial, facts, as_of, work, trace);
    if (!work.charge(0)) return tl::make_unexpected(work.refusal());
    return assessment;
}

} // namespace trialcds::eligibility
