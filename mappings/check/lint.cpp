#include "lint.h"

#include <algorithm>
#include <set>

#include "check_digit.h"
#include "fhir/resource_types.h"

namespace trialcds::mappings {

using eligibility::at;

void LintReport::add(const Node &where, std::string text) {
    const std::string place = where.pointer();
    const bool reported = std::any_of(problems_.begin(), problems_.end(), [&](const CheckProblem &known) {
        return known.location == place && known.text == text && known.file == where.file();
    });
    if (!reported) problems_.push_back({CheckStage::lint, where.file(), place, std::move(text)});
}

namespace {

using Coded = std::pair<std::string, std::string>; // system, code

std::multiset<Coded> composed(const CodeSet &set) {
    std::multiset<Coded> out;
    for (const CodedEntry &coded : set.codes)
        out.emplace(coded.system, coded.code);
    return out;
}

std::multiset<Coded> expanded(const Node &expansion) {
    std::multiset<Coded> out;
    for (const Node &node : expansion["contains"].elements())
        out.emplace(node["system"].value().text(), node["code"].value().text());
    return out;
}

bool check_digit_holds(CheckDigit kind, std::string_view code) {
    switch (kind) {
    case CheckDigit::mod10:
        return mod10_holds(code);
    case CheckDigit::verhoeff:
        return verhoeff_holds(code);
    case CheckDigit::none:
        break;
    }
    return true;
}

void lint_check_digit(const KnowledgeDraft &draft, std::string_view system, std::string_view code,
                      const Node &node, LintReport &report) {
    const CodeTable::System number = draft.lookup.codes.system(system);
    if (number == CodeTable::kNoSystem || check_digit_holds(draft.check_digits[number], code)) return;
    report.add(node, "The check digit of " + std::string(code) +
                         " is wrong, so the code is mistyped and means nothing or "
                         "something else. Look it up in its source.");
}

void lint_expansion(const CodeSet &set, LintReport &report) {
    const Node expansion = set.node["expansion"];
    if (composed(set) == expanded(expansion)) return;
    report.add(expansion ? expansion : set.node,
               "The expansion does not list exactly the codes of compose, and readers of "
               "the file would differ on what is in the set. Write both from one list.");
}

} // namespace

void lint_code_sets(const KnowledgeDraft &draft, LintReport &report) {
    for (const CodeSet &set : draft.code_sets) {
        if (set.codes.empty() && set.phrases.empty())
            report.add(set.node,
                       "The value set is empty, so nothing can ever match it. Add codes or a text to match, or "
                       "remove it.");
        lint_expansion(set, report);
        for (const CodedEntry &coded : set.codes)
            lint_check_digit(draft, coded.system, coded.code, coded.node, report);
    }
    for (const Node &code : draft.hierarchy_codes)
        lint_check_digit(draft, draft.closing.system, code.text(), code, report);
}

namespace {

void lint_plausible(const Node &node, LintReport &report) {
    const Node plausible = node["plausible"];
    const auto low = base::Decimal::parse(plausible["at_least"].value().text());
    const auto high = base::Decimal::parse(plausible["at_most"].value().text());
    if (low && high && *low > *high)
        report.add(plausible,
                   "The plausible range ends below its start, so every value would be refused. Swap the ends.");
}

// A code that is read as the variable and must never be read as it.
void lint_guards(const KnowledgeDraft &draft, std::size_t variable, const Node &node, LintReport &report) {
    std::set<Coded> guarded;
    const auto visit = [&](const Node &names, auto &&action) {
        for (const Node &name : names.elements()) {
            const CodeSet &set = draft.code_sets[draft.code_set_names.find(name.value().text())->second];
            for (const CodedEntry &coded : set.codes)
                action(coded);
        }
    };
    visit(node["not_value_sets"], [&](const CodedEntry &coded) { guarded.emplace(coded.system, coded.code); });
    for (const std::string_view member : {"value_sets", "post_value_sets", "percent_under"})
        visit(node[member], [&](const CodedEntry &coded) {
            if (guarded.contains({coded.system, coded.code}))
                report.add(coded.node,
                           "This code is read as \"" + draft.catalogue.variables[variable].id +
                               "\" and also listed among the codes that must never be read as it. Decide for "
                               "one.");
        });
}

void lint_panel(const Node &node, LintReport &report) {
    if (node["item_min"].decimal() > node["item_max"].decimal())
        report.add(node["item_min"], "The smallest item value is above the largest; swap them.");
}

} // namespace

void lint_variables(const KnowledgeDraft &draft, LintReport &report) {
    for (std::size_t i = 0; i < draft.variable_nodes.size(); ++i) {
        const Node &node = draft.variable_nodes[i];
        const Variable &variable = draft.catalogue.variables[i];
        const bool measured = variable.kind == VariableKind::quantity || variable.kind == VariableKind::titer;
        if (!variable.unit.empty() && !draft.lookup.units.contains(variable.unit))
            report.add(node["unit"], "The unit \"" + variable.unit +
                                         "\" is not in units.json, so no value could be converted "
                                         "into it. Add it there or correct it.");
        if (variable.unit.empty() && measured)
            report.add(node,
                       "A quantity needs a \"unit\": without one no recorded value can be converted. Add it.");
        if (variable.kind == VariableKind::ordinal && draft.lookup.readings[i].ordinal.empty())
            report.add(
                node,
                "An ordinal variable needs \"ordinal\": without spellings no answer can be read. Add them.");
        lint_plausible(node, report);
        lint_guards(draft, i, node, report);
    }
    for (const Node &node : draft.panel_nodes)
        lint_panel(node, report);
}

void lint_prefetch(const KnowledgeDraft &draft, LintReport &report) {
    for (const Node &key : draft.prefetch_nodes)
        if (fhir::resource_type_of(key["type"].text()) == fhir::ResourceType::other)
            report.add(key["type"], "No resource of type \"" + key["type"].text() +
                                        "\" is read, so the EHR would send it for nothing. Correct the type.");
}

void lint_drugs(const KnowledgeDraft &draft, LintReport &report) {
    for (const Node &ingredient : draft.ingredient_nodes)
        for (const Node &coded : ingredient["codes"].elements())
            lint_check_digit(draft, coded["system"].value().text(), coded["code"].value().text(), coded,
                             report);
    for (const Node &group : draft.drug_group_nodes)
        if (group["members"].value().size() + group["classes"].value().size() +
                group["name_suffixes"].value().size() + group["text"].value().size() ==
            0)
            report.add(group,
                       "The drug group is empty, so nothing can ever match it. Add members or remove it.");
}

void lint_usage(const KnowledgeDraft &draft, const Usage &usage, LintReport &report) {
    constexpr std::string_view kAdvice =
        " is used by no trial, so nobody would notice a mistake in it. Use it or remove it.";
    const Catalogue &catalogue = draft.catalogue;
    for (std::size_t i = 0; i < catalogue.variables.size(); ++i)
        if (!usage.variables[i])
            report.add(draft.variable_nodes[i],
                       "The variable \"" + catalogue.variables[i].id + "\"" + std::string(kAdvice));
    for (std::size_t i = 0; i < catalogue.value_sets.size(); ++i)
        if (!usage.value_sets[i])
            report.add(draft.code_sets[draft.value_set_code_set[i]].node,
                       "The value set \"" + catalogue.value_sets[i].id + "\"" + std::string(kAdvice));
    for (std::size_t i = 0; i < catalogue.drug_groups.size(); ++i)
        if (!usage.drug_groups[i] && !draft.background_groups[i])
            report.add(draft.drug_group_nodes[i],
                       "The drug group \"" + catalogue.drug_groups[i].id + "\"" + std::string(kAdvice) +
                           " Where it only keeps drugs apart, mark it \"background\": true.");
    for (const auto &[name, definition] : draft.definitions)
        if (!usage.definitions.contains(name))
            report.add(definition.node, "The definition \"" + name + "\"" + std::string(kAdvice));
}

std::vector<CheckProblem> lint(const KnowledgeDraft &draft) {
    std::vector<CheckProblem> problems;
    LintReport report(problems);
    lint_code_sets(draft, report);
    lint_variables(draft, report);
    lint_prefetch(draft, report);
    lint_drugs(draft, report);
    const Catalogue &catalogue = draft.catalogue;
    Usage usage{std::vector<bool>(catalogue.variables.size()),
                std::vector<bool>(catalogue.value_sets.size()),
                std::vector<bool>(catalogue.drug_groups.size()),
                {}};
    for (const TrialDraft &trial : draft.trials)
        lint_trial(draft, trial, usage, report);
    if (!draft.trials.empty()) lint_usage(draft, usage, report);
    return problems;
}

} // namespace trialcds::mappings
