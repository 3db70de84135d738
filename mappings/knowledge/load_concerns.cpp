// concerns.json, disease-words.txt, drugs/other-drugs.txt and drugs/other-rxcui.txt: what tells a record that
// is something else from one that was not understood.
#include "knowledge/draft.h"

#include <algorithm>

#include "base/ascii.h"

namespace trialcds::mappings {

using eligibility::at;
using eligibility::ConcernIndex;

namespace {

void load_blocks(const Node &list, Hierarchy hierarchy, Concern &concern) {
    for (const Node &code : list.elements()) {
        const std::string prefix(CodeTable::normal(code.text()).view());
        if (prefix.empty()) code.problem("This is no code; a block is named by the beginning of its codes.");
        concern.blocks.push_back({hierarchy, prefix});
    }
}

std::vector<std::string> in_words(const Node &list) {
    std::vector<std::string> out;
    for (const std::string &text : list.texts())
        out.push_back(to_words(text));
    return out;
}

WordSet word_set(const Node &list) {
    const std::vector<std::string> words = in_words(list);
    return {words.begin(), words.end()};
}

void load_concern(KnowledgeDraft &draft, Names &names, const Node &node) {
    node.object({"id", "possible", "value_sets", "blocks", "stems", "explained", "abbreviations", "ambiguous",
                 "roots"}); // roots: load_closing
    if (!add_name(names, node["id"], "concern")) return;
    const ConcernIndex index{static_cast<std::uint16_t>(draft.lookup.concerns.size())};
    if (at(index) >= TitleWords::kMostConcerns) {
        node.problem("There are more concerns than can be told apart (32); join two.");
        return;
    }
    Concern concern;
    concern.id = node["id"].text();
    const auto set = [&](const Node &name) {
        return draft.resolve(draft.value_sets, name, "value set", "a file valuesets/<id>.json");
    };
    concern.possible = eligibility::ValueSetIndex{set(node["possible"])};
    for (const Node &name : node["value_sets"].required_elements()) {
        const std::uint16_t value_set = set(name);
        if (value_set >= draft.lookup.concern_of.size()) continue;
        ConcernIndex &owner = draft.lookup.concern_of[value_set];
        if (owner != eligibility::kNoConcern)
            name.problem("This value set belongs to another concern already; remove one.");
        owner = index;
    }
    const Node blocks = node["blocks"];
    blocks.object({"icd-10", "icd-9"});
    load_blocks(blocks["icd-10"], Hierarchy::icd_10, concern);
    load_blocks(blocks["icd-9"], Hierarchy::icd_9, concern);
    concern.stems = in_words(node["stems"]);
    for (const Node &explained : node["explained"].elements()) {
        explained.object({"value_sets", "stems"});
        Concern::Explained row;
        for (const Node &name : explained["value_sets"].required_elements())
            row.value_sets.push_back(eligibility::ValueSetIndex{set(name)});
        row.stems = in_words(explained["stems"]);
        concern.explained.push_back(std::move(row));
    }
    concern.abbreviations = node["abbreviations"].texts();
    concern.ambiguous = node["ambiguous"].texts();
    draft.lookup.concerns.push_back(std::move(concern));
}

// Codes of procedures that give a drug or may concern what is asked for, by the block in which they stand.
void load_open_procedures(KnowledgeDraft &draft, const Node &list) {
    for (const Node &node : list.elements()) {
        node.object({"system", "code", "display", "source", "gives_a_drug"});
        const CodeTable::Entry entry = draft.add_code(draft.declared_system(node["system"]), node["code"]);
        if (entry == CodeTable::kNoEntry) continue;
        const std::uint16_t gives = node["gives_a_drug"].flag() ? 1 : 0;
        draft.add_meaning(
            entry, {Role::open_procedure, gives, Grade::decides, draft.add_label(node["display"].text())});
    }
}

// Calls `f` with each line that is no comment, and its number.
template <typename F>
void for_each_line(std::string_view text, F f) {
    std::string_view line;
    for (int number = 1; take_line(text, line); ++number)
        if (!line.empty() && line.front() != '#') f(line, number);
}

void load_disease_words(KnowledgeDraft &draft, const Names &names, const File &file) {
    for_each_line(file.text, [&](std::string_view line, int number) {
        const std::size_t tab = line.find('\t');
        const std::string_view word = line.substr(0, tab);
        std::uint32_t inside = 0;
        std::string_view rest = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(','), rest.size());
            const auto concern = names.find(rest.substr(0, end));
            if (concern == names.end())
                draft.problems.add(file.path + ":" + std::to_string(number), "",
                                   "\"" + std::string(rest.substr(0, end)) +
                                       "\" is no concern of concerns.json; correct the line.");
            else if (concern->second < TitleWords::kMostConcerns)
                inside |= 1U << concern->second;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        draft.lookup.title_words.add(std::string(word), inside);
    });
}

} // namespace

void load_concerns(KnowledgeDraft &draft) {
    draft.lookup.concern_of.assign(draft.catalogue.value_sets.size(), eligibility::kNoConcern);
    SourceFile *file = draft.source(kConcernsFile);
    if (file == nullptr) return;
    const Node root = file->root();
    root.object({"concerns", "recognised", "hiding_systems", "procedure_stems", "infusion_stems", "negations",
                 "negation_ends", "empty_words", "diluents", "dose_form_words", "unspecific", "hierarchy",
                 "open_procedures", "ordinary_procedures", "denied_names"});
    Names names;
    for (const Node &node : root["concerns"].required_elements())
        load_concern(draft, names, node);
    draft.lookup.recognised.assign(draft.catalogue.value_sets.size(), false);
    for (const Node &name : root["recognised"].elements()) {
        const std::uint16_t value_set =
            draft.resolve(draft.value_sets, name, "value set", "a file valuesets/<id>.json");
        if (value_set < draft.lookup.recognised.size()) draft.lookup.recognised[value_set] = true;
    }
    for (std::size_t i = 0; i < draft.lookup.recognised.size(); ++i)
        if (draft.lookup.concern_of[i] != eligibility::kNoConcern) draft.lookup.recognised[i] = true;
    draft.lookup.hiding_systems = root["hiding_systems"].texts();
    draft.lookup.procedure_stems = in_words(root["procedure_stems"]);
    draft.lookup.ordinary_procedures = word_set(root["ordinary_procedures"]);
    draft.lookup.infusion_stems = in_words(root["infusion_stems"]);
    draft.lookup.negation_ends = word_set(root["negation_ends"]);
    draft.lookup.empty_words = word_set(root["empty_words"]);
    draft.lookup.diluents = word_set(root["diluents"]);
    draft.lookup.dose_form_words = word_set(root["dose_form_words"]);
    for (const std::string &code : root["unspecific"].texts())
        draft.lookup.unspecific.emplace_back(CodeTable::normal(code).view());
    draft.lookup.negations = in_words(root["negations"]);
    draft.lookup.denied_names = in_words(root["denied_names"]);
    load_open_procedures(draft, root["open_procedures"]);
    for (const File &list : draft.word_files)
        if (list.path == kDiseaseWordsFile) load_disease_words(draft, names, list);
}

void load_other_drugs(KnowledgeDraft &draft) {
    for (const File &list : draft.word_files) {
        if (list.path == kOtherDrugsFile)
            for_each_line(list.text,
                          [&](std::string_view line, int) { draft.lookup.other_drugs.emplace_back(line); });
        if (list.path == kOtherCodesFile && draft.product_system != CodeTable::kNoSystem)
            for_each_line(list.text, [&](std::string_view line, int) {
                draft.add_meaning(draft.lookup.codes.add(draft.product_system, line),
                                  {Role::other_drug, 0, Grade::decides, 0});
            });
    }
}

} // namespace trialcds::mappings
