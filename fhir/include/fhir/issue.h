// Issue: something odd in the data, collected and never thrown. `expression` points at the place
// ("Observation[3].value", the index counting resources of that type in reading order) and `diagnostics` says
// what is wrong and what became of it, without quoting free text of the record. Source: FHIR R4
// OperationOutcome.issue. Thread-safety: plain value.
#pragma once

#include <string>

namespace trialcds::fhir {

enum class Severity { information, warning, error };

struct Issue {
    Severity severity = Severity::warning;
    std::string code; // our own short word: "no-unit", "unreadable-date", "other-patient", ...
    std::string expression;
    std::string diagnostics;

    bool operator==(const Issue &) const = default;
};

[[nodiscard]] const char *to_string(Severity severity);

} // namespace trialcds::fhir
