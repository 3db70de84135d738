// units.json and variables.json: units, code systems, variables, panels, answers, inputs, prefetch keys.
#include "knowledge/draft.h"

#include <algorithm>

namespace trialcds::mappings {

using eligibility::at;
using eligibility::Qualitative;

namespace {

constexpr std::string_view kVariablesFile = "variables.json";
constexpr std::string_view kUnitsFile = "units.json";

// The file's root, or an absent Node when the file is not there (said once, by load_draft).
Node root_of(KnowledgeDraft &draft, std::string_view path) {
    SourceFile *file = draft.source(path);
    return file != nullptr ? file->root() : Node{};
}

void load_conversion(KnowledgeDraft &draft, const Node &node) {
    node.object({"from", "to", "factor", "source"});
    const Node from = node["from"];
    const Node to = node["to"];
    const auto source = draft.resolve(draft.lookup.units, from, "unit", "units.json under \"units\"");
    const auto target = draft.resolve(draft.lookup.units, to, "unit", "units.json under \"units\"");
    const base::Decimal factor = node["factor"].decimal();
    if (factor <= base::Decimal(0)) {
        node["factor"].problem("A factor must be above zero; correct it.");
        return;
    }
    if (source == target) node.problem("This converts a unit into itself; remove it.");
    const auto forward = draft.lookup.conversions.emplace(std::pair(source, target), factor);
    if (!forward.second && forward.first->second != factor)
        node.problem("The same conversion is given twice with different factors; keep the right one.");
    // The way back is added where it is exact: nothing is rounded between the EHR's digits and a threshold.
    constexpr int kDigits = 12;
    const auto back = base::Decimal(1).ratio(factor, kDigits);
    if (back && back->times(factor) == base::Decimal(1))
        draft.lookup.conversions.emplace(std::pair(target, source), *back);
}

void add_unit_name(KnowledgeDraft &draft, const Node &name, std::uint16_t unit) {
    const std::string text = name.text();
    if (!text.empty() && !draft.lookup.units.emplace(text, unit).second)
        name.problem("The unit \"" + text +
                     "\" is already a code or alias; a unit must mean one thing. Remove one of them.");
}

} // namespace

void load_units(KnowledgeDraft &draft) {
    const Node root = root_of(draft, kUnitsFile);
    if (!root) return;
    root.object({"units", "conversions"});
    std::uint16_t unit = 0; // 0 stays free for "has no unit"
    for (const Node &node : root["units"].required_elements()) {
        node.object({"code", "aliases"});
        add_unit_name(draft, node["code"], ++unit);
        for (const Node &alias : node["aliases"].elements())
            add_unit_name(draft, alias, unit);
    }
    for (const Node &node : root["conversions"].elements())
        load_conversion(draft, node);
}

void load_systems(KnowledgeDraft &draft) {
    const Node root = root_of(draft, kVariablesFile);
    if (!root) return;
    root.object({"variables", "panels", "inputs", "prefetch", "qualitative", "route", "systems", "drug_hedges",
                 "sexes"});
    for (const Node &node : root["systems"].required_elements()) {
        node.object({"uri", "aliases", "match", "check_digit", "hierarchy"});
        const std::string uri = node["uri"].text();
        const bool prefix = node["match"].choice<bool>({{"exact", false}, {"prefix", true}});
        const auto digit = node["check_digit"].choice<CheckDigit>(
            {{"loinc", CheckDigit::mod10}, {"verhoeff", CheckDigit::verhoeff}}, CheckDigit::none);
        if (uri.empty()) continue;
        if (!draft.lookup.codes.add_system(uri, prefix)) {
            node["uri"].problem("The code system \"" + uri + "\" is declared twice; remove one.");
            continue;
        }
        draft.check_digits.push_back(digit);
        draft.lookup.hierarchies.push_back(node["hierarchy"].choice<Hierarchy>(
            {{"icd-10", Hierarchy::icd_10}, {"icd-9", Hierarchy::icd_9}, {"atc", Hierarchy::atc}},
            Hierarchy::none));
        for (const Node &alias : node["aliases"].elements())
            if (!draft.lookup.codes.add_alias(alias.text(), draft.lookup.codes.system(uri)))
                alias.problem("This name already stands for a code system; remove one.");
    }
}

namespace {

// Makes every code of a value set mean `role` of a variable.
void use_code_set(KnowledgeDraft &draft, const Node &name, Role role, std::uint16_t variable) {
    const auto position = draft.resolve(draft.code_set_names, name, "value set", "a file valuesets/<id>.json");
    if (draft.code_sets.empty()) return;
    CodeSet &set = draft.code_sets[position];
    set.of_variable = true;
    const std::string &group = draft.catalogue.variables[variable].group;
    for (const CodedEntry &coded : set.codes) {
        draft.add_meaning(coded.entry, {role, variable, coded.grade, coded.label});
        if (role != Role::not_variable) draft.group_codes.push_back({group, {coded.system, coded.code}});
    }
    if (role == Role::not_variable || set.phrases.empty()) return;
    const std::uint32_t label = draft.add_label(draft.catalogue.variables[variable].label);
    for (const auto &[phrase, node] : set.phrases)
        draft.lookup.phrases.push_back({phrase, {role, variable, Grade::confirm, label}});
}

void use_code_sets(KnowledgeDraft &draft, const Node &names, Role role, std::uint16_t variable) {
    for (const Node &name : names.elements())
        use_code_set(draft, name, role, variable);
}

std::map<std::string, int, std::less<>> load_spellings(const Node &ordinal) {
    std::map<std::string, int, std::less<>> out;
    for (const auto &[level, spellings] : ordinal.members()) {
        const auto number = base::Decimal::parse(level);
        const auto whole = number ? number->as_integer() : std::nullopt;
        if (!whole || *whole < 0 || *whole > 1000) {
            spellings.problem("The level must be a whole number such as \"3\"; correct it.");
            continue;
        }
        for (const Node &spelling : spellings.required_elements())
            if (!out.emplace(normal_words(spelling.text()), static_cast<int>(*whole)).second)
                spelling.problem("This spelling stands for two levels; remove one.");
    }
    return out;
}

std::vector<std::string> load_phrases(const Node &array) {
    std::vector<std::string> out = array.texts();
    std::transform(out.begin(), out.end(), out.begin(), normal_words);
    return out;
}

ReadingRules load_reading(KnowledgeDraft &draft, const Node &node) {
    ReadingRules reading;
    reading.integer = node["integer"].flag();
    reading.missing_unit = node["missing_unit"].choice<MissingUnit>({{"accept", MissingUnit::accept},
                                                                     {"confirm", MissingUnit::confirm},
                                                                     {"unusable", MissingUnit::unusable}},
                                                                    MissingUnit::unusable);
    // Only a share of a predicted value can come as a fraction of 1.
    reading.fraction_confirm = node["percent_under"].value().present() || node["ratio_of"].value().present();
    if (const Node plausible = node["plausible"]) {
        plausible.object({"at_least", "at_most"});
        reading.at_least = plausible["at_least"].optional_decimal();
        reading.at_most = plausible["at_most"].optional_decimal();
    }
    if (const Node unit = node["unit"]) {
        const auto known = draft.lookup.units.find(unit.text());
        // An unknown unit is the linter's to say: the variable is readable in its own words only.
        if (known != draft.lookup.units.end()) reading.unit = known->second;
    }
    reading.ordinal = load_spellings(node["ordinal"]);
    reading.positive_is_at_least = node["positive_is_at_least"].optional_decimal();
    reading.answer_names = load_phrases(node["answer_names"]);
    reading.pattern_words = load_phrases(node["pattern_words"]);
    return reading;
}

void load_variable(KnowledgeDraft &draft, const Node &node) {
    node.object({"id", "label", "kind", "value_sets", "post_value_sets", "unit", "plausible", "integer",
                 "missing_unit", "percent_under", "ratio_of", "text", "ordinal", "not_value_sets", "group",
                 "presence", "positive_is_at_least", "answer_names", "pattern_words"});
    if (!add_name(draft.variables, node["id"], "variable")) return;
    const auto index = static_cast<std::uint16_t>(draft.catalogue.variables.size());
    draft.variable_nodes.push_back(node);
    draft.catalogue.variables.push_back(
        {node["id"].text(), node["label"].localized(),
         node["kind"].choice<VariableKind>({{"quantity", VariableKind::quantity},
                                            {"titer", VariableKind::titer},
                                            {"qualitative", VariableKind::qualitative},
                                            {"ordinal", VariableKind::ordinal}}),
         node["unit"].text_or(""), node["group"].text()});
    draft.lookup.readings.push_back(load_reading(draft, node));

    use_code_sets(draft, node["value_sets"], Role::variable, index);
    use_code_sets(draft, node["post_value_sets"], Role::variable_post, index);
    use_code_sets(draft, node["not_value_sets"], Role::not_variable, index);
    use_code_sets(draft, node["percent_under"], Role::volume, index);
    if (const Node ratio = node["ratio_of"]) {
        ratio.object({"measured", "predicted"});
        use_code_set(draft, ratio["measured"], Role::volume, index);
        use_code_set(draft, ratio["predicted"], Role::predicted, index);
    }
    const std::uint32_t label = draft.add_label(draft.catalogue.variables.back().label);
    draft.add_own_concept(draft.catalogue.variables.back().id, {Role::variable, index, Grade::decides, label});
    for (const std::string &phrase : node["text"].texts())
        draft.lookup.phrases.push_back({normal_words(phrase), {Role::variable, index, Grade::confirm, label}});
}

// A titre and the presence test of the same antibody know each other.
void link_presence(KnowledgeDraft &draft, std::size_t titre, const Node &presence) {
    const eligibility::VariableIndex test = draft.variable(presence);
    draft.lookup.readings[titre].counterpart = test;
    draft.lookup.readings[at(test)].counterpart = eligibility::VariableIndex{static_cast<std::uint16_t>(titre)};
}

eligibility::ItemPair load_pair(KnowledgeDraft &draft, const PanelReading &panel, const Node &pair) {
    std::vector<std::size_t> positions;
    for (const Node &side : pair.required_elements()) {
        const auto found = std::find(panel.items.begin(), panel.items.end(), draft.variable(side));
        if (found == panel.items.end()) side.problem("This is not an item of the panel; correct it.");
        positions.push_back(static_cast<std::size_t>(found - panel.items.begin()));
    }
    if (positions.size() == 2) return {positions[0], positions[1]};
    pair.problem("A pair has two sides; name both.");
    return {};
}

void load_panel(KnowledgeDraft &draft, const Node &node) {
    node.object({"id", "label", "total", "items", "item_min", "item_max", "pairs"});
    if (!add_name(draft.panels, node["id"], "panel")) return;
    PanelReading panel;
    panel.total = draft.variable(node["total"]);
    for (const Node &item : node["items"].required_elements())
        panel.items.push_back(draft.variable(item));
    panel.item_min = node["item_min"].decimal();
    panel.item_max = node["item_max"].decimal();
    std::vector<eligibility::ItemPair> pairs;
    for (const Node &pair : node["pairs"].elements())
        pairs.push_back(load_pair(draft, panel, pair));
    draft.panel_pairs.push_back(std::move(pairs));
    draft.panel_nodes.push_back(node);
    const auto &variables = draft.catalogue.variables;
    const base::LocalizedText label = variables.empty() ? "" : variables[at(panel.total)].label;
    draft.catalogue.panels.push_back({node["id"].text(), label});
    draft.lookup.panels.push_back(std::move(panel));
}

} // namespace

void load_variables(KnowledgeDraft &draft) {
    const Node root = root_of(draft, kVariablesFile);
    if (!root) return;
    for (const Node &node : root["variables"].required_elements())
        load_variable(draft, node);
    for (std::size_t i = 0; i < draft.variable_nodes.size(); ++i) // may name one that stands further down
        if (const Node presence = draft.variable_nodes[i]["presence"]) link_presence(draft, i, presence);
}

void load_panels(KnowledgeDraft &draft) {
    const Node root = root_of(draft, kVariablesFile);
    if (!root) return;
    for (const Node &node : root["panels"].elements())
        load_panel(draft, node);
}

void load_answers(KnowledgeDraft &draft) {
    const Node root = root_of(draft, kVariablesFile);
    if (!root) return;
    if (const Node qualitative = root["qualitative"]) {
        qualitative.object({"positive", "negative", "equivocal", "codes"});
        draft.lookup.text = {load_phrases(qualitative["positive"]), load_phrases(qualitative["negative"]),
                             load_phrases(qualitative["equivocal"])};
        for (const Node &node : qualitative["codes"].elements()) {
            node.object({"system", "code", "display", "meaning", "source"});
            const auto answer = node["meaning"].choice<Qualitative>({{"positive", Qualitative::positive},
                                                                     {"negative", Qualitative::negative},
                                                                     {"equivocal", Qualitative::equivocal}});
            const CodeTable::Entry entry = draft.add_code(draft.declared_system(node["system"]), node["code"]);
            if (entry == CodeTable::kNoEntry) continue;
            if (draft.lookup.entries.size() <= entry) draft.lookup.entries.resize(entry + std::size_t{1});
            auto &known = draft.lookup.entries[entry].answer;
            if (known && *known != answer) node.problem("This code is given two meanings; keep the right one.");
            known = answer;
        }
    }
    draft.lookup.drug_hedges = load_phrases(root["drug_hedges"]);
    if (const Node sexes = root["sexes"]) {
        sexes.object({"female", "male", "unstated"});
        for (const std::string &code : sexes["female"].texts())
            draft.lookup.sexes.emplace(code, eligibility::Sex::female);
        for (const std::string &code : sexes["male"].texts())
            draft.lookup.sexes.emplace(code, eligibility::Sex::male);
        for (const std::string &code : sexes["unstated"].texts())
            draft.lookup.sexes.emplace(code, eligibility::Sex::unstated);
    }
    if (const Node route = root["route"]) {
        route.object({"intravenous", "other"});
        draft.lookup.route_intravenous = load_phrases(route["intravenous"]);
        draft.lookup.route_other = load_phrases(route["other"]);
    }
}

namespace {

void add_input(KnowledgeDraft &draft, std::string_view id, const base::LocalizedText &label,
               const Node &where) {
    const auto index = static_cast<std::uint16_t>(draft.catalogue.inputs.size());
    if (!draft.inputs.emplace(std::string(id), index).second) {
        where.problem("\"" + std::string(id) +
                      "\" already names another variable, value set, drug group or input, and what is "
                      "missing is told by this name. Rename one of them.");
        return;
    }
    draft.catalogue.inputs.push_back({std::string(id), label});
}

} // namespace

void load_inputs(KnowledgeDraft &draft) {
    const Catalogue &catalogue = draft.catalogue;
    for (std::size_t i = 0; i < catalogue.variables.size(); ++i)
        add_input(draft, catalogue.variables[i].id, catalogue.variables[i].label,
                  draft.variable_nodes[i]["id"]);
    for (std::size_t i = 0; i < catalogue.value_sets.size(); ++i)
        add_input(draft, catalogue.value_sets[i].id, catalogue.value_sets[i].label,
                  draft.code_sets[draft.value_set_code_set[i]].node["id"]);
    for (std::size_t i = 0; i < catalogue.drug_groups.size(); ++i)
        add_input(draft, catalogue.drug_groups[i].id, catalogue.drug_groups[i].label,
                  draft.drug_group_nodes[i]["id"]);
    const Node root = root_of(draft, kVariablesFile);
    if (!root) return;
    for (const Node &node : root["inputs"].elements()) {
        node.object({"id", "label"});
        draft.input_nodes.push_back(node); // the questions; the other inputs are named elsewhere
        add_input(draft, node["id"].text(), node["label"].localized(), node["id"]);
    }
}

void load_prefetch(KnowledgeDraft &draft) {
    const Node root = root_of(draft, kVariablesFile);
    if (!root) return;
    Names keys;
    std::map<std::string, std::size_t> by_group;
    for (const Node &node : root["prefetch"].elements()) {
        node.object({"key", "type", "group", "required"});
        if (!add_name(keys, node["key"], "prefetch key")) continue;
        const std::string group = node["group"].text_or("");
        if (!group.empty() && !by_group.emplace(group, draft.catalogue.prefetch.size()).second)
            node["group"].problem("Two prefetch keys fetch the same group; remove one.");
        draft.prefetch_nodes.push_back(node);
        draft.catalogue.prefetch.push_back(
            {node["key"].text(), node["type"].text(), group, node["required"].flag(), {}});
    }
    std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen; // views of group_codes
    for (const auto &[group, code] : draft.group_codes) {
        const auto key = by_group.find(group);
        if (key == by_group.end() || !seen.emplace(group, code.system, code.code).second) continue;
        draft.catalogue.prefetch[key->second].codes.push_back(code);
    }
    for (const Node &node : draft.variable_nodes)
        if (!by_group.contains(node["group"].text()))
            node["group"].problem("No prefetch key fetches this group, so the variable would never be asked "
                                  "for. Add the key under "
                                  "\"prefetch\" or correct the group.");
}

} // namespace trialcds::mappings
