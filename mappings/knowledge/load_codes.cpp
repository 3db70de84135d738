// valuesets/*.json and conceptmaps/*.json: FHIR R4 ValueSet and ConceptMap, read into code entries.
#include "knowledge/draft.h"

#include <algorithm>

namespace trialcds::mappings {

namespace {

constexpr std::string_view kGradeExtension = "urn:trial-cds:grade";
constexpr std::string_view kTextExtension = "urn:trial-cds:text-match";
constexpr std::string_view kRootExtension = "urn:trial-cds:descendants-of";
constexpr std::string_view kOwnExtensions = "urn:trial-cds:";
// FHIR's own extension for a text in another language.
constexpr std::string_view kTranslation = "http://hl7.org/fhir/StructureDefinition/translation";

std::string file_stem(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    return std::string(path.substr(0, path.rfind('.')));
}

void unknown_extension(const Node &node, std::string_view url) {
    if (url.starts_with(kOwnExtensions))
        node["url"].problem("There is no extension \"" + std::string(url) +
                            "\", so it would have no effect; correct the spelling.");
}

void add_translation(base::LocalizedText &text, const Node &language, const Node &translation) {
    const std::string code = language.text();
    if (code.empty()) return;
    if (!base::is_language(code)) {
        language.problem("\"" + code +
                         "\" is not a language that texts are given in, so nobody would ever read "
                         "this one. Correct it or remove the text.");
    } else if (text.has(code)) {
        language.problem("There are two texts in \"" + code + "\"; keep one.");
    } else {
        text.add(code, translation.text());
    }
}

// The title, with its translations as FHIR gives them to a primitive element ("_title").
base::LocalizedText load_title(const Node &root) {
    base::LocalizedText title(root["title"].text());
    for (const Node &extension : root["_title"]["extension"].elements()) {
        if (extension["url"].text() != kTranslation) continue;
        Node language, translation;
        for (const Node &part : extension["extension"].elements()) {
            part.object({"url", "valueCode", "valueString"});
            (part["url"].choice<bool>({{"lang", true}, {"content", false}}) ? language : translation) = part;
        }
        if (!language || !translation)
            extension.problem(
                "A translation needs its language (\"lang\") and its text (\"content\"); add what is "
                "missing.");
        else
            add_translation(title, language["valueCode"], translation["valueString"]);
    }
    return title;
}

// What a code is called, with its translations as FHIR gives them to a concept ("designation").
base::LocalizedText load_display(const Node &node, const base::LocalizedText &fallback) {
    if (!node["display"]) return fallback;
    base::LocalizedText display(node["display"].text());
    for (const Node &designation : node["designation"].elements()) {
        designation.object({"language", "value"});
        add_translation(display, designation["language"], designation["value"]);
    }
    return display;
}

Grade concept_grade(const Node &concept_node) {
    Grade grade = Grade::decides;
    for (const Node &extension : concept_node["extension"].elements()) {
        const std::string url = extension["url"].text();
        if (url == kGradeExtension) {
            extension.object({"url", "valueCode"});
            grade = read_grade(extension["valueCode"]);
        } else if (url != "urn:trial-cds:source" && url != "urn:trial-cds:confidence" &&
                   url != "urn:trial-cds:role") {
            unknown_extension(extension, url);
        }
    }
    return grade;
}

void load_concept(KnowledgeDraft &draft, CodeSet &set, const Node &node, const std::string &uri) {
    node.object({"code", "display", "designation", "extension"});
    CodedEntry coded;
    coded.system = uri;
    coded.code = node["code"].text();
    coded.display = load_display(node, set.title);
    coded.grade = concept_grade(node);
    coded.node = node;
    coded.entry = draft.add_code(draft.lookup.codes.system(uri), node["code"]);
    if (coded.entry == CodeTable::kNoEntry) return;
    coded.label = draft.add_label(coded.display);
    set.codes.push_back(std::move(coded));
}

void load_include(KnowledgeDraft &draft, CodeSet &set, const Node &include) {
    include.object({"system", "version", "concept"}); // a filter would need a terminology server
    if (draft.declared_system(include["system"]) == CodeTable::kNoSystem) return;
    const std::string uri = include["system"].text();
    for (const Node &node : include["concept"].elements())
        load_concept(draft, set, node, uri);
}

void refuse_twice(CodeSet &set) {
    std::map<CodeTable::Entry, const CodedEntry *> seen;
    for (const CodedEntry &coded : set.codes)
        if (!seen.emplace(coded.entry, &coded).second)
            coded.node.problem("The code " + coded.code + " is listed twice in this value set; remove one.");
}

void load_code_set(KnowledgeDraft &draft, const Node &root) {
    root.object({"resourceType", "id",        "meta",      "language",    "url",        "identifier",
                 "version",      "name",      "title",     "_title",      "status",     "experimental",
                 "date",         "publisher", "contact",   "description", "useContext", "jurisdiction",
                 "immutable",    "purpose",   "copyright", "compose",     "expansion",  "extension"});
    const Node id = root["id"];
    if (id.text() != file_stem(root.file()))
        id.problem("The id must be the file's name without \".json\"; rename one of them.");
    if (root["resourceType"].text() != "ValueSet")
        root["resourceType"].problem(
            "A file in valuesets/ must be a FHIR ValueSet; correct it or move the file.");
    if (!add_name(draft.code_set_names, id, "value set")) return;
    CodeSet set;
    set.id = id.text();
    set.title = load_title(root);
    set.node = root;
    if (const Node compose = root["compose"]) {
        compose.object({"lockedDate", "inactive", "include"});
        for (const Node &include : compose["include"].elements())
            load_include(draft, set, include);
    }
    for (const Node &extension : root["extension"].elements()) {
        const std::string url = extension["url"].text();
        if (url == kTextExtension) {
            extension.object({"url", "valueString"});
            set.phrases.emplace_back(normal_words(extension["valueString"].text()), extension);
        } else if (url == kRootExtension) {
            extension.object({"url", "valueCoding"});
            set.roots.push_back(extension["valueCoding"]);
        } else {
            unknown_extension(extension, url);
        }
    }
    refuse_twice(set);
    draft.code_sets.push_back(std::move(set));
}

} // namespace

void load_code_sets(KnowledgeDraft &draft) {
    for (SourceFile &source : draft.sources)
        if (source.path.starts_with("valuesets/")) load_code_set(draft, source.root());
}

// The value sets that no variable reads its Observations by are sets of findings.
void load_value_sets(KnowledgeDraft &draft) {
    for (std::size_t position = 0; position < draft.code_sets.size(); ++position) {
        const CodeSet &set = draft.code_sets[position];
        if (set.of_variable) continue;
        const auto index = static_cast<std::uint16_t>(draft.catalogue.value_sets.size());
        draft.value_sets.emplace(set.id, index);
        draft.value_set_code_set.push_back(position);
        draft.catalogue.value_sets.push_back({set.id, set.title});
        for (const CodedEntry &coded : set.codes)
            draft.add_meaning(coded.entry, {Role::value_set, index, coded.grade, coded.label});
        const std::uint32_t label = draft.add_label(set.title);
        draft.add_own_concept(set.id, {Role::value_set, index, Grade::decides, label});
        for (const auto &[phrase, node] : set.phrases)
            draft.lookup.phrases.push_back({phrase, {Role::value_set, index, Grade::confirm, label}});
    }
}

namespace {

enum class Mapping { decides, confirm, none_of_ours, ignored };

Mapping read_equivalence(const Node &target) {
    const Node node = target["equivalence"] ? target["equivalence"] : target["relationship"];
    const auto mapping = node.choice<Mapping>({{"equal", Mapping::decides},
                                               {"equivalent", Mapping::decides},
                                               {"wider", Mapping::decides},
                                               {"source-is-narrower-than-target", Mapping::decides},
                                               {"inexact", Mapping::confirm},
                                               {"narrower", Mapping::confirm},
                                               {"source-is-broader-than-target", Mapping::confirm},
                                               {"related-to", Mapping::confirm},
                                               {"unmatched", Mapping::none_of_ours},
                                               {"disjoint", Mapping::ignored},
                                               {"not-related-to", Mapping::ignored}});
    if (mapping == Mapping::confirm && target["comment"].value().text().empty())
        target.problem("A mapping that is not exact needs a \"comment\" saying what differs, for the clinician "
                       "who has to confirm "
                       "it. Add one.");
    return mapping;
}

// What the target of a mapping means: an id of ours, or a code that is itself in our value sets.
struct Target {
    std::vector<Meaning> meanings;
    std::optional<eligibility::Qualitative> answer;
};

Target find_target(const KnowledgeDraft &draft, std::string_view system, std::string_view code) {
    const CodeTable::Entry entry = draft.lookup.codes.find(draft.lookup.codes.system(system), code);
    Target target;
    if (entry < draft.meanings.size()) target.meanings = draft.meanings[entry];
    if (entry < draft.lookup.entries.size()) target.answer = draft.lookup.entries[entry].answer;
    return target;
}

// A site's own system is compared exactly.
void declare_site_system(KnowledgeDraft &draft, const std::string &uri) {
    if (uri.empty() || !draft.lookup.codes.add_system(uri, false)) return;
    draft.check_digits.push_back(CheckDigit::none);
}

// Codes that say that something is hidden or missing are of no subject, so nobody can say that they are none of
// ours.
void say_none_of_ours(KnowledgeDraft &draft, CodeTable::Entry entry, const std::string &display,
                      const Node &place, const std::string &system) {
    if (std::find(draft.lookup.hiding_systems.begin(), draft.lookup.hiding_systems.end(), system) !=
        draft.lookup.hiding_systems.end()) {
        place.problem(
            "A code of this system says that something is hidden or missing, which may be anything; it "
            "cannot be said to be none of ours. Remove the line.");
        return;
    }
    draft.add_meaning(entry, {Role::none_of_ours, 0, Grade::decides, draft.add_label(display)});
}

void map_code(KnowledgeDraft &draft, CodeTable::Entry entry, const SystemAndCode &source, const Target &target,
              Grade grade, std::string_view label) {
    const std::uint32_t label_index = draft.add_label(std::string(label));
    for (Meaning meaning : target.meanings) {
        meaning.label = label_index;
        if (grade == Grade::confirm) meaning.grade = Grade::confirm;
        draft.add_meaning(entry, meaning);
        if (is_observation_code(meaning.role))
            draft.group_codes.push_back({draft.catalogue.variables[meaning.index].group, source});
    }
    if (!target.answer || grade == Grade::confirm) return;
    if (draft.lookup.entries.size() <= entry) draft.lookup.entries.resize(entry + std::size_t{1});
    draft.lookup.entries[entry].answer = target.answer;
}

// "unmatched" speaks of all our concepts, "disjoint" of one: beside a target of its own it says no more than
// that.
Mapping read_mapping(const Node &target) {
    const Mapping mapping = read_equivalence(target);
    return mapping == Mapping::none_of_ours && target["code"] ? Mapping::ignored : mapping;
}

// An element without targets is not filled in, and says nothing.
void load_element(KnowledgeDraft &draft, const Node &element, const std::string &source_system,
                  const std::string &target_system) {
    element.object({"code", "display", "target", "noMap"});
    const CodeTable::Entry entry = draft.add_code(draft.lookup.codes.system(source_system), element["code"]);
    const std::string code(element["code"].value().text());
    const std::string display = element["display"].text_or(code);
    if (element["noMap"].flag()) say_none_of_ours(draft, entry, display, element["noMap"], source_system);
    for (const Node &target : element["target"].elements()) {
        target.object({"code", "display", "equivalence", "relationship"});
        const Mapping mapping = read_mapping(target);
        if (mapping == Mapping::none_of_ours) say_none_of_ours(draft, entry, display, target, source_system);
        if (mapping == Mapping::none_of_ours || mapping == Mapping::ignored || entry == CodeTable::kNoEntry)
            continue;
        const std::string target_code = target["code"].text();
        const Target meaning = find_target(draft, target_system, target_code);
        if (meaning.meanings.empty() && !meaning.answer) {
            target["code"].problem("\"" + target_code +
                                   "\" is neither an id of ours nor a code in a value set, so the mapping "
                                   "would have no effect. Correct it.");
            continue;
        }
        map_code(draft, entry, {source_system, code}, meaning,
                 mapping == Mapping::confirm ? Grade::confirm : Grade::decides, display);
    }
}

void load_concept_map(KnowledgeDraft &draft, const Node &root) {
    root.object({"resourceType",
                 "id",
                 "meta",
                 "language",
                 "url",
                 "identifier",
                 "version",
                 "name",
                 "title",
                 "status",
                 "experimental",
                 "date",
                 "publisher",
                 "contact",
                 "description",
                 "useContext",
                 "jurisdiction",
                 "purpose",
                 "copyright",
                 "sourceUri",
                 "sourceCanonical",
                 "targetUri",
                 "targetCanonical",
                 "sourceScopeUri",
                 "sourceScopeCanonical",
                 "targetScopeUri",
                 "targetScopeCanonical",
                 "group",
                 "extension"});
    if (root["resourceType"].text() != "ConceptMap")
        root["resourceType"].problem(
            "A file in conceptmaps/ must be a FHIR ConceptMap; correct it or move the file.");
    for (const Node &group : root["group"].elements()) {
        group.object({"source", "sourceVersion", "target", "targetVersion", "element"});
        const std::string source = group["source"].text();
        const std::string target = group["target"].text();
        declare_site_system(draft, source);
        for (const Node &element : group["element"].required_elements())
            load_element(draft, element, source, target);
    }
}

} // namespace

void load_concept_maps(KnowledgeDraft &draft) {
    for (SourceFile &source : draft.sources)
        if (source.path.starts_with("conceptmaps/")) load_concept_map(draft, source.root());
}

// Prefix systems: whatever a shorter code means, a longer one means too. Then one flat table.
void finish_lookup(KnowledgeDraft &draft) {
    Lookup &lookup = draft.lookup;
    draft.meanings.resize(lookup.codes.size());
    lookup.entries.resize(lookup.codes.size());
    for (CodeTable::Entry entry = 0; entry < lookup.codes.size(); ++entry) {
        std::vector<Meaning> own = draft.meanings[entry];
        for (const CodeTable::Entry shorter : lookup.codes.shorter(entry))
            for (const Meaning &meaning : draft.meanings[shorter])
                if (std::none_of(own.begin(), own.end(), [&](const Meaning &known) {
                        return known.role == meaning.role && known.index == meaning.index;
                    }))
                    own.push_back(meaning);
        lookup.entries[entry].first = static_cast<std::uint32_t>(lookup.meanings.size());
        lookup.entries[entry].count = static_cast<std::uint32_t>(own.size());
        lookup.meanings.insert(lookup.meanings.end(), own.begin(), own.end());
    }
    lookup.index_words();
}

} // namespace trialcds::mappings
