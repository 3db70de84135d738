// Evidence in words: what a table, a card and the JSON report show of a fact.
#include "wording/report.h"

namespace trialcds::wording {
namespace {

using eligibility::at;

std::string value_of(const eligibility::Measurement &measurement) {
    if (!measurement.value_text.empty()) return measurement.value_text;
    return measurement.unusable == eligibility::Unusable::no_value ? "no value" : "unreadable value";
}

std::string last_of(const eligibility::DrugExposure &exposure) {
    if (exposure.ongoing) return "ongoing";
    const auto &[first, last] = exposure.last;
    if (first == last) return "last " + last.to_string();
    if (first == base::kDistantPast) return "last by " + last.to_string();
    return "last between " + first.to_string() + " and " + last.to_string();
}

std::string_view word_for(eligibility::Sex sex) {
    switch (sex) {
    case eligibility::Sex::male:
        return "male";
    case eligibility::Sex::female:
        return "female";
    case eligibility::Sex::other:
        return "other";
    case eligibility::Sex::unstated:
        break;
    }
    return "not stated";
}

struct Describer {
    const mappings::Catalogue &catalogue;
    const eligibility::PatientFacts &facts;

    EvidenceText operator()(const eligibility::MeasurementEvidence &evidence) const {
        const mappings::Variable &variable = catalogue.variables[at(evidence.variable)];
        const eligibility::Measurement &measurement = *evidence.measurement;
        return {variable.id,           variable.label.english(),     value_of(measurement),
                measurement.unit_text, measurement.origin.date_text, measurement.origin.source};
    }
    EvidenceText operator()(const eligibility::PanelEvidence &evidence) const {
        const mappings::Named &panel = catalogue.panels[at(evidence.panel)];
        const eligibility::PanelAssessment &assessment = *evidence.assessment;
        return {
            panel.id, panel.label.english(),       assessment.total ? to_string(*assessment.total) : "no value",
            "",       assessment.origin.date_text, assessment.origin.source};
    }
    EvidenceText operator()(const eligibility::FindingEvidence &evidence) const {
        const mappings::Named &set = catalogue.value_sets[at(evidence.value_set)];
        const eligibility::Finding &finding = *evidence.finding;
        return {set.id, set.label.english(),      finding.label.english(),
                "",     finding.origin.date_text, finding.origin.source};
    }
    EvidenceText operator()(const eligibility::ExposureEvidence &evidence) const {
        const eligibility::DrugExposure &exposure = *evidence.exposure;
        const mappings::Named &name = exposure.ingredient == eligibility::kNoIngredient
                                          ? catalogue.drug_groups[at(evidence.group)]
                                          : catalogue.ingredients[at(exposure.ingredient)];
        return {name.id, exposure.label.english(),  last_of(exposure),
                "",      exposure.origin.date_text, exposure.origin.source};
    }
    EvidenceText operator()(const eligibility::DemographicEvidence &evidence) const {
        const eligibility::Demographics &patient = facts.demographics;
        if (!evidence.birth_date)
            return {"sex", "Sex", std::string(word_for(patient.sex)), "", "", patient.source};
        const bool known = !patient.birth_date_text.empty();
        return {"birth-date", "Date of birth", known ? patient.birth_date_text : "not stated", "",
                "",           patient.source};
    }
};

} // namespace

EvidenceText describe(const mappings::Catalogue &catalogue, const eligibility::Evidence &evidence,
                      const eligibility::PatientFacts &facts) {
    return std::visit(Describer{catalogue, facts}, evidence);
}

} // namespace trialcds::wording
