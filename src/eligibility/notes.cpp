#include "notes.h"

namespace trialcds::eligibility {

namespace {

using base::Day;

// "36 weeks (252 days)", "84 days" when it is no whole number of weeks, "6 months"
std::string in_words(const base::Period &period) {
    if (period.months != 0 || period.days < 14 || period.days % 7 != 0) return period.to_string();
    return std::to_string(period.days / 7) + " weeks (" + period.to_string() + ")";
}

std::string drug(const PendingNote &note) {
    return note.exposure->label.empty() ? "recorded drug" : note.exposure->label;
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
    if (!note.rule->half_lives || !note.exposure->half_life) return in_words(window) + " end ";
    const Day last = note.exposure->last.last;
    if (note.day > window.after(last)) return half_lives(note) + " are longer than the window and end ";
    return in_words(window) + " are longer than " + half_lives(note) + " and end ";
}

std::string washout_ends(const PendingNote &note) {
    std::string text = drug(note) + ": " + last_recorded(*note.exposure) + "; " + governing(note);
    text += note.day.to_string();
    if (note.rule->recovery) text += " and B cells must have recovered";
    return text;
}

std::string of_day(const char *before, const PendingNote &note, const char *after = "") {
    return before + note.day.to_string() + after;
}

std::string of_finding(const PendingNote &note, const char *what) {
    return (note.text->empty() ? "recorded finding" : *note.text) + what;
}

std::string of_exposure(const PendingNote &note) {
    switch (note.remark) {
    case Remark::washout_not_begun:
        return drug(note) + ": the washout has not begun; stopping a treatment is a clinical decision";
    case Remark::washout_ends:
        return washout_ends(note);
    case Remark::last_dose_unclear:
        return drug(note) + ": " + last_recorded(*note.exposure) + "; the date of the last dose settles it";
    case Remark::between_half_lives:
        return drug(note) + ": " + last_recorded(*note.exposure) + "; it depends on " + half_lives(note);
    case Remark::half_life_unknown:
        return drug(note) + ": " + last_recorded(*note.exposure) + "; no half-life is on file";
    case Remark::membership_unconfirmed:
        return drug(note) + ": confirm that it was given and that it counts here";
    case Remark::named_in_text:
        return drug(note) + " was recognised by its name, not by a code";
    default:
        return drug(note) + ": the route is not recorded";
    }
}

std::string of_result(const PendingNote &note) {
    switch (note.remark) {
    case Remark::grown_old:
        return of_day("last recorded ", note, "; ") + "a result older than " + in_words(note.period) +
               " is to be confirmed";
    case Remark::stale:
        return of_day("last recorded ", note, "; ") + "older than " + in_words(note.period);
    case Remark::results_conflict:
        return of_day("results that may be of the same day (", note, ") contradict each other");
    case Remark::earlier_positive:
        return of_day("an earlier result was positive (", note, "); the latest is negative");
    case Remark::equivocal:
        return of_day("the result of ", note, " is equivocal");
    case Remark::count_below:
        return of_day("the B-cell count of ", note,
                      " is below its lower reference limit and below the count before the therapy");
    default:
        return of_day("the B-cell count of ", note, " has no lower reference limit");
    }
}

std::string of_record(const PendingNote &note) {
    switch (note.remark) {
    case Remark::deceased:
        return "The record says that the patient has died.";
    case Remark::sex_not_recorded:
        return "the administrative sex is not recorded";
    case Remark::stale_undated:
        return "the result has no date";
    case Remark::newer_may_exist:
        return "not everything was retrieved; the record may hold more";
    case Remark::weak_record:
        return "the record is preliminary, unconfirmed or matched by its text only";
    case Remark::treatment_changes_it:
        return "results before and after a bronchodilator lie on different sides of the limit";
    case Remark::not_adjusted:
        return "only a value without the required adjustment is recorded";
    case Remark::one_pair:
        return "the only new areas are the left and the right of one pair; whether they count as one area or "
               "two is not published";
    case Remark::order_unclear:
        return "incomplete dates leave open which assessment came first";
    case Remark::onset_weak:
        return "the recorded onset may be that of the diagnosis or have another cause";
    default:
        return std::to_string(note.number) +
               (note.number == 1 ? " medication record names" : " medication records name") + " no drug";
    }
}

} // namespace

std::string render(const PendingNote &note) {
    switch (note.remark) {
    case Remark::from_definition:
        return *note.text;
    case Remark::single_encounter:
        return of_finding(note, " is recorded only once, as the diagnosis of an encounter");
    case Remark::ended:
        return of_finding(note, " is recorded as ended");
    case Remark::in_the_future:
        return of_finding(note, " is dated in the future");
    case Remark::finding_undated:
        return of_finding(note, " has no date and is not counted");
    case Remark::onset_only_recorded:
        return of_finding(note, of_day(": onset unknown, recorded ", note).c_str());
    case Remark::washout_not_begun:
    case Remark::washout_ends:
    case Remark::last_dose_unclear:
    case Remark::between_half_lives:
    case Remark::half_life_unknown:
    case Remark::membership_unconfirmed:
    case Remark::named_in_text:
    case Remark::route_unstated:
        return of_exposure(note);
    case Remark::grown_old:
    case Remark::stale:
    case Remark::results_conflict:
    case Remark::earlier_positive:
    case Remark::equivocal:
    case Remark::count_below:
    case Remark::count_limit_missing:
        return of_result(note);
    case Remark::deceased:
    case Remark::sex_not_recorded:
    case Remark::stale_undated:
    case Remark::newer_may_exist:
    case Remark::weak_record:
    case Remark::treatment_changes_it:
    case Remark::not_adjusted:
    case Remark::one_pair:
    case Remark::order_unclear:
    case Remark::onset_weak:
    case Remark::unidentified_medications:
        return of_record(note);
    }
    return {};
}

} // namespace trialcds::eligibility
