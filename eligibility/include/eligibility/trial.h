// TrialDefinition: a trial's criteria as data. An Expression is a closed set of node types; a value is never
// evaluated from a string. For an exclusion criterion the expression states what excludes (true = present),
// and the result is turned (present -> fails). JSON form and meaning of every node: docs/authoring.md and
// mappings/schema/trial.schema.json. Source: clinical-rules 0; decision 0007.
// Thread-safety: immutable once loaded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/localized_text.h"
#include "eligibility/facts.h"
#include "eligibility/indices.h"
#include "eligibility/interval.h"

namespace trialcds::eligibility {

struct Expression;

// Kleene's strong three-valued logic over the operands.
struct AllOf {
    std::vector<Expression> of;
    bool operator==(const AllOf &) const = default;
};
struct AnyOf {
    std::vector<Expression> of;
    bool operator==(const AnyOf &) const = default;
};
struct Not {
    std::vector<Expression> of; // exactly one
    bool operator==(const Not &) const = default;
};
struct AtLeastN {
    int n = 1;
    std::vector<Expression> of;
    bool operator==(const AtLeastN &) const = default;
};
// The first operand that has any data decides alone (a specific assay before a pattern, hsCRP before CRP).
// "Has no data" is unknown with reason no_data; not_retrieved, stale, unusable and the rest stop the search.
struct FirstAvailable {
    std::vector<Expression> of;
    bool operator==(const FirstAvailable &) const = default;
};
// Whatever the operand decides becomes unknown/confirm leaning that way (a stand-in, not the real thing).
struct Confirm {
    std::vector<Expression> of; // exactly one
    base::LocalizedText note;
    bool operator==(const Confirm &) const = default;
};

// Age in completed years on as_of; both ends inclusive. Deceased patients are outside any age range.
struct Age {
    std::optional<int> at_least;
    std::optional<int> at_most;
    InputIndex input{};
    bool operator==(const Age &) const = default;
};

// By the administrative sex; where the record states another one elsewhere, the two conflict.
struct SexIs {
    Sex sex = Sex::unstated; // an unstated sex in the record is not equal to any
    bool operator==(const SexIs &) const = default;
};

enum class Select : std::uint8_t { latest, highest, lowest };

// Up to `decides_for` old a value decides; older, up to `confirms_for`, it can only be confirmed; older still
// it is stale. Counted back from as_of, boundary day inside.
struct Freshness {
    base::Period decides_for;
    base::Period confirms_for;
    bool operator==(const Freshness &) const = default;
};

// A recorded value not adjusted for `variable` (DLCO not corrected for haemoglobin). Adjusting can only raise
// it while the covariate, taken within `within_days` of it, is not above its own reference range.
// Therefore, with the range tested being "at most X": value above X and covariate low or normal -> false;
// value above X and covariate high or unknown -> confirm, leaning false; value at most X and covariate
// normal -> confirm, leaning true; covariate high, value at most X -> confirm, leaning true; covariate low or
// unknown, value at most X -> unknown (no_data, missing the adjusted value).
struct Covariate {
    VariableIndex variable{};
    int within_days = 0;
    InputIndex adjusted_input{}; // what is missing when it stays unknown
    bool operator==(const Covariate &) const = default;
};

// Values of one examination (pressures of a catheterization) say something together only: a value counts while
// it was taken within `within_days` of the newest of `variable`, the newest of those first. Where there is none
// of `variable` it counts alone.
struct MeasuredWith {
    VariableIndex variable{};
    int within_days = 0;
    bool operator==(const MeasuredWith &) const = default;
};

// Is the selected value inside `range`?
struct MeasurementTest {
    VariableIndex variable{};
    Interval range;
    Select select = Select::latest;
    std::optional<Freshness> freshness; // none: no limit
    std::optional<Covariate> covariate;
    std::optional<MeasuredWith> measured_with; // with Select::latest only
    InputIndex input{};
    bool operator==(const MeasurementTest &) const = default;
};

enum class Direction : std::uint8_t { rise, fall };

// Change between assessments of a variable. within given: newest against the most recent earlier one that is
// dated within that period before it. within absent: any earlier against any later one, every pair.
struct Change {
    VariableIndex variable{};
    Direction direction = Direction::rise;
    Interval amount; // e.g. [3, inf)
    std::optional<base::Period> within;
    std::optional<Freshness> freshness; // of the newest
    InputIndex input{};
    bool operator==(const Change &) const = default;
};

// New body areas: items that were 0 at the most recent assessment within the period before the newest one and
// are at least 1 at the newest. When the only new items are one left/right pair, whether they are one area or
// two is not defined publicly: confirm.
// `total` is the panel's total: the items are fetched with it, so its coverage is theirs (none given: not
// retrieved). `pairs` are positions in the panel's item order.
struct ItemPair {
    std::size_t left = 0;
    std::size_t right = 0;
    bool operator==(const ItemPair &) const = default;
};

struct SiteInvolvement {
    PanelIndex panel{};
    int new_items_at_least = 1;
    base::Period within;
    std::optional<Freshness> freshness;
    InputIndex input{};
    std::optional<VariableIndex> total;
    std::vector<ItemPair> pairs;
    bool operator==(const SiteInvolvement &) const = default;
};

// A finding of a value set. present: not ended (an ended one asks for confirmation). ever: any time.
// A single encounter diagnosis asks for confirmation, two records do not. within: only what happened within
// that period before as_of; one without a date leaves it open.
enum class FindingWhen : std::uint8_t { present, ever };

struct FindingTest {
    ValueSetIndex value_set{};
    FindingWhen when = FindingWhen::present;
    std::optional<base::Period> within;
    // True for exclusion diagnoses and procedures: none recorded in completely read lists means absent.
    bool none_recorded_means_absent = false;
    bool in_conditions = true;         // which lists must be complete for that
    bool in_procedures = false;        //
    ConcernIndex concern = kNoConcern; // of the value set: decides which records were understood
    InputIndex input{};
    bool operator==(const FindingTest &) const = default;
};

// A measured sign of a disease: a value of the variable inside the range.
struct MeasuredSign {
    VariableIndex variable{};
    Interval range;
    bool operator==(const MeasuredSign &) const = default;
};

// Time since the earliest onset among findings. `value_sets` settle; `weak_value_sets` (other causes possible)
// and `diagnoses` (a date that is often that of the diagnosis) can only ask for confirmation. A first sign
// without a date, and one measured before the recorded onset, leave it to be confirmed; a diagnosis without a
// date says nothing. Inclusive, in calendar months.
struct TimeSince {
    std::vector<ValueSetIndex> value_sets;
    std::vector<ValueSetIndex> weak_value_sets;
    std::vector<ValueSetIndex> diagnoses;
    std::optional<MeasuredSign> sign;
    base::Period at_most;
    InputIndex input{};
    bool operator==(const TimeSince &) const = default;
};

// Positive by the laboratory's own statement or limits (clinical-rules 7.3). Latest decides.
struct Antibody {
    VariableIndex variable{};
    InputIndex input{};
    bool operator==(const Antibody &) const = default;
};

// Exposure to a drug group in a window before as_of. window absent: ever. half_lives: the window of a drug is
// the longer of window and that many half-lives.
struct Recovery {
    VariableIndex variable{}; // B-cell count: at or above its own lower reference limit, or above the value
    InputIndex input{};       // before the therapy, whichever is lower
    InputIndex baseline_input{};
    bool operator==(const Recovery &) const = default;
};

struct Exposure {
    DrugGroupIndex group{};
    std::optional<base::Period> window;
    std::optional<base::Decimal> half_lives;
    std::optional<Route> route; // only exposures by this route; unstated route asks for confirmation
    bool time_clears = true;    // false: time alone never clears it (recovery decides afterwards)
    std::optional<Recovery> recovery;
    InputIndex input{};
    bool operator==(const Exposure &) const = default;
};

struct ScoreItem {
    base::Decimal weight;
    std::vector<Expression> when; // empty: cannot be read from a record, always unknown
    bool operator==(const ScoreItem &) const = default;
};
// Items of a category do not add up: the highest counts.
struct ScoreCategory {
    std::string id;
    std::vector<ScoreItem> items;
    InputIndex input{};
    bool operator==(const ScoreCategory &) const = default;
};
// Weighted score against a threshold, with a lower bound (what is known) and an upper bound (known + all
// unknown). Reaches it when lower >= threshold; never when upper < threshold, unless never_fails.
struct Score {
    std::string id;
    base::Decimal threshold;
    bool never_fails = false;
    std::vector<ScoreCategory> categories;
    bool operator==(const Score &) const = default;
};

struct Hint {
    std::vector<Expression> when; // exactly one; applies when true or leaning true
    std::optional<bool> leaning;  // what it makes the question lean to (true = the expression's sense)
    bool conflict = false;        // the record contradicts itself
    base::LocalizedText note;
    bool urgent = false; // shown at the top of the card
    bool operator==(const Hint &) const = default;
};
// A question only a clinician can answer: always unknown. Any hint that applies makes the reason confirm and
// adds its note; the leaning is that of the first of them that has one; a conflict is the reason unless it
// leans to yes, which is never less grave.
struct AskClinician {
    InputIndex input{};
    std::vector<Hint> hints;
    bool operator==(const AskClinician &) const = default;
};

struct Expression {
    std::variant<AllOf, AnyOf, Not, AtLeastN, FirstAvailable, Confirm, Age, SexIs, MeasurementTest, Change,
                 SiteInvolvement, FindingTest, TimeSince, Antibody, Exposure, Score, AskClinician>
        node;
    bool operator==(const Expression &) const = default;
};

enum class CriterionKind : std::uint8_t { inclusion, exclusion };
enum class Combine : std::uint8_t { all_of, any_of };

// A remark shown when its expression is true (or, with when_unknown, unknown for more than that something in a
// list was not understood).
struct ConditionalNote {
    std::vector<Expression> when; // exactly one
    bool when_unknown = false;
    base::LocalizedText text;
    bool operator==(const ConditionalNote &) const = default;
};

struct Part {
    std::string id; // "I5a"
    base::LocalizedText text;
    base::LocalizedText question; // what a clinician is asked where it stays open; may be empty
    Expression rule;
    bool settled_by_clinician = false;
    std::vector<ConditionalNote> notes;
    bool operator==(const Part &) const = default;
};

struct Criterion {
    std::string id; // "I5"
    CriterionKind kind = CriterionKind::inclusion;
    base::LocalizedText text;          // in our own words
    base::LocalizedText name;          // "Skin score": a few words, for a list; may be empty
    base::LocalizedText question;      // what a clinician is asked where it stays open; may be empty
    Combine combine = Combine::all_of; // of the parts
    std::vector<Part> parts; // shown parts; a criterion without shown parts has one unnamed part (id "")
    bool settled_by_clinician = false;
    std::vector<ConditionalNote> notes;
    bool operator==(const Criterion &) const = default;
};

struct TrialDefinition {
    std::string id; // "NCT..."
    std::string version;
    base::LocalizedText title;
    base::LocalizedText short_title;
    std::string registry_url;
    std::string registry_date; // date of the registry text the criteria were taken from
    std::string recruitment_status;
    std::string recruitment_status_as_of;
    std::string valid_until;
    std::vector<std::string> approved_by;
    base::Period screening_period; // a washout that completes within it is pending, not failed
    // The condition the trial is about: a card for "more data needed" is given only where this is recorded.
    Expression about;
    // Beside what the verdicts rest on, what a card shows of a patient: the newest of each, and for some the
    // one before it.
    std::vector<VariableIndex> shown_values;
    std::vector<VariableIndex> shown_trends;
    std::vector<Criterion> criteria;
    bool operator==(const TrialDefinition &) const = default;
};

} // namespace trialcds::eligibility
