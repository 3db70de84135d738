#include "drug_match.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "code_match.h"
#include "none_of_ours.h"

namespace trialcds::mappings {
namespace {

using eligibility::at;
using eligibility::DrugGroupIndex;
using eligibility::IngredientIndex;

// Every text that may name the drug: of the record, of the Medication it refers to, of its ingredients.
template <typename F>
void for_each_text(const fhir::MedicationUse &use, F f) {
    mappings::for_each_text(use.medication, f);
    if (!use.reference_display.empty() && use.reference_display != use.medication.text)
        f(use.reference_display);
    for (const fhir::CodeableConcept &ingredient : use.ingredient)
        mappings::for_each_text(ingredient, f);
}

template <typename F>
void for_each_coding(const fhir::MedicationUse &use, F f) {
    for (const fhir::Coding &coding : use.medication.coding)
        f(coding);
    for (const fhir::CodeableConcept &ingredient : use.ingredient)
        for (const fhir::Coding &coding : ingredient.coding)
            f(coding);
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// The places of a text that are part of what was found in it.
class Covered {
  public:
    Covered(const std::vector<PhraseHit> &hits, const Words &words) : places_(words.text().size()) {
        for (const PhraseHit &hit : hits)
            std::fill(places_.begin() + static_cast<std::ptrdiff_t>(hit.begin),
                      places_.begin() + static_cast<std::ptrdiff_t>(hit.end), true);
    }
    // Of the word that begins here.
    [[nodiscard]] bool holds(std::size_t start) const { return places_[start]; }

  private:
    std::vector<bool> places_;
};

// A name has letters; "12345" or "?" names nothing.
bool is_readable(const Words &words) {
    const std::string_view text = words.text();
    return std::count_if(text.begin(), text.end(), is_letter) >= 2;
}

// An ATC code of the fifth level: "A10BA02".
bool is_substance(std::string_view code) {
    constexpr std::string_view kForm = "LDDLLDD"; // L: a letter, D: a digit
    return code.size() == kForm.size() &&
           std::equal(code.begin(), code.end(), kForm.begin(), [](char c, char form) {
               return form == 'L' ? c >= 'A' && c <= 'Z' : c >= '0' && c <= '9';
           });
}

// Of one record: of a text that lists all that somebody ever took. What names more is understood in part.
constexpr std::size_t kMostMatches = 24;

class DrugMatcher {
  public:
    DrugMatcher(Draft &draft, const fhir::MedicationUse &use) : draft_(draft), use_(use) {}

    DrugNames match() {
        match_codes();
        const bool understood = read_names();
        match_classes();
        match_words_and_endings();
        trace_other_code();
        if (!names_.matches.empty() && !too_many_ && (understood || tells_the_drug())) {
            names_.naming = DrugNaming::known;
        } else if (!names_.matches.empty()) {
            names_.naming = DrugNaming::known_to_some;
        } else if (understood) {
            names_.naming = DrugNaming::another;
        } else if (readable_) {
            names_.naming = DrugNaming::unknown;
        }
        sort_matches();
        return std::move(names_);
    }

  private:
    enum class Said : std::uint8_t { nothing, diluent, drug, unknown };
    void match_codes();
    [[nodiscard]] bool read_names();
    [[nodiscard]] Said read_concept(const fhir::CodeableConcept &named, std::string_view beside);
    [[nodiscard]] bool codes_name_a_drug(const fhir::CodeableConcept &named);
    [[nodiscard]] Said read_text(std::string_view text);
    [[nodiscard]] Said read_words(bool hedged);
    [[nodiscard]] bool add_listed_names(bool hedged);
    [[nodiscard]] Said other_drug_named();
    void trace_other_code() const;
    void match_classes();
    void match_words_and_endings();
    void match_endings();
    void add_ingredient(IngredientIndex ingredient, Grade grade, bool text_match);
    void add(const Membership &membership, Grade grade, bool text_match, base::LocalizedText label);
    void put(DrugMatch match);
    void sort_matches();
    [[nodiscard]] bool is_in(DrugGroupIndex group) const;
    [[nodiscard]] std::string_view hit_words(const PhraseHit &hit) const {
        return draft_.words.text().substr(hit.begin, hit.end - hit.begin);
    }
    [[nodiscard]] bool is_hedged() const;
    [[nodiscard]] bool tells_the_drug() const {
        return std::any_of(names_.matches.begin(), names_.matches.end(), [&](const DrugMatch &match) {
            return draft_.lookup.telling_groups[at(match.group)];
        });
    }
    [[nodiscard]] bool names_nothing_beside(const std::vector<PhraseHit> &hits) const;

    Draft &draft_;
    const fhir::MedicationUse &use_;
    DrugNames names_;
    // So many matches stand before those by words and endings; all of them, until then.
    std::size_t matched_by_code_or_name_ = std::numeric_limits<std::size_t>::max();
    bool coded_ = false;                       // an ingredient is known by its code
    bool known_ = false;                       // an ingredient is known
    bool readable_ = false;                    // some text names something
    bool another_named_ = false;               // some text names a drug that is in no group
    bool too_many_ = false;                    // matches: some were left out
    const fhir::Coding *other_code_ = nullptr; // the first that names one
};

void DrugMatcher::match_codes() {
    for_each_coding(use_, [&](const fhir::Coding &coding) {
        if (!draft_.work.charge(kCodeWork)) return;
        for (const Meaning &meaning : draft_.lookup.find(coding.system, coding.code))
            if (meaning.role == Role::ingredient) {
                draft_.tracer.by_code(coding, meaning);
                add_ingredient(IngredientIndex{meaning.index}, meaning.grade, false);
            }
    });
    coded_ = known_;
}

// "History of rituximab" in a medication list is a use, but of unknown kind.
bool DrugMatcher::is_hedged() const {
    std::vector<PhraseHit> hits;
    draft_.find(draft_.lookup.hedge_index, hits);
    return !hits.empty();
}

// By a code that is listed, or of a drug in a system whose codes carry their class.
bool DrugMatcher::codes_name_a_drug(const fhir::CodeableConcept &named) {
    for (const fhir::Coding &coding : named.coding) {
        if (!draft_.work.charge(kCodeWork)) break;
        bool listed = false;
        bool other = draft_.lookup.hierarchy(coding.system) == Hierarchy::atc && is_substance(coding.code);
        for (const Meaning &meaning : draft_.lookup.find(coding.system, coding.code)) {
            listed = listed || meaning.role == Role::ingredient;
            other = other || meaning.role == Role::other_drug;
        }
        if (other && other_code_ == nullptr) other_code_ = &coding;
        if (listed || other) return true;
    }
    return false;
}

// The listed ingredients that the words name.
bool DrugMatcher::add_listed_names(bool hedged) {
    draft_.hits.clear();
    draft_.find(draft_.lookup.drug_index, draft_.hits);
    bool any = false;
    for (const PhraseHit &hit : draft_.hits) {
        if (!draft_.work.charge(kCodeWork)) break;
        const DrugName name = DrugName::from(hit.value);
        if (name.is_word) continue;
        any = true;
        const bool sure = !coded_ && !hedged;
        draft_.tracer.by_words(ReadBy::name, hit_words(hit), About::ingredient, name.position);
        add_ingredient(IngredientIndex{name.position}, sure ? Grade::decides : Grade::confirm, true);
    }
    return any;
}

// What is given with a drug names the record only where nothing else in the text may be one: "X in sodium
// chloride" is X.
DrugMatcher::Said DrugMatcher::other_drug_named() {
    std::vector<PhraseHit> hits;
    draft_.find(draft_.lookup.other_drug_index, hits);
    if (!draft_.work.charge(kCodeWork * hits.size())) return Said::unknown;
    const auto names = [&](const PhraseHit &hit) { return !is_one_of(hit_words(hit), draft_.lookup.diluents); };
    const auto name = std::find_if(hits.begin(), hits.end(), names);
    const bool diluent = name == hits.end() && !hits.empty() && names_nothing_beside(hits);
    if (name == hits.end() && !diluent) return Said::unknown;
    if (!another_named_)
        draft_.tracer.by_words(ReadBy::another_drug_name, hit_words(diluent ? hits.front() : *name));
    another_named_ = true;
    return diluent ? Said::diluent : Said::drug;
}

// Of the words that stand in the buffer.
DrugMatcher::Said DrugMatcher::read_words(bool hedged) {
    if (!is_readable(draft_.words)) return Said::nothing;
    readable_ = true;
    const Said other = other_drug_named();
    return add_listed_names(hedged) ? Said::drug : other;
}

// Of "methotrexate + biologic" the one that is known does not speak for the other, and "history of" before them
// speaks of both.
DrugMatcher::Said DrugMatcher::read_text(std::string_view text) {
    draft_.take(text);
    const bool hedged = is_hedged();
    if (text.find('+') == std::string_view::npos) return read_words(hedged);
    Said all = Said::nothing;
    bool unknown = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('+'), text.size());
        draft_.take(text.substr(0, end));
        const Said said = read_words(hedged);
        unknown = unknown || (said == Said::unknown && !names_nothing_beside({}));
        if (all == Said::nothing || said == Said::drug) all = said;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return unknown ? Said::unknown : all;
}

// What one concept, the record's own or an ingredient's, says: of several texts the surest, but a diluent only
// where no other text may be a drug's name. That a site calls its code none of ours covers the words that it
// saw.
DrugMatcher::Said DrugMatcher::read_concept(const fhir::CodeableConcept &named, std::string_view beside) {
    bool drug = codes_name_a_drug(named);
    bool diluent = false;
    bool unknown = false;
    const NoneOfOurs site(draft_, named);
    const auto take = [&](std::string_view text) {
        const Said said = read_text(text);
        if (said == Said::unknown && site.said_of(text)) return;
        drug = drug || said == Said::drug;
        diluent = diluent || said == Said::diluent;
        unknown = unknown || said == Said::unknown;
    };
    mappings::for_each_text(named, take);
    if (!beside.empty() && beside != named.text) take(beside);
    if (drug) return Said::drug;
    if (unknown) return Said::unknown;
    if (diluent) return Said::diluent;
    if (site.said()) return Said::drug;
    return named.coding.empty() ? Said::nothing : Said::unknown;
}

// Whether what is known covers the whole record: by the name or code of the product, or by every ingredient
// that it lists. One that is known does not speak for another, and a diluent for none.
bool DrugMatcher::read_names() {
    const Said product = read_concept(use_.medication, use_.reference_display);
    bool any = false;
    bool all = true;
    for (const fhir::CodeableConcept &ingredient : use_.ingredient) {
        const Said said = read_concept(ingredient, {});
        any = any || said == Said::drug;
        all = all && (said == Said::drug || said == Said::diluent);
    }
    if (product == Said::drug) return true;
    if (use_.ingredient.empty()) return product == Said::diluent;
    return all && (any || product != Said::unknown);
}

// Said only where nothing else tells what the record is.
void DrugMatcher::trace_other_code() const {
    if (!known_ && !another_named_ && other_code_ != nullptr)
        draft_.tracer.by_code(ReadBy::another_drug_code, *other_code_);
}

// Single letters that stand together are one word: "i. v." is iv, "I.V.I.G." is none of ours.
bool DrugMatcher::names_nothing_beside(const std::vector<PhraseHit> &hits) const {
    if (!draft_.work.charge(kCodeWork * draft_.words.size())) return false;
    const Covered covered(hits, draft_.words);
    std::string letters;
    const auto tells = [this](std::string_view word) {
        return !word.empty() && !is_one_of(word, draft_.lookup.dose_form_words);
    };
    for (std::size_t i = 0; i < draft_.words.size(); ++i) {
        std::string_view word = draft_.words.word(i);
        if (word.size() == 1 && is_letter(word.front()) && !covered.holds(draft_.words.start(i))) {
            letters += word;
            continue;
        }
        if (tells(std::exchange(letters, ""))) return false;
        if (covered.holds(draft_.words.start(i))) continue;
        // Of "500ml" the unit.
        word.remove_prefix(
            static_cast<std::size_t>(std::find_if(word.begin(), word.end(), is_letter) - word.begin()));
        if (tells(word)) return false;
    }
    return !tells(letters);
}

// What puts a drug that is no listed ingredient of the group into it: only where nothing surer has.
void DrugMatcher::match_classes() {
    for_each_coding(use_, [&](const fhir::Coding &coding) {
        if (draft_.lookup.hierarchy(coding.system) == Hierarchy::none) return;
        if (!draft_.work.charge(draft_.lookup.classes.size())) return;
        draft_.lookup.for_each_drug_class(coding.system, coding.code, [&](const DrugClass &known) {
            const DrugGroupIndex group = known.membership.group;
            if (is_in(group)) return;
            draft_.tracer.by_code(ReadBy::drug_class, coding, About::drug_group, at(group));
            add(known.membership, Grade::decides, false, known.label);
        });
    });
}

void DrugMatcher::match_words_and_endings() {
    matched_by_code_or_name_ = names_.matches.size();
    for_each_text(use_, [&](std::string_view text) {
        draft_.take(text);
        const bool hedged = is_hedged();
        draft_.hits.clear();
        draft_.find(draft_.lookup.drug_index, draft_.hits);
        for (const PhraseHit &hit : draft_.hits) {
            const DrugName name = DrugName::from(hit.value);
            if (!name.is_word || !draft_.work.charge(names_.matches.size())) continue;
            const DrugWord &word = draft_.lookup.words[name.position];
            if (is_in(word.membership.group)) continue;
            draft_.tracer.by_words(ReadBy::name, word.words, About::drug_group, at(word.membership.group));
            add(word.membership, hedged ? Grade::confirm : Grade::decides, true, word.words);
        }
        match_endings();
    });
}

// Of words that are no known drug's name.
void DrugMatcher::match_endings() {
    std::erase_if(draft_.hits, [](const PhraseHit &hit) { return DrugName::from(hit.value).is_word; });
    draft_.find(draft_.lookup.other_drug_index, draft_.hits);
    if (!draft_.work.charge(draft_.words.size() * draft_.lookup.suffixes.size())) return;
    const Covered covered(draft_.hits, draft_.words);
    for (std::size_t i = 0; i < draft_.words.size(); ++i) {
        const std::string_view word = draft_.words.word(i);
        if (covered.holds(draft_.words.start(i))) continue;
        for (const DrugSuffix &ending : draft_.lookup.suffixes)
            if (ending.ends(word) && !is_in(ending.membership.group)) {
                draft_.tracer.by_words(ReadBy::ending, word, About::drug_group, at(ending.membership.group));
                add(ending.membership, Grade::confirm, true, base::LocalizedText::recorded(std::string(word)));
            }
    }
}

// Did a code, a listed name or a class put the drug into the group?
bool DrugMatcher::is_in(DrugGroupIndex group) const {
    const auto end = names_.matches.begin() +
                     static_cast<std::ptrdiff_t>(std::min(matched_by_code_or_name_, names_.matches.size()));
    return std::any_of(names_.matches.begin(), end,
                       [group](const DrugMatch &match) { return match.group == group; });
}

void DrugMatcher::add_ingredient(IngredientIndex ingredient, Grade grade, bool text_match) {
    known_ = true;
    const Ingredient &drug = draft_.lookup.ingredients[at(ingredient)];
    names_.intermittent = names_.intermittent || drug.intermittent;
    for (const Membership &membership : drug.groups)
        put({membership.group, ingredient, weaker(membership.grade, grade), text_match,
             draft_.catalogue.ingredients[at(ingredient)].label});
}

void DrugMatcher::add(const Membership &membership, Grade grade, bool text_match, base::LocalizedText label) {
    put({membership.group, kNoIngredient, weaker(membership.grade, grade), text_match, std::move(label)});
}

// One record is one exposure of a group for each ingredient, and one for all that is known by no ingredient.
void DrugMatcher::put(DrugMatch match) {
    if (!draft_.work.charge(1 + names_.matches.size())) return;
    for (DrugMatch &known : names_.matches) {
        if (known.group != match.group || known.ingredient != match.ingredient) continue;
        if (match.grade == Grade::decides) known.grade = Grade::decides;
        return;
    }
    too_many_ = too_many_ || names_.matches.size() == kMostMatches;
    if (!too_many_) names_.matches.push_back(std::move(match));
}

void DrugMatcher::sort_matches() {
    std::sort(names_.matches.begin(), names_.matches.end(), [](const DrugMatch &a, const DrugMatch &b) {
        if (a.group != b.group) return a.group < b.group;
        return a.ingredient < b.ingredient;
    });
}

} // namespace

DrugNames match_drugs(Draft &draft, const fhir::MedicationUse &use) {
    return DrugMatcher(draft, use).match();
}

} // namespace trialcds::mappings
