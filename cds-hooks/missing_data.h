// What a caller is told whose call lacks required data: which keys, what was tried for each, what became of it,
// what to do. Nothing of the record, of a server's answer or of a URL is in it. Source: CDS Hooks 2.0 "412".
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "cds_hooks/call_report.h"

namespace trialcds::cds_hooks {

struct MissingKey {
    std::string key;
    KeyState state;
    fhir::ReadOutcome cause; // ok unless it was to be fetched
};

[[nodiscard]] std::string missing_data_text(const std::vector<MissingKey> &missing, bool names_server);

} // namespace trialcds::cds_hooks
