// WorkBudget: how much work one record may still cost, and whether anybody still waits for it. Every loop
// that reads facts from a record and judges them charges it; once it is spent, or nobody waits, loops end early
// and whatever was made until then is thrown away by whoever holds the budget: half a record gives no verdict.
// A unit is about the time in which one byte of a text is read. Deterministic but for the flag: it counts work,
// never time. Thread-safety: one thread; the flag may be set from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "base/result.h"

namespace trialcds::base {

using CancelFlag = std::shared_ptr<const std::atomic<bool>>; // true: nobody waits any more; null: it never is

[[nodiscard]] inline bool is_set(const CancelFlag &cancelled) noexcept {
    return cancelled != nullptr && cancelled->load(std::memory_order_relaxed);
}

class WorkBudget {
  public:
    WorkBudget() = default; // without a limit
    explicit WorkBudget(std::uint64_t units, CancelFlag cancelled = {})
        : given_(units), left_(units), cancelled_(std::move(cancelled)) {}
    WorkBudget(const WorkBudget &) = delete;
    WorkBudget &operator=(const WorkBudget &) = delete;

    // Whether the work may go on. False once spent, and then for ever.
    bool charge(std::size_t units) noexcept {
        if (units <= left_ && !is_set(cancelled_)) {
            left_ -= units;
            return !spent_;
        }
        left_ = 0;
        spent_ = true;
        return false;
    }
    [[nodiscard]] bool spent() const noexcept { return spent_; }
    [[nodiscard]] std::uint64_t given() const noexcept { return given_; }
    [[nodiscard]] std::uint64_t charged() const noexcept { return given_ - left_; }

    // too_costly, for the caller of what was broken off: what it was, and what to do.
    [[nodiscard]] Error refusal() const;

  private:
    std::uint64_t given_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t left_ = given_;
    bool spent_ = false;
    CancelFlag cancelled_;
};

// How large a budget is: what every record may cost, and so much more for each byte of it. Measured by
// `make bench-worst` and by WorkOfRecords in tests/pipeline: what honest records cost is told there.
struct WorkLimit {
    std::uint64_t units = 0;
    std::uint64_t units_per_byte = 0;

    [[nodiscard]] std::uint64_t of(std::size_t bytes) const {
        constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
        const bool fits = units_per_byte == 0 || bytes <= (kMost - units) / units_per_byte;
        return fits ? units + units_per_byte * bytes : kMost;
    }
};

// Of a call that an EHR waits for, while a chart opens. Cases and public records cost up to 4 units for each
// byte while they are small and 0.1 once they are large, a chart of results, diagnoses and drugs 0.4: all of
// them less than a fifth of this. Twelve units for each byte take about ten times as long as a normal record of
// that size, and a million about as long as a record of a MiB.
inline constexpr WorkLimit kCallWork{1'000'000, 12};
// Of what one person asked for and waits for: a command, the evidence page, the demonstration.
inline constexpr WorkLimit kPersonWork{8 * kCallWork.units, 4 * kCallWork.units_per_byte};

} // namespace trialcds::base
