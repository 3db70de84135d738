// Makes the CDS Hooks call that an EHR would send for a patient kept as one Bundle: the resources sorted under
// the prefetch keys that a service advertises, and null where the patient has nothing of a kind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/catalogue.h"

namespace trialcds::cds_hooks {

// `hook_instance` is a UUID. unreadable_input when the text is no Bundle or holds no Patient with an id.
[[nodiscard]] base::Result<std::string> hook_request(std::string_view bundle,
                                                     const std::vector<mappings::PrefetchKey> &keys,
                                                     const std::string &hook_instance);

} // namespace trialcds::cds_hooks
