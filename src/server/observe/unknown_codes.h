// UnknownCodes: which codes were not understood, and in how many records, for a site that maps them before its
// clinicians see cards. Bounded whatever callers send: when there is no room for a further code, its records
// are counted under its type alone, like those whose code may be words. Lives as long as the process.
// Thread-safe.
#pragma once

#include <mutex>
#include <string>

#include "cds_hooks/call_report.h"

namespace trialcds::server {

class UnknownCodes {
  public:
    static constexpr std::size_t kMost = 1000;

    void add(const cds_hooks::UnknownCodeCounts &counts);
    // type,system,code,count: most frequent first.
    [[nodiscard]] std::string csv() const;

  private:
    mutable std::mutex mutex_;
    cds_hooks::UnknownCodeCounts counts_;
};

} // namespace trialcds::server
