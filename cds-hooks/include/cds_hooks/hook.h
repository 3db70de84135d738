// The hooks that services here answer, and what each has in its context beside the user and the patient. Every
// hook is a row; nothing else knows a hook's name. Source: CDS Hooks 2.0 library: patient-view,
// encounter-start and appointment-book. Thread-safety: constants.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace trialcds::cds_hooks {

// The encounter that the context names.
enum class EncounterIs : std::uint8_t { optional, required };

// Whom a call is about.
enum class CallIsAbout : std::uint8_t {
    patient,         // the context's
    appointments_too // and whoever else takes part in the context's proposed appointments
};

struct Hook {
    std::string_view name;
    EncounterIs encounter;
    CallIsAbout about;
    std::string_view title; // of its service, unless a site names another
};

[[nodiscard]] std::span<const Hook> hooks(); // patient-view first
[[nodiscard]] const Hook *find_hook(std::string_view name);

} // namespace trialcds::cds_hooks
