// The resources of what a tester looks at: a Bundle, or the prefetch of a CDS Hooks request. Thread-safety:
// reentrant.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace trialcds::demo {

// A request has no resourceType, a Bundle has.
[[nodiscard]] bool is_request(json::Value root);

// In the order of the text; of two with one type and id the first.
[[nodiscard]] std::vector<json::Value> resources_in(json::Value root);

// "Observation/ruiz-ana-mrss", "" without an id.
[[nodiscard]] std::string source_of(json::Value resource);

// The same resources as one Bundle of type collection.
[[nodiscard]] std::string collected(json::Value root);

} // namespace trialcds::demo
