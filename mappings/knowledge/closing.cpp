#include "knowledge/closing.h"

#include <algorithm>

#include "base/sha256.h"
#include "knowledge/draft.h"
#include "knowledge/overlay.h"

namespace trialcds::mappings {
namespace {

void add(std::string &text, const std::vector<NumericCode> &codes) {
    for (const NumericCode code : codes)
        text += ' ' + std::to_string(code);
    text += '\n';
}

void add(std::string &text, const std::vector<std::string> &words) {
    for (const std::string &word : words)
        text += ' ' + word + ';';
    text += '\n';
}

NumericCode number_of(const Node &code) {
    NumericCode number = 0;
    const std::string text = code.text();
    if (!text.empty() && !read_numeric_code(text, number))
        code.problem("A code of a hierarchy is a number; correct it.");
    return number;
}

bool lists(const CodeSet &set, std::string_view system, std::string_view code) {
    return std::any_of(set.codes.begin(), set.codes.end(),
                       [&](const CodedEntry &coded) { return coded.system == system && coded.code == code; });
}

void add_root(const CodeSet &set, const Closing &closing, const Node &coding, Closing::Set &closed) {
    coding.object({"system", "code"});
    const NumericCode code = number_of(coding["code"]);
    if (coding["system"].text() != closing.system)
        coding.problem("Only codes of the system that concerns.json names under \"hierarchy\" can be closed by "
                       "descent. Correct the system or declare the hierarchy.");
    else if (set.of_variable || !lists(set, closing.system, coding["code"].text()))
        coding.problem(
            "Only a code that this set of findings lists itself can have its descendants added. List "
            "it, or remove this.");
    else
        closed.roots.push_back(code);
}

NumericCode code_of(KnowledgeDraft &draft, const Node &code) {
    draft.hierarchy_codes.push_back(code);
    return number_of(code);
}

void load_subjects(KnowledgeDraft &draft, const Node &concerns) {
    Closing &closing = draft.closing;
    for (const Node &node : concerns.elements()) {
        Closing::Subject subject{node["id"].text(), node["value_sets"].texts(), {}, {}, {}};
        for (const Node &root : node["roots"].elements()) {
            root.object({"code", "display", "source"});
            subject.roots.push_back(code_of(draft, root["code"]));
        }
        for (const std::string &stem : node["stems"].texts())
            subject.stems.push_back(to_words(stem));
        for (const std::string &block : node["blocks"]["icd-10"].texts())
            subject.blocks.emplace_back(CodeTable::normal(block).view());
        if (!subject.roots.empty() && closing.system.empty())
            node["roots"].problem("Roots need a \"hierarchy\" that says which system they are of; add it.");
        closing.concerns.push_back(std::move(subject));
    }
}

void load_hierarchy(KnowledgeDraft &draft, const Node &hierarchy) {
    if (!hierarchy) return;
    hierarchy.object({"system", "parent", "kinds", "maps"});
    (void)draft.declared_system(hierarchy["system"]);
    draft.closing.system = hierarchy["system"].text();
    draft.closing.parent = code_of(draft, hierarchy["parent"]);
    for (const Node &kind : hierarchy["kinds"].required_elements())
        draft.closing.kinds.push_back(code_of(draft, kind));
    for (const Node &map : hierarchy["maps"].elements())
        draft.closing.maps.push_back(code_of(draft, map));
    draft.closing.unspecific = draft.lookup.unspecific;
}

void load_set(const CodeSet &set, Closing &closing) {
    Closing::Set closed{set.id, {}};
    for (const Node &coding : set.roots)
        add_root(set, closing, coding, closed);
    if (!closed.roots.empty()) closing.value_sets.push_back(std::move(closed));
    for (const CodedEntry &coded : set.codes) {
        NumericCode code = 0;
        if (coded.system == closing.system && read_numeric_code(coded.code, code))
            closing.listed.push_back(code);
    }
}

} // namespace

void sort_once(NumericCodes &codes) {
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
}

void load_closing(KnowledgeDraft &draft) {
    if (SourceFile *file = draft.source(kConcernsFile)) {
        load_hierarchy(draft, file->root()["hierarchy"]);
        load_subjects(draft, file->root()["concerns"]);
    }
    for (const CodeSet &set : draft.code_sets)
        load_set(set, draft.closing);
    sort_once(draft.closing.listed);
}

std::vector<NumericCode> Closing::all_roots() const {
    std::vector<NumericCode> roots;
    for (const Set &set : value_sets)
        roots.insert(roots.end(), set.roots.begin(), set.roots.end());
    for (const Subject &subject : concerns)
        roots.insert(roots.end(), subject.roots.begin(), subject.roots.end());
    sort_once(roots);
    return roots;
}

std::string Closing::mark() const {
    std::string text = system + '\n' + std::to_string(parent);
    add(text, kinds);
    add(text, maps);
    add(text, unspecific);
    for (const Set &set : value_sets) {
        text += "value-set " + set.id;
        add(text, set.roots);
    }
    for (const Subject &subject : concerns) {
        text += "concern " + subject.id;
        add(text, subject.roots);
        add(text, subject.sets);
        add(text, subject.stems);
        add(text, subject.blocks);
    }
    add(text, listed);
    return base::sha256(text);
}

Loaded<Closing> closing_of(const std::vector<File> &files) {
    std::vector<File> without;
    std::copy_if(files.begin(), files.end(), std::back_inserter(without),
                 [](const File &file) { return !file.path.starts_with(kOverlayFolder); });
    KnowledgeDraft draft;
    load_draft(draft, without);
    if (!draft.problems.empty()) return tl::make_unexpected(draft.problems.take());
    return std::move(draft.closing);
}

} // namespace trialcds::mappings
