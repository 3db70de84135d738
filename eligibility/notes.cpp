#include "notes.h"

#include <array>
#include <string_view>

namespace trialcds::eligibility {

namespace {

using base::Day;

// "36 weeks (252 days)", "84 days" when it is no whole number of weeks, "6 months"
std::string in_words(const base::Period &period) {
    if (period.months != 0 || period.days < 14 || period.days % 7 != 0) return period.to_string();
    return std::to_string(period.days / 7) + " weeks (" + period.to_string() + ")";
}

std::string half_life_range(const HalfLife &half_life) {
    std::string text = half_life.low_days.to_string();
    if (half_life.low_days != half_life.high_days) text += " to " + half_life.high_days.to_string();
    text += " days";
    if (!half_life.reviewed) text += ", not reviewed";
    return text;
}

std::string half_lives(const PendingNote &note) {
    return note.rule->half_lives->to_string() + " half-lives (half-life " +
           half_life_range(*note.exposure->half_life) + ")";
}

std::string last_recorded(const DrugExposure &exposure) {
    const auto &[first, last] = exposure.last;
    if (first == last) return "last recorded " + last.to_string();
    if (first == base::kDistantPast) return "last exposure at the latest " + last.to_string();
    return "last exposure between " + first.to_string() + " and " + last.to_string();
}

// Which of the fixed window and the half-lives ends later, and therefore governs.
std::string governing(const PendingNote &note) {
    const base::Period window = note.rule->window.value_or(base::Period{});
    if (!note.rule->half_lives || !note.exposure->half_life) return in_words(window) + " end";
    const Day last = note.exposure->last.last;
    if (note.day > window.after(last)) return half_lives(note) + " are longer than the window and end";
    return in_words(window) + " are longer than " + half_lives(note) + " and end";
}

// The wording of every remark, in the order of the enumeration. What stands in braces is filled in.
struct Wording {
    Remark remark;
    std::string_view text;
};

constexpr std::array kWordings = {
    Wording{Remark::from_definition, "{text}"},
    Wording{Remark::deceased, "The record says that the patient has died."},
    Wording{Remark::sex_not_recorded, "the administrative sex is not recorded"},
    Wording{Remark::grown_old,
            "last recorded {day}; a result older than {period} can only lead to a confirmation"},
    Wording{Remark::stale, "last recorded {day}; older than {period}"},
    Wording{Remark::stale_undated, "the result has no date"},
    Wording{Remark::newer_may_exist, "not everything was retrieved; the record may hold more"},
    Wording{Remark::weak_record, "the record is preliminary, unconfirmed or matched by its text only"},
    Wording{Remark::treatment_changes_it,
            "results before and after a bronchodilator lie on different sides of the limit"},
    Wording{Remark::not_adjusted, "only a value without the required adjustment is recorded"},
    Wording{Remark::results_conflict, "results of {day}, or that may be as recent, contradict each other"},
    Wording{Remark::earlier_positive, "an earlier result was positive ({day}); the latest is negative"},
    Wording{Remark::equivocal, "the result of {day} is equivocal"},
    Wording{Remark::one_pair, "the only new areas are the left and the right of one pair; whether they count "
                              "as one area or two is not published"},
    Wording{Remark::order_unclear, "incomplete dates leave open which assessment came first"},
    Wording{Remark::single_encounter, "{text}: recorded only once, as the diagnosis of an encounter"},
    Wording{Remark::ended, "{text}: recorded as ended"},
    Wording{Remark::in_the_future, "{text}: dated in the future"},
    Wording{Remark::finding_undated, "{text}: has no date and is not counted"},
    Wording{Remark::onset_only_recorded, "{text}: onset unknown, recorded by {day}"},
    Wording{Remark::onset_weak, "the recorded onset may be that of the diagnosis or have another cause"},
    Wording{Remark::washout_not_begun,
            "{drug}: the washout has not begun; stopping a treatment is a clinical decision"},
    Wording{Remark::washout_ends, "{drug}: {last}; {governing} {day}{recovery}"},
    Wording{Remark::last_dose_unclear, "{drug}: {last}; the date of the last dose settles it"},
    Wording{Remark::between_half_lives,
            "{drug}: {last}; it depends on {half-lives}, at the latest until {day}"},
    Wording{Remark::half_life_unknown, "{drug}: {last}; no half-life is on file"},
    Wording{Remark::membership_unconfirmed, "{drug}: confirm that it was given and that it counts here"},
    Wording{Remark::named_in_text, "{drug}: recognised by its name, not by a code"},
    Wording{Remark::route_unstated, "{drug}: the route is not recorded"},
    Wording{Remark::unidentified_medications, "medication records that name no drug: {number}"},
    Wording{Remark::count_below, "the B-cell count of {day} is below its lower reference limit and below the "
                                 "count before the therapy"},
    Wording{Remark::count_limit_missing, "the B-cell count of {day} has no lower reference limit"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kWordings.size(); ++i)
        if (static_cast<std::size_t>(kWordings[i].remark) != i) return false;
    return static_cast<std::size_t>(Remark::count_limit_missing) + 1 == kWordings.size();
}
static_assert(in_order());

std::string filled_in(std::string_view name, const PendingNote &note) {
    if (name == "text") return *note.text;
    if (name == "day") return note.day.to_string();
    if (name == "period") return in_words(note.period);
    if (name == "number") return std::to_string(note.number);
    if (name == "drug") return note.exposure->label.english();
    if (name == "last") return last_recorded(*note.exposure);
    if (name == "half-lives") return half_lives(note);
    if (name == "governing") return governing(note);
    return note.rule->recovery ? " and B cells must have recovered" : "";
}

} // namespace

std::string render(const PendingNote &note) {
    std::string_view rest = kWordings[static_cast<std::size_t>(note.remark)].text;
    std::string text;
    for (std::size_t open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
        const std::size_t close = rest.find('}', open);
        text += rest.substr(0, open);
        text += filled_in(rest.substr(open + 1, close - open - 1), note);
        rest.remove_prefix(close + 1);
    }
    return text += rest;
}

} // namespace trialcds::eligibility
