// trials/<id>/trial.json: one trial's criteria.
#include "knowledge/draft.h"

#include <algorithm>

namespace trialcds::mappings {

namespace elig = eligibility;

namespace {

constexpr std::string_view kTrials = "trials/";
constexpr std::string_view kTrialFile = "/trial.json";

FreshnessTable load_freshness(KnowledgeDraft &draft, const Node &array) {
    FreshnessTable out;
    for (const Node &node : array.elements()) {
        node.object({"variables", "decides_for", "confirms_for"});
        const elig::Freshness freshness{node["decides_for"].period(), node["confirms_for"].period()};
        for (const Node &name : node["variables"].required_elements())
            if (!out.emplace(static_cast<std::uint16_t>(draft.variable(name)), freshness).second)
                name.problem("This variable already has a freshness limit; remove one.");
    }
    return out;
}

base::LocalizedText optional_text(const Node &node) {
    return node ? node.localized() : base::LocalizedText();
}

std::vector<elig::VariableIndex> load_variables(KnowledgeDraft &draft, const Node &array) {
    std::vector<elig::VariableIndex> out;
    for (const Node &name : array.elements())
        out.push_back(draft.variable(name));
    return out;
}

bool load_settled_by(const Node &node) {
    return node.choice<bool>({{"clinician", true}}, false);
}

std::vector<elig::ConditionalNote> load_notes(KnowledgeDraft &draft, RuleScope &scope, const Node &array) {
    std::vector<elig::ConditionalNote> out;
    for (const Node &node : array.elements()) {
        node.object({"when", "when_unknown", "text"});
        elig::ConditionalNote note;
        note.when_unknown = static_cast<bool>(node["when_unknown"]);
        if (note.when_unknown == static_cast<bool>(node["when"])) {
            node.problem("A note needs exactly one of \"when\" and \"when_unknown\"; correct it.");
            continue;
        }
        note.when.push_back(load_expression(draft, scope, node[note.when_unknown ? "when_unknown" : "when"]));
        note.text = node["text"].localized();
        out.push_back(std::move(note));
    }
    return out;
}

elig::Part load_part(KnowledgeDraft &draft, RuleScope &scope, const Node &node) {
    node.object({"id", "text", "question", "rule", "settled_by", "notes"});
    elig::Part part;
    part.id = node["id"].text();
    part.text = node["text"].localized();
    part.question = optional_text(node["question"]);
    part.rule = load_expression(draft, scope, node["rule"]);
    part.settled_by_clinician = load_settled_by(node["settled_by"]);
    part.notes = load_notes(draft, scope, node["notes"]);
    return part;
}

elig::Criterion load_criterion(KnowledgeDraft &draft, RuleScope &scope, const Node &node) {
    node.object({"id", "kind", "name", "text", "question", "rule", "combine", "parts", "settled_by", "notes"});
    elig::Criterion criterion;
    criterion.id = node["id"].text();
    criterion.kind = node["kind"].choice<elig::CriterionKind>(
        {{"inclusion", elig::CriterionKind::inclusion}, {"exclusion", elig::CriterionKind::exclusion}});
    criterion.text = node["text"].localized();
    criterion.name = optional_text(node["name"]);
    criterion.question = optional_text(node["question"]);
    criterion.settled_by_clinician = load_settled_by(node["settled_by"]);
    criterion.notes = load_notes(draft, scope, node["notes"]);
    if (static_cast<bool>(node["rule"]) == static_cast<bool>(node["parts"]))
        node.problem("A criterion needs either one \"rule\" or shown \"parts\"; correct it.");
    if (const Node rule = node["rule"]) {
        if (node["combine"]) node["combine"].problem("There are no parts to combine; remove it.");
        elig::Part part;
        part.rule = load_expression(draft, scope, rule);
        criterion.parts.push_back(std::move(part));
    } else {
        criterion.combine = node["combine"].choice<elig::Combine>(
            {{"all_of", elig::Combine::all_of}, {"any_of", elig::Combine::any_of}});
        for (const Node &part : node["parts"].elements())
            criterion.parts.push_back(load_part(draft, scope, part));
    }
    return criterion;
}

void load_head(const Node &root, elig::TrialDefinition &trial) {
    trial.version = root["version"].text();
    trial.title = root["title"].localized();
    trial.short_title = root["short_title"].localized();
    const Node registry = root["registry"];
    registry.object({"url", "date", "source"});
    trial.registry_url = registry["url"].text();
    trial.registry_date = registry["date"].day();
    const Node recruitment = root["recruitment"];
    recruitment.object({"status", "as_of", "source"});
    trial.recruitment_status = recruitment["status"].text();
    trial.recruitment_status_as_of = recruitment["as_of"].day();
    trial.valid_until = root["valid_until"].day();
    trial.approved_by = root["approved_by"].texts();
    trial.screening_period = root["screening_period"].period();
}

void load_trial(KnowledgeDraft &draft, const Node &root, std::string_view folder) {
    root.object({"id", "version", "title", "short_title", "registry", "recruitment", "valid_until",
                 "approved_by", "screening_period", "about", "card", "freshness", "definitions", "criteria"});
    TrialDraft out;
    out.node = root;
    out.definition.id = root["id"].text();
    if (out.definition.id != folder)
        root["id"].problem("The id must be the name of the trial's folder, \"" + std::string(folder) +
                           "\"; rename one of them.");
    load_head(root, out.definition);
    RuleScope scope;
    scope.freshness = load_freshness(draft, root["freshness"]);
    load_own_definitions(draft, scope, root["definitions"]);
    scope.citations = {std::string(root["registry"]["source"].value().text()), {}}; // not of what nobody uses
    out.definition.about = load_expression(draft, scope, root["about"]);
    if (const Node card = root["card"]; card && card.object({"values", "trends"})) {
        out.definition.shown_values = load_variables(draft, card["values"]);
        out.definition.shown_trends = load_variables(draft, card["trends"]);
    }
    for (const Node &criterion : root["criteria"].elements())
        out.definition.criteria.push_back(load_criterion(draft, scope, criterion));
    out.definitions = std::move(scope.definitions);
    out.citations = std::move(scope.citations);
    draft.trials.push_back(std::move(out));
}

} // namespace

void load_trials(KnowledgeDraft &draft) {
    for (SourceFile &source : draft.sources) {
        const std::string_view path = source.path;
        if (!path.starts_with(kTrials)) continue;
        load_trial(draft, source.root(),
                   path.substr(kTrials.size(), path.size() - kTrials.size() - kTrialFile.size()));
    }
    std::sort(draft.trials.begin(), draft.trials.end(), [](const TrialDraft &left, const TrialDraft &right) {
        return left.definition.id < right.definition.id;
    });
}

} // namespace trialcds::mappings
