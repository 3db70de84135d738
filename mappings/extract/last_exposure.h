// When a drug was last taken, as an interval of days (clinical-rules 7.6), from the statuses and dates of
// one medication record. An order is not an administration: what is not known to have ended lasts until as_of,
// and a drug infused every few weeks is not ongoing because an order is active. Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string_view>

#include "extraction.h"

namespace trialcds::mappings {

struct LastExposure {
    base::DateInterval last; // within the past: last.last <= as_of
    bool ongoing = false;
    std::optional<base::Day> first_day;
    Grade grade = Grade::decides;
    std::string_view date_text;
};

// Why a record is no exposure: "not-an-exposure", "not-yet" (it lies in the future); "" when it is one.
struct ExposureRead {
    std::optional<LastExposure> exposure;
    std::string_view no_exposure;
};

[[nodiscard]] ExposureRead read_exposure(const fhir::MedicationUse &use, bool intermittent, base::Day as_of);
[[nodiscard]] ExposureRead read_exposure(const fhir::ResearchSubject &subject, base::Day as_of);

} // namespace trialcds::mappings
