// A logical id as FHIR R4 writes it, and references to a Patient. Private to cds-hooks. Thread-safety: pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace trialcds::cds_hooks {

inline constexpr std::size_t kMaxId = 64;
inline constexpr std::string_view kPatientPrefix = "Patient/";
inline constexpr std::string_view kEncounterPrefix = "Encounter/";

inline bool is_fhir_id(std::string_view id) {
    return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    });
}

// "Patient/123" as "123".
inline std::string_view without_prefix(std::string_view id, std::string_view prefix) {
    return id.starts_with(prefix) ? id.substr(prefix.size()) : id;
}

} // namespace trialcds::cds_hooks
