#include <utility>

#include "builder_state.h"
#include "finish_steps.h"
#include "reference.h"
#include "resource_row.h"
#include "source_reader.h"

namespace trialcds::fhir {
namespace {

template <typename T>
std::vector<T> kept_items(Pile<T> &pile, const std::vector<bool> &dropped) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < pile.items.size(); ++i) {
        if (dropped[pile.origins[i].sequence]) continue;
        if (kept != i) pile.items[kept] = pile.items[i];
        ++kept;
    }
    pile.items.resize(kept);
    return std::move(pile.items);
}

void degrade(Retrieval &state) {
    if (state == Retrieval::complete) state = Retrieval::incomplete;
}

// A list that holds a resource nobody may use proves no absence.
void degrade_doubtful(const std::array<bool, kResourceTypes> &doubtful, Sources &sources) {
    for (const ResourceRow &row : resource_rows()) {
        if (!doubtful[static_cast<std::size_t>(row.type)]) continue;
        for (const ResourceRow &list : resource_rows()) {
            if (list.type != row.type && (row.part_of == Absence::nothing || list.absence != row.part_of))
                continue;
            degrade(sources[list.type]);
            if (list.absence != Absence::group) continue;
            for (auto &[group, state] : sources.observation_groups)
                degrade(state);
        }
    }
}

// "Patient/123" names the same patient as "123".
std::string logical_id(std::string patient_id) {
    const Reference reference = parse_reference(patient_id);
    if (reference.form != ReferenceForm::literal || reference.type != "Patient") return patient_id;
    return std::string(reference.id);
}

} // namespace

RecordBuilder::RecordBuilder(std::string patient_id) : state_(std::make_unique<State>()) {
    state_->collected.patient_id = logical_id(std::move(patient_id));
}
RecordBuilder::~RecordBuilder() = default;
RecordBuilder::RecordBuilder(RecordBuilder &&) noexcept = default;
RecordBuilder &RecordBuilder::operator=(RecordBuilder &&) noexcept = default;

Retrieval RecordBuilder::add(const std::shared_ptr<const json::Document> &document, json::Value value,
                             std::string_view expected_type, const Held &before) {
    auto &documents = state_->collected.record.documents;
    if (documents.empty() || documents.back() != document) documents.push_back(document);
    return read_source(state_->collected, value, expected_type, before);
}

void RecordBuilder::set_sources(Sources sources) {
    state_->collected.record.sources = std::move(sources);
}

base::Result<PatientRecord> RecordBuilder::finish() && {
    Collected &collected = state_->collected;
    collected.dropped.assign(static_cast<std::size_t>(collected.record.resources), false);
    drop_duplicates(collected);
    for (const ResourceRow &row : resource_rows())
        if (row.unfold != nullptr) row.unfold(collected);
    collected.dropped.resize(static_cast<std::size_t>(collected.record.resources), false);
    if (auto identified = identify_patient(collected); !identified)
        return tl::make_unexpected(std::move(identified).error());
    drop_other_patients(collected);
    for (const ResourceRow &row : resource_rows())
        if (row.settle != nullptr) row.settle(collected);
    drop_dates_before_birth(collected); // last: what repeats what is told by the dates as they are written

    PatientRecord record = std::move(collected.record);
    degrade_doubtful(collected.doubtful, record.sources);
    record.observations = kept_items(collected.pile<Observation>(), collected.dropped);
    record.conditions = kept_items(collected.pile<Condition>(), collected.dropped);
    record.medication_uses = kept_items(collected.pile<MedicationUse>(), collected.dropped);
    record.procedures = kept_items(collected.pile<Procedure>(), collected.dropped);
    record.research_subjects = kept_items(collected.pile<ResearchSubject>(), collected.dropped);
    record.issues = collected.notes.issues(collected.dropped);
    for (const auto &[key, count] : collected.ignored)
        record.ignored[{std::string(key.first), std::string(key.second)}] += count;
    return record;
}

} // namespace trialcds::fhir
