// KnowledgeDraft: the knowledge while it is being put together. Keeps the parsed files and where everything was
// said, which the finished Knowledge does not need but the linter does. Each load_* reads one kind of file;
// they run in the order declared here because later kinds refer to earlier ones by name. Thread-safety: one
// loader.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/definition.h"
#include "eligibility/trial.h"
#include "knowledge/closing.h"
#include "knowledge/definitions.h"
#include "knowledge/knowledge.h"
#include "knowledge/lookup.h"

namespace trialcds::mappings {

using base::Choices;
using base::Node;
using base::Problems;
using base::SourceFile;

using Names = std::map<std::string, std::uint16_t, std::less<>>; // id -> index

struct CodedEntry {
    std::string system; // as written
    std::string code;
    base::LocalizedText display;
    CodeTable::Entry entry = CodeTable::kNoEntry;
    Grade grade = Grade::decides;
    std::uint32_t label = 0;
    Node node;
};

// A ValueSet file: the Observation codes of a variable, or a set of findings.
struct CodeSet {
    std::string id;
    base::LocalizedText title;
    std::vector<CodedEntry> codes;
    std::vector<std::pair<std::string, Node>> phrases;
    std::vector<Node> roots; // codings: whatever stands below these of its codes is in the set
    Node node;
    bool of_variable = false;
};

// Declared in variables.json; how codes of the system are compared, and whether they carry a check digit.
enum class CheckDigit { none, mod10, verhoeff };

// How old a value may be in a trial, by VariableIndex.
using FreshnessTable = std::map<std::uint16_t, eligibility::Freshness>;

// What the rules of a trial lean on besides the catalogue and the shared definitions.
struct RuleScope {
    FreshnessTable freshness;
    Definitions definitions;             // the trial's own
    std::vector<std::string> being_read; // names, outermost first: a use of one of them is a cycle
    int uses = 0;                        // of names, so far
    Citations citations;                 // of the names used so far
};

struct TrialDraft {
    Node node;
    eligibility::TrialDefinition definition;
    Definitions definitions; // its own
    Citations citations;
};

struct KnowledgeDraft {
    std::deque<SourceFile> sources; // by path; addresses are stable
    std::deque<File> csv_files;
    std::deque<File> word_files;             // lists of words, one a line
    std::vector<const File *> overlay_files; // they outlive the draft's loading
    Problems problems;

    Catalogue catalogue;
    Lookup lookup;
    std::vector<std::vector<Meaning>> meanings; // by entry of lookup.codes
    std::vector<CheckDigit> check_digits;       // by system number

    std::vector<CodeSet> code_sets; // in the order of their paths
    Names code_set_names;
    Names variables, value_sets, panels, drug_groups, ingredients, inputs;
    std::vector<Node> variable_nodes, input_nodes, panel_nodes, prefetch_nodes, ingredient_nodes,
        drug_group_nodes;
    Closing closing;
    std::vector<Node> hierarchy_codes;                           // codes in `closing` that no value set lists
    std::string overlay_summary;                                 // for people, where an overlay was loaded
    std::vector<std::vector<eligibility::ItemPair>> panel_pairs; // by PanelIndex
    std::vector<bool> background_groups;         // by DrugGroupIndex: known, but asked for by no trial
    std::vector<std::size_t> value_set_code_set; // by ValueSetIndex: position in code_sets
    std::vector<std::pair<std::string, SystemAndCode>> group_codes; // Observation group, code to fetch
    // Pairs of drug groups (lower index first) that share ingredients on purpose.
    std::set<std::pair<std::uint16_t, std::uint16_t>> declared_overlaps;
    CodeTable::System product_system = CodeTable::kNoSystem; // that of product codes, for csv files
    Definitions definitions;                                 // shared by all trials
    std::vector<TrialDraft> trials;

    [[nodiscard]] SourceFile *source(std::string_view path);
    [[nodiscard]] std::uint32_t add_label(base::LocalizedText label);
    // Adds what a code means; a meaning said twice counts once.
    void add_meaning(CodeTable::Entry entry, const Meaning &meaning);
    // Our own ids of variables, value sets and ingredients are codes too, where their system is declared.
    void add_own_concept(std::string_view id, const Meaning &meaning);
    // The number of a declared code system; kNoSystem and a problem otherwise.
    [[nodiscard]] CodeTable::System declared_system(const Node &uri);
    // The entry of a code; kNoEntry and a problem when it can be none.
    [[nodiscard]] CodeTable::Entry add_code(CodeTable::System system, const Node &code);
    // The index of a name, or 0 and a problem that names `what` and where such names come from.
    [[nodiscard]] std::uint16_t resolve(const Names &names, const Node &name, std::string_view what,
                                        std::string_view defined_in);
    [[nodiscard]] eligibility::VariableIndex variable(const Node &name);
    [[nodiscard]] eligibility::InputIndex input(const Node &name);
    [[nodiscard]] eligibility::InputIndex input_of(std::string_view id) const; // of a resolved name
};

// Lists of words, one a line; '#' begins a remark.
inline constexpr std::string_view kDiseaseWordsFile = "disease-words.txt";
inline constexpr std::string_view kOtherDrugsFile = "drugs/other-drugs.txt";
inline constexpr std::string_view kOtherCodesFile = "drugs/other-rxcui.txt"; // in the system of products
inline constexpr std::string_view kConcernsFile = "concerns.json";
inline constexpr std::string_view kOverlayFolder = "terminology/"; // <name>.txt: knowledge/overlay.h
// Takes the next line off `rest`; false at its end.
[[nodiscard]] bool take_line(std::string_view &rest, std::string_view &line);

// Lower case, words separated by one blank: how phrases are compared.
[[nodiscard]] std::string normal_words(std::string_view text);
[[nodiscard]] Grade read_grade(const Node &node);
// A name -> index entry; a name given twice is a problem.
bool add_name(Names &names, const Node &id, std::string_view what);

void load_units(KnowledgeDraft &draft);
void load_systems(KnowledgeDraft &draft);
void load_code_sets(KnowledgeDraft &draft);
void load_variables(KnowledgeDraft &draft);
void load_panels(KnowledgeDraft &draft);
void load_answers(KnowledgeDraft &draft); // qualitative answers and routes
void load_value_sets(KnowledgeDraft &draft);
void load_concerns(KnowledgeDraft &draft);
void load_closing(KnowledgeDraft &draft);
void load_overlay(KnowledgeDraft &draft);
void load_other_drugs(KnowledgeDraft &draft);
void load_ingredients(KnowledgeDraft &draft);
void load_drug_groups(KnowledgeDraft &draft);
void close_drug_groups(KnowledgeDraft &draft); // memberships that classes and names give
void load_site_products(KnowledgeDraft &draft);
void load_inputs(KnowledgeDraft &draft);
void load_concept_maps(KnowledgeDraft &draft);
void load_prefetch(KnowledgeDraft &draft);
void finish_lookup(KnowledgeDraft &draft); // prefixes, order, flat tables
void load_definitions(KnowledgeDraft &draft);
void load_trials(KnowledgeDraft &draft);

void load_own_definitions(KnowledgeDraft &draft, RuleScope &scope, const Node &array);
// One expression of a trial, with every name replaced by what it stands for.
[[nodiscard]] eligibility::Expression load_expression(KnowledgeDraft &draft, RuleScope &scope,
                                                      const Node &node);
// Notes what is wrong with a definition, unless that was done.
void check_definition(KnowledgeDraft &draft, RuleScope &scope, std::string_view name);

// All of the above. `draft.problems` holds what is wrong.
void load_draft(KnowledgeDraft &draft, const std::vector<File> &files);
// Moves a draft without problems into Knowledge; the draft keeps its files and positions only.
[[nodiscard]] std::shared_ptr<const Knowledge> finish(KnowledgeDraft &draft, const std::vector<File> &files);

} // namespace trialcds::mappings
