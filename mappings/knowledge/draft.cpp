#include "knowledge/draft.h"

#include <algorithm>

#include "base/ascii.h"

namespace trialcds::mappings {

namespace {

bool same_subject(const Meaning &left, const Meaning &right) {
    return left.role == right.role && left.index == right.index;
}

} // namespace

SourceFile *KnowledgeDraft::source(std::string_view path) {
    const auto found = std::find_if(sources.begin(), sources.end(),
                                    [&](const SourceFile &source) { return source.path == path; });
    return found == sources.end() ? nullptr : &*found;
}

std::uint32_t KnowledgeDraft::add_label(base::LocalizedText label) {
    lookup.labels.push_back(std::move(label));
    return static_cast<std::uint32_t>(lookup.labels.size() - 1);
}

void KnowledgeDraft::add_meaning(CodeTable::Entry entry, const Meaning &meaning) {
    if (entry == CodeTable::kNoEntry) return;
    if (meanings.size() <= entry) meanings.resize(entry + std::size_t{1});
    auto &known = meanings[entry];
    const auto twin = std::find_if(known.begin(), known.end(),
                                   [&](const Meaning &other) { return same_subject(other, meaning); });
    if (twin == known.end()) {
        known.push_back(meaning);
    } else if (meaning.grade == Grade::confirm) {
        twin->grade = Grade::confirm; // two sources disagree on how much it bears: the careful one
    }
}

void KnowledgeDraft::add_own_concept(std::string_view id, const Meaning &meaning) {
    const CodeTable::System system = lookup.codes.system(kConceptSystem);
    if (system != CodeTable::kNoSystem) add_meaning(lookup.codes.add(system, id), meaning);
}

CodeTable::System KnowledgeDraft::declared_system(const Node &uri) {
    const std::string text = uri.text();
    const CodeTable::System system = lookup.codes.system(text);
    if (!text.empty() && system == CodeTable::kNoSystem)
        uri.problem("\"" + text +
                    "\" is not among the declared code systems, so it is unknown how its codes are "
                    "compared. Declare it under \"systems\" in variables.json.");
    return system;
}

CodeTable::Entry KnowledgeDraft::add_code(CodeTable::System system, const Node &code) {
    const std::string text = code.text();
    if (system == CodeTable::kNoSystem || text.empty()) return CodeTable::kNoEntry; // said already
    const std::size_t size = CodeTable::normal(text).size;
    if (lookup.codes.is_prefix(system) && size > 0 && size < CodeTable::kShortestPrefix) {
        code.problem("Codes of this system are compared by their first three characters or more, so this one "
                     "would never be found. Give a whole category.");
        return CodeTable::kNoEntry;
    }
    const CodeTable::Entry entry = lookup.codes.add(system, text);
    if (entry == CodeTable::kNoEntry) code.problem("This is too long to be a code of its system; correct it.");
    return entry;
}

std::uint16_t KnowledgeDraft::resolve(const Names &names, const Node &name, std::string_view what,
                                      std::string_view defined_in) {
    const std::string id = name.text();
    if (id.empty()) return 0;
    const auto found = names.find(id);
    if (found != names.end()) return found->second;
    name.problem("There is no " + std::string(what) + " \"" + id +
                 "\", so nothing could ever be found for it. Correct the name or define it in " +
                 std::string(defined_in) + ".");
    return 0;
}

eligibility::VariableIndex KnowledgeDraft::variable(const Node &name) {
    return eligibility::VariableIndex{resolve(variables, name, "variable", "variables.json")};
}

eligibility::InputIndex KnowledgeDraft::input(const Node &name) {
    return eligibility::InputIndex{resolve(inputs, name, "input (variable, value set, drug group or question)",
                                           "variables.json under \"inputs\"")};
}

eligibility::InputIndex KnowledgeDraft::input_of(std::string_view id) const {
    const auto found = inputs.find(id);
    return eligibility::InputIndex{found == inputs.end() ? std::uint16_t{0} : found->second};
}

bool take_line(std::string_view &rest, std::string_view &line) {
    if (rest.empty()) return false;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
}

std::string normal_words(std::string_view text) {
    std::string out;
    bool gap = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            gap = !out.empty();
            continue;
        }
        if (gap) out += ' ';
        gap = false;
        out += base::lower(c);
    }
    return out;
}

Grade read_grade(const Node &node) {
    return node.choice<Grade>({{"decides", Grade::decides}, {"confirm", Grade::confirm}}, Grade::decides);
}

bool add_name(Names &names, const Node &id, std::string_view what) {
    const std::string name = id.text();
    if (name.empty()) return false;
    const bool added = names.emplace(name, static_cast<std::uint16_t>(names.size())).second;
    if (!added)
        id.problem("There are two " + std::string(what) + "s \"" + name +
                   "\", and it would be chance which one counts. Rename or remove one.");
    return added;
}

} // namespace trialcds::mappings
