// evaluate(): one overload per node type of trial.h; std::visit in evaluate(Expression) makes a node without
// an evaluator a compile error. Every overload is total: an index the facts do not know, an operand that is
// not there, give unknown. Source: clinical-rules 0 to 7. Thread-safety: pure but for the
// Evaluation passed in.
#pragma once

#include "evaluation.h"

namespace trialcds::eligibility {

[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Expression &expression);

[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const AllOf &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const AnyOf &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Not &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const AtLeastN &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const FirstAvailable &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Confirm &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Age &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const SexIs &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const MeasurementTest &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Change &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const SiteInvolvement &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const FindingTest &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const TimeSince &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Antibody &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Exposure &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const Score &node);
[[nodiscard]] NodeResult evaluate(Evaluation &evaluation, const AskClinician &node);

// B cells after a depleting therapy (clinical-rules E7): true while they have not recovered. `counted`
// are the exposures, all of them outside the window.
[[nodiscard]] NodeResult evaluate_recovery(Evaluation &evaluation, const Exposure &node,
                                           std::span<const DrugExposure> counted);

} // namespace trialcds::eligibility
