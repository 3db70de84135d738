#include "understand.h"

#include <algorithm>

#include "base/ascii.h"
#include "code_match.h"

namespace trialcds::mappings {
namespace {

constexpr std::size_t kShortestWord = 4; // of a title that tells what a disease is
constexpr std::size_t kNamesShown = 3;
constexpr std::size_t kLongestName = 60;   // bytes, of several names
constexpr std::size_t kLongestWords = 200; // bytes, of one record's

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Does `abbreviation` stand in the text as a word of its own, in these very letters, or is it the whole text?
bool holds_abbreviation(std::string_view text, std::string_view abbreviation) {
    if (base::same_letters(text, abbreviation)) return true;
    for (std::size_t at = text.find(abbreviation); at != std::string_view::npos;
         at = text.find(abbreviation, at + 1)) {
        const std::size_t end = at + abbreviation.size();
        const bool begins = at == 0 || !is_letter_or_digit(text[at - 1]);
        if (begins && (end == text.size() || !is_letter_or_digit(text[end]))) return true;
    }
    return false;
}

bool holds_any(std::string_view text, const std::vector<std::string> &abbreviations) {
    return std::any_of(abbreviations.begin(), abbreviations.end(),
                       [&](const std::string &each) { return holds_abbreviation(text, each); });
}

bool holds_stem(std::string_view words, const std::vector<std::string> &stems) {
    return std::any_of(stems.begin(), stems.end(),
                       [&](const std::string &stem) { return words.find(stem) != std::string_view::npos; });
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A category of three characters: "M34", "O9A"; "710", "V42". What has another form is no code of the
// classification and says nothing about where it stands in it.
bool has_form_of(Hierarchy hierarchy, std::string_view code) {
    if (code.size() < 3 || !is_digit(code[1]) || !std::all_of(code.begin(), code.end(), is_letter_or_digit))
        return false;
    const bool letter = code[0] >= 'A' && code[0] <= 'Z';
    if (hierarchy == Hierarchy::icd_10) return letter && is_letter_or_digit(code[2]);
    return (is_digit(code[0]) || code[0] == 'V' || code[0] == 'E') && is_digit(code[2]);
}

// Its first bytes, and no half character.
std::string_view shortened(std::string_view text, std::size_t longest) {
    std::size_t end = std::min(text.size(), longest);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

// What all texts and codes of a record say together.
class ConditionReader {
  public:
    explicit ConditionReader(Draft &draft) : draft_(draft), lookup_(draft.lookup) {}

    Unlisted read(const fhir::CodeableConcept &code) {
        for_each_text(code, [&](std::string_view text) { read_text(text); });
        for (const fhir::Coding &coding : code.coding)
            read_code(coding);
        for (std::size_t i = 0; i < lookup_.concerns.size(); ++i)
            settle(1U << i);
        return out_;
    }

  private:
    void read_text(std::string_view text);
    void read_code(const fhir::Coding &coding);
    void settle(std::uint32_t concern);

    Draft &draft_;
    const Lookup &lookup_;
    std::uint32_t named_ = 0;     // a stem or an abbreviation stands in the words
    std::uint32_t ambiguous_ = 0; // an abbreviation that may mean something else
    std::uint32_t inside_ = 0;    // a word that only titles inside the blocks hold
    std::uint32_t code_inside_ = 0;
    std::uint32_t code_outside_ = 0;
    std::uint32_t above_ = 0;   // a code that stands above a block, or tells no disease
    std::uint32_t clear_ = 0;   // a text all of whose words stand in titles outside the blocks
    std::uint32_t unclear_ = 0; // a text of which that cannot be said
    Unlisted out_;
};

void ConditionReader::read_text(std::string_view text) {
    const bool denies = draft_.assign_affirmed(text);
    bool all_known = true;
    bool any = false;    // a word that tells a disease
    bool worded = false; // a word at all
    std::uint32_t inside = 0;
    for (std::size_t i = 0; i < draft_.words.size(); ++i) {
        const std::string_view word = draft_.words.word(i);
        if (word.size() < kShortestWord || std::all_of(word.begin(), word.end(), is_digit)) continue;
        const std::uint32_t *bits = lookup_.title_words.find(word);
        all_known = all_known && bits != nullptr;
        any = any || !is_one_of(word, lookup_.empty_words);
        worded = true;
        if (bits != nullptr) inside |= *bits;
    }
    for (std::size_t i = 0; i < lookup_.concerns.size(); ++i) {
        const Concern &concern = lookup_.concerns[i];
        const std::uint32_t bit = 1U << i;
        if (holds_stem(draft_.words.text(), concern.stems) || holds_any(text, concern.abbreviations))
            named_ |= bit;
        if (holds_any(text, concern.ambiguous)) ambiguous_ |= bit;
        const bool clear = all_known && (inside & bit) == 0 && (any || (denies && !worded));
        if (clear) clear_ |= bit;
        if (worded && !clear) unclear_ |= bit;
    }
    if (all_known) inside_ |= inside;
}

void ConditionReader::read_code(const fhir::Coding &coding) {
    const Hierarchy hierarchy = lookup_.hierarchy(coding.system);
    if (hierarchy == Hierarchy::none) {
        const auto place = lookup_.released.find(lookup_.codes.system(coding.system), coding.code);
        code_inside_ |= place.possible;
        code_outside_ |= place.something_else;
        return;
    }
    const CodeTable::Normal normal = CodeTable::normal(coding.code);
    if (!has_form_of(hierarchy, normal.view())) return;
    const bool unspecific =
        hierarchy == Hierarchy::icd_10 &&
        std::any_of(lookup_.unspecific.begin(), lookup_.unspecific.end(),
                    [&](const std::string &each) { return normal.view().starts_with(each); });
    for (std::size_t i = 0; i < lookup_.concerns.size(); ++i) {
        const Concern &concern = lookup_.concerns[i];
        if (!concern.has_blocks(hierarchy)) continue;
        const bool inside = concern.holds(hierarchy, normal.view());
        const bool above = !inside && (unspecific || concern.may_hold(hierarchy, normal.view()));
        (inside ? code_inside_ : above ? above_ : code_outside_) |= 1U << i;
    }
}

// The words' own stems come first, then codes, then the other words.
void ConditionReader::settle(std::uint32_t concern) {
    const auto any = [&](std::uint32_t bits) { return (bits & concern) != 0; };
    const bool by_words = any(inside_) && !any(ambiguous_ | above_ | code_outside_);
    if (any(named_ | code_inside_) || by_words) {
        out_.possible |= concern;
    } else if (any(ambiguous_ | above_) || (!any(code_outside_) && (!any(clear_) || any(unclear_)))) {
        out_.not_understood |= concern;
    }
}

} // namespace

std::uint32_t concerns_beside(Draft &draft, const fhir::CodeableConcept &code,
                              const std::vector<MatchedSet> &sets) {
    std::uint32_t named = 0;
    for (std::size_t i = 0; i < draft.lookup.concerns.size(); ++i) {
        const Concern &concern = draft.lookup.concerns[i];
        std::vector<std::string> stems = concern.stems;
        bool settled = false;
        for (const MatchedSet &set : sets) {
            bool explains = false;
            for (const Concern::Explained &row : concern.explained) {
                if (std::find(row.value_sets.begin(), row.value_sets.end(), set.value_set) ==
                    row.value_sets.end())
                    continue;
                explains = true;
                std::erase_if(stems, [&](const std::string &stem) {
                    return std::find(row.stems.begin(), row.stems.end(), stem) != row.stems.end();
                });
            }
            settled = settled || (!explains && draft.lookup.concern_of[eligibility::at(set.value_set)] ==
                                                   eligibility::ConcernIndex{static_cast<std::uint16_t>(i)});
        }
        if (settled) continue;
        for_each_text(code, [&](std::string_view text) {
            (void)draft.assign_affirmed(text);
            if (holds_stem(draft.words.text(), stems) || holds_any(text, concern.abbreviations))
                named |= 1U << i;
        });
    }
    return named;
}

Unlisted understand_condition(Draft &draft, const fhir::CodeableConcept &code) {
    return ConditionReader(draft).read(code);
}

UnlistedProcedure understand_procedure(Draft &draft, const fhir::CodeableConcept &code) {
    UnlistedProcedure out;
    bool concerns = false;
    bool named = false;
    for_each_text(code, [&](std::string_view text) {
        draft.words.assign(text);
        for (std::size_t i = 0; i < draft.words.size(); ++i)
            named = named || (draft.words.word(i).size() >= kShortestWord &&
                              !is_one_of(draft.words.word(i), draft.lookup.empty_words));
        concerns = concerns || holds_stem(draft.words.text(), draft.lookup.procedure_stems);
        out.gives_a_drug = out.gives_a_drug || holds_stem(draft.words.text(), draft.lookup.infusion_stems);
    });
    out.something_else = named && !concerns;
    return out;
}

std::string shown_words(const fhir::CodeableConcept &code) {
    std::string_view words = code.text;
    for (const fhir::Coding &coding : code.coding)
        if (words.empty()) words = coding.display;
    for (const fhir::Coding &coding : code.coding)
        if (words.empty()) words = coding.code;
    return std::string(shortened(words, kLongestWords));
}

void count(eligibility::NotUnderstood &unclear, const std::string &name) {
    ++unclear.records;
    const std::string &so_far = unclear.names.english();
    const auto shown = static_cast<std::size_t>(std::count(so_far.begin(), so_far.end(), ';')) + 1;
    if (name.empty() || (!so_far.empty() && shown >= kNamesShown)) return;
    if (so_far.find(name) != std::string::npos) return;
    std::string cut(shortened(name, kLongestName));
    std::replace(cut.begin(), cut.end(), ';', ',');
    unclear.names = base::LocalizedText(so_far.empty() ? cut : so_far + "; " + cut);
}

void note_not_understood(Draft &draft, std::string_view type, const fhir::CodeableConcept &code,
                         std::string_view words) {
    const fhir::Coding first = code.coding.empty() ? fhir::Coding{} : code.coding.front();
    const UnknownConcept key{
        std::string(type), std::string(first.system), std::string(first.code),
        std::string(shortened(first.display.empty() ? words : first.display, kLongestWords))};
    ++draft.out.not_understood[key];
}

} // namespace trialcds::mappings
