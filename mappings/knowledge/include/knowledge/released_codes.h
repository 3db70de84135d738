// ReleasedCodes: where the codes of a site's release stand that no value set holds. Sorted arrays of numbers,
// since a release has hundreds of thousands; asked only for codes that the table of codes does not know.
// Bits as elsewhere: bit n speaks of ConcernIndex n. Thread-safety: immutable once filled.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "knowledge/code_table.h"

namespace trialcds::mappings {

struct ReleasedCodes {
    struct Place {
        std::uint32_t possible = 0;       // it may be about these concerns
        std::uint32_t something_else = 0; // it is about none of these
    };
    struct Exception {
        std::uint64_t code = 0;
        std::uint32_t possible = 0;
        std::uint32_t silent = 0;
    };

    [[nodiscard]] Place find(CodeTable::System asked, std::string_view code) const;

    CodeTable::System system = CodeTable::kNoSystem;
    std::uint32_t clears = 0;          // of which concerns a code can be said to be none
    std::vector<std::uint64_t> held;   // ascending
    std::vector<Exception> exceptions; // ascending
};

} // namespace trialcds::mappings
