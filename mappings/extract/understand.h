// What a Condition or Procedure that no value set lists says of each concern: that it is something else, that
// it may be about it, or nothing that is understood (clinical-rules 7.9). Private to extraction. Thread-safety:
// one extraction, one Draft.
#pragma once

#include <cstdint>
#include <string>

#include "extract_finding.h"
#include "extraction.h"

namespace trialcds::mappings {

// Bit n speaks of ConcernIndex n; a concern in neither is none of the record's business.
struct Unlisted {
    std::uint32_t possible = 0;
    std::uint32_t not_understood = 0;
    bool none_of_ours = false; // a site says so of a code of it
};

// Of a record that value sets list: the concerns that its words name beside what these sets say. Bits as above.
[[nodiscard]] std::uint32_t concerns_beside(Draft &draft, const fhir::CodeableConcept &code,
                                            const std::vector<MatchedSet> &sets);
[[nodiscard]] Unlisted understand_condition(Draft &draft, const fhir::CodeableConcept &code);
// Does its name say that it concerns nothing that is asked for?
struct UnlistedProcedure {
    bool something_else = false;
    bool nameless = false;     // no word says what was done: it may have been to give a drug
    bool none_of_ours = false; // as above
};
// `another_drug`: it names a drug that is in no group, which its code may say that it gives.
[[nodiscard]] UnlistedProcedure understand_procedure(Draft &draft, const fhir::CodeableConcept &code,
                                                     bool another_drug);
// A procedure that names no drug of a group: does it give one?
[[nodiscard]] bool gives_a_drug(Draft &draft, const fhir::CodeableConcept &code, bool another_drug);

// What stands for a record in the list of those that were not understood, but for its type: its words, else its
// code.
[[nodiscard]] UnknownConcept unknown_concept(const fhir::CodeableConcept &code, std::string_view words);
void note_not_understood(Draft &draft, std::string_view type, UnknownConcept what);
// The words that stand for a record: its text, a display or a code.
[[nodiscard]] std::string shown_words(const fhir::CodeableConcept &code);
// Counts a record and keeps the first names.
void count(Draft &draft, eligibility::NotUnderstood &unclear, const std::string &name);

} // namespace trialcds::mappings
