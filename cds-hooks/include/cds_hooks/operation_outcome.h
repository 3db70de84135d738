// The one place where an error becomes an HTTP status and a FHIR OperationOutcome. The body says what the
// caller can act on and where; it never holds internals or anything from patient data. Source: CDS Hooks 2.0
// "HTTP status codes" (200 and 412), conformance items 06, 62 and 78; FHIR R4 OperationOutcome and
// issue-type. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cds_hooks/http_messages.h"

namespace trialcds::cds_hooks {

[[nodiscard]] int status_of(base::ErrorCode code);

// One error of this FHIR issue-type. `diagnostics` says what the caller can do.
[[nodiscard]] HttpResponse outcome_response(int status, std::string_view issue_type,
                                            std::string_view diagnostics);

// 400 with one issue per fault, up to a bound: what of several things was not taken, and why.
[[nodiscard]] HttpResponse faults_response(const std::vector<base::Error> &faults);

// `correlation_id` is named in faults of our own, so that the operator can find the log line.
[[nodiscard]] HttpResponse error_response(const base::Error &error, const std::string &correlation_id);

} // namespace trialcds::cds_hooks
