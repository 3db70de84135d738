#include "fhir/issue.h"

namespace trialcds::fhir {

const char *to_string(Severity severity) {
    switch (severity) {
    case Severity::information:
        return "information";
    case Severity::warning:
        return "warning";
    case Severity::error:
        return "error";
    }
    return "error";
}

} // namespace trialcds::fhir
