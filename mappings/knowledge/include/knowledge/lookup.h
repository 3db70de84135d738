// Lookup: the catalogue turned round for reading a record: code -> what it means, unit -> factor, word ->
// drug. For mappings alone: filled by the loader, read by extraction. Codes are compared as (system, code)
// pairs; display and version never count. Systems marked "prefix" (ICD) compare without dots and by prefix.
// A site's ConceptMap is resolved at load time: its codes are entries like any other. Immutable once loaded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/localized_text.h"
#include "eligibility/facts.h"
#include "eligibility/indices.h"
#include "knowledge/code_table.h"
#include "knowledge/released_codes.h"
#include "knowledge/title_words.h"
#include "knowledge/word_index.h"

namespace trialcds::mappings {

using eligibility::Grade;

enum class Role : std::uint8_t {
    variable,      // Observation (or component) code that carries the variable
    variable_post, // the same, after a bronchodilator
    not_variable,  // this code must never be read as the variable, whatever else is coded beside it
    volume,        // measured volume: in % it is the variable; with its prediction it gives the ratio
    predicted,     // the predicted volume
    value_set,     // condition, procedure or situation
    ingredient,    // medication code: ingredient or product of the drug
    other_drug,    // medication code of a drug that is in no group; no index
    none_of_ours,  // a site says so of its code; no index; the label: the words it said so of
    // Of a procedure that is never something else by its words alone. The index is 1 if it gives a drug.
    open_procedure,
};

// What a phrase of denial takes back beside itself.
enum class Denied : std::uint8_t { itself, words_behind };

// Is a result under such a code asked for to read the variable?
[[nodiscard]] constexpr bool is_observation_code(Role role) {
    return role == Role::variable || role == Role::variable_post || role == Role::volume ||
           role == Role::predicted;
}

// What one code means. `index` is a VariableIndex, ValueSetIndex or IngredientIndex, as the role says.
struct Meaning {
    Role role = Role::variable;
    std::uint16_t index = 0;
    Grade grade = Grade::decides;
    std::uint32_t label = 0; // into Lookup::labels: our own label of the code
};

// A whole-word phrase (lower case, words separated by one blank) in text or display, always grade confirm for
// variables and value sets; for drugs see extraction.
struct Phrase {
    std::string words;
    Meaning meaning;
};

struct Membership {
    eligibility::DrugGroupIndex group{};
    Grade grade = Grade::decides;
};

// A class of codes (ATC prefix), a name ending ("mab") or a word ("car-t") that puts an otherwise unknown drug
// into a group.
struct DrugClass {
    CodeTable::System system = 0;
    std::string prefix;
    Membership membership;
    base::LocalizedText label;
};
struct DrugSuffix {
    std::string suffix;
    Membership membership;

    // The ending must leave a stem: "mab" alone is no name.
    [[nodiscard]] bool ends(std::string_view word) const {
        constexpr std::size_t kShortestStem = 3;
        return word.size() >= suffix.size() + kShortestStem && word.ends_with(suffix);
    }
};
struct DrugWord {
    std::string words;
    Membership membership;
};

struct Ingredient {
    std::vector<std::string> names; // lower case, INN and brands
    std::vector<Membership> groups;
    std::optional<eligibility::HalfLife> half_life;
    bool intermittent = false; // infused every few weeks: an active order is not current exposure
};

// Code systems whose codes carry their hierarchy: what a code is about can be read from its beginning.
enum class Hierarchy : std::uint8_t { none, icd_10, icd_9, atc };

enum class MissingUnit : std::uint8_t { accept, confirm, unusable };

// How a variable's values are read.
struct ReadingRules {
    bool integer = false;
    bool fraction_confirm = false;         // a value up to 1.5 with unit "1" may be a fraction
    std::optional<base::Decimal> at_least; // plausible range
    std::optional<base::Decimal> at_most;
    MissingUnit missing_unit = MissingUnit::unusable;
    std::uint16_t unit = 0;                          // own unit, into Lookup::units
    std::map<std::string, int, std::less<>> ordinal; // accepted spelling (lower case) -> value
    // Presence test and titre of one antibody point at each other: a titre under the presence test's code is
    // read as the titre, an answer in words under the titre's code as the presence test.
    std::optional<eligibility::VariableIndex> counterpart;
    // Titre: a positive answer whose reference range puts the first positive titre at this or above means so
    // much.
    std::optional<base::Decimal> positive_is_at_least;
    // Qualitative: the answer names what was seen (a pattern); naming one of these is positive, another is
    // negative.
    std::vector<std::string> answer_names;
    // Titre: words beside it that name what was seen and say nothing of its height.
    std::vector<std::string> pattern_words;
};

// item variables of a panel in order, its total, and left/right pairs as item positions
struct PanelReading {
    eligibility::VariableIndex total{};
    std::vector<eligibility::VariableIndex> items;
    base::Decimal item_min;
    base::Decimal item_max;
};

// What value sets of one subject have in common: which codes, words and abbreviations of a record that none of
// them lists may be about it (clinical-rules 7.9).
struct Concern {
    struct Block {
        Hierarchy hierarchy = Hierarchy::none;
        std::string prefix; // upper case, without dots
    };
    std::string id;
    eligibility::ValueSetIndex possible{}; // where a record that may be about it is put, to be confirmed
    std::vector<Block> blocks;
    std::vector<std::string> stems; // parts of words, in the form of Words
    // Stems that belong to what these value sets name: "scleroderm" in a record of systemic sclerosis.
    struct Explained {
        std::vector<eligibility::ValueSetIndex> value_sets;
        std::vector<std::string> stems;
    };
    std::vector<Explained> explained;
    std::vector<std::string> abbreviations; // as written: they are about it
    std::vector<std::string> ambiguous;     // as written: they may also mean something else

    [[nodiscard]] bool has_blocks(Hierarchy hierarchy) const;
    [[nodiscard]] bool holds(Hierarchy hierarchy,
                             std::string_view code) const; // code: upper case, without dots
    [[nodiscard]] bool may_hold(Hierarchy hierarchy, std::string_view code) const; // it stands above a block
};

struct TextMeaning {
    std::vector<std::string> positive, negative, equivocal; // lower case phrases
};

struct Lookup {
    // Everything a code means; empty when it means nothing to us. Aliases of the system are resolved.
    [[nodiscard]] std::span<const Meaning> find(std::string_view system, std::string_view code) const;
    // The qualitative meaning of an answer code, if it is one.
    [[nodiscard]] std::optional<eligibility::Qualitative> qualitative(std::string_view system,
                                                                      std::string_view code) const;
    // Each class that a medication code lies in, those with longer prefixes first.
    template <typename F>
    void for_each_drug_class(std::string_view system, std::string_view code, F f) const {
        const CodeTable::System number = codes.system(system);
        if (number == CodeTable::kNoSystem) return;
        for (const DrugClass &known : classes)
            if (known.system == number && code.starts_with(known.prefix)) f(known);
    }
    // Of one group: the one with the longest prefix.
    [[nodiscard]] const DrugClass *drug_class(std::string_view system, std::string_view code,
                                              eligibility::DrugGroupIndex group) const;
    [[nodiscard]] Hierarchy hierarchy(std::string_view system) const;
    // Factor that turns a value in `unit` (a UCUM code or an alias) into the variable's own unit; null when it
    // cannot be converted. "" is not a unit: the caller decides by ReadingRules::missing_unit.
    [[nodiscard]] std::optional<base::Decimal> factor(std::string_view unit,
                                                      eligibility::VariableIndex to) const;

    // Vectors named by index are parallel to the Catalogue's.
    struct Entry {
        std::uint32_t first = 0; // into meanings
        std::uint32_t count = 0;
        std::optional<eligibility::Qualitative> answer;
    };
    CodeTable codes;               // systems, aliases and codes
    ReleasedCodes released;        // codes of a site's release that mean nothing in the table above
    std::vector<Entry> entries;    // by entry of `codes`
    std::vector<Meaning> meanings; // those of one code side by side
    std::vector<base::LocalizedText> labels;
    std::vector<Phrase> phrases;
    std::vector<ReadingRules> readings;  // by VariableIndex
    std::vector<PanelReading> panels;    // by PanelIndex
    std::vector<Ingredient> ingredients; // by IngredientIndex
    std::vector<DrugClass> classes;      // longest prefix first
    std::vector<DrugSuffix> suffixes;
    std::vector<DrugWord> words;
    std::vector<eligibility::DrugGroupIndex> investigational_groups;
    std::vector<bool> telling_groups; // by DrugGroupIndex: a class, ending or word of it tells what the drug is
    std::map<std::string, std::uint16_t, std::less<>> units; // code or alias -> unit number
    std::map<std::pair<std::uint16_t, std::uint16_t>, base::Decimal> conversions; // (from, to) -> factor
    TextMeaning text;
    std::map<std::string, eligibility::Sex, std::less<>> sexes; // by a code of the sex of birth or clinical use
    std::vector<Hierarchy> hierarchies;                         // by system number
    std::vector<std::string> hiding_systems;           // their codes say that something is hidden or missing
    std::vector<std::string> unspecific;               // ICD-10 codes that tell no disease
    std::vector<Concern> concerns;                     // by ConcernIndex
    std::vector<eligibility::ConcernIndex> concern_of; // by ValueSetIndex
    // By ValueSetIndex: what it lists is known to be something else for every concern that it does not belong
    // to. Another trial's value sets say nothing of that, so that adding one never makes a record understood.
    std::vector<bool> recognised;
    std::vector<std::string> other_drugs; // names of drugs that are in no group
    std::vector<std::string>
        procedure_stems;         // a procedure that holds one may be about a concern, or give a drug
    WordSet ordinary_procedures; // whole names that hold one and are something else
    std::vector<std::string> infusion_stems; // a procedure that holds one gives a drug
    WordSet negation_ends;                   // words behind which a denial no longer holds
    WordSet empty_words;                     // words of titles that alone tell no disease: "disease", "unknown"
    WordSet diluents;                        // other drugs that are given with a drug rather than as one
    WordSet dose_form_words;                 // words beside a diluent that name no drug
    std::vector<std::string> negations;      // words that take back the term behind them
    std::vector<std::string> denied_names;   // terms that say of themselves that it is not so: "not pregnant"
    std::vector<std::string> route_intravenous, route_other; // lower case phrases
    std::vector<std::string>
        drug_hedges; // phrases beside a drug's name that make it no plain use: "history of"

    // Turns all phrases and names above into the indexes below: call once, when everything is filled.
    void index_words();
    WordIndex phrase_index;     // value: position in `phrases`
    WordIndex drug_index;       // value: DrugName, as its bits
    WordIndex answer_index;     // value: Qualitative
    WordIndex route_index;      // value: Route
    WordIndex hedge_index;      // value: 0
    WordIndex other_drug_index; // value: 0
    WordIndex negation_index;   // value: 0
    TitleWords title_words;
};

// What a drug_index value says: an ingredient by name, or a word that puts an unknown drug into a group.
struct DrugName {
    bool is_word = false; // position in Lookup::words, else an IngredientIndex
    std::uint16_t position = 0;

    [[nodiscard]] static DrugName from(std::uint32_t bits) {
        return {(bits >> 16) != 0, static_cast<std::uint16_t>(bits & 0xFFFF)};
    }
    [[nodiscard]] std::uint32_t bits() const { return (is_word ? 1U << 16 : 0U) | position; }
};

} // namespace trialcds::mappings
