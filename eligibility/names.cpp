#include "eligibility/assessment.h"

namespace trialcds::eligibility {

std::string_view to_string(CriterionOutcome outcome) {
    switch (outcome) {
    case CriterionOutcome::passes:
        return "passes";
    case CriterionOutcome::fails:
        return "fails";
    case CriterionOutcome::unknown:
        return "unknown";
    }
    return "";
}

std::string_view to_string(Reason reason) {
    switch (reason) {
    case Reason::no_data:
        return "no_data";
    case Reason::stale:
        return "stale";
    case Reason::not_retrieved:
        return "not_retrieved";
    case Reason::unusable:
        return "unusable";
    case Reason::conflicting:
        return "conflicting";
    case Reason::confirm:
        return "confirm";
    case Reason::pending:
        return "pending";
    }
    return "";
}

std::string_view to_string(Basis basis) {
    switch (basis) {
    case Basis::evidence:
        return "evidence";
    case Basis::no_record:
        return "no_record";
    }
    return "";
}

std::string_view to_string(TrialOutcome outcome) {
    switch (outcome) {
    case TrialOutcome::potential_candidate:
        return "potential_candidate";
    case TrialOutcome::more_data_needed:
        return "more_data_needed";
    case TrialOutcome::not_a_candidate:
        return "not_a_candidate";
    }
    return "";
}

std::string_view to_string(CriterionKind kind) {
    switch (kind) {
    case CriterionKind::inclusion:
        return "inclusion";
    case CriterionKind::exclusion:
        return "exclusion";
    }
    return "";
}

} // namespace trialcds::eligibility
