// TrialAssessment: the verdict per criterion with its evidence. Outcomes are already turned for exclusions
// (an exclusion that is present *fails*). A candidate is only ever a possible match for review.
// Source: clinical-rules 0. Thread-safety: plain values; evidence points into the PatientFacts
// and the TrialDefinition it was made from: do not outlive them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.h"
#include "eligibility/facts.h"
#include "eligibility/remark.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

enum class CriterionOutcome : std::uint8_t { passes, fails, unknown };
inline constexpr std::size_t kCriterionOutcomes = 3;

enum class Reason : std::uint8_t {
    no_data,       // nothing recorded
    stale,         // recorded, but older than the freshness limit
    not_retrieved, // the source was not fetched, refused, truncated
    unusable,      // a value that cannot be read, or that straddles the limit
    conflicting,   // results that contradict each other
    confirm,       // the record leans one way; only a clinician can settle it
    pending,       // a washout that completes within the screening period
};

enum class Basis : std::uint8_t { evidence, no_record };

// What a verdict rests on: pointers into the facts.
struct MeasurementEvidence {
    VariableIndex variable;
    const Measurement *measurement;
    bool operator==(const MeasurementEvidence &) const = default;
};
struct PanelEvidence {
    PanelIndex panel;
    const PanelAssessment *assessment;
    bool operator==(const PanelEvidence &) const = default;
};
struct FindingEvidence {
    ValueSetIndex value_set;
    const Finding *finding;
    bool operator==(const FindingEvidence &) const = default;
};
struct ExposureEvidence {
    DrugGroupIndex group;
    const DrugExposure *exposure;
    bool operator==(const ExposureEvidence &) const = default;
};
struct DemographicEvidence {
    bool birth_date = false; // else the sex
    bool operator==(const DemographicEvidence &) const = default;
};
using Evidence =
    std::variant<MeasurementEvidence, PanelEvidence, FindingEvidence, ExposureEvidence, DemographicEvidence>;

struct PartResult {
    const Part *part = nullptr;
    CriterionOutcome outcome = CriterionOutcome::unknown;
    std::optional<Reason> reason;            // set exactly when unknown
    std::optional<CriterionOutcome> leaning; // passes or fails; with confirm and pending
    Basis basis = Basis::evidence;           // no_record: decided by absence in a complete list
    bool temporary = false;                  // a fail that time alone clears
    std::optional<base::Day> clears_on;      // first day on which it passes
    std::optional<base::Day> expires_on;     // last day on which it still passes
    bool expires_for_good = false;           // and nothing but a new patient could pass again (age, duration)
    bool harmless = true;                    // unknown, but does not keep the patient from being a candidate
    std::vector<InputIndex> missing;         // sorted, unique
    std::vector<Remark> remarks;
    std::vector<Evidence> evidence;
};

struct CriterionResult : PartResult {
    const Criterion *criterion = nullptr;
    std::vector<PartResult> parts; // empty unless the criterion has shown parts
};

enum class TrialOutcome : std::uint8_t { potential_candidate, more_data_needed, not_a_candidate };

struct TrialAssessment {
    const TrialDefinition *trial = nullptr;
    base::Day as_of;
    TrialOutcome outcome = TrialOutcome::more_data_needed;
    std::optional<base::Day> possible_from; // every failing criterion is temporary: when screening could start
    std::optional<base::Day> window_closes_on; // a passing criterion expires for good: the earliest such day
    bool about_recorded = false;               // the record shows the condition the trial is about
    std::vector<CriterionResult> criteria;     // in the definition's order
};

// What it is follows, first of all, from the use of a drug.
[[nodiscard]] bool rests_on_a_drug(const PartResult &result);

// The first day to tell people for a screening: possible_from, but not before the last day of what no washout
// explains has come. Washouts count back from a day after the screening visit, an age is that of the visit.
[[nodiscard]] std::optional<base::Day> screening_from(const TrialAssessment &assessment);

[[nodiscard]] std::string_view to_string(CriterionOutcome outcome);
[[nodiscard]] std::string_view to_string(Reason reason);
[[nodiscard]] std::string_view to_string(Basis basis);
[[nodiscard]] std::string_view to_string(TrialOutcome outcome);
[[nodiscard]] std::string_view to_string(CriterionKind kind);

} // namespace trialcds::eligibility
