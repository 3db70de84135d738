// Remark: what a reader should know beside a verdict, as an id with its arguments: days, periods, numbers, and
// pointers to what the record and the trial say. The engine has no words; `wording` says them in the reader's
// language. Equal remarks say the same, whichever record they come from. Source: clinical-rules 0.2, 0.11.
// Thread-safety: plain values; do not outlive the PatientFacts and the TrialDefinition they point into.
#pragma once

#include <cstdint>

#include "base/date.h"
#include "base/localized_text.h"
#include "eligibility/facts.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

enum class RemarkId : std::uint8_t {
    from_definition,            // text: the definition's own words
    deceased,                   //
    sex_not_recorded,           //
    sex_contradicted,           // the record states another sex elsewhere
    grown_old,                  // day: of the result; period: up to which it decides
    stale,                      // day: of the result; period: up to which it can be confirmed
    stale_undated,              //
    newer_may_exist,            // the source was not read to its end
    weak_record,                // number: the UnitDoubt; none: preliminary, matched by text, unconfirmed ...
    treatment_changes_it,       // before and after a bronchodilator lie on different sides of the limit
    not_adjusted,               // by the covariate
    measured_apart,             // values that belong together are of different days
    results_conflict,           // day
    earlier_positive,           // day
    equivocal,                  // day
    one_pair,                   // the only new areas are a left/right pair
    order_unclear,              // partial dates leave open which assessment is the earlier one
    single_encounter,           // text: label
    ended,                      // text: label
    in_the_future,              // text: label
    finding_undated,            // text: label
    onset_only_recorded,        // text: label; day
    onset_undated,              // a first sign has no date: it may be the earliest
    onset_contradicted,         // day: of a sign measured before the recorded onset
    onset_weak,                 // the dates say less than the onset asked for
    washout_not_begun,          // text: label
    window_ends,                // exposure, rule, period: the window; day: the last one inside
    window_governs,             // the same; it ends after the half-lives
    half_lives_govern,          // the same; they end after the window
    last_dose_unclear,          // exposure
    between_half_lives,         // exposure, rule; day: the last one that may be inside
    half_life_unknown,          // exposure
    membership_unconfirmed,     // text: label
    named_in_text,              // text: label
    route_unstated,             // text: label
    conditions_not_understood,  // number, of: how many; text: names
    procedures_not_understood,  // the same
    medications_not_understood, // the same
    source_refused,             // text: the kind of resource that the server does not give
    count_below,                // B cells below both limits; day: of the count
    count_limit_missing,        // the count has no lower reference limit; day: of the count
};

struct Remark {
    RemarkId id = RemarkId::from_definition;
    bool urgent = false;
    const base::LocalizedText *text = nullptr;
    base::Day day{};
    base::Period period{};
    int number = 0;
    int of = 0;
    const DrugExposure *exposure = nullptr; // its label, its last day and, with a rule, its half-life
    const Exposure *rule = nullptr;         // its number of half-lives, and whether B cells must recover

    bool operator==(const Remark &other) const;
};

// Does it say of a list as a whole that something in it was not understood, or that it was refused?
[[nodiscard]] bool is_of_a_list(RemarkId id);

} // namespace trialcds::eligibility
