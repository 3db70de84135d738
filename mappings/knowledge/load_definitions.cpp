// definitions/*.json and the "definitions" of a trial: rules and lists that have a name.
#include "knowledge/draft.h"

namespace trialcds::mappings {

namespace {

void add_definition(const KnowledgeDraft &draft, Definitions &definitions, const Node &node) {
    const Node id = node["id"];
    const std::string name = id.text();
    (void)node["text"].text();
    if (static_cast<bool>(node["rule"]) == static_cast<bool>(node["value_sets"])) {
        node.problem("A definition needs either a \"rule\" or a list of \"value_sets\"; correct it.");
        return;
    }
    if (name.empty()) return;
    if (&definitions != &draft.definitions && draft.definitions.contains(name)) {
        id.problem("\"" + name +
                   "\" is already defined for all trials, and a reader would take the one for the other. Use "
                   "that definition or choose another name.");
    } else if (!definitions.emplace(name, Definition{node}).second) {
        id.problem("There are two definitions \"" + name +
                   "\", and it would be chance which one counts. Rename or remove one.");
    }
}

// Also what nobody uses must be right, and is told once.
void check_each(KnowledgeDraft &draft, RuleScope &scope, Definitions &definitions) {
    for (auto &[name, definition] : definitions)
        check_definition(draft, scope, name);
}

} // namespace

void load_definitions(KnowledgeDraft &draft) {
    for (SourceFile &source : draft.sources) {
        if (!source.path.starts_with("definitions/")) continue;
        const Node root = source.root();
        root.object({"definitions"});
        for (const Node &node : root["definitions"].required_elements()) {
            node.object({"id", "text", "source", "rule", "value_sets"});
            (void)node["source"].text();
            add_definition(draft, draft.definitions, node);
        }
    }
    RuleScope scope;
    check_each(draft, scope, draft.definitions);
}

void load_own_definitions(KnowledgeDraft &draft, RuleScope &scope, const Node &array) {
    for (const Node &node : array.elements()) {
        node.object({"id", "text", "source", "rule", "value_sets"});
        (void)node["source"].text_or("");
        add_definition(draft, scope.definitions, node);
    }
    check_each(draft, scope, scope.definitions);
}

} // namespace trialcds::mappings
