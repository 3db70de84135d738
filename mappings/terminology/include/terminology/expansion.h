// Expansion: what stands below one code, as a FHIR terminology server lists it, page by page. A list counts
// only if it is whole: a page that was not asked for, a count that does not add up, a code that comes twice or
// an OperationOutcome (too-costly) is an error, never a shorter list. Inactive codes are left out. Source: FHIR
// R4, ValueSet/$expand (offset, count, total) and SNOMED CT implicit value sets. Thread-safety: one reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "terminology/closure.h"

namespace trialcds::mappings {

class Expansion {
  public:
    // `edition`: the system, or one edition and version of it ("<system>/<module>/version/<day>").
    Expansion(std::string system, std::string edition, NumericCode root)
        : system_(std::move(system)), edition_(std::move(edition)), root_(root) {}

    // What to ask for next, below the server's base: "ValueSet/$expand?...".
    [[nodiscard]] std::string next_page() const;
    // The answer to it. unavailable or invalid_request: what is wrong with it.
    [[nodiscard]] base::Result<void> take(int status, std::string_view body);
    [[nodiscard]] bool whole() const { return whole_; }

    [[nodiscard]] bool has_root() const { return holds(codes_, root_); }  // when whole
    [[nodiscard]] NumericCodes below_root() const;                        // when whole
    [[nodiscard]] const std::string &version() const { return version_; } // as the server says it, or ""

  private:
    [[nodiscard]] base::Result<std::int64_t> take_entries(json::Value entries, int depth);
    [[nodiscard]] base::Result<void> take_version(json::Value expansion);
    [[nodiscard]] base::Result<void> judge_page(json::Value expansion, std::int64_t entries);
    [[nodiscard]] tl::unexpected<base::Error> refuse(std::string text) const;

    std::string system_;
    std::string edition_;
    NumericCode root_;
    std::int64_t read_ = 0; // entries so far
    std::optional<std::int64_t> total_;
    bool whole_ = false;
    NumericCodes codes_; // sorted only when whole
    std::string version_;
};

} // namespace trialcds::mappings
