// When an Observation was made: effective[x], else `issued` (which can only be confirmed: the sample may be
// older), else undated. Source: clinical-rules 0.6, 7.1. Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string_view>

#include "extraction.h"

namespace trialcds::mappings {

struct ObservationDate {
    base::DateInterval days; // undated: the whole of time
    std::optional<std::int64_t> second;
    std::string_view text; // as written
    Grade grade = Grade::decides;
};

[[nodiscard]] ObservationDate date_of(const fhir::Observation &observation);

} // namespace trialcds::mappings
