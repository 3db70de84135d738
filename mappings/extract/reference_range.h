// The reference range given with a result, and where the result lies against it. Only the range of the same
// result counts, never a range known from elsewhere, and only one that is for this patient. Source:
// clinical-rules 7.3, 7.10. Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string_view>

#include "read_result.h"

namespace trialcds::mappings {

// Limits in the unit of the result they came with.
struct Limits {
    std::optional<base::Decimal> low;
    std::optional<base::Decimal> high;
    bool high_is_outside = false; // the range says "<1.0": 1.0 itself is no longer normal

    bool operator==(const Limits &) const = default;
};

// The ranges that are for this patient on these days: of what is normal, and for nobody else's age or sex. The
// others are as if they were not there.
[[nodiscard]] std::vector<fhir::ReferenceRange>
ranges_for(const Draft &draft, std::span<const fhir::ReferenceRange> ranges, const base::DateInterval &on);

// Of the ranges that have any limit; null when there is none, when two of them differ, or when the unit of one
// is not the result's.
[[nodiscard]] std::optional<Limits> read_limits(const Draft &draft, const ObservedResult &result,
                                                const WrittenNumber &number);

// The first value or titre that is not normal, read from a range's text: "<1.0", "< 20 U (negative)",
// "Negative: <1:80", "<=15". Null when the text is anything else.
// `own_unit` is the result's unit, which the text may repeat.
struct TextLimit {
    base::Decimal number;
    bool is_outside = false; // "<": the number itself is not normal any more
    bool is_titer = false;
};
[[nodiscard]] std::optional<TextLimit> read_limit_text(const Draft &draft, std::string_view text,
                                                       std::string_view own_unit = {});

// interpretation codes of FHIR's own binding, whatever system they are sent under
struct Interpretation {
    std::optional<eligibility::Qualitative> answer; // POS, NEG, DET, ND, E, IND
    eligibility::AgainstReference against = eligibility::AgainstReference::unstated; // H, HH, L, LL, N
    bool abnormal = false;                                                           // A, AA
    bool contradictory = false; // two answers that differ: neither counts
};
[[nodiscard]] Interpretation read_interpretation(const Draft &draft, const ObservedResult &result);

[[nodiscard]] eligibility::AgainstReference against_reference(const Draft &draft, const ObservedResult &result,
                                                              const WrittenNumber &number);

} // namespace trialcds::mappings
