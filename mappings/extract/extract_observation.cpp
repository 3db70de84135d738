// Observations -> measurements. The Observation's own code and each component's code say which variables it
// carries; texts are looked at only where no code is known.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "code_match.h"
#include "extract_finding.h"
#include "observation_draft.h"
#include "read_linked.h"
#include "read_result.h"

namespace trialcds::mappings {
namespace {

using eligibility::Measurement;
using eligibility::Unusable;
using eligibility::VariableIndex;

// Where in the Observation a meaning was found; also the order of preference for one variable (7.5).
constexpr int kOwn = -1;

struct Candidate {
    VariableIndex variable{};
    Measurement measurement;
    int component = kOwn;
    bool percent_of_volume = false;
};

bool is_usable(const Candidate &candidate) {
    return candidate.measurement.unusable == Unusable::none;
}

bool is_other_kind(Unusable reason) {
    return reason == Unusable::unreadable || reason == Unusable::not_this_test;
}

// All candidates of one Observation, by what one of them has to know of the others.
class Rivals {
  public:
    explicit Rivals(const std::vector<Candidate> &candidates) {
        if (candidates.size() < 2) return; // it has none
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const Candidate &one = candidates[i];
            OfResult &result = by_result_[one.component];
            ++result.candidates;
            if (!is_usable(one)) continue;
            ++result.usable;
            OfVariable &same = by_variable_[{one.variable, one.measurement.post_treatment}];
            std::size_t &first = one.percent_of_volume ? same.first_percent : same.first;
            first = std::min(first, i);
        }
    }

    // Another one of them says the same better: a code shared by two variables whose value fits the other one;
    // an empty head above its components; a second source of a percentage.
    [[nodiscard]] bool supersede(const Candidate &candidate, std::size_t position, bool is_titer) const {
        if (by_result_.empty()) return false;
        const OfResult &result = by_result_.at(candidate.component);
        const std::size_t others = result.usable - (is_usable(candidate) ? 1 : 0);
        if (result.candidates > 1 && others > 0 && is_other_kind(candidate.measurement.unusable)) return true;
        const auto found = by_variable_.find({candidate.variable, candidate.measurement.post_treatment});
        if (found == by_variable_.end()) return false;
        const auto &[first, first_percent] = found->second;
        if (candidate.measurement.unusable == Unusable::no_value) return true;
        if (is_titer) return false;
        return candidate.percent_of_volume ? first != kNone || first_percent < position : first < position;
    }

  private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    // Its result was read as several variables: only some of them can be meant.
    struct OfResult {
        std::size_t candidates = 0;
        std::size_t usable = 0;
    };
    struct OfVariable { // the first that is usable: recorded, or told by a code of a volume
        std::size_t first = kNone;
        std::size_t first_percent = kNone;
    };

    std::map<int, OfResult> by_result_;
    std::map<std::pair<VariableIndex, bool>, OfVariable> by_variable_;
};

class ObservationReader {
  public:
    ObservationReader(Draft &draft, ObservationDraft &all, std::size_t position)
        : draft_(draft), all_(all), position_(position), observation_(all.record.observations[position]) {}

    void read() {
        if (observation_.status == "cancelled" || observation_.status == "registered") {
            if (draft_.tracer.on()) find_meanings(); // only to say what it would have been
            draft_.ignore("Observation", observation_.status);
            all_.volume[position_] = false;
            counted_ = true;
            return;
        }
        find_meanings();
        if (meanings_.empty() && !may_answer_with_a_finding()) return;
        prepare();
        for (const Found &found : meanings_)
            if (found.meaning.role == Role::not_variable)
                forbidden_.emplace(VariableIndex{found.meaning.index}, found.component);
        for (const Found &found : meanings_)
            if (draft_.work.charge(kCodeWork)) read_meaning(found);
        if (add_observed_findings(draft_, observation_, own_, when_.grade)) all_.useful[position_] = true;
        drop_unwanted();
        for (Candidate &candidate : candidates_)
            append(candidate);
    }
    [[nodiscard]] bool counted() const { return counted_; }
    [[nodiscard]] bool known() const { return !meanings_.empty(); }

  private:
    struct Found {
        Meaning meaning;
        int component = kOwn;
    };

    void find_meanings();
    void find_texts(const fhir::CodeableConcept &code, int component);
    [[nodiscard]] bool may_answer_with_a_finding() const {
        return std::holds_alternative<fhir::CodeableConcept>(observation_.value);
    }
    void prepare();
    [[nodiscard]] bool is_forbidden(VariableIndex variable, int component) const;
    void read_meaning(const Found &found);
    void read_variable(VariableIndex variable, const Found &found, bool post);
    void read_volume(VariableIndex variable, const Found &found);
    [[nodiscard]] ObservedResult result_of(int component) const {
        return component == kOwn
                   ? ObservedResult::of(draft_, observation_)
                   : ObservedResult::of(draft_, observation_,
                                        observation_.component[static_cast<std::size_t>(component)]);
    }
    void add(Candidate candidate, Grade grade, bool post);
    void drop_unwanted();
    [[nodiscard]] bool is_total_of_components(VariableIndex variable) const;
    void append(Candidate &candidate);
    void note_piece(const Candidate &candidate, std::size_t index);
    void report_unusable(const Candidate &candidate) const;
    [[nodiscard]] std::string place_of(int component) const;

    Draft &draft_;
    ObservationDraft &all_;
    std::size_t position_;
    const fhir::Observation &observation_;
    ObservationDate when_;
    bool counted_ = false;
    std::vector<Found> meanings_;
    std::set<std::pair<VariableIndex, int>> forbidden_; // with the component whose code says so
    std::vector<Meaning> own_;                          // of the Observation's own code
    std::vector<Candidate> candidates_;
};

void ObservationReader::find_meanings() {
    find_codes(draft_, observation_.code, own_);
    for (const Meaning &meaning : own_)
        meanings_.push_back({meaning, kOwn});
    std::vector<Meaning> found;
    for (std::size_t i = 0; i < observation_.component.size(); ++i) {
        if (!draft_.work.charge(kCodeWork)) return;
        found.clear();
        find_codes(draft_, observation_.component[i].code, found);
        for (const Meaning &meaning : found)
            meanings_.push_back({meaning, static_cast<int>(i)});
    }
    if (!meanings_.empty()) return;
    find_texts(observation_.code, kOwn);
    for (std::size_t i = 0; i < observation_.component.size(); ++i)
        if (draft_.work.charge(kCodeWork)) find_texts(observation_.component[i].code, static_cast<int>(i));
}

// Variables only: a disease in the name of a test ("vasculitis panel") is a question, not a finding.
void ObservationReader::find_texts(const fhir::CodeableConcept &code, int component) {
    std::vector<PhraseMeaning> found;
    find_phrases(draft_, code, PhraseRule::longest, found);
    for (const PhraseMeaning &phrase : found)
        if (phrase.meaning.role == Role::variable) meanings_.push_back({phrase.meaning, component});
}

void ObservationReader::prepare() {
    when_ = date_of(observation_);
    const bool final_result = observation_.status == "final" || observation_.status == "amended" ||
                              observation_.status == "corrected";
    if (!final_result || observation_.doubtful) when_.grade = Grade::confirm;
}

// A code of the Observation itself forbids the variable everywhere in it; a component's code only there.
bool ObservationReader::is_forbidden(VariableIndex variable, int component) const {
    return forbidden_.contains({variable, kOwn}) || forbidden_.contains({variable, component});
}

void ObservationReader::read_meaning(const Found &found) {
    const VariableIndex variable{found.meaning.index};
    switch (found.meaning.role) {
    case Role::variable:
    case Role::variable_post:
        if (!is_forbidden(variable, found.component))
            read_variable(variable, found, found.meaning.role == Role::variable_post);
        break;
    case Role::volume:
    case Role::predicted:
        if (!is_forbidden(variable, found.component)) read_volume(variable, found);
        break;
    case Role::not_variable:
    case Role::value_set:
    case Role::ingredient:
    case Role::other_drug:
    case Role::none_of_ours:
    case Role::open_procedure:
        break;
    }
}

void ObservationReader::read_variable(VariableIndex variable, const Found &found, bool post) {
    std::vector<LinkedReading> readings = read_linked(draft_, variable, result_of(found.component));
    for (LinkedReading &reading : readings)
        add({reading.variable, std::move(reading.measurement), found.component, false}, found.meaning.grade,
            post);
}

void ObservationReader::read_volume(VariableIndex variable, const Found &found) {
    all_.volume[position_] = true;
    const ObservedResult result = result_of(found.component);
    const NumberRead read = read_number(*result.value);
    if (!read.number || result.value_unusable) return;
    const WrittenNumber &number = *read.number;
    const UnitFactor percent = unit_factor(draft_.lookup, number.unit_code, number.unit_text, variable);
    const bool is_predicted = found.meaning.role == Role::predicted;
    // Only the percentage itself: a volume sent with a wrong unit ("1") must not pass for a share.
    if (percent.factor == base::Decimal(1) && !is_predicted) {
        add({variable, read_quantity(draft_, variable, result), found.component, true}, found.meaning.grade,
            false);
        return;
    }
    const std::string_view unit_text = number.unit_code.empty() ? number.unit_text : number.unit_code;
    const auto unit = draft_.lookup.units.find(trim(unit_text));
    if (unit == draft_.lookup.units.end() || !number.value.lower || !number.value.upper ||
        number.value.lower->value != number.value.upper->value)
        return;
    all_.volumes.push_back({variable, is_predicted, number.value.lower->value, unit->second,
                            weaker(when_.grade, found.meaning.grade), position_});
}

void ObservationReader::add(Candidate candidate, Grade grade, bool post) {
    if (!draft_.work.charge(kFactWork)) return;
    Measurement &measurement = candidate.measurement;
    if (weaker(grade, when_.grade) == Grade::confirm) { // more than its unit is in doubt
        measurement.grade = Grade::confirm;
        measurement.unit_doubt = eligibility::UnitDoubt::none;
    }
    measurement.date = when_.days;
    measurement.second = when_.second;
    measurement.post_treatment = post;
    measurement.origin = origin(observation_.head, when_.text);
    candidates_.push_back(std::move(candidate));
}

bool ObservationReader::is_total_of_components(VariableIndex variable) const {
    for (const PanelReading &panel : draft_.lookup.panels) {
        if (panel.total != variable) continue;
        return std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate &other) {
            return other.component != kOwn && is_usable(other) &&
                   std::find(panel.items.begin(), panel.items.end(), other.variable) != panel.items.end();
        });
    }
    return false;
}

void ObservationReader::drop_unwanted() {
    if (candidates_.size() == 1 && is_usable(candidates_.front())) return;
    const Rivals rivals(candidates_);
    std::map<VariableIndex, bool> totals;
    std::vector<bool> unwanted;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        const Candidate &candidate = candidates_[i];
        const VariableIndex variable = candidate.variable;
        const bool is_titer = draft_.catalogue.variables[eligibility::at(variable)].kind == VariableKind::titer;
        bool superseded = rivals.supersede(candidate, i, is_titer);
        if (!superseded && candidate.measurement.unusable == Unusable::no_value) {
            const auto [known, is_new] = totals.try_emplace(variable);
            if (is_new) known->second = is_total_of_components(variable);
            superseded = known->second;
        }
        unwanted.push_back(superseded);
    }
    std::size_t i = 0;
    std::erase_if(candidates_, [&](const Candidate &) { return unwanted[i++]; });
}

void ObservationReader::append(Candidate &candidate) {
    if (!is_usable(candidate)) report_unusable(candidate);
    auto &list = draft_.facts().measurements[eligibility::at(candidate.variable)];
    note_piece(candidate, list.size());
    list.push_back(std::move(candidate.measurement));
    all_.useful[position_] = true;
}

void ObservationReader::note_piece(const Candidate &candidate, std::size_t index) {
    for (std::size_t p = 0; p < draft_.lookup.panels.size(); ++p) {
        const PanelReading &panel = draft_.lookup.panels[p];
        const auto item = std::find(panel.items.begin(), panel.items.end(), candidate.variable);
        if (panel.total != candidate.variable && item == panel.items.end()) continue;
        const std::size_t position = panel.total == candidate.variable
                                         ? PanelPiece::kTotal
                                         : static_cast<std::size_t>(item - panel.items.begin());
        all_.pieces.push_back({p, position, index, position_, candidate.component != kOwn});
    }
}

struct Complaint {
    std::string_view code;
    std::string_view text;
};

Complaint complaint(Unusable reason) {
    switch (reason) {
    case Unusable::no_value:
        return {"no-value", "The result carries no value; it counts as recorded but unknown."};
    case Unusable::no_unit:
        return {"no-unit", "The value has no unit and is not used."};
    case Unusable::unknown_unit:
        return {"unknown-unit",
                "The unit cannot be converted, or unit and unit code differ; the value is not used."};
    case Unusable::implausible:
        return {"implausible", "The value is outside what is possible and is not used."};
    case Unusable::not_this_test:
        return {"not-this-test", "The value is of another kind than the code says and is not used."};
    case Unusable::none:
    case Unusable::unreadable:
        break;
    }
    return {"unreadable-value", "The value cannot be read with certainty and is not used."};
}

void ObservationReader::report_unusable(const Candidate &candidate) const {
    const Complaint said = complaint(candidate.measurement.unusable);
    const auto severity = candidate.measurement.unusable == Unusable::no_value ? fhir::Severity::information
                                                                               : fhir::Severity::warning;
    draft_.issue(severity, said.code, place_of(candidate.component), said.text);
}

std::string ObservationReader::place_of(int component) const {
    const std::string head = place(observation_.head);
    if (component == kOwn) return head + ".value";
    return head + ".component[" + std::to_string(component) + "].value";
}

} // namespace

void extract_observations(Draft &draft, const fhir::PatientRecord &record) {
    const std::size_t count = record.observations.size();
    ObservationDraft all{record, std::vector<bool>(count), std::vector<bool>(count), {}, {}};
    std::vector<bool> counted(count);
    std::vector<bool> known(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (!draft.work.charge(kResourceWork)) return;
        draft.tracer.at(record.observations[i].head, record.observations[i].code);
        ObservationReader reader(draft, all, i);
        reader.read();
        counted[i] = reader.counted();
        known[i] = reader.known();
    }
    if (!draft.work.charge(kFactWork * (all.volumes.size() + all.pieces.size()))) return;
    add_ratios(draft, all);
    assemble_panels(draft, all);
    for (std::size_t i = 0; i < count; ++i) {
        draft.tracer.at(record.observations[i].head, record.observations[i].code);
        if (all.useful[i]) {
            draft.use();
        } else if (!counted[i]) {
            draft.ignore("Observation", !known[i]       ? "not-mapped"
                                        : all.volume[i] ? "not-percent"
                                                        : "not-this-test");
        }
    }
}

} // namespace trialcds::mappings
