#include "evaluator.h"
#include "newest.h"
#include "record_limits.h"

namespace trialcds::eligibility {

namespace {

// The laboratory's own statement, else its own limits; never a cut-off of ours.
std::optional<Qualitative> statement_of(const Measurement &result) {
    if (result.unusable != Unusable::none) return std::nullopt;
    if (result.qualitative) return result.qualitative;
    switch (result.against_reference) {
    case AgainstReference::high:
        return Qualitative::positive;
    case AgainstReference::low:
    case AgainstReference::normal:
        return Qualitative::negative;
    case AgainstReference::unstated:
        break;
    }
    return std::nullopt;
}

// Do the results that may be just as new say the same? If not: why nothing is known.
std::optional<Reason> disagreement(Evaluation &evaluation, std::span<const Measurement> results,
                                   const Measurement &latest, const Antibody &node) {
    std::optional<Reason> reason;
    const auto statement = statement_of(latest);
    for_each_rival(results, latest, evaluation.as_of, kAny, [&](const Measurement &rival) {
        const auto other = statement_of(rival);
        if (other == statement) return;
        evaluation.evidence.push_back(MeasurementEvidence{node.variable, &rival});
        if (reason != Reason::conflicting) reason = other ? Reason::conflicting : Reason::unusable;
    });
    if (reason == Reason::conflicting) evaluation.remark(RemarkId::results_conflict, latest.date.first);
    return reason;
}

const Measurement *earlier_positive(std::span<const Measurement> results, const Measurement &latest) {
    for (const Measurement &result : results) {
        if (result.date.first > latest.date.last || &result == &latest) continue;
        if (statement_of(result) == Qualitative::positive) return &result;
    }
    return nullptr;
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const Antibody &node) {
    const auto results = list_of(evaluation, evaluation.facts.measurements, node.variable);
    const Retrieval coverage = coverage_of(evaluation.facts, node.variable);
    const Measurement *latest = newest(results, evaluation.as_of, kAny);
    if (!latest) return evaluation.nothing_recorded(coverage, node.input);

    evaluation.evidence.push_back(MeasurementEvidence{node.variable, latest});
    const auto statement = statement_of(*latest);
    if (!statement) return evaluation.lacks(Reason::unusable, node.input);
    if (const auto reason = disagreement(evaluation, results, *latest, node))
        return evaluation.lacks(*reason, node.input);

    NodeResult result = decided(truth_of(*statement == Qualitative::positive));
    if (*statement == Qualitative::equivocal) {
        evaluation.remark(RemarkId::equivocal, latest->date.first);
        result = only_leaning(result);
    } else if (*statement == Qualitative::negative) {
        if (const Measurement *positive = earlier_positive(results, *latest)) {
            evaluation.evidence.push_back(MeasurementEvidence{node.variable, positive});
            evaluation.remark(RemarkId::earlier_positive, positive->date.first);
            result = only_leaning(result);
        }
    }
    return limited(evaluation, result, {latest->grade, coverage, latest->date, nullptr});
}

} // namespace trialcds::eligibility
