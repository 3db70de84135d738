// NodeResult: what one expression node says about one patient. A small value, so that a whole trial is
// evaluated without an allocation per node; remarks, evidence and missing inputs lie on the stacks of the
// Evaluation. Invariants: a decided result leans the way it is decided; an unknown one leans only with reason
// confirm or pending; `until` belongs to a decided result. Source: clinical-rules 0.
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <optional>

#include "base/date.h"
#include "eligibility/assessment.h"

namespace trialcds::eligibility {

enum class Truth : std::uint8_t { no, yes, unknown };

[[nodiscard]] constexpr Truth truth_of(bool value) {
    return value ? Truth::yes : Truth::no;
}
[[nodiscard]] constexpr Truth negated(Truth truth) {
    if (truth == Truth::unknown) return truth;
    return truth_of(truth == Truth::no);
}

// The last day on which a decided result holds by time alone. Afterwards the opposite holds (flips: age,
// disease duration, washout) or it becomes unknown (a measurement grows old).
struct Until {
    base::Day last_day{};
    bool flips = false;
    bool for_good = false; // what follows stays: nothing but a new patient changes it back

    bool operator==(const Until &) const = default;
};

struct NodeResult {
    Truth truth = Truth::unknown;
    Truth leaning = Truth::unknown;
    Reason reason = Reason::no_data; // of an unknown result
    Basis basis = Basis::evidence;   // of a decided result
    std::optional<Until> until{};
    std::optional<base::Day> clears_on{}; // earliest day on which a washout no longer stands in the way

    bool operator==(const NodeResult &) const = default;
};

[[nodiscard]] inline NodeResult decided(Truth truth, Basis basis = Basis::evidence) {
    return {.truth = truth, .leaning = truth, .basis = basis};
}
[[nodiscard]] inline NodeResult leaning_to(Truth leaning, Reason reason = Reason::confirm) {
    return {.truth = Truth::unknown, .leaning = leaning, .reason = reason};
}
[[nodiscard]] inline NodeResult undecided(Reason reason) {
    return {.truth = Truth::unknown, .leaning = Truth::unknown, .reason = reason};
}

// What a decided result becomes when the record cannot bear it: a lean that a clinician settles.
[[nodiscard]] inline NodeResult only_leaning(const NodeResult &result) {
    return result.truth == Truth::unknown ? result : leaning_to(result.truth);
}

[[nodiscard]] inline NodeResult negated(NodeResult result) {
    result.truth = negated(result.truth);
    result.leaning = negated(result.leaning);
    return result;
}

} // namespace trialcds::eligibility
