#include "unknown_codes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/csv.h"

namespace trialcds::server {

using cds_hooks::UnknownCode;

void UnknownCodes::add(const cds_hooks::UnknownCodeCounts &counts) {
    const std::lock_guard lock(mutex_);
    for (const auto &[what, count] : counts) {
        const bool room = counts_.size() < kMost || counts_.contains(what);
        counts_[room ? what : UnknownCode{what.type, "", ""}] += count;
    }
}

std::string UnknownCodes::csv() const {
    std::vector<std::pair<UnknownCode, std::int64_t>> rows;
    {
        const std::lock_guard lock(mutex_);
        rows.assign(counts_.begin(), counts_.end());
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto &left, const auto &right) { return left.second > right.second; });
    std::string out;
    base::append_csv_row(out, {"type", "system", "code", "count"});
    for (const auto &[what, count] : rows)
        base::append_csv_row(out, {what.type, what.system, what.code, std::to_string(count)});
    return out;
}

} // namespace trialcds::server
