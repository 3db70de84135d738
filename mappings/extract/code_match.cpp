#include "code_match.h"

#include <algorithm>

namespace trialcds::mappings {
namespace {

bool same_sense(const Meaning &a, const Meaning &b) {
    return a.role == b.role && a.index == b.index;
}

void merge(std::vector<Meaning> &meanings, const Meaning &found) {
    const auto known = std::find_if(meanings.begin(), meanings.end(),
                                    [&](const Meaning &meaning) { return same_sense(meaning, found); });
    if (known == meanings.end()) {
        meanings.push_back(found);
    } else if (found.grade == Grade::decides) {
        *known = found;
    }
}

bool beside_slash(std::string_view text, const PhraseHit &hit) {
    return (hit.begin >= 2 && text[hit.begin - 2] == '/') ||
           (hit.end + 1 < text.size() && text[hit.end + 1] == '/');
}

void find_in_text(Draft &draft, std::string_view text, PhraseRule rule, std::vector<PhraseMeaning> &meanings) {
    if (rule == PhraseRule::every)
        (void)draft.assign_affirmed(text);
    else
        draft.take(text);
    draft.hits.clear();
    draft.find(draft.lookup.phrase_index, draft.hits);
    if (rule == PhraseRule::longest) keep_longest(draft.hits);
    for (const PhraseHit &hit : draft.hits) {
        if (rule == PhraseRule::longest && beside_slash(draft.words.text(), hit)) continue;
        if (!draft.work.charge(1 + meanings.size())) return;
        const Phrase &phrase = draft.lookup.phrases[hit.value];
        const bool known = std::any_of(meanings.begin(), meanings.end(), [&](const PhraseMeaning &other) {
            return same_sense(other.meaning, phrase.meaning);
        });
        if (known) continue;
        draft.tracer.by_words(phrase.words, phrase.meaning);
        meanings.push_back({phrase.meaning, phrase.words});
        meanings.back().meaning.grade = Grade::confirm;
    }
}

} // namespace

void keep_longest(std::vector<PhraseHit> &hits) {
    // Hits come by where they begin. The end that those before reach, and those of the same beginning.
    std::size_t reached = 0;
    std::size_t kept = 0;
    for (std::size_t first = 0; first < hits.size();) {
        std::size_t next = first;
        std::size_t longest = 0;
        for (; next < hits.size() && hits[next].begin == hits[first].begin; ++next)
            longest = std::max(longest, hits[next].end);
        for (std::size_t i = first; i < next; ++i)
            if (hits[i].end == longest && longest > reached) hits[kept++] = hits[i];
        reached = std::max(reached, longest);
        first = next;
    }
    hits.resize(kept);
}

void find_codes(Draft &draft, const fhir::CodeableConcept &coded, std::vector<Meaning> &meanings) {
    for (const fhir::Coding &coding : coded.coding) {
        if (!draft.work.charge(kCodeWork + meanings.size())) return;
        for (const Meaning &found : draft.lookup.find(coding.system, coding.code)) {
            if (found.role == Role::none_of_ours) continue;
            draft.tracer.by_code(coding, found);
            merge(meanings, found);
        }
    }
}

void find_phrases(Draft &draft, const fhir::CodeableConcept &coded, PhraseRule rule,
                  std::vector<PhraseMeaning> &meanings) {
    for_each_text(coded, [&](std::string_view text) { find_in_text(draft, text, rule, meanings); });
}

} // namespace trialcds::mappings
