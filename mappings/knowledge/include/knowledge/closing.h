// Closing: what of a hierarchy of codes this knowledge asks for. Value sets that hold whatever stands below
// some of their codes, and concerns that are about whatever stands below their roots; a site's own release
// or terminology server says what that is (clinical-rules 7.9). Codes are numbers here: those of the one
// system that is closed this way are. Thread-safety: immutable values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/knowledge.h"

namespace trialcds::mappings {

using NumericCode = std::uint64_t;
using NumericCodes = std::vector<NumericCode>; // ascending, each once
void sort_once(NumericCodes &codes);

struct Closing {
    struct Set {
        std::string id;
        std::vector<NumericCode> roots; // codes of its own below which everything means what it means
    };
    struct Subject { // a concern
        std::string id;
        std::vector<std::string> sets;   // its value sets
        std::vector<NumericCode> roots;  // beside those of its value sets; none: nothing clears it
        std::vector<std::string> stems;  // in the form of Words
        std::vector<std::string> blocks; // of ICD-10, without dots
    };
    std::string system;                  // "": no hierarchy is declared
    NumericCode parent = 0;              // the type of relationship that leads to a parent
    std::vector<NumericCode> kinds;      // a code below one of them may stand in a record of a condition
    std::vector<NumericCode> maps;       // the release's own maps to ICD-10
    std::vector<std::string> unspecific; // ICD-10 codes that tell no disease
    std::vector<Set> value_sets;
    std::vector<Subject> concerns;
    std::vector<NumericCode>
        listed; // codes of the system that a value set lists, sorted: they mean what it says

    // All roots, each once, sorted.
    [[nodiscard]] std::vector<NumericCode> all_roots() const;
    // Changes with anything above: a file made for another one does not fit.
    [[nodiscard]] std::string mark() const;
};

// Of the knowledge in these files; a closing made earlier is left aside.
[[nodiscard]] Loaded<Closing> closing_of(const std::vector<File> &files);

} // namespace trialcds::mappings
