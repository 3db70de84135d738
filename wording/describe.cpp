// Evidence in words: what a table, a card and the JSON report show of a fact.
#include "recorded.h"
#include "wording/report.h"

namespace trialcds::wording {
namespace {

using eligibility::at;

std::string value_of(const Language &language, const eligibility::Measurement &measurement) {
    if (measurement.value_text.empty()) {
        const bool none = measurement.unusable == eligibility::Unusable::no_value;
        return std::string(language.words(none ? Message::evidence_no_value : Message::evidence_unreadable));
    }
    return measurement.value_text;
}

// A number stands as it is written, and one word that was understood ("Positive"); what else the record says is
// quoted.
ValueForm form_of(const eligibility::Measurement &measurement) {
    const std::string &text = measurement.value_text;
    if (text.empty()) return ValueForm::as_it_is;
    if (measurement.derived) return ValueForm::number;
    const bool understood = measurement.unusable == eligibility::Unusable::none &&
                            (measurement.has_value || measurement.qualitative.has_value());
    return is_number_text(text) || (understood && is_one_word(text)) ? ValueForm::as_it_is : ValueForm::quoted;
}

std::string total_of(const Language &language, const eligibility::PanelAssessment &assessment) {
    if (!assessment.total) return std::string(language.words(Message::evidence_no_value));
    return to_string(*assessment.total);
}

std::string last_of(const Language &language, const eligibility::DrugExposure &exposure) {
    if (exposure.ongoing) return std::string(language.words(Message::evidence_ongoing));
    const auto &[first, last] = exposure.last;
    const std::string day = language.day(last);
    if (first == last) return language.text(Message::evidence_last_on, {day});
    if (first == base::kDistantPast) return language.text(Message::evidence_last_by, {day});
    return language.text(Message::evidence_last_between, {language.day(first), day});
}

std::string word_for(const Language &language, eligibility::Sex sex) {
    switch (sex) {
    case eligibility::Sex::male:
        return language.text(Message::evidence_sex_is, {"male"});
    case eligibility::Sex::female:
        return language.text(Message::evidence_sex_is, {"female"});
    case eligibility::Sex::other:
        return language.text(Message::evidence_sex_is, {"other"});
    case eligibility::Sex::unstated:
        break;
    }
    return std::string(language.words(Message::evidence_not_stated));
}

struct Describer {
    const Language &language;
    const mappings::Catalogue &catalogue;
    const eligibility::PatientFacts &facts;

    EvidenceText operator()(const eligibility::MeasurementEvidence &evidence) const {
        const mappings::Variable &variable = catalogue.variables[at(evidence.variable)];
        const eligibility::Measurement &measurement = *evidence.measurement;
        EvidenceText text{
            variable.id,           variable.label.in(language.code()), value_of(language, measurement),
            measurement.unit_text, measurement.origin.date_text,       measurement.origin.source,
            form_of(measurement)};
        text.unit_is_recorded = !measurement.derived && !is_unit(catalogue, measurement.unit_text);
        return text;
    }
    EvidenceText operator()(const eligibility::PanelEvidence &evidence) const {
        const mappings::Named &panel = catalogue.panels[at(evidence.panel)];
        const eligibility::PanelAssessment &assessment = *evidence.assessment;
        return {panel.id,
                panel.label.in(language.code()),
                total_of(language, assessment),
                "",
                assessment.origin.date_text,
                assessment.origin.source,
                assessment.total ? ValueForm::number : ValueForm::as_it_is};
    }
    EvidenceText operator()(const eligibility::FindingEvidence &evidence) const {
        const mappings::Named &set = catalogue.value_sets[at(evidence.value_set)];
        const eligibility::Finding &finding = *evidence.finding;
        return {set.id,
                set.label.in(language.code()),
                finding.label.in(language.code()),
                "",
                finding.origin.date_text,
                finding.origin.source,
                finding.label.is_recorded() ? ValueForm::quoted : ValueForm::as_it_is};
    }
    EvidenceText operator()(const eligibility::ExposureEvidence &evidence) const {
        const eligibility::DrugExposure &exposure = *evidence.exposure;
        const mappings::Named &name = exposure.ingredient == eligibility::kNoIngredient
                                          ? catalogue.drug_groups[at(evidence.group)]
                                          : catalogue.ingredients[at(exposure.ingredient)];
        EvidenceText text{name.id, exposure.label.in(language.code()), last_of(language, exposure),
                          "",      exposure.origin.date_text,          exposure.origin.source};
        text.label_is_recorded = exposure.label.is_recorded();
        return text;
    }
    EvidenceText operator()(const eligibility::DemographicEvidence &evidence) const {
        const eligibility::Demographics &patient = facts.demographics;
        const auto words = [this](Message message) { return std::string(language.words(message)); };
        if (!evidence.birth_date)
            return {"sex",         words(Message::evidence_sex), word_for(language, patient.sex), "", "",
                    patient.source};
        const std::string &born = patient.birth_date_text;
        if (born.empty())
            return {
                "birth-date",  words(Message::evidence_birth_date), words(Message::evidence_not_stated), "", "",
                patient.source};
        return {"birth-date",   words(Message::evidence_birth_date), born, "", "", patient.source,
                ValueForm::date};
    }
};

} // namespace

EvidenceText describe(const Language &language, const mappings::Catalogue &catalogue,
                      const eligibility::Evidence &evidence, const eligibility::PatientFacts &facts) {
    return std::visit(Describer{language, catalogue, facts}, evidence);
}

} // namespace trialcds::wording
