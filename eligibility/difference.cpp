#include "difference.h"

namespace trialcds::eligibility {

std::optional<Interval> difference(const Interval &minuend, const Interval &subtrahend) {
    Interval result;
    if (minuend.lower && subtrahend.upper) {
        const auto value = minuend.lower->value.minus(subtrahend.upper->value);
        if (!value) return std::nullopt;
        result.lower = Bound{*value, minuend.lower->inclusive && subtrahend.upper->inclusive};
    }
    if (minuend.upper && subtrahend.lower) {
        const auto value = minuend.upper->value.minus(subtrahend.lower->value);
        if (!value) return std::nullopt;
        result.upper = Bound{*value, minuend.upper->inclusive && subtrahend.lower->inclusive};
    }
    return result;
}

} // namespace trialcds::eligibility
