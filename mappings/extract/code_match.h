// What a CodeableConcept means to us: by its codes, and only where no code is known by phrases in its texts,
// which never bear more than grade confirm. Source: clinical-rules 7.7, 7.8; fhir-reading 5.
// Thread-safety: reentrant.
#pragma once

#include <string>
#include <vector>

#include "extraction.h"

namespace trialcds::mappings {

// Meanings of all codings that are known, each (role, index) once with its best grade. Appends. A code that is
// none of ours keeps nobody from reading the words.
void find_codes(Draft &draft, const fhir::CodeableConcept &coded, std::vector<Meaning> &meanings);

// Calls `f` with every text of it: its own and the displays that say something else.
template <typename F>
void for_each_text(const fhir::CodeableConcept &coded, F f) {
    if (!coded.text.empty()) f(coded.text);
    for (const fhir::Coding &coding : coded.coding)
        if (!coding.display.empty() && coding.display != coded.text) f(coding.display);
}

struct PhraseMeaning {
    Meaning meaning; // grade confirm
    std::string_view words;
};

// longest: a phrase inside a longer one that was found does not count ("crp" in "hs crp"), nor does one beside
// a slash ("fvc" in "fev1/fvc"). every: all phrases count ("systemic sclerosis" in its diffuse form).
enum class PhraseRule { longest, every };

void find_phrases(Draft &draft, const fhir::CodeableConcept &coded, PhraseRule rule,
                  std::vector<PhraseMeaning> &meanings);

// Removes hits that lie inside a longer hit. They are in the order in which WordIndex::find gave them.
void keep_longest(std::vector<PhraseHit> &hits);

} // namespace trialcds::mappings
