#include "understand.h"

#include <algorithm>
#include <bitset>
#include <utility>

#include "base/ascii.h"
#include "code_match.h"
#include "none_of_ours.h"
#include "read_number.h"

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

// Does it stand in the text as a word of its own, in these very letters?
bool holds_word(std::string_view text, std::string_view abbreviation) {
    for (std::size_t at = text.find(abbreviation); at != std::string_view::npos;
         at = text.find(abbreviation, at + 1)) {
        const std::size_t end = at + abbreviation.size();
        const bool begins = at == 0 || !is_letter_or_digit(text[at - 1]);
        if (begins && (end == text.size() || !is_letter_or_digit(text[end]))) return true;
    }
    return false;
}

// Looks for many stems in the same text, which must outlive it: most are ruled out by their first two bytes.
class PhraseSearch {
  public:
    PhraseSearch(std::string_view words, base::WorkBudget &work) : words_(words), work_(work) {
        if (!work.charge(words.size())) words_ = {};
        for (std::size_t i = 0; i + 1 < words_.size(); ++i)
            pairs_.set(pair(words_, i));
    }
    // The first stem of those wanted that the words hold, else null.
    template <typename Wanted>
    const std::string *find(const std::vector<std::string> &stems, Wanted wanted) const {
        const auto found = std::find_if(stems.begin(), stems.end(),
                                        [&](const std::string &stem) { return holds(stem) && wanted(stem); });
        return found == stems.end() ? nullptr : &*found;
    }
    [[nodiscard]] const std::string *find(const std::vector<std::string> &stems) const {
        return find(stems, [](const std::string &) { return true; });
    }

    // Whether it is worth looking for, and there is work left for that.
    [[nodiscard]] bool pays_for(std::string_view stem) const {
        const bool may_hold = stem.size() < 2 || pairs_.test(pair(stem, 0));
        return may_hold && work_.charge(words_.size());
    }

  private:
    static constexpr std::size_t kPairs = 1024;
    static std::size_t pair(std::string_view text, std::size_t at) {
        return (static_cast<unsigned char>(text[at]) * 32U + static_cast<unsigned char>(text[at + 1])) % kPairs;
    }
    [[nodiscard]] bool holds(std::string_view stem) const {
        return pays_for(stem) && words_.find(stem) != std::string_view::npos;
    }

    std::string_view words_;
    base::WorkBudget &work_;
    std::bitset<kPairs> pairs_;
};

// The first that stands in the text as a word of its own, in these very letters, or is the whole text; else
// null.
const std::string *find_abbreviation(std::string_view text, const PhraseSearch &search,
                                     const std::vector<std::string> &abbreviations) {
    const auto found = std::find_if(abbreviations.begin(), abbreviations.end(), [&](const std::string &each) {
        return base::same_letters(text, each) || (search.pays_for(each) && holds_word(text, each));
    });
    return found == abbreviations.end() ? nullptr : &*found;
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

// What its codes say of a procedure, whatever its words say. A site that says of one of them that it is none of
// ours settles that one.
enum class Opened : std::uint8_t { no, may_concern, gives_a_drug };

Opened opened_by(std::span<const Meaning> meanings, bool another_drug) {
    Opened out = Opened::no;
    for (const Meaning &meaning : meanings) {
        if (meaning.role == Role::none_of_ours) return Opened::no;
        if (meaning.role != Role::open_procedure) continue;
        const bool gives = meaning.index != 0;
        if (!gives || !another_drug) out = std::max(out, gives ? Opened::gives_a_drug : Opened::may_concern);
    }
    return out;
}

Opened opened(const Lookup &lookup, const fhir::CodeableConcept &code, bool another_drug) {
    Opened out = Opened::no;
    for (const fhir::Coding &coding : code.coding)
        out = std::max(out, opened_by(lookup.find(coding.system, coding.code), another_drug));
    return out;
}

// What all texts and codes of a record say together.
class ConditionReader {
  public:
    explicit ConditionReader(Draft &draft) : draft_(draft), lookup_(draft.lookup) {}

    Unlisted read(const fhir::CodeableConcept &code) {
        const NoneOfOurs site(draft_, code);
        for_each_text(code, [&](std::string_view text) { read_text(text, site.said_of(text)); });
        for (const fhir::Coding &coding : code.coding)
            read_code(coding);
        out_.none_of_ours = site.said();
        if (site.said()) code_outside_ = ~0U;
        for (std::size_t i = 0; i < lookup_.concerns.size(); ++i)
            settle(1U << i);
        return out_;
    }

  private:
    void read_text(std::string_view text, bool settled);
    void read_code(const fhir::Coding &coding);
    void settle(std::uint32_t concern);
    // All that is found goes through here, so that whoever asks is told what was found.
    void note(std::uint32_t &bits, ReadBy by, std::string_view matched, std::size_t concern) {
        bits |= 1U << concern;
        draft_.tracer.by_words(by, matched, About::concern, concern);
    }

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

void ConditionReader::read_text(std::string_view text, bool settled) {
    const bool denies = draft_.assign_affirmed(text);
    bool all_known = true;
    bool any = false;    // a word that tells a disease
    bool worded = false; // a word at all
    std::uint32_t inside = 0;
    if (!draft_.work.charge(kCodeWork * draft_.words.size())) return;
    for (std::size_t i = 0; i < draft_.words.size(); ++i) {
        const std::string_view word = draft_.words.word(i);
        if (word.size() < kShortestWord || std::all_of(word.begin(), word.end(), is_digit)) continue;
        const std::uint32_t *bits = lookup_.title_words.find(word);
        all_known = all_known && bits != nullptr;
        any = any || !is_one_of(word, lookup_.empty_words);
        worded = true;
        if (bits != nullptr) inside |= *bits;
    }
    const PhraseSearch search(draft_.words.text(), draft_.work);
    const PhraseSearch letters_of(text, draft_.work);
    for (std::size_t i = 0; i < lookup_.concerns.size(); ++i) {
        const Concern &concern = lookup_.concerns[i];
        const std::uint32_t bit = 1U << i;
        if (const std::string *stem = search.find(concern.stems)) note(named_, ReadBy::stem, *stem, i);
        if (const std::string *letters = find_abbreviation(text, letters_of, concern.abbreviations))
            note(named_, ReadBy::abbreviation, *letters, i);
        const std::string *unsure = settled ? nullptr : find_abbreviation(text, letters_of, concern.ambiguous);
        if (unsure != nullptr) note(ambiguous_, ReadBy::ambiguous, *unsure, i);
        const bool clear = all_known && (inside & bit) == 0 && (any || (denies && !worded));
        if (all_known && (inside & bit) != 0) note(inside_, ReadBy::title_word, text, i);
        if (clear) note(clear_, ReadBy::ordinary_words, text, i);
        if (worded && !clear) note(unclear_, ReadBy::unknown_words, text, i);
    }
}

void ConditionReader::read_code(const fhir::Coding &coding) {
    const Hierarchy hierarchy = lookup_.hierarchy(coding.system);
    if (!draft_.work.charge(kResourceWork)) return; // each concern has its blocks
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
        if (inside)
            note(code_inside_, ReadBy::block, coding.code, i);
        else if (above)
            note(above_, ReadBy::above_block, coding.code, i);
        else
            note(code_outside_, ReadBy::outside_block, coding.code, i);
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

bool lists(const Concern::Explained &row, const MatchedSet &set) {
    return std::find(row.value_sets.begin(), row.value_sets.end(), set.value_set) != row.value_sets.end();
}

// Is the concern what one of the sets says, and no more than that?
bool settles(const Lookup &lookup, std::size_t concern, const std::vector<MatchedSet> &sets) {
    const auto &explained = lookup.concerns[concern].explained;
    return std::any_of(sets.begin(), sets.end(), [&](const MatchedSet &set) {
        return lookup.concern_of[eligibility::at(set.value_set)] ==
                   eligibility::ConcernIndex{static_cast<std::uint16_t>(concern)} &&
               std::none_of(explained.begin(), explained.end(),
                            [&](const Concern::Explained &row) { return lists(row, set); });
    });
}

// Does the stem belong to what one of the sets names?
bool explains(const Concern &concern, const std::vector<MatchedSet> &sets, const std::string &stem) {
    return std::any_of(concern.explained.begin(), concern.explained.end(), [&](const Concern::Explained &row) {
        return is_one_of(stem, row.stems) &&
               std::any_of(sets.begin(), sets.end(), [&](const MatchedSet &set) { return lists(row, set); });
    });
}

} // namespace

std::uint32_t concerns_beside(Draft &draft, const fhir::CodeableConcept &code,
                              const std::vector<MatchedSet> &sets) {
    const std::vector<Concern> &concerns = draft.lookup.concerns;
    std::uint32_t open = 0;
    for (std::size_t i = 0; i < concerns.size(); ++i)
        if (!settles(draft.lookup, i, sets)) open |= 1U << i;
    std::uint32_t named = 0;
    const auto name = [&](ReadBy by, std::string_view found, std::size_t concern) {
        named |= 1U << concern;
        draft.tracer.by_words(by, found, About::concern, concern);
    };
    for_each_text(code, [&](std::string_view text) {
        (void)draft.assign_affirmed(text);
        const PhraseSearch search(draft.words.text(), draft.work);
        const PhraseSearch letters_of(text, draft.work);
        for (std::size_t i = 0; i < concerns.size(); ++i) {
            if ((open >> i & 1U) == 0) continue;
            const auto unexplained = [&](const std::string &stem) {
                return !explains(concerns[i], sets, stem);
            };
            if (const std::string *stem = search.find(concerns[i].stems, unexplained))
                name(ReadBy::stem, *stem, i);
            else if (const std::string *letters =
                         find_abbreviation(text, letters_of, concerns[i].abbreviations))
                name(ReadBy::abbreviation, *letters, i);
        }
    });
    return named;
}

Unlisted understand_condition(Draft &draft, const fhir::CodeableConcept &code) {
    return ConditionReader(draft).read(code);
}

bool gives_a_drug(Draft &draft, const fhir::CodeableConcept &code, bool another_drug) {
    const NoneOfOurs site(draft, code);
    bool gives = opened(draft.lookup, code, another_drug) == Opened::gives_a_drug;
    for_each_text(code, [&](std::string_view text) {
        if (gives || site.said_of(text)) return;
        draft.take(text);
        if (is_one_of(draft.words.text(), draft.lookup.ordinary_procedures)) return;
        gives = PhraseSearch(draft.words.text(), draft.work).find(draft.lookup.infusion_stems) != nullptr;
    });
    return gives;
}

UnlistedProcedure understand_procedure(Draft &draft, const fhir::CodeableConcept &code, bool another_drug) {
    UnlistedProcedure out;
    const NoneOfOurs site(draft, code);
    out.none_of_ours = site.said();
    bool concerns = opened(draft.lookup, code, another_drug) != Opened::no;
    bool named = site.said();
    for_each_text(code, [&](std::string_view text) {
        if (site.said_of(text)) return;
        draft.take(text);
        for (std::size_t i = 0; i < draft.words.size(); ++i)
            named = named || (draft.words.word(i).size() >= kShortestWord &&
                              !is_one_of(draft.words.word(i), draft.lookup.empty_words));
        if (is_one_of(draft.words.text(), draft.lookup.ordinary_procedures)) return;
        const std::string *stem =
            PhraseSearch(draft.words.text(), draft.work).find(draft.lookup.procedure_stems);
        if (stem != nullptr) draft.tracer.by_words(ReadBy::procedure_stem, *stem);
        concerns = concerns || stem != nullptr;
    });
    out.something_else = named && !concerns;
    out.nameless = !named;
    if (!concerns) draft.tracer.by_words(named ? ReadBy::ordinary_words : ReadBy::unknown_words, code.text);
    return out;
}

std::string shown_words(const fhir::CodeableConcept &code) {
    if (!code.text.empty()) return std::string(shortened(code.text, kLongestWords));
    for (const auto part : {&fhir::Coding::display, &fhir::Coding::code})
        for (const fhir::Coding &coding : code.coding)
            if (!(coding.*part).empty()) return std::string(shortened(coding.*part, kLongestWords));
    return {};
}

void count(Draft &draft, eligibility::NotUnderstood &unclear, const std::string &name) {
    draft.tracer.not_understood(unclear);
    ++unclear.records;
    const std::string &so_far = unclear.names.english();
    const auto shown = static_cast<std::size_t>(std::count(so_far.begin(), so_far.end(), ';')) + 1;
    if (name.empty() || (!so_far.empty() && shown >= kNamesShown)) return;
    if (so_far.find(name) != std::string::npos) return;
    std::string cut(shortened(name, kLongestName));
    std::replace(cut.begin(), cut.end(), ';', ',');
    unclear.names = base::LocalizedText(so_far.empty() ? cut : so_far + "; " + cut);
}

UnknownConcept unknown_concept(const fhir::CodeableConcept &code, std::string_view words) {
    const auto mappable = std::find_if(code.coding.begin(), code.coding.end(), [](const fhir::Coding &coding) {
        return !coding.system.empty() && !coding.code.empty();
    });
    fhir::Coding shown;
    if (mappable != code.coding.end())
        shown = *mappable;
    else if (!code.coding.empty())
        shown = code.coding.front();
    const bool worded = shown.display.empty() || shown.code.empty();
    return {"", std::string(shown.system), std::string(shown.code),
            std::string(shortened(shown.display.empty() ? words : shown.display, kLongestWords)), worded};
}

void note_not_understood(Draft &draft, std::string_view type, UnknownConcept what) {
    (void)draft.work.charge(kFactWork);
    what.type = type;
    ++draft.out.not_understood[std::move(what)];
}

} // namespace trialcds::mappings
