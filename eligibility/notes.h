// The engine's own remarks, kept as small values while a trial is evaluated and written out only for the
// results that carry them. Wording rules: plain English, ISO dates, never "eligible", never advice to stop a
// drug. Source: clinical-rules 0.11 and 0.2. Thread-safety: plain values, free functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/date.h"
#include "eligibility/facts.h"
#include "eligibility/trial.h"

namespace trialcds::eligibility {

enum class Remark : std::uint8_t {
    from_definition,          // text: the definition's own words
    deceased,                 //
    sex_not_recorded,         //
    grown_old,                // day: of the result; period: up to which it decides
    stale,                    // day: of the result; period: up to which it can be confirmed
    stale_undated,            //
    newer_may_exist,          // the source was not read to its end
    weak_record,              // preliminary, matched by text, unconfirmed or of an inexact mapping
    treatment_changes_it,     // before and after a bronchodilator lie on different sides of the limit
    not_adjusted,             // by the covariate
    results_conflict,         // day
    earlier_positive,         // day
    equivocal,                // day
    one_pair,                 // the only new areas are a left/right pair
    order_unclear,            // partial dates leave open which assessment is the earlier one
    single_encounter,         // text: label
    ended,                    // text: label
    in_the_future,            // text: label
    finding_undated,          // text: label
    onset_only_recorded,      // text: label; day
    onset_weak,               // the dates say less than the onset asked for
    washout_not_begun,        // exposure
    washout_ends,             // exposure, rule, day: the last day inside
    last_dose_unclear,        // exposure
    between_half_lives,       // exposure, rule
    half_life_unknown,        // exposure, rule
    membership_unconfirmed,   // exposure
    named_in_text,            // exposure
    route_unstated,           // exposure
    unidentified_medications, // number
    count_below,              // B cells below both limits; day: of the count
    count_limit_missing,      // the count has no lower reference limit; day: of the count
};

struct PendingNote {
    Remark remark = Remark::from_definition;
    bool urgent = false;
    const std::string *text = nullptr;
    base::Day day{};
    base::Period period{};
    int number = 0;
    const DrugExposure *exposure = nullptr;
    const Exposure *rule = nullptr;

    bool operator==(const PendingNote &) const = default;
};

[[nodiscard]] std::string render(const PendingNote &note);

} // namespace trialcds::eligibility
