// Medication records and study participation -> drug exposures, one under every group of the drug.
#include "drug_route.h"
#include "last_exposure.h"
#include "product_names.h"
#include "understand.h"

namespace trialcds::mappings {
namespace {

using eligibility::DrugExposure;

DrugExposure exposure_of(const LastExposure &read, const fhir::ResourceHead &head) {
    DrugExposure exposure;
    exposure.grade = read.grade;
    exposure.last = read.last;
    exposure.ongoing = read.ongoing;
    exposure.first_day = read.first_day;
    exposure.origin = origin(head, read.date_text);
    return exposure;
}

void add_exposures(Draft &draft, const fhir::MedicationUse &use, const LastExposure &read,
                   const Product &product) {
    DrugExposure exposure = exposure_of(read, use.head);
    exposure.route = read_route(draft, use, product.route);
    (void)draft.work.charge(kExposureWork * product.names.matches.size());
    for (const DrugMatch &match : product.names.matches) {
        DrugExposure &added = draft.facts().exposures[eligibility::at(match.group)].emplace_back(exposure);
        added.ingredient = match.ingredient;
        added.grade = weaker(read.grade, match.grade);
        added.text_match = match.text_match;
        added.label = match.label;
        if (match.ingredient != kNoIngredient)
            added.half_life = draft.lookup.ingredients[eligibility::at(match.ingredient)].half_life;
    }
}

void not_understood(Draft &draft, const fhir::MedicationUse &use, const Product &product) {
    draft.tracer.by_words(ReadBy::unknown_words, product.words);
    count(draft, draft.facts().medications_not_understood.front(), product.words);
    note_not_understood(draft, use.head.type, product.unknown);
}

// How a procedure that names a drug reads as its administration.
fhir::MedicationUse administration_of(const fhir::Procedure &procedure) {
    fhir::MedicationUse use;
    use.head = procedure.head;
    use.kind = fhir::MedicationUseKind::administration;
    use.status = procedure.status.empty() ? "unknown" : procedure.status;
    use.medication = procedure.code;
    if (const auto *day = std::get_if<fhir::DateValue>(&procedure.performed)) use.effective = *day;
    if (const auto *period = std::get_if<fhir::PeriodValue>(&procedure.performed))
        use.effective_period = *period;
    return use;
}

void extract(Draft &draft, const fhir::MedicationUse &use, ProductNames &products) {
    if (draft.tracer.on() && draft.work.charge(use.medication.coding.size()))
        draft.tracer.at(use.head, use.medication, words_of(use));
    ++draft.facts().medication_records;
    // Whether the drug is infused now and then matters for orders only, so the dates are read first without.
    const ExposureRead sighted = read_exposure(use, false, draft.as_of);
    if (!sighted.exposure) {
        if (draft.tracer.on()) (void)products.of(use); // only to say which drug it would have been
        draft.ignore(use.head.type, sighted.no_exposure);
        return;
    }
    const Product &product = products.of(use);
    switch (product.names.naming) {
    case DrugNaming::none:
        not_understood(draft, use, product);
        draft.ignore(use.head.type, "names-no-drug");
        draft.issue(fhir::Severity::warning, "names-no-drug", place(use.head) + ".medication",
                    "The record names no drug; that a drug was never taken cannot be concluded.");
        return;
    case DrugNaming::unknown:
        not_understood(draft, use, product);
        draft.ignore(use.head.type, "not-understood");
        return;
    case DrugNaming::another:
        draft.ignore(use.head.type, "another-drug");
        return;
    case DrugNaming::known_to_some:
        not_understood(draft, use, product);
        break;
    case DrugNaming::known:
        break;
    }
    add_exposures(draft, use, *read_exposure(use, product.names.intermittent, draft.as_of).exposure, product);
    draft.use();
}

} // namespace

GivenDrug extract_given_drug(Draft &draft, const fhir::Procedure &procedure) {
    const fhir::MedicationUse use = administration_of(procedure);
    ProductNames products(draft);
    const Product &product = products.of(use);
    const DrugNames &names = product.names;
    if (names.naming == DrugNaming::another) return GivenDrug::another;
    if (names.naming != DrugNaming::known && names.naming != DrugNaming::known_to_some) return GivenDrug::none;
    const ExposureRead read = read_exposure(use, names.intermittent, draft.as_of);
    if (!read.exposure) return GivenDrug::none;
    if (names.naming == DrugNaming::known_to_some) not_understood(draft, use, product);
    add_exposures(draft, use, *read.exposure, product);
    draft.use();
    return GivenDrug::of_a_group;
}

void extract_medications(Draft &draft, const fhir::PatientRecord &record) {
    ProductNames products(draft);
    for (const fhir::MedicationUse &use : record.medication_uses) {
        if (!draft.work.charge(kResourceWork)) return;
        extract(draft, use, products);
    }
}

void extract_research_subjects(Draft &draft, const fhir::PatientRecord &record) {
    for (const fhir::ResearchSubject &subject : record.research_subjects) {
        if (!draft.work.charge(kResourceWork)) return;
        draft.tracer.at(subject.head, {}, subject.study_display);
        for (const eligibility::DrugGroupIndex group : draft.lookup.investigational_groups)
            draft.tracer.by_words(ReadBy::study, subject.study, About::drug_group, eligibility::at(group));
        const ExposureRead read = read_exposure(subject, draft.as_of);
        if (!read.exposure || draft.lookup.investigational_groups.empty()) {
            draft.ignore("ResearchSubject", read.exposure ? "not-mapped" : read.no_exposure);
            continue;
        }
        for (const eligibility::DrugGroupIndex group : draft.lookup.investigational_groups) {
            DrugExposure exposure = exposure_of(*read.exposure, subject.head);
            exposure.ingredient = kNoIngredient;
            exposure.label = draft.catalogue.drug_groups[eligibility::at(group)].label;
            draft.facts().exposures[eligibility::at(group)].push_back(std::move(exposure));
        }
        draft.use();
    }
}

} // namespace trialcds::mappings
