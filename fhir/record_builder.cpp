#include <utility>

#include "builder_state.h"
#include "finish_steps.h"
#include "reference.h"
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

// A list that holds a resource nobody may use proves no absence. A Medication may belong to any use.
void degrade_doubtful(const std::array<bool, kKinds> &doubtful, Sources &sources) {
    const auto is = [&](Kind kind) { return doubtful[static_cast<std::size_t>(kind)]; };
    const bool any_use = is(Kind::medication);
    if (is(Kind::condition)) degrade(sources.conditions);
    if (is(Kind::procedure)) degrade(sources.procedures);
    if (is(Kind::research_subject)) degrade(sources.research_subjects);
    if (any_use || is(Kind::medication_statement)) degrade(sources.medication_statements);
    if (any_use || is(Kind::medication_request)) degrade(sources.medication_requests);
    if (any_use || is(Kind::medication_administration)) degrade(sources.medication_administrations);
    if (any_use || is(Kind::medication_dispense)) degrade(sources.medication_dispenses);
    if (!is(Kind::observation)) return;
    degrade(sources.observations_default);
    for (auto &[group, state] : sources.observation_groups)
        degrade(state);
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
                             std::string_view expected_type) {
    auto &documents = state_->collected.record.documents;
    if (documents.empty() || documents.back() != document) documents.push_back(document);
    return read_source(state_->collected, value, expected_type);
}

void RecordBuilder::set_sources(Sources sources) {
    state_->collected.record.sources = std::move(sources);
}

base::Result<PatientRecord> RecordBuilder::finish() && {
    Collected &collected = state_->collected;
    collected.dropped.assign(static_cast<std::size_t>(collected.record.resources), false);
    drop_duplicates(collected);
    if (auto identified = identify_patient(collected); !identified)
        return tl::make_unexpected(std::move(identified).error());
    drop_other_patients(collected);
    resolve_medications(collected);

    PatientRecord record = std::move(collected.record);
    degrade_doubtful(collected.doubtful, record.sources);
    record.observations = kept_items(collected.observations, collected.dropped);
    record.conditions = kept_items(collected.conditions, collected.dropped);
    record.medication_uses = kept_items(collected.medication_uses, collected.dropped);
    record.procedures = kept_items(collected.procedures, collected.dropped);
    record.research_subjects = kept_items(collected.research_subjects, collected.dropped);
    record.issues = collected.notes.issues(collected.dropped);
    for (const auto &[key, count] : collected.ignored)
        record.ignored[{std::string(key.first), std::string(key.second)}] += count;
    return record;
}

} // namespace trialcds::fhir
