#include "knowledge/reads.h"

#include <algorithm>
#include <array>

#include "knowledge/lookup.h"

namespace trialcds::mappings {

namespace elig = eligibility;

using elig::at;

namespace {

class Collector {
  public:
    explicit Collector(const Catalogue &catalogue) : lookup_(*catalogue.lookup) {
        reads_.variables.resize(catalogue.variables.size());
        reads_.value_sets.resize(catalogue.value_sets.size());
        reads_.drug_groups.resize(catalogue.drug_groups.size());
    }

    void read(const elig::TrialDefinition &trial) {
        read(trial.about);
        for (const elig::Criterion &criterion : trial.criteria) {
            read(criterion.notes);
            for (const elig::Part &part : criterion.parts) {
                read(part.rule);
                read(part.notes);
            }
        }
    }
    void read(const elig::Expression &expression) {
        std::visit([this](const auto &node) { read(node); }, expression.node);
    }
    [[nodiscard]] Reads take() && { return std::move(reads_); }

  private:
    void read(const std::vector<elig::Expression> &expressions) {
        for (const elig::Expression &expression : expressions)
            read(expression);
    }
    void read(const std::vector<elig::ConditionalNote> &notes) {
        for (const elig::ConditionalNote &note : notes)
            read(note.when);
    }

    void read(const elig::AllOf &node) { read(node.of); }
    void read(const elig::AnyOf &node) { read(node.of); }
    void read(const elig::Not &node) { read(node.of); }
    void read(const elig::AtLeastN &node) { read(node.of); }
    void read(const elig::FirstAvailable &node) { read(node.of); }
    void read(const elig::Confirm &node) { read(node.of); }
    void read(const elig::Age &) { reads_.birth_date = true; }
    void read(const elig::SexIs &) { reads_.sex = true; }
    void read(const elig::MeasurementTest &node) {
        read(node.variable);
        if (node.covariate) read(node.covariate->variable);
        if (node.measured_with) read(node.measured_with->variable);
    }
    void read(const elig::Change &node) { read(node.variable); }
    void read(const elig::SiteInvolvement &node) { read(lookup_.panels[at(node.panel)]); }
    void read(const elig::FindingTest &node) { read(node.value_set); }
    void read(const elig::TimeSince &node) {
        for (const elig::ValueSetIndex value_set : node.value_sets)
            read(value_set);
        for (const elig::ValueSetIndex value_set : node.weak_value_sets)
            read(value_set);
        for (const elig::ValueSetIndex value_set : node.diagnoses)
            read(value_set);
        if (node.sign) read(node.sign->variable);
    }
    void read(const elig::Antibody &node) { read(node.variable); }
    void read(const elig::Exposure &node) {
        reads_.drug_groups[at(node.group)] = true;
        if (node.recovery) read(node.recovery->variable);
    }
    void read(const elig::Score &node) {
        for (const elig::ScoreCategory &category : node.categories)
            for (const elig::ScoreItem &item : category.items)
                read(item.when);
    }
    void read(const elig::AskClinician &node) {
        for (const elig::Hint &hint : node.hints)
            read(hint.when);
    }

    void read(elig::ValueSetIndex value_set) { reads_.value_sets[at(value_set)] = true; }
    void read(elig::VariableIndex variable) {
        if (reads_.variables[at(variable)]) return;
        reads_.variables[at(variable)] = true;
        if (const auto &counterpart = lookup_.readings[at(variable)].counterpart) read(*counterpart);
        for (const PanelReading &panel : lookup_.panels)
            if (panel.total == variable ||
                std::find(panel.items.begin(), panel.items.end(), variable) != panel.items.end())
                read(panel);
    }
    // Whole: a total is the sum of its items, and an item can be a component under the total's code.
    void read(const PanelReading &panel) {
        read(panel.total);
        for (const elig::VariableIndex item : panel.items)
            read(item);
    }

    const Lookup &lookup_;
    Reads reads_;
};

bool any(const std::vector<bool> &flags) {
    return std::find(flags.begin(), flags.end(), true) != flags.end();
}

// What the extraction of a resource type gives.
enum class Gives { findings, exposures, exposures_of_study_drugs };
struct Source {
    std::string_view type;
    Gives gives;
};
constexpr std::array<Source, 7> kSources{{
    {"Condition", Gives::findings},
    {"Procedure", Gives::findings},
    {"MedicationStatement", Gives::exposures},
    {"MedicationRequest", Gives::exposures},
    {"MedicationAdministration", Gives::exposures},
    {"MedicationDispense", Gives::exposures},
    {"ResearchSubject", Gives::exposures_of_study_drugs},
}};

bool wants(const Reads &reads, const Lookup &lookup, Gives gives) {
    switch (gives) {
    case Gives::findings:
        return any(reads.value_sets);
    case Gives::exposures:
        return any(reads.drug_groups);
    case Gives::exposures_of_study_drugs:
        break;
    }
    const auto &groups = lookup.investigational_groups;
    return std::any_of(groups.begin(), groups.end(),
                       [&](elig::DrugGroupIndex group) { return reads.drug_groups[at(group)]; });
}

bool carries_a_read_variable(const Reads &reads, const Catalogue &catalogue, const SystemAndCode &code,
                             const std::string &group) {
    const auto meanings = catalogue.lookup->find(code.system, code.code);
    return std::any_of(meanings.begin(), meanings.end(), [&](const Meaning &meaning) {
        return is_observation_code(meaning.role) && reads.variables[meaning.index] &&
               catalogue.variables[meaning.index].group == group;
    });
}

bool is_asked(const PrefetchKey &key, const Reads &reads, const Catalogue &catalogue) {
    if (key.required) return true;
    if (key.resource_type == "Observation") return !key.codes.empty();
    const auto source = std::find_if(kSources.begin(), kSources.end(), [&](const Source &candidate) {
        return candidate.type == key.resource_type;
    });
    // Whatever a type gives that is not listed above, it is not for this to leave it out.
    return source == kSources.end() || wants(reads, *catalogue.lookup, source->gives);
}

} // namespace

Reads reads_of(const std::vector<const elig::TrialDefinition *> &trials, const Catalogue &catalogue) {
    Collector collector(catalogue);
    for (const elig::TrialDefinition *trial : trials)
        collector.read(*trial);
    return std::move(collector).take();
}

Reads reads_of_rules(const std::vector<const elig::Expression *> &rules, const Catalogue &catalogue) {
    Collector collector(catalogue);
    for (const elig::Expression *rule : rules)
        collector.read(*rule);
    return std::move(collector).take();
}

std::vector<PrefetchKey> prefetch_for(const Reads &reads, const Catalogue &catalogue) {
    std::vector<PrefetchKey> keys;
    for (PrefetchKey key : catalogue.prefetch) {
        std::erase_if(key.codes, [&](const SystemAndCode &code) {
            return !carries_a_read_variable(reads, catalogue, code, key.group);
        });
        if (is_asked(key, reads, catalogue)) keys.push_back(std::move(key));
    }
    return keys;
}

} // namespace trialcds::mappings
