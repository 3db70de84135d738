#include "kleene.h"

#include <algorithm>
#include <array>
#include <vector>

namespace trialcds::eligibility {

namespace {

using base::Day;

// Worst first: what keeps the answer from being known at all stands before what a clinician can settle.
int severity(Reason reason) {
    switch (reason) {
    case Reason::not_retrieved:
        return 6;
    case Reason::conflicting:
        return 5;
    case Reason::unusable:
        return 4;
    case Reason::stale:
        return 3;
    case Reason::no_data:
        return 2;
    case Reason::confirm:
        return 1;
    case Reason::pending:
        return 0;
    }
    return 0;
}

std::optional<Day> clear_day(const NodeResult &result) {
    if (result.until && result.until->flips) return result.until->last_day.plus_days(1);
    return result.clears_on;
}

// The day with which the (spare + 1)th of the deciding operands ends: so many may end before the result does.
std::optional<Day> last_day_of(Truth truth, int spare, std::span<const NodeResult> operands) {
    std::vector<Day> days;
    for (const NodeResult &operand : operands)
        if (operand.truth == truth && operand.until) days.push_back(operand.until->last_day);
    if (static_cast<int>(days.size()) <= spare) return std::nullopt;
    const auto last = days.begin() + spare;
    std::nth_element(days.begin(), last, days.end());
    return *last;
}

// How many operands say the opposite of `truth` on the day after `last_day`, for certain.
struct Opposite {
    int then = 0;
    int for_good = 0;
};

Opposite opposite_after(Day last_day, Truth truth, std::span<const NodeResult> operands) {
    Opposite count;
    for (const NodeResult &operand : operands) {
        const bool ended = operand.until && operand.until->last_day <= last_day;
        if (operand.truth == truth) {
            count.then += ended && operand.until->flips ? 1 : 0;
            count.for_good += ended && operand.until->flips && operand.until->for_good ? 1 : 0;
        } else if (operand.truth == negated(truth)) {
            count.then += ended ? 0 : 1;
            count.for_good += operand.until ? 0 : 1;
        } else if (operand.reason == Reason::pending && operand.leaning == negated(truth)) {
            count.then += operand.clears_on && *operand.clears_on <= last_day.plus_days(1) ? 1 : 0;
        }
    }
    return count;
}

// The latest clear day of the deciding operands, when every one of them has one.
std::optional<Day> clears_on_of(Truth truth, std::span<const NodeResult> operands) {
    std::optional<Day> latest;
    for (const NodeResult &operand : operands) {
        if (operand.truth != truth) continue;
        const auto day = clear_day(operand);
        if (!day) return std::nullopt;
        latest = std::max(latest, day);
    }
    return latest;
}

// The operands of one truth, counted in a single pass over all of them: most nodes need nothing else.
struct Tally {
    int count = 0;
    bool rests_on_evidence = false;
    bool any_ends = false;
    bool any_clears = false;

    void add(const NodeResult &operand) {
        ++count;
        rests_on_evidence |= operand.basis == Basis::evidence;
        any_ends |= operand.until.has_value();
        any_clears |= operand.clears_on.has_value();
    }
};

std::optional<Until> until_of(Truth truth, int need, int spare, std::span<const NodeResult> operands) {
    const auto last_day = last_day_of(truth, spare, operands);
    if (!last_day) return std::nullopt;
    const int opposite_need = static_cast<int>(operands.size()) - need + 1;
    const Opposite opposite = opposite_after(*last_day, truth, operands);
    return Until{*last_day, opposite.then >= opposite_need, opposite.for_good >= opposite_need};
}

NodeResult combine_decided(Truth truth, int need, const Tally &deciding, std::span<const NodeResult> operands) {
    NodeResult result = decided(truth, deciding.rests_on_evidence ? Basis::evidence : Basis::no_record);
    if (deciding.any_ends) result.until = until_of(truth, need, deciding.count - need, operands);
    if (result.until && result.until->flips) return result;
    if (deciding.any_ends || deciding.any_clears) result.clears_on = clears_on_of(truth, operands);
    return result;
}

NodeResult combine_leaning(Truth leaning, std::span<const NodeResult> operands) {
    bool all_pending = true;
    std::optional<Day> clears_on;
    for (const NodeResult &operand : operands) {
        if (operand.truth != Truth::unknown) continue;
        clears_on = std::max(clears_on, operand.clears_on);
        if (operand.leaning == leaning && operand.reason != Reason::pending) all_pending = false;
    }
    NodeResult result = leaning_to(leaning, all_pending ? Reason::pending : Reason::confirm);
    result.clears_on = clears_on;
    return result;
}

Reason worst_reason(std::span<const NodeResult> operands) {
    Reason worst = Reason::pending;
    for (const NodeResult &operand : operands) {
        if (operand.truth != Truth::unknown) continue;
        if (severity(operand.reason) > severity(worst)) worst = operand.reason;
    }
    return worst;
}

} // namespace

Truth at_least(int n, const Votes &votes) {
    if (votes.yes >= n) return Truth::yes;
    if (votes.no > votes.size - n) return Truth::no;
    return Truth::unknown;
}

NodeResult at_least(int n, std::span<const NodeResult> operands) {
    std::array<Tally, 3> by_truth;
    for (const NodeResult &operand : operands)
        by_truth[static_cast<std::size_t>(operand.truth)].add(operand);
    const Tally &yes = by_truth[static_cast<std::size_t>(Truth::yes)];
    const Tally &no = by_truth[static_cast<std::size_t>(Truth::no)];
    const int size = static_cast<int>(operands.size());
    const Truth truth = at_least(n, {.yes = yes.count, .no = no.count, .size = size});
    if (truth == Truth::yes) return combine_decided(truth, n, yes, operands);
    if (truth == Truth::no) return combine_decided(truth, size - n + 1, no, operands);
    Votes leanings;
    for (const NodeResult &operand : operands)
        leanings.add(operand.leaning);
    const Truth leaning = at_least(n, leanings);
    return leaning == Truth::unknown ? undecided(worst_reason(operands)) : combine_leaning(leaning, operands);
}

} // namespace trialcds::eligibility
