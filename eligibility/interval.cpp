#include "eligibility/interval.h"

namespace trialcds::eligibility {

namespace {

// Does every number from `lower` on respect the limit `at_least`?
bool respects_lower(const std::optional<Bound> &lower, const Bound &at_least) {
    if (!lower) return false;
    const auto order = lower->value <=> at_least.value;
    return order > 0 || (order == 0 && (at_least.inclusive || !lower->inclusive));
}

bool respects_upper(const std::optional<Bound> &upper, const Bound &at_most) {
    if (!upper) return false;
    const auto order = upper->value <=> at_most.value;
    return order < 0 || (order == 0 && (at_most.inclusive || !upper->inclusive));
}

// Is every number up to `upper` below every number from `lower` on?
bool lies_below(const std::optional<Bound> &upper, const std::optional<Bound> &lower) {
    if (!upper || !lower) return false;
    const auto order = upper->value <=> lower->value;
    return order < 0 || (order == 0 && !(upper->inclusive && lower->inclusive));
}

} // namespace

std::string to_string(const Interval &interval) {
    const auto &[lower, upper] = interval;
    if (lower && upper) {
        const std::string low = lower->value.to_string();
        return lower->value == upper->value ? low : low + "-" + upper->value.to_string();
    }
    if (lower) return (lower->inclusive ? ">=" : ">") + lower->value.to_string();
    if (upper) return (upper->inclusive ? "<=" : "<") + upper->value.to_string();
    return {};
}

Relation relate(const Interval &value, const Interval &range) {
    if (lies_below(value.upper, range.lower) || lies_below(range.upper, value.lower)) return Relation::outside;
    const bool above = !range.lower || respects_lower(value.lower, *range.lower);
    const bool below = !range.upper || respects_upper(value.upper, *range.upper);
    return above && below ? Relation::inside : Relation::straddles;
}

} // namespace trialcds::eligibility
