// ReadTrace: what extraction did with each resource, for whoever asks how a verdict came about: by which rule
// it was recognised, as what, and why it was not used. It is written by the very run that makes the facts;
// without one asked for nothing is kept. Facts name their resource (Origin::source), so what came of it is
// found in them. Thread-safety: plain values; pointers lead into the Extraction beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/extract.h"
#include "knowledge/reads.h"

namespace trialcds::mappings {

// The rule that said something of a record.
enum class ReadBy : std::uint8_t {
    code,              // a list holds the code
    name,              // its words hold a name or phrase
    drug_class,        // the code stands in a class of drugs
    ending,            // of a drug's name
    study,             // it is about taking part in a study
    another_test,      // the code says that it is no result of this
    another_drug_code, // of a drug in no group
    another_drug_name,
    stem,           // part of a word
    abbreviation,   //
    ambiguous,      // an abbreviation that may mean something else
    block,          // the code stands in a block of the classification
    above_block,    // the code stands above one, or tells no disease
    outside_block,  //
    title_word,     // a word that only titles inside the blocks hold
    ordinary_words, // every word stands in titles outside the blocks
    unknown_words,  // of which that cannot be said
    procedure_stem, // part of a word of a procedure that may be about a concern, or give a drug
};
[[nodiscard]] std::string_view to_string(ReadBy by);

enum class About : std::uint8_t { nothing, variable, value_set, ingredient, drug_group, concern };

struct ReadStep {
    ReadBy by = ReadBy::code;
    std::string matched;          // the code as system|code, or the words
    About about = About::nothing; //
    std::uint16_t index = 0;      // VariableIndex, ... as `about` says
    bool operator==(const ReadStep &) const = default;
};

struct ReadRecord {
    std::string source; // as in Origin
    std::string type;
    std::string code; // the first: system|code
    std::string words;
    std::vector<ReadStep> steps;
    bool used = false;
    std::string ignored; // why it was not used
    // The lists in which it was counted as not understood: PatientFacts' own entries.
    std::vector<const eligibility::NotUnderstood *> not_understood;
};

struct ReadTrace {
    std::vector<ReadRecord> records; // in reading order; without those that the reader left out
};

// What a step is about, by the catalogue, if anything. A concern goes by the value set of what may be about it.
[[nodiscard]] std::optional<Named> subject_of(const ReadStep &step, const Catalogue &catalogue);
// Is it about something that is read? Of a concern: about a value set of it that is.
[[nodiscard]] bool is_about(const ReadStep &step, const Reads &reads, const Catalogue &catalogue);

} // namespace trialcds::mappings
