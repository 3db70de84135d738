#include "explanation.h"

#include <algorithm>
#include <array>

namespace trialcds::wording {
namespace {

namespace elig = eligibility;

using elig::at;
using mappings::ReadRecord;

const std::string &source_of(const elig::Evidence &evidence, const elig::PatientFacts &facts) {
    struct Sources {
        const elig::PatientFacts &all;
        const std::string &operator()(const elig::MeasurementEvidence &one) const {
            return one.measurement->origin.source;
        }
        const std::string &operator()(const elig::PanelEvidence &one) const {
            return one.assessment->origin.source;
        }
        const std::string &operator()(const elig::FindingEvidence &one) const {
            return one.finding->origin.source;
        }
        const std::string &operator()(const elig::ExposureEvidence &one) const {
            return one.exposure->origin.source;
        }
        const std::string &operator()(const elig::DemographicEvidence &) const {
            return all.demographics.source;
        }
    };
    return std::visit(Sources{facts}, evidence);
}

class Explainer {
  public:
    Explainer(const mappings::Catalogue &catalogue, const TracedRun &run, std::string_view id)
        : catalogue_(catalogue), run_(run), id_(id) {}

    Explanation explain() {
        find_asked();
        add_rules();
        reads_ = mappings::reads_of_rules(roots_, catalogue_);
        collect_facts();
        for (const ReadRecord &record : run_.reading.records)
            add_record(record);
        count_rest();
        return std::move(out_);
    }

  private:
    void find_asked();
    void add_rules();
    void add_rule(const elig::Expression &rule, const std::string &id, bool is_note);
    void add_notes(const std::vector<elig::ConditionalNote> &notes, const std::string &id);
    [[nodiscard]] int not_needed(std::size_t position) const;
    void collect_facts();
    void add_record(const ReadRecord &record);
    [[nodiscard]] bool keeps_open(const ReadRecord &record) const;
    void count_rest();
    template <typename F>
    void for_each_leaf(F f) const {
        for (const ExplainedRule &rule : out_.rules)
            for (const ExplainedStep &step : rule.steps)
                if (step.leaf) f(step);
    }

    const mappings::Catalogue &catalogue_;
    const TracedRun &run_;
    std::string_view id_;
    std::vector<const elig::Expression *> roots_;
    mappings::Reads reads_;
    std::multimap<std::string, elig::Evidence> facts_; // that the criterion reads, by source
    int shown_used_ = 0;
    Explanation out_;
};

void Explainer::find_asked() {
    for (const elig::CriterionResult &result : run_.assessment.criteria) {
        if (result.criterion->id == id_) out_.criterion = &result;
        if (result.criterion->id == id_) out_.asked = &result;
        for (const elig::PartResult &part : result.parts) {
            if (part.part->id != id_) continue;
            out_.criterion = &result;
            out_.asked = &part;
        }
    }
}

void Explainer::add_rules() {
    const elig::Criterion &criterion = *out_.criterion->criterion;
    for (const elig::Part &part : criterion.parts) {
        if (out_.asked != out_.criterion && out_.asked->part != &part) continue;
        const std::string &id = part.id.empty() ? criterion.id : part.id;
        add_rule(part.rule, id, false);
        add_notes(part.notes, id);
    }
    if (out_.asked == out_.criterion) add_notes(criterion.notes, criterion.id);
}

void Explainer::add_notes(const std::vector<elig::ConditionalNote> &notes, const std::string &id) {
    for (std::size_t i = 0; i < notes.size(); ++i)
        for (const elig::Expression &when : notes[i].when)
            add_rule(when, id + ".note" + std::to_string(i + 1), true);
}

// Alternatives that the first available one made superfluous were not evaluated.
int Explainer::not_needed(std::size_t position) const {
    const elig::TracedNode &traced = run_.rules[position];
    const auto *node = std::get_if<elig::FirstAvailable>(&traced.node->node);
    if (node == nullptr) return 0;
    std::size_t evaluated = 0;
    for (std::size_t i = position + 1; i < run_.rules.size() && run_.rules[i].depth > traced.depth; ++i)
        evaluated += run_.rules[i].depth == traced.depth + 1 ? 1 : 0;
    return static_cast<int>(node->of.size() - evaluated);
}

void Explainer::add_rule(const elig::Expression &rule, const std::string &id, bool is_note) {
    roots_.push_back(&rule);
    const elig::Trace &trace = run_.rules;
    const auto root = std::find_if(trace.begin(), trace.end(), [&](const elig::TracedNode &traced) {
        return traced.node == &rule && traced.depth == 0;
    });
    ExplainedRule &added = out_.rules.emplace_back();
    added.is_note = is_note;
    std::vector<int> numbers; // of the steps above, and of the latest of each depth
    for (auto traced = root; traced != trace.end() && (traced == root || traced->depth > 0); ++traced) {
        numbers.resize(traced->depth + 1);
        ++numbers.back();
        std::string step = id;
        for (std::size_t i = 1; i < numbers.size(); ++i)
            step += "." + std::to_string(numbers[i]);
        const auto next = traced + 1;
        const auto position = static_cast<std::size_t>(traced - trace.begin());
        added.steps.push_back({std::move(step), &*traced, next == trace.end() || next->depth <= traced->depth,
                               not_needed(position)});
    }
}

void Explainer::collect_facts() {
    const elig::PatientFacts &facts = run_.extraction.facts;
    const auto add = [&](const elig::Evidence &evidence) {
        facts_.emplace(source_of(evidence, facts), evidence);
    };
    for (std::size_t i = 0; i < reads_.variables.size(); ++i)
        if (reads_.variables[i])
            for (const elig::Measurement &one : facts.measurements[i])
                add(elig::MeasurementEvidence{elig::VariableIndex{static_cast<std::uint16_t>(i)}, &one});
    for (std::size_t i = 0; i < reads_.value_sets.size(); ++i)
        if (reads_.value_sets[i])
            for (const elig::Finding &one : facts.findings[i])
                add(elig::FindingEvidence{elig::ValueSetIndex{static_cast<std::uint16_t>(i)}, &one});
    for (std::size_t i = 0; i < reads_.drug_groups.size(); ++i)
        if (reads_.drug_groups[i])
            for (const elig::DrugExposure &one : facts.exposures[i])
                add(elig::ExposureEvidence{elig::DrugGroupIndex{static_cast<std::uint16_t>(i)}, &one});
    for_each_leaf([&](const ExplainedStep &step) { // what a node asks of the patient is in no list
        if (std::holds_alternative<elig::Age>(step.node->node->node)) add(elig::DemographicEvidence{true});
        if (std::holds_alternative<elig::SexIs>(step.node->node->node)) add(elig::DemographicEvidence{false});
    });
}

// A step could conclude no absence because of the list in which the record was counted.
bool Explainer::keeps_open(const ReadRecord &record) const {
    bool open = false;
    for_each_leaf([&](const ExplainedStep &step) {
        for (const elig::Remark &remark : step.node->result.remarks)
            for (const elig::NotUnderstood *list : record.not_understood)
                open = open || remark.text == &list->names;
    });
    return open;
}

void Explainer::add_record(const ReadRecord &record) {
    ExplainedRecord shown;
    shown.record = &record;
    const auto [begin, end] = facts_.equal_range(record.source);
    for (auto fact = begin; fact != end; ++fact)
        shown.facts.push_back(fact->second);
    bool concerns = !shown.facts.empty();
    for (const mappings::ReadStep &step : record.steps) {
        const bool about = is_about(step, reads_, catalogue_);
        concerns = concerns || (about && step.about != mappings::About::concern);
        if (about || step.about == mappings::About::nothing) shown.steps.push_back(&step);
    }
    const bool open = keeps_open(record);
    if (!concerns && !open) {
        if (!record.used)
            ++out_.ignored[{record.type, record.ignored,
                            record.steps.empty() ? "" : std::string(to_string(record.steps.back().by))}];
        return;
    }
    shown_used_ += record.used ? 1 : 0;
    for_each_leaf([&](const ExplainedStep &step) {
        for (const elig::Evidence &evidence : step.node->result.evidence)
            if (source_of(evidence, run_.extraction.facts) == record.source &&
                (shown.used_by.empty() || shown.used_by.back() != step.id))
                shown.used_by.push_back(step.id);
    });
    if (open) shown.part = RecordPart::not_understood;
    if (!shown.used_by.empty()) shown.part = RecordPart::used;
    out_.records.push_back(std::move(shown));
}

// What the reader of FHIR left out, or counts through others, is not in the trace: the run's own counts tell.
void Explainer::count_rest() {
    out_.used_elsewhere = run_.extraction.used - shown_used_;
    auto left = run_.extraction.ignored;
    for (const ReadRecord &record : run_.reading.records)
        if (!record.used) --left[{record.type, record.ignored}];
    for (const auto &[key, count] : left)
        if (count > 0) out_.ignored[{key.type, key.reason, ""}] += count;
}

} // namespace

Explanation explanation_of(const mappings::Catalogue &catalogue, const TracedRun &run, std::string_view id) {
    return Explainer(catalogue, run, id).explain();
}

std::string_view truth_word(elig::CriterionOutcome outcome) {
    switch (outcome) {
    case elig::CriterionOutcome::passes:
        return "true";
    case elig::CriterionOutcome::fails:
        return "false";
    case elig::CriterionOutcome::unknown:
        break;
    }
    return "unknown";
}

// Named as the sentence explain.became knows it.
std::string_view standing_of(const elig::Evidence &evidence) {
    constexpr std::array<std::string_view, 7> kUnusable = {
        "none", "novalue", "nounit", "unknownunit", "implausible", "unreadable", "notthistest"};
    const auto weak = [](const auto &fact) { return fact.grade == elig::Grade::confirm ? "confirm" : "none"; };
    if (const auto *measured = std::get_if<elig::MeasurementEvidence>(&evidence)) {
        const elig::Measurement &one = *measured->measurement;
        if (one.unusable != elig::Unusable::none) return kUnusable[static_cast<std::size_t>(one.unusable)];
        return weak(one);
    }
    if (const auto *found = std::get_if<elig::FindingEvidence>(&evidence))
        return found->finding->state == elig::ClinicalState::ended ? "ended" : weak(*found->finding);
    if (const auto *taken = std::get_if<elig::ExposureEvidence>(&evidence)) return weak(*taken->exposure);
    return "none";
}

std::vector<std::string> explainable(const elig::TrialDefinition &trial) {
    std::vector<std::string> ids;
    for (const elig::Criterion &criterion : trial.criteria) {
        ids.push_back(criterion.id);
        for (const elig::Part &part : criterion.parts)
            if (!part.id.empty()) ids.push_back(part.id);
    }
    return ids;
}

} // namespace trialcds::wording
