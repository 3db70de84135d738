// Texts for people that lack a language which other texts of the knowledge have. Shown in English there, so it
// is advice and no mistake.
#include <algorithm>

#include "lint.h"

namespace trialcds::mappings {

namespace {

// What stands where a text for people may stand: one text, in the languages it is given in.
struct Text {
    Node node;
    base::LocalizedText text;
};

class TextCollector {
  public:
    void add(const Node &node) {
        if (node) texts_.push_back({node, node.localized()});
    }
    void add(const Node &node, const base::LocalizedText &text) { texts_.push_back({node, text}); }
    // Texts of a trial or a rule, wherever they stand in it.
    void walk(const Node &node);

    [[nodiscard]] const std::vector<Text> &texts() const { return texts_; }

  private:
    std::vector<Text> texts_;
};

void TextCollector::walk(const Node &node) {
    if (node.value().is_array())
        for (const Node &element : node.elements())
            walk(element);
    if (!node.value().is_object()) return;
    for (const auto &[name, member] : node.members()) {
        if (is_text_for_people(name))
            add(member);
        else if (name != "definitions") // their own texts are for authors
            walk(member);
    }
}

void collect_rules(const Definitions &definitions, TextCollector &texts) {
    for (const auto &[name, definition] : definitions)
        texts.walk(definition.node["rule"]);
}

void collect_catalogue(const KnowledgeDraft &draft, TextCollector &texts) {
    for (const Node &variable : draft.variable_nodes)
        texts.add(variable["label"]);
    for (const Node &input : draft.input_nodes)
        texts.add(input["label"]);
    for (const CodeSet &set : draft.code_sets) {
        if (set.of_variable) continue; // what is measured is called by the variable's label
        texts.add(set.node["title"], set.title);
        for (const CodedEntry &coded : set.codes)
            texts.add(coded.node, coded.display);
    }
    for (const Node &ingredient : draft.ingredient_nodes)
        texts.add(ingredient["label"]);
    for (const Node &group : draft.drug_group_nodes) {
        texts.add(group["label"]);
        for (const Node &drug_class : group["classes"].elements())
            texts.add(drug_class["label"]);
    }
}

std::vector<std::string_view> languages_of(const std::vector<Text> &texts) {
    std::vector<std::string_view> out;
    for (const std::string_view language : base::kLanguages)
        if (std::any_of(texts.begin(), texts.end(),
                        [&](const Text &entry) { return entry.text.has(language); }))
            out.push_back(language);
    return out;
}

} // namespace

bool is_text_for_people(std::string_view member) {
    return member == "text" || member == "note" || member == "title" || member == "short_title" ||
           member == "name" || member == "question";
}

std::vector<CheckProblem> missing_translations(const KnowledgeDraft &draft) {
    TextCollector collector;
    collect_catalogue(draft, collector);
    collect_rules(draft.definitions, collector);
    for (const TrialDraft &trial : draft.trials) {
        collector.walk(trial.node);
        collect_rules(trial.definitions, collector);
    }
    std::vector<CheckProblem> advice;
    LintReport report(advice);
    const std::vector<std::string_view> languages = languages_of(collector.texts());
    for (const Text &entry : collector.texts()) {
        std::string missing;
        for (const std::string_view language : languages)
            if (!entry.text.has(language)) missing.append(missing.empty() ? "" : ", ").append(language);
        if (!missing.empty())
            report.add(entry.node, "\"" + entry.text.english() + "\" is not translated (" + missing +
                                       "), so it is shown in English. Add the translation.");
    }
    return advice;
}

std::vector<CheckProblem> unsigned_trials(const KnowledgeDraft &draft) {
    std::vector<CheckProblem> advice;
    LintReport report(advice);
    for (const TrialDraft &trial : draft.trials)
        if (trial.node["approved_by"].texts().empty())
            report.add(trial.node["approved_by"],
                       "Nobody has signed this definition: it is a draft. Have the clinical "
                       "lead read it and enter who approved it.");
    return advice;
}

} // namespace trialcds::mappings
