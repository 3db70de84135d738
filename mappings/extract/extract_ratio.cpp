// Measured / predicted volume, where no percentage is recorded (clinical-rules 7.5).
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

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

// The volumes by what makes two of them belong together: one Observation, or one time.
class Pairs {
  public:
    explicit Pairs(const ObservationDraft &observations) {
        for (const Volume &volume : observations.volumes) {
            const ObservationDate when = date_of(observations.record.observations[volume.observation]);
            of_one_[{volume.variable, volume.observation}].add(volume);
            of_one_time_[key(volume.variable, when)].add(volume);
        }
    }
    [[nodiscard]] Pair find(const Volume &measured, const ObservationDate &when) const {
        const Pair &own = of_one_.at({measured.variable, measured.observation});
        if (own.complete() || own.ambiguous || when.text.empty()) return own;
        return of_one_time_.at(key(measured.variable, when));
    }

  private:
    using Time = std::tuple<VariableIndex, base::Day, base::Day, std::optional<std::int64_t>>;
    static Time key(VariableIndex variable, const ObservationDate &when) {
        return {variable, when.days.first, when.days.last, when.second};
    }

    std::map<std::pair<VariableIndex, std::size_t>, Pair> of_one_;
    std::map<Time, Pair> of_one_time_;
};

// The dates on which a percentage is known already.
class Recorded {
  public:
    explicit Recorded(const Draft &draft) : draft_(draft) {}

    [[nodiscard]] bool holds(VariableIndex variable, const ObservationDate &when) {
        const auto &list = draft_.facts().measurements[eligibility::at(variable)];
        auto &[seen, dates] = known_[variable];
        for (; seen < list.size(); ++seen)
            dates.emplace(list[seen].date.first, list[seen].date.last);
        return dates.contains({when.days.first, when.days.last});
    }

  private:
    const Draft &draft_;
    std::map<VariableIndex, std::pair<std::size_t, std::set<std::pair<base::Day, base::Day>>>> known_;
};

} // namespace

void add_ratios(Draft &draft, ObservationDraft &observations) {
    if (observations.volumes.empty()) return;
    const Pairs pairs(observations);
    Recorded recorded(draft);
    for (const Volume &volume : observations.volumes) {
        if (volume.is_predicted) continue;
        const ObservationDate when = date_of(observations.record.observations[volume.observation]);
        if (recorded.holds(volume.variable, when)) continue;
        if (const Pair pair = pairs.find(volume, when); pair.complete()) append(draft, observations, pair);
    }
}

} // namespace trialcds::mappings
