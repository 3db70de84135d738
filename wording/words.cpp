#include "wording/words.h"

namespace trialcds::wording {
namespace {

using eligibility::CriterionOutcome;
using eligibility::Kind;
using eligibility::PartResult;
using eligibility::Reason;
using eligibility::TrialOutcome;

std::string dated(const char *words, const std::optional<base::Day> &day) {
    return day ? words + day->to_string() : std::string();
}

std::string leaning(Kind kind, const PartResult &result) {
    if (!result.leaning) return "to be confirmed";
    return "the record leans to \"" + std::string(outcome_word(kind, *result.leaning)) + "\", to be confirmed";
}

std::string why_unknown(Kind kind, const PartResult &result) {
    switch (result.reason.value_or(Reason::no_data)) {
    case Reason::no_data:
        return "nothing recorded";
    case Reason::stale:
        return "recorded, but too old to decide";
    case Reason::not_retrieved:
        return "not read from the record";
    case Reason::unusable:
        return "recorded, but the value cannot be used";
    case Reason::conflicting:
        return "recorded results contradict each other";
    case Reason::confirm:
        return leaning(kind, result) + dated("; clears on ", result.clears_on);
    case Reason::pending:
        return "the washout completes within the screening period" + dated(", clears on ", result.clears_on);
    }
    return "";
}

std::string why_fails(const PartResult &result) {
    if (!result.clears_on) return "";
    return dated(result.temporary ? "clears on " : "not before ", result.clears_on);
}

std::string why_passes(const PartResult &result) {
    std::string words = result.basis == eligibility::Basis::no_record ? "none recorded" : "";
    if (result.expires_on)
        words += (words.empty() ? "holds until " : "; holds until ") + result.expires_on->to_string();
    return words;
}

} // namespace

std::string_view outcome_word(Kind kind, CriterionOutcome outcome) {
    switch (outcome) {
    case CriterionOutcome::passes:
        return kind == Kind::inclusion ? "met" : "clear";
    case CriterionOutcome::fails:
        return kind == Kind::inclusion ? "not met" : "applies";
    case CriterionOutcome::unknown:
        return "unknown";
    }
    return "";
}

std::string why(const mappings::Catalogue &catalogue, Kind kind, const PartResult &result) {
    std::string words;
    switch (result.outcome) {
    case CriterionOutcome::passes:
        return why_passes(result);
    case CriterionOutcome::fails:
        return why_fails(result);
    case CriterionOutcome::unknown:
        words = why_unknown(kind, result);
    }
    std::string missing;
    for (const std::string &label : missing_labels(catalogue, result))
        missing += (missing.empty() ? "; missing: " : ", ") + label;
    return words + missing;
}

std::vector<std::string> missing_labels(const mappings::Catalogue &catalogue, const PartResult &result) {
    std::vector<std::string> labels;
    for (const eligibility::InputIndex input : result.missing)
        if (at(input) < catalogue.inputs.size()) labels.push_back(catalogue.inputs[at(input)].label.english());
    return labels;
}

std::string value_words(const EvidenceText &evidence) {
    if (evidence.value == evidence.label) return evidence.label;
    return evidence.label + ": " + amount(evidence);
}

std::string day_words(const EvidenceText &evidence) {
    return evidence.date.substr(0, evidence.date.find('T'));
}

std::string amount(const EvidenceText &evidence) {
    const bool shown = !evidence.unit.empty() && evidence.unit.front() != '{';
    return shown ? evidence.value + " " + evidence.unit : evidence.value;
}

std::string_view outcome_phrase(TrialOutcome outcome) {
    switch (outcome) {
    case TrialOutcome::potential_candidate:
        return "Possible match for review";
    case TrialOutcome::more_data_needed:
        return "More data needed";
    case TrialOutcome::not_a_candidate:
        return "Not a candidate on the data recorded";
    }
    return "";
}

std::string counts(const eligibility::TrialAssessment &assessment) {
    int met = 0, not_met = 0, unknown = 0;
    for (const eligibility::CriterionResult &result : assessment.criteria) {
        if (result.outcome == CriterionOutcome::passes)
            ++met;
        else if (result.outcome == CriterionOutcome::fails)
            ++not_met;
        else
            ++unknown;
    }
    return std::to_string(met) + (met == 1 ? " criterion met, " : " criteria met, ") + std::to_string(not_met) +
           " not met, " + std::to_string(unknown) + " unknown.";
}

std::vector<std::string> limits(const eligibility::TrialDefinition &trial) {
    return {
        "Key criteria only, registry text of " + trial.registry_date + ", criteria version " + trial.version +
            ". The study team decides.",
        "Recruitment status as of " + trial.recruitment_status_as_of + ": " + trial.recruitment_status +
            ". Check the registry.",
        "Helps trained staff to find patients for review; not for diagnosis or treatment.",
    };
}

} // namespace trialcds::wording
