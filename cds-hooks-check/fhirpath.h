// The "simpler FHIRPath" of a prefetch token in the 3.0 ballot: paths from the context, from a user token or
// from what an earlier key brought (%key), with ofType() and resolve(), unions of them, and today() some days
// ahead or ago. Source: CDS Hooks 3.0.0-ballot, "Prefetch tokens" (trial use). Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace trialcds::cds_hooks_check {

// Where each path of the token begins: "context.patientId", "userPractitionerId", "%patient" or "today()".
// nullopt: it is no token of this form.
[[nodiscard]] std::optional<std::vector<std::string_view>> roots_of(std::string_view token);

} // namespace trialcds::cds_hooks_check
