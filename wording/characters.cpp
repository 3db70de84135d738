#include "characters.h"

#include <algorithm>
#include <array>

#include <unicode/uchar.h>

namespace trialcds::wording {
namespace {

struct Range {
    char32_t first, last;
};

template <std::size_t count>
bool is_in(const std::array<Range, count> &ranges, char32_t point) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [point](const Range &range) { return point >= range.first && point <= range.last; });
}

// Drawn as a blank, whatever else Unicode says of them: fillers of Hangul, an empty Braille cell, a note
// without a head.
constexpr std::array kEmpty{
    Range{0x115F, 0x1160}, Range{0x2800, 0x2800},   Range{0x3164, 0x3164},
    Range{0xFFA0, 0xFFA0}, Range{0x1D159, 0x1D159},
};

// They arrange hieroglyphs.
constexpr std::array kHieroglyphControls{Range{0x13430, 0x1345F}};

// Not among Unicode's quotation marks, but drawn like one.
constexpr std::array kLikeQuotationMarks{
    Range{U'`', U'`'},     Range{0xB4, 0xB4},     Range{0x02B9, 0x02BD}, Range{0x02DD, 0x02DD},
    Range{0x02EE, 0x02EE}, Range{0x02F4, 0x02F6}, Range{0x05F3, 0x05F4}, Range{0x2032, 0x2037},
    Range{0x226A, 0x226B}, Range{0x275B, 0x2760}, Range{0x276E, 0x276F}, Range{0x27EA, 0x27EB},
    Range{0x2E20, 0x2E21}, Range{0x3003, 0x3003}, Range{0x3008, 0x300B}, Range{0x1F676, 0x1F678},
};

constexpr char32_t kLast = 0x10FFFF;

bool is_no_character(char32_t point) {
    return point > kLast || (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
}

} // namespace

Drawn drawn_as(char32_t point) {
    if (is_no_character(point) || is_in(kEmpty, point)) return Drawn::blank;
    const auto c = static_cast<UChar32>(point);
    if (u_isUWhiteSpace(c) != 0) return Drawn::blank;
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 || is_in(kHieroglyphControls, point))
        return Drawn::nothing;
    switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_SURROGATE:
        return Drawn::blank;
    case U_FORMAT_CHAR:
        return Drawn::nothing;
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
        return Drawn::mark;
    default:
        return Drawn::sign;
    }
}

bool is_quotation_mark(char32_t point) {
    return u_hasBinaryProperty(static_cast<UChar32>(point), UCHAR_QUOTATION_MARK) != 0 ||
           is_in(kLikeQuotationMarks, point);
}

} // namespace trialcds::wording
