// Makes the CDS Hooks call that an EHR would send for a patient kept as one Bundle: the resources sorted under
// the prefetch keys that a service advertises, and null where the patient has nothing of a kind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "knowledge/catalogue.h"

namespace trialcds::cds_hooks {

// The same Bundle, each reference to an address of its own (urn:uuid:...) by the type and id of what is there:
// so it stays true where a resource is shown without its Bundle.
[[nodiscard]] std::string with_outside_references(json::Value bundle);

// `hook_instance` is a UUID. unreadable_input when the text is no Bundle or holds no Patient with an id.
[[nodiscard]] base::Result<std::string> hook_request(std::string_view bundle,
                                                     const std::vector<mappings::PrefetchKey> &keys,
                                                     const std::string &hook_instance);

} // namespace trialcds::cds_hooks
