// Measured / predicted volume, where no percentage is recorded (clinical-rules 7.5).
#include <algorithm>

#include "observation_draft.h"

namespace trialcds::mappings {
namespace {

using eligibility::Measurement;
using eligibility::VariableIndex;

// Exactly one measured and one predicted volume; two of either leave open which belong together.
struct Pair {
    const Volume *measured = nullptr;
    const Volume *predicted = nullptr;
    bool ambiguous = false;

    void add(const Volume &volume) {
        const Volume *&slot = volume.is_predicted ? predicted : measured;
        ambiguous = ambiguous || slot != nullptr;
        slot = &volume;
    }
    [[nodiscard]] bool complete() const { return measured != nullptr && predicted != nullptr && !ambiguous; }
};

std::optional<base::Decimal> in_unit(const Lookup &lookup, const Volume &volume, std::uint16_t unit) {
    if (volume.unit == unit) return volume.number;
    const auto conversion = lookup.conversions.find({volume.unit, unit});
    if (conversion == lookup.conversions.end()) return std::nullopt;
    return volume.number.times(conversion->second);
}

std::optional<base::Decimal> percent(const Lookup &lookup, const Pair &pair) {
    constexpr int kDigits = 6;
    const auto measured = in_unit(lookup, *pair.measured, pair.predicted->unit);
    const auto hundredfold = measured ? measured->times(base::Decimal(100)) : std::nullopt;
    return hundredfold ? hundredfold->ratio(pair.predicted->number, kDigits) : std::nullopt;
}

bool is_recorded(const Draft &draft, VariableIndex variable, const ObservationDate &when) {
    const auto &list = draft.facts().measurements[eligibility::at(variable)];
    return std::any_of(list.begin(), list.end(),
                       [&](const Measurement &known) { return known.date == when.days; });
}

bool is_possible(const ReadingRules &reading, const base::Decimal &number) {
    return (!reading.at_least || number >= *reading.at_least) &&
           (!reading.at_most || number <= *reading.at_most);
}

void append(Draft &draft, ObservationDraft &observations, const Pair &pair) {
    const auto value = percent(draft.lookup, pair);
    if (!value) return;
    const VariableIndex variable = pair.measured->variable;
    const fhir::Observation &source = observations.record.observations[pair.measured->observation];
    const ObservationDate when = date_of(source);
    Measurement measurement;
    measurement.derived = true;
    measurement.grade = weaker(pair.measured->grade, pair.predicted->grade);
    measurement.date = when.days;
    measurement.second = when.second;
    measurement.origin = origin(source.head, when.text);
    constexpr int kShownDigits = 2;
    measurement.value_text = value->ratio(base::Decimal(1), kShownDigits).value_or(*value).to_string();
    measurement.unit_text = draft.catalogue.variables[eligibility::at(variable)].unit;
    if (is_possible(draft.reading(variable), *value)) {
        measurement.value = eligibility::Interval::exactly(*value);
        measurement.has_value = true;
    } else {
        measurement.unusable = eligibility::Unusable::implausible;
    }
    draft.facts().measurements[eligibility::at(variable)].push_back(std::move(measurement));
    observations.useful[pair.measured->observation] = true;
    observations.useful[pair.predicted->observation] = true;
}

bool share_time(const ObservationDate &a, const ObservationDate &b) {
    return !a.text.empty() && a.days == b.days && a.second == b.second;
}

Pair find_pair(const ObservationDraft &observations, const Volume &measured, bool same_observation) {
    const ObservationDate when = date_of(observations.record.observations[measured.observation]);
    Pair pair;
    for (const Volume &other : observations.volumes) {
        if (other.variable != measured.variable) continue;
        const bool together =
            same_observation ? other.observation == measured.observation
                             : share_time(when, date_of(observations.record.observations[other.observation]));
        if (together) pair.add(other);
    }
    return pair;
}

} // namespace

void add_ratios(Draft &draft, ObservationDraft &observations) {
    for (const Volume &volume : observations.volumes) {
        if (volume.is_predicted) continue;
        const ObservationDate when = date_of(observations.record.observations[volume.observation]);
        if (is_recorded(draft, volume.variable, when)) continue;
        Pair pair = find_pair(observations, volume, true);
        if (!pair.complete() && !pair.ambiguous) pair = find_pair(observations, volume, false);
        if (pair.complete()) append(draft, observations, pair);
    }
}

} // namespace trialcds::mappings
