// Assessments made by hand, for the wording of cards.
#pragma once

#include <deque>
#include <string>
#include <variant>

#include "cds_hooks/card.h"
#include "support.h"

namespace trialcds::test {

using eligibility::CriterionKind;
using eligibility::CriterionOutcome;
using eligibility::CriterionResult;
using eligibility::Reason;
using eligibility::TrialOutcome;

inline eligibility::TrialDefinition recruiting_trial() {
    eligibility::TrialDefinition trial;
    trial.id = "NCT00000001";
    trial.version = "1.2.0";
    trial.title = "A study of a study drug";
    trial.short_title = "study drug in dcSSc";
    trial.registry_url = "https://registry.example.org/study/NCT00000001";
    trial.registry_date = "2025-11-01";
    trial.recruitment_status = "recruiting";
    trial.recruitment_status_as_of = "2025-11-01";
    trial.valid_until = "2027-11-22";
    return trial;
}

// An assessment with everything it points into. Not to be moved once built.
struct Scene {
    Scene() {
        assessment.trial = &trial;
        assessment.as_of = kAsOf;
        assessment.outcome = TrialOutcome::potential_candidate;
        assessment.about_recorded = true;
        extraction.facts.demographics.source = "Patient/pat1";
    }
    Scene(const Scene &) = delete;
    Scene &operator=(const Scene &) = delete;

    CriterionResult &add(const std::string &id, CriterionOutcome outcome,
                         CriterionKind kind = CriterionKind::inclusion,
                         const std::string &text = "Some criterion.") {
        auto &criterion = definitions.emplace_back();
        criterion.id = id;
        criterion.kind = kind;
        criterion.text = text;
        auto &result = assessment.criteria.emplace_back();
        result.criterion = &criterion;
        result.outcome = outcome;
        return result;
    }

    CriterionResult &unknown(const std::string &id, Reason reason,
                             CriterionKind kind = CriterionKind::inclusion) {
        auto &result = add(id, CriterionOutcome::unknown, kind);
        result.reason = reason;
        return result;
    }

    // Evidence that is a measurement of the catalogue's first variable.
    eligibility::Evidence measured(const std::string &value, const std::string &date,
                                   const std::string &unit = "") {
        auto &measurement = measurements.emplace_back();
        measurement.value = eligibility::Interval::exactly(base::Decimal(1));
        measurement.has_value = true;
        measurement.value_text = value;
        measurement.unit_text = unit;
        measurement.origin = {"Observation/obs-77", date};
        return eligibility::MeasurementEvidence{eligibility::VariableIndex{0}, &measurement};
    }

    eligibility::Evidence found(const std::string &label) {
        auto &finding = findings.emplace_back();
        finding.label = label;
        finding.origin = {"Condition/c1", "2024-05-10"};
        return eligibility::FindingEvidence{eligibility::ValueSetIndex{0}, &finding};
    }

    // A remark in the definition's own words.
    eligibility::Remark remark(const std::string &text, bool urgent = false) {
        return {.urgent = urgent, .text = &texts.emplace_back(text)};
    }

    [[nodiscard]] std::variant<cds_hooks::Card, cds_hooks::NoCardReason>
    render(bool replaced = false, wording::Profile profile = wording::Profile::basic) const {
        return cds_hooks::render_card({.knowledge = *shipped(),
                                       .assessment = assessment,
                                       .extraction = extraction,
                                       .record_replaced = replaced,
                                       .uuid = kUuid,
                                       .profile = profile},
                                      cds_hooks::bundled_card_settings());
    }

    [[nodiscard]] cds_hooks::Card card(wording::Profile profile = wording::Profile::basic) const {
        const auto rendered = render(false, profile);
        const auto *card = std::get_if<cds_hooks::Card>(&rendered);
        EXPECT_NE(card, nullptr);
        return card == nullptr ? cds_hooks::Card{} : *card;
    }

    eligibility::TrialDefinition trial = recruiting_trial();
    eligibility::TrialAssessment assessment;
    mappings::Extraction extraction;
    std::deque<eligibility::Criterion> definitions;
    std::deque<eligibility::Part> parts;
    std::deque<eligibility::Measurement> measurements;
    std::deque<eligibility::Finding> findings;
    std::deque<base::LocalizedText> texts;
};

} // namespace trialcds::test
