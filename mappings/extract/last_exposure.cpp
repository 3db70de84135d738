#include "last_exposure.h"

#include <algorithm>

#include "read_timing.h"

namespace trialcds::mappings {
namespace {

using base::DateInterval;
using base::Day;

constexpr std::string_view kNotAnExposure = "not-an-exposure";
constexpr std::string_view kNotYet = "not-yet";

// One use of a drug: from `start` on, until `end` where one is known.
struct Span {
    std::optional<DateInterval> start;
    std::optional<DateInterval> end;
    std::string_view start_text;
    std::string_view end_text;
};

std::optional<DateInterval> days_of(const fhir::DateValue &date) {
    return date.date ? std::optional(date.date->days) : std::nullopt;
}

// Of a period that ends before it starts only the start is used, and not even that where it is yet to come:
// what is on record as ended did not start tomorrow.
Span span_of(const fhir::PeriodValue &period, Day as_of) {
    Span span{days_of(period.start), days_of(period.end), period.start.text, period.end.text};
    if (!is_reversed(period)) return span;
    span.end.reset();
    if (span.start->first > as_of) span.start.reset();
    return span;
}

bool is_future(const Span &span, Day as_of) {
    return span.start && span.start->first > as_of;
}

ExposureRead none(std::string_view reason) {
    return {std::nullopt, reason};
}

// The last exposure lies anywhere from the start to today (or to the given last day).
ExposureRead somewhere(const Span &span, Day until, bool ongoing, Grade grade) {
    LastExposure exposure;
    exposure.last = {span.start ? span.start->first : base::kDistantPast, until};
    exposure.last.last = std::max(exposure.last.first, exposure.last.last);
    exposure.ongoing = ongoing;
    if (span.start) exposure.first_day = span.start->first;
    exposure.grade = grade;
    exposure.date_text = span.start_text;
    return {exposure, {}};
}

// A known end: in the past it is the last exposure, in the future the drug is being taken.
ExposureRead until_end(const Span &span, Day as_of, Grade grade) {
    const DateInterval &end = *span.end;
    if (end.first > as_of) return somewhere(span, as_of, true, grade);
    ExposureRead read = somewhere(span, std::min(end.last, as_of), false, grade);
    read.exposure->last.first = end.first;
    read.exposure->date_text = span.end_text;
    return read;
}

bool is_after_tomorrow(const Span &span, Day as_of) {
    return span.start && span.start->first > as_of.plus_days(1);
}

// What is on record as taken, given or ordered was so by today. Dated tomorrow it was today by another clock,
// in a zone that is ahead; true of what was given, and to be confirmed where it may be a plan.
Span today_if_tomorrow(Span span, Day as_of) {
    if (is_future(span, as_of) && !is_after_tomorrow(span, as_of)) span.start = DateInterval{as_of, as_of};
    return span;
}

// Dated later than that, the date is wrong or nothing has been taken yet: any day may be meant.
ExposureRead any_day(const Span &span, Day as_of) {
    return somewhere({std::nullopt, std::nullopt, span.start_text, {}}, as_of, false, Grade::confirm);
}

ExposureRead in_span(const Span &span, Day as_of, bool ongoing, Grade grade);

ExposureRead dated_ahead(const Span &span, Day as_of, bool ongoing, Grade grade) {
    if (is_after_tomorrow(span, as_of)) return any_day(span, as_of);
    ExposureRead read = in_span(today_if_tomorrow(span, as_of), as_of, ongoing, grade);
    if (read.exposure->ongoing) read.exposure->grade = Grade::confirm;
    return read;
}

ExposureRead in_span(const Span &span, Day as_of, bool ongoing, Grade grade) {
    if (is_future(span, as_of)) return dated_ahead(span, as_of, ongoing, grade);
    if (span.end) return until_end(span, as_of, grade);
    return somewhere(span, as_of, ongoing, grade);
}

// One moment at which the drug was given.
ExposureRead at_once(const fhir::DateValue &when, Day as_of, Grade grade) {
    const Span given{when.date->days, when.date->days, when.text, when.text};
    if (is_after_tomorrow(given, as_of)) return any_day(given, as_of);
    Span by_now = today_if_tomorrow(given, as_of);
    by_now.end = by_now.start;
    return until_end(by_now, as_of, grade);
}

Span taken_during(const fhir::MedicationUse &use, Day as_of) {
    Span span = span_of(use.effective_period, as_of);
    if (use.effective.date) {
        span.start = use.effective.date->days;
        span.start_text = use.effective.text;
    }
    return span;
}

// A statement without dates of its own was true when it was made: what had ended by then, ended before.
ExposureRead ended_before_assertion(const fhir::MedicationUse &use, Day as_of, Grade grade) {
    const Span nothing{std::nullopt, std::nullopt, use.authored_on.text, {}};
    const Day asserted = use.authored_on.date ? use.authored_on.date->days.last : as_of;
    return somewhere(nothing, std::min(asserted, as_of), false, grade);
}

ExposureRead from_statement(const fhir::MedicationUse &use, const Span &span, Day as_of, Grade grade) {
    const std::string_view status = use.status;
    if (status == "intended" || status == "not-taken" || status == "cancelled" || status == "draft" ||
        status == "entered-in-error")
        return none(kNotAnExposure);
    if (status == "active") return in_span(span, as_of, true, grade);
    if (status != "completed" && status != "stopped" && status != "on-hold")
        return in_span(span, as_of, false, Grade::confirm);
    if (!span.start && !span.end && status != "on-hold") return ended_before_assertion(use, as_of, grade);
    return in_span(span, as_of, false, grade);
}

std::optional<std::int64_t> supplied_days(const fhir::MedicationUse &use) {
    constexpr std::int64_t kMostRepeats = 1000;
    const auto days = longest_days(use.supply_duration);
    if (!days) return std::nullopt;
    if (use.repeats.empty()) return days;
    const auto repeats = base::Decimal::parse(use.repeats);
    const auto count = repeats ? repeats->as_integer() : std::nullopt;
    if (!count || *count < 0 || *count > kMostRepeats) return std::nullopt;
    return *days * (1 + *count);
}

// The last day on which what an order supplied can have been taken. Its validity limits when it may be filled,
// not how long that lasts: filled on the last day, it lasts as long as one supply.
Day supply_ends(const fhir::MedicationUse &use, const Span &ordered, const Span &validity, Day as_of) {
    if (validity.end) {
        const auto once = longest_days(use.supply_duration);
        return once ? validity.end->last.plus_days(*once) : as_of;
    }
    if (validity.start) return as_of; // it may be filled again for as long as nobody ends it
    const auto days = supplied_days(use);
    return days && ordered.start ? ordered.start->last.plus_days(*days) : as_of;
}

ExposureRead from_order_of(const fhir::MedicationUse &use, Span span, const Span &validity, bool intermittent,
                           Day as_of) {
    const std::string_view status = use.status;
    if (status == "cancelled" || status == "draft" || status == "entered-in-error") return none(kNotAnExposure);
    const bool over = status == "completed" || status == "stopped";
    const bool written = use.authored_on.date.has_value();
    if (is_after_tomorrow(span, as_of) && (written || over)) return any_day(span, as_of);
    if (is_future(validity, as_of) && !over) return none(kNotYet);
    span = today_if_tomorrow(span, as_of);
    if (over) {
        const Day until = supply_ends(use, span, validity, as_of);
        return somewhere(span, std::min(until, as_of), false, Grade::decides);
    }
    if (status == "on-hold") return somewhere(span, as_of, false, Grade::decides);
    if (status != "active") return somewhere(span, as_of, false, Grade::confirm);
    // Past its validity it may have been renewed, or nobody closed it.
    const bool ran_out = validity.end && validity.end->last < as_of;
    return somewhere(span, as_of, !intermittent && !ran_out, Grade::decides);
}

ExposureRead from_order(const fhir::MedicationUse &use, bool intermittent, Day as_of) {
    const Span validity = span_of(use.validity_period, as_of);
    Span span{days_of(use.authored_on), std::nullopt, use.authored_on.text, {}};
    if (!span.start) {
        span.start = validity.start;
        span.start_text = validity.start_text;
    }
    ExposureRead read = from_order_of(use, span, validity, intermittent, as_of);
    if (read.exposure && is_future(span, as_of))
        read.exposure->grade = Grade::confirm; // nothing was taken before
    return read;
}

bool is_plan(std::string_view intent) {
    return intent == "proposal" || intent == "plan" || intent == "option";
}

// What a reported request says of its validity is when the drug was taken, as far as anybody knows.
ExposureRead from_report(const fhir::MedicationUse &use, Day as_of, Grade grade) {
    Span span = span_of(use.validity_period, as_of);
    const bool ran_out = span.end && span.end->last < as_of;
    if (use.status == "active" && ran_out) {
        span.end.reset();
        return in_span(span, as_of, false, grade);
    }
    const auto supply = longest_days(use.supply_duration);
    if (span.end && supply) span.end->last = span.end->last.plus_days(*supply);
    return from_statement(use, span, as_of, grade);
}

// A reported request is history, not an order: it is read as the statement it is.
ExposureRead from_request(const fhir::MedicationUse &use, bool intermittent, Day as_of) {
    if (use.do_not_perform) return none(kNotAnExposure);
    if (use.reported) {
        const Grade grade = is_plan(use.intent) ? Grade::confirm : Grade::decides;
        return from_report(use, as_of, grade);
    }
    if (use.intent != "plan" && is_plan(use.intent)) return none(kNotAnExposure);
    ExposureRead read = from_order(use, intermittent, as_of);
    // Home medication comes as a plan, and so does what is yet to be ordered.
    if (read.exposure && use.intent == "plan") read.exposure->grade = Grade::confirm;
    return read;
}

ExposureRead from_administration(const fhir::MedicationUse &use, Day as_of) {
    const std::string_view status = use.status;
    if (status == "not-done" || status == "entered-in-error") return none(kNotAnExposure);
    const bool given = status == "completed" || status == "stopped";
    const bool known = given || status == "in-progress" || status == "on-hold";
    const Grade grade = known ? Grade::decides : Grade::confirm;
    if (given && use.effective.date) return at_once(use.effective, as_of, grade);
    return in_span(taken_during(use, as_of), as_of, status == "in-progress", grade);
}

// daysSupply is a number of days even where nobody wrote the unit.
std::optional<std::int64_t> supply_of(const fhir::MedicationUse &use) {
    fhir::Quantity supply = use.days_supply;
    if (supply.code.empty() && supply.unit.empty()) supply.code = "d";
    return longest_days(supply);
}

ExposureRead from_dispense(const fhir::MedicationUse &use, Day as_of) {
    const bool unknown = use.status == "unknown" || use.status.empty();
    if (use.status != "completed" && !unknown) return none(kNotAnExposure);
    Grade grade = unknown ? Grade::confirm : Grade::decides;
    Span span{days_of(use.handed_over), std::nullopt, use.handed_over.text, {}};
    if (is_after_tomorrow(span, as_of)) return any_day(span, as_of);
    if (is_future(span, as_of)) grade = Grade::confirm; // it may be a plan
    span = today_if_tomorrow(span, as_of);
    const auto supply = supply_of(use);
    if (!span.start || !supply) return somewhere(span, as_of, false, grade);
    const Day until = span.start->last.plus_days(*supply);
    return somewhere(span, std::min(until, as_of), until > as_of, grade);
}

} // namespace

ExposureRead read_exposure(const fhir::MedicationUse &use, bool intermittent, Day as_of) {
    switch (use.kind) {
    case fhir::MedicationUseKind::statement:
        return from_statement(use, taken_during(use, as_of), as_of, Grade::decides);
    case fhir::MedicationUseKind::request:
        return from_request(use, intermittent, as_of);
    case fhir::MedicationUseKind::administration:
        return from_administration(use, as_of);
    case fhir::MedicationUseKind::dispense:
        break;
    }
    return from_dispense(use, as_of);
}

// No status says what is given: a study's intervention may be a device or an exercise, being on a study may
// mean a registry, and whoever has left one may have been treated until then.
ExposureRead read_exposure(const fhir::ResearchSubject &subject, Day as_of) {
    const std::string_view status = subject.status;
    const Span span = span_of(subject.period, as_of);
    if (status == "on-study-intervention" || status == "on-study")
        return in_span(span, as_of, true, Grade::confirm);
    if (status == "on-study-observation" || status == "follow-up" || status == "off-study" ||
        status == "withdrawn")
        return in_span(span, as_of, false, Grade::confirm);
    return none(kNotAnExposure);
}

} // namespace trialcds::mappings
