#include "knowledge/released_codes.h"

#include <algorithm>

#include "knowledge/overlay.h"

namespace trialcds::mappings {

ReleasedCodes::Place ReleasedCodes::find(CodeTable::System asked, std::string_view code) const {
    NumericCode number = 0;
    if (system == CodeTable::kNoSystem || asked != system || !read_numeric_code(code, number)) return {};
    Place place;
    std::uint32_t silent = 0;
    const auto exception =
        std::lower_bound(exceptions.begin(), exceptions.end(), number,
                         [](const Exception &each, NumericCode wanted) { return each.code < wanted; });
    if (exception != exceptions.end() && exception->code == number) {
        place.possible = exception->possible;
        silent = exception->silent;
    }
    if (std::binary_search(held.begin(), held.end(), number))
        place.something_else = clears & ~place.possible & ~silent;
    return place;
}

} // namespace trialcds::mappings
