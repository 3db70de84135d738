// PatientFacts: what the record says about one patient, in the engine's words: measurements, findings, drug
// exposures, each with its date as an interval, its source, and how much it can bear. The engine sees nothing
// else; it does not know FHIR. Facts carry only what was said: nothing is imputed. Measurements and panels are
// sorted newest first, findings and exposures stand in the order of reading; all are indexed by the catalogue's
// indices. Texts are for showing, never for deciding. Source: clinical-rules 0, 3, 7. Thread-safety: plain
// values, immutable once built.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/localized_text.h"
#include "base/retrieval.h"
#include "eligibility/indices.h"
#include "eligibility/interval.h"

namespace trialcds::eligibility {

// decides: may settle a criterion. confirm: the record leans this way, a clinician must settle it (text-only
// match, preliminary result, unconfirmed diagnosis, inexact site mapping, missing unit where tolerated).
enum class Grade : std::uint8_t { decides, confirm };

using base::Retrieval;

// Why a value cannot be used although one is recorded.
enum class Unusable : std::uint8_t {
    none,
    no_value,      // dataAbsentReason, or only an extension
    no_unit,       // the unit is needed and missing
    unknown_unit,  // a unit we cannot convert
    implausible,   // outside what is possible (litres called %, a titre of 3)
    unreadable,    // text or number that cannot be read
    not_this_test, // recorded under the variable but of another kind (an index where a titre is needed)
};

enum class Qualitative : std::uint8_t { positive, negative, equivocal };

// Where the value lies against the reference range given with the same result.
enum class AgainstReference : std::uint8_t { unstated, low, normal, high };

// What the unit leaves to be confirmed of a value that nothing else is wrong with.
enum class UnitDoubt : std::uint8_t {
    none,
    not_stated, // read in the variable's own unit
    share,      // a share of one, read as a percentage
};

struct Origin {
    std::string source;    // "Observation/123"; "Observation[4]" when the resource has no id
    std::string date_text; // as written, for showing; "" when undated
    bool operator==(const Origin &) const = default;
};

struct Measurement {
    Interval value;                         // in the variable's own unit; meaningless unless has_value
    bool has_value = false;                 //
    std::optional<Qualitative> qualitative; // antibodies, pregnancy tests
    Unusable unusable = Unusable::none;
    Grade grade = Grade::decides;
    UnitDoubt unit_doubt = UnitDoubt::none; // where it is all that keeps the value from deciding
    base::DateInterval date;                // undated: [kDistantPast, kDistantFuture]
    std::optional<std::int64_t> second;     // since 1970, if a time is given: orders results of one day
    AgainstReference against_reference = AgainstReference::unstated;
    std::optional<base::Decimal> reference_low; // in the variable's own unit
    bool post_treatment = false;                // post-bronchodilator: used only where no other value exists
    bool derived = false;                       // computed by us (sum of sites, measured / predicted)
    std::string value_text;                     // as written, for showing: "22", "<45", "1:160", "positive"
    std::string unit_text;
    Origin origin;

    bool operator==(const Measurement &) const = default;
};

// One dated assessment of a panel (mRSS): item values in the panel's item order, null when not recorded.
struct PanelAssessment {
    std::vector<std::optional<base::Decimal>> items;
    std::optional<Interval>
        total; // recorded total, else the sum when every item is recorded, else a lower bound
    Grade grade = Grade::decides;
    base::DateInterval date;
    std::optional<std::int64_t> second;
    Origin origin;

    bool operator==(const PanelAssessment &) const = default;
};

enum class ClinicalState : std::uint8_t {
    unstated, // no clinicalStatus
    current,  // active, recurrence, relapse, inactive, remission
    ended,    // resolved, or an abatement is recorded
};

// A coded (or, at grade confirm, text-matched) condition, procedure or situation.
struct Finding {
    Grade grade = Grade::decides; // confirm: provisional, differential, unconfirmed, text only, retired code
    ClinicalState state = ClinicalState::unstated;
    bool encounter_diagnosis = false;        // recorded only as the diagnosis of an encounter (rule-out coding)
    std::optional<base::DateInterval> onset; // onset[x] or performed[x]; null when none is recorded
    std::optional<base::Day> recorded;       // recordedDate: an upper bound of the onset (its last day)
    base::LocalizedText label;               // our own label of the matched code, or the text that matched
    Origin origin;

    bool operator==(const Finding &) const = default;
};

enum class Route : std::uint8_t { unstated, intravenous, other };

// Half-life in days, two bounds. Unreviewed values never decide: between the fixed window and the high bound
// they can only ask for confirmation.
struct HalfLife {
    base::Decimal low_days;
    base::Decimal high_days;
    bool reviewed = false;

    bool operator==(const HalfLife &) const = default;
};

// One recorded use of a drug. `last` is the interval in which the last exposure lies (clinical-rules 7.6).
struct DrugExposure {
    IngredientIndex ingredient{};
    // decides or confirm of the *membership* of this drug in the group it is listed under (a drug that the
    // trial's text does not name outright, an unknown "-mab"), or an exposure of unknown status.
    Grade grade = Grade::decides;
    bool text_match = false;            // found by name in text, not by a code: decides, but is said so
    base::DateInterval last;            // [earliest, latest] possible day of the last exposure
    bool ongoing = false;               // active with no end, or an end in the future; last.last is then as_of
    std::optional<base::Day> first_day; // earliest day of this use, for "before the therapy"
    Route route = Route::unstated;
    std::optional<HalfLife> half_life;
    base::LocalizedText label; // our label of the ingredient
    Origin origin;

    bool operator==(const DrugExposure &) const = default;
};

enum class Sex : std::uint8_t { unstated, male, female, other };

struct Demographics {
    std::optional<base::DateInterval> birth_date;
    Sex sex = Sex::unstated;           // administrative
    Sex sex_elsewhere = Sex::unstated; // of birth or for clinical use, where the record states one
    bool deceased = false;
    std::string birth_date_text;
    std::string source; // "Patient/123"

    bool operator==(const Demographics &) const = default;
};

// Records that may hold what is asked for: neither recognised nor known to be something else. Absence cannot be
// concluded beside them (clinical-rules 0.4, 7.9).
struct NotUnderstood {
    int records = 0;
    base::LocalizedText names; // of the first few, as recorded

    bool operator==(const NotUnderstood &) const = default;
};

// A list of the record: how many it holds, and of how many it is not known what they are.
struct RecordList {
    Retrieval retrieval = Retrieval::not_retrieved;
    int records = 0;
    // By ConcernIndex, and behind them for what belongs to no concern: all that no value set lists. Empty:
    // none.
    std::vector<NotUnderstood> not_understood;

    bool operator==(const RecordList &) const = default;
};

struct PatientFacts {
    Demographics demographics;
    // by VariableIndex, newest first (by date.last, then second); ties in the order read
    std::vector<std::vector<Measurement>> measurements;
    std::vector<Retrieval> measurement_coverage;      // by VariableIndex: state of the group it is fetched with
    std::vector<std::vector<PanelAssessment>> panels; // by PanelIndex, newest first
    std::vector<std::vector<Finding>> findings;       // by ValueSetIndex, order of reading
    RecordList conditions;
    RecordList procedures;
    std::vector<std::vector<DrugExposure>> exposures; // by DrugGroupIndex, order of reading
    bool medication_source_complete = false; // at least one source was read to its end, and none in part
    int medication_records = 0;              // medication records of any kind, whatever the drug
    std::vector<base::LocalizedText> medication_sources_refused; // kinds of resource; each may hold more
    std::vector<NotUnderstood> medications_not_understood; // one: those that name no drug, or one no list knows

    bool operator==(const PatientFacts &) const = default;
};

} // namespace trialcds::eligibility
