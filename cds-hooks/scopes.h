// What a token's scopes let be read, in the form of SMART App Launch 1 (user/Observation.read) and of 2
// (user/Observation.rs?category=...). Private to cds-hooks. Source: SMART App Launch 2.2 "Scopes for requesting
// clinical data", with its table for the forms of version 1. Thread-safety: pure functions.
#pragma once

#include <string_view>

namespace trialcds::cds_hooks {

// Is there a scope by which the user, or this service itself, may read more than one patient's data? A patient/
// scope never does, whatever it names.
[[nodiscard]] bool may_read_several_patients(std::string_view scopes);

} // namespace trialcds::cds_hooks
