// Overlay: what a release or a terminology server said about a Closing, pinned in one file of the knowledge
// folder (terminology/<name>.txt): which codes value sets hold beside those they list, which codes a concern
// may be about, and which codes of the release it is not about. Ids only, no names. Its lines:
//
//   trial-cds terminology 1        the form
//   sha256 <64 digits>             of everything behind this line
//   made-for <64 digits>           Closing::mark()
//   source, version, made, system  one line each
//   value-set <id> | concern <id> [clears] | silent | held, each followed by its codes, one a line, ascending
//   end
//
// `silent` follows its concern: codes of the release that say nothing about it. Thread-safety: plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/closing.h"

namespace trialcds::mappings {

struct Overlay {
    struct Set {
        std::string id;
        std::vector<NumericCode> codes;
    };
    struct Subject {
        std::string id;
        bool clears = false; // a held code that is in neither list is something else
        std::vector<NumericCode> possible;
        std::vector<NumericCode> silent;
    };
    std::string made_for; // Closing::mark()
    std::string source;   // the release's file, or the server's address
    std::string version;  // of the release, as its source says it
    std::string made;     // day
    std::string system;
    std::vector<Set> value_sets;
    std::vector<Subject> concerns;
    std::vector<NumericCode> held; // codes of the release that a record of a condition may bear
};

[[nodiscard]] std::string write_overlay(const Overlay &overlay);
// invalid_definition: another form, a wrong checksum, a line out of place. `name` stands for the file.
[[nodiscard]] base::Result<Overlay> read_overlay(std::string_view text, const std::string &name);
// A positive number without sign or leading zero.
[[nodiscard]] bool read_numeric_code(std::string_view text, NumericCode &code);

} // namespace trialcds::mappings
