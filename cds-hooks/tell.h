// Says in words what became of a call. The reasons are those of its report: nothing is decided a second time.
// Private to cds-hooks. Thread-safety: reentrant.
#pragma once

#include <vector>

#include "cds_hooks/http_api.h"
#include "cds_hooks/told.h"

namespace trialcds::cds_hooks {

// One patient's call, after its cards.
struct AnsweredPatient {
    const Service &service;
    const mappings::Knowledge &knowledge;
    const mappings::Extraction &extraction;
    const ClientPolicy &policy;
    const ApiSettings &settings;
    base::Day as_of;
};

// One for each trial of the report.
[[nodiscard]] std::vector<Told> tell(const AnsweredPatient &call, const CallReport &report);

// Of a call that looked at no trial.
[[nodiscard]] Told tell(NoCardReason reason, const wording::Language &language);

} // namespace trialcds::cds_hooks
