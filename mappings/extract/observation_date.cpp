#include "observation_date.h"

namespace trialcds::mappings {
namespace {

ObservationDate from(const fhir::DateValue &date) {
    return {date.date->days, date.date->second, date.text, Grade::decides};
}

// A measurement lies somewhere in its period; an end that is not given is open.
ObservationDate from(const fhir::PeriodValue &period) {
    const auto &[start, end] = period;
    ObservationDate when;
    if (start.date) when.days.first = start.date->days.first;
    if (end.date) when.days.last = end.date->days.last;
    if (when.days.last < when.days.first) return {}; // turned round: nothing is known
    if (when.days.first == when.days.last && start.date) when.second = start.date->second;
    when.text = end.date ? end.text : start.text;
    return when;
}

} // namespace

ObservationDate date_of(const fhir::Observation &observation) {
    if (observation.effective.date) return from(observation.effective);
    const fhir::PeriodValue &period = observation.effective_period;
    if (period.start.date || period.end.date) return from(period);
    return observation.issued.date ? from(observation.issued) : ObservationDate{};
}

} // namespace trialcds::mappings
