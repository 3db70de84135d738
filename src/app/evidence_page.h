// The evidence page as it was built, from the folder where it lies. Thread-safety: reentrant.
#pragma once

#include <vector>

#include "base/result.h"
#include "cds_hooks/evidence_page.h"

namespace trialcds::app {

// unreadable_input: it is not there.
[[nodiscard]] base::Result<std::vector<cds_hooks::PageFile>> read_evidence_page();

} // namespace trialcds::app
