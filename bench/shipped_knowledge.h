// The knowledge of mappings/data, loaded once. Throws std::runtime_error where it cannot be. Thread-safety: may
// be called concurrently.
#pragma once

#include <memory>

#include "knowledge/knowledge.h"

namespace trialcds::bench {

[[nodiscard]] std::shared_ptr<const mappings::Knowledge> knowledge();

} // namespace trialcds::bench
