// Items of a panel -> assessments: the components of one Observation belong together, and so do Observations
// of single items of one day. A missing item is never taken for 0 (clinical-rules 0.9): without a recorded
// total an incomplete assessment has a lower bound only.
#include <algorithm>
#include <iterator>
#include <map>

#include "observation_draft.h"
#include "read_number.h"

namespace trialcds::mappings {
namespace {

using base::Decimal;
using eligibility::Interval;
using eligibility::Measurement;
using eligibility::PanelAssessment;
using eligibility::Unusable;
using eligibility::VariableIndex;

struct Assessment {
    std::vector<const PanelPiece *> items;
    const PanelPiece *total = nullptr;
};

class PanelAssembler {
  public:
    PanelAssembler(Draft &draft, ObservationDraft &observations, std::size_t panel)
        : draft_(draft), observations_(observations), number_(panel), panel_(draft.lookup.panels[panel]) {}

    void assemble() {
        std::vector<Assessment> assessments = group();
        for (const Assessment &assessment : assessments)
            if (draft_.work.charge(kFactWork + kCodeWork * panel_.items.size())) add(assessment);
        remove_empty_heads();
    }

  private:
    [[nodiscard]] std::vector<Assessment> group();
    void add_single_items(std::vector<Assessment> &assessments,
                          const std::vector<const PanelPiece *> &singles) const;
    // Totals without items of their own, by their day: null where there are several.
    using Heads = std::map<base::Day, Assessment *>;
    [[nodiscard]] Heads heads_of(std::vector<Assessment> &assessments) const;
    void add(const Assessment &assessment);
    void fill_items(const Assessment &assessment, PanelAssessment &out);
    void set_total(const Assessment &assessment, PanelAssessment &out);
    void check_total(const Assessment &assessment, PanelAssessment &out, const Interval &possible);
    void append_total(const PanelAssessment &out);
    void remove_empty_heads();

    [[nodiscard]] VariableIndex variable_of(const PanelPiece &piece) const {
        return piece.item == PanelPiece::kTotal ? panel_.total : panel_.items[piece.item];
    }
    [[nodiscard]] Measurement &measurement_of(const PanelPiece &piece) const {
        return draft_.facts().measurements[eligibility::at(variable_of(piece))][piece.measurement];
    }
    [[nodiscard]] std::optional<Decimal> item_value(const PanelPiece &piece) const;
    [[nodiscard]] std::string place_of(const PanelPiece &piece) const {
        return place(observations_.record.observations[piece.observation].head);
    }

    Draft &draft_;
    ObservationDraft &observations_;
    std::size_t number_;
    const PanelReading &panel_;
    std::vector<std::size_t> empty_heads_; // totals without a value whose items say it
};

std::optional<Decimal> PanelAssembler::item_value(const PanelPiece &piece) const {
    const Measurement &measurement = measurement_of(piece);
    const auto &[lower, upper] = measurement.value;
    if (!measurement.has_value || !lower || !upper || lower->value != upper->value) return std::nullopt;
    if (lower->value < panel_.item_min || lower->value > panel_.item_max) return std::nullopt;
    return lower->value;
}

std::vector<Assessment> PanelAssembler::group() {
    std::map<std::size_t, Assessment> by_observation;
    std::vector<const PanelPiece *> singles;
    if (!draft_.work.charge(observations_.pieces.size())) return {};
    for (const PanelPiece &piece : observations_.pieces) {
        if (piece.panel != number_) continue;
        if (piece.item == PanelPiece::kTotal) {
            by_observation[piece.observation].total = &piece;
        } else if (piece.in_component) {
            by_observation[piece.observation].items.push_back(&piece);
        } else {
            singles.push_back(&piece);
        }
    }
    std::vector<Assessment> assessments;
    assessments.reserve(by_observation.size());
    for (auto &[observation, assessment] : by_observation)
        assessments.push_back(std::move(assessment));
    add_single_items(assessments, singles);
    return assessments;
}

PanelAssembler::Heads PanelAssembler::heads_of(std::vector<Assessment> &assessments) const {
    Heads heads;
    for (Assessment &assessment : assessments) {
        if (!assessment.items.empty()) continue;
        const base::DateInterval date = measurement_of(*assessment.total).date;
        if (date.first != date.last) continue;
        const auto [head, is_new] = heads.try_emplace(date.first, &assessment);
        if (!is_new) head->second = nullptr;
    }
    return heads;
}

// A total of that day without items of its own takes the single items; if several could, none does.
void PanelAssembler::add_single_items(std::vector<Assessment> &assessments,
                                      const std::vector<const PanelPiece *> &singles) const {
    std::map<base::Day, std::vector<const PanelPiece *>> by_day;
    for (const PanelPiece *piece : singles)
        if (const base::DateInterval date = measurement_of(*piece).date; date.first == date.last)
            by_day[date.first].push_back(piece);
    std::vector<Assessment> without_head;
    const Heads heads = heads_of(assessments);
    for (auto &[day, items] : by_day) {
        const auto head = heads.find(day);
        if (head != heads.end() && head->second != nullptr) {
            head->second->items = std::move(items);
        } else {
            without_head.push_back({std::move(items), nullptr});
        }
    }
    std::move(without_head.begin(), without_head.end(), std::back_inserter(assessments));
}

void PanelAssembler::fill_items(const Assessment &assessment, PanelAssessment &out) {
    out.items.assign(panel_.items.size(), std::nullopt);
    std::vector<bool> contradictory(panel_.items.size());
    for (const PanelPiece *piece : assessment.items) {
        const auto value = item_value(*piece);
        if (!value) continue;
        auto &item = out.items[piece->item];
        if (item && *item != *value && !contradictory[piece->item]) {
            contradictory[piece->item] = true;
            draft_.issue(fhir::Severity::warning, "conflicting-items", place_of(*piece),
                         "Two values of one item on the same day differ; the item counts as not recorded.");
        }
        item = value;
        out.grade = weaker(out.grade, measurement_of(*piece).grade);
    }
    for (std::size_t i = 0; i < contradictory.size(); ++i)
        if (contradictory[i]) out.items[i].reset();
}

void PanelAssembler::check_total(const Assessment &assessment, PanelAssessment &out, const Interval &possible) {
    Measurement &total = measurement_of(*assessment.total);
    out.total = total.value;
    out.grade = weaker(out.grade, total.grade);
    if (relate(total.value, possible) != eligibility::Relation::outside) return;
    total.grade = Grade::confirm;
    out.grade = Grade::confirm;
    draft_.issue(fhir::Severity::warning, "total-differs-from-items", place_of(*assessment.total),
                 "The recorded total is not the sum of its items; it is used, but has to be confirmed.");
}

void PanelAssembler::set_total(const Assessment &assessment, PanelAssessment &out) {
    Decimal sum(0);
    Decimal most(0);
    bool complete = true;
    for (const auto &item : out.items) {
        complete = complete && item.has_value();
        sum = sum.plus(item.value_or(Decimal(0))).value_or(sum);
        most = most.plus(item.value_or(panel_.item_max)).value_or(most);
    }
    const bool recorded = assessment.total != nullptr;
    if (recorded && measurement_of(*assessment.total).has_value) {
        check_total(assessment, out, {eligibility::Bound{sum, true}, eligibility::Bound{most, true}});
        return;
    }
    out.total = complete ? Interval::exactly(sum) : Interval{eligibility::Bound{sum, true}, std::nullopt};
    if (!recorded) {
        append_total(out);
    } else if (measurement_of(*assessment.total).unusable == Unusable::no_value) {
        empty_heads_.push_back(assessment.total->measurement);
        append_total(out);
    } else {
        out.grade = Grade::confirm; // a total is recorded, but cannot be read
    }
}

void PanelAssembler::append_total(const PanelAssessment &out) {
    Measurement measurement;
    measurement.derived = true;
    measurement.value = *out.total;
    measurement.has_value = true;
    measurement.grade = out.grade;
    measurement.date = out.date;
    measurement.second = out.second;
    measurement.value_text = to_string(*out.total);
    measurement.origin = out.origin;
    draft_.facts().measurements[eligibility::at(panel_.total)].push_back(std::move(measurement));
}

void PanelAssembler::add(const Assessment &assessment) {
    PanelAssessment out;
    fill_items(assessment, out);
    const bool any_item =
        std::any_of(out.items.begin(), out.items.end(), [](const auto &item) { return item.has_value(); });
    if (!any_item && (assessment.total == nullptr || !measurement_of(*assessment.total).has_value)) return;
    // The total speaks for the assessment; without one the item whose source sorts first, whatever was read
    // first.
    const PanelPiece *speaker = assessment.total;
    for (const PanelPiece *piece : assessment.items)
        if (assessment.total == nullptr && (speaker == nullptr || measurement_of(*piece).origin.source <
                                                                      measurement_of(*speaker).origin.source))
            speaker = piece;
    const Measurement &source = measurement_of(*speaker);
    out.date = source.date;
    out.second = source.second;
    out.origin = source.origin;
    set_total(assessment, out);
    draft_.facts().panels[number_].push_back(std::move(out));
}

void PanelAssembler::remove_empty_heads() {
    auto &totals = draft_.facts().measurements[eligibility::at(panel_.total)];
    std::vector<bool> is_empty(totals.size());
    for (const std::size_t position : empty_heads_)
        is_empty[position] = true;
    std::size_t position = 0;
    std::erase_if(totals, [&](const Measurement &) { return is_empty[position++]; });
}

} // namespace

void assemble_panels(Draft &draft, ObservationDraft &observations) {
    for (std::size_t i = 0; i < draft.lookup.panels.size(); ++i)
        PanelAssembler(draft, observations, i).assemble();
}

} // namespace trialcds::mappings
