#include "page_evidence.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "cds_hooks/discovery.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "knowledge/reads.h"

namespace trialcds::cds_hooks {
namespace {

constexpr std::string_view kPatient = "Patient";

fhir::ReadOutcome cause_of(const std::string &key, const KeyCauses &causes) {
    const auto found =
        std::find_if(causes.begin(), causes.end(), [&key](const auto &cause) { return cause.first == key; });
    return found == causes.end() ? fhir::ReadOutcome::ok : found->second;
}

} // namespace

mappings::PrefetchKey patient_key(const Services &services) {
    const auto &keys = services.knowledge->catalogue.prefetch;
    const auto found = std::find_if(keys.begin(), keys.end(), [](const mappings::PrefetchKey &key) {
        return key.resource_type == kPatient;
    });
    if (found != keys.end()) return *found;
    mappings::PrefetchKey key;
    key.key = "patient";
    key.resource_type = kPatient;
    return key;
}

std::vector<mappings::PrefetchKey> page_keys(const std::vector<const eligibility::TrialDefinition *> &trials,
                                             const mappings::Catalogue &catalogue) {
    std::vector<mappings::PrefetchKey> keys =
        mappings::prefetch_for(mappings::reads_of(trials, catalogue), catalogue);
    for (mappings::PrefetchKey &key : keys)
        key.required = key.resource_type == kPatient;
    return keys;
}

base::Result<TracedPatient> trace_patient(const fhir::PatientRecord &record,
                                          const mappings::Catalogue &catalogue, base::Day as_of,
                                          base::WorkBudget &work) {
    TracedPatient patient;
    patient.id = record.patient_id;
    auto extraction = mappings::extract_facts(record, catalogue, as_of, work, &patient.reading);
    if (!extraction) return tl::make_unexpected(std::move(extraction.error()));
    patient.extraction = std::move(*extraction);
    return patient;
}

base::Result<void> assess_all(const std::vector<const eligibility::TrialDefinition *> &trials,
                              const mappings::Knowledge &knowledge, const MatchTerms &terms,
                              base::WorkBudget &work, TracedPatient &patient) {
    for (const eligibility::TrialDefinition *trial : trials) {
        eligibility::Trace rules;
        auto assessment = eligibility::assess(*trial, patient.extraction.facts, terms.as_of, work, &rules);
        if (!assessment) return tl::make_unexpected(std::move(assessment.error()));
        const auto no_card = no_card_reason({.knowledge = knowledge,
                                             .assessment = *assessment,
                                             .extraction = patient.extraction,
                                             .record_replaced = terms.record_replaced,
                                             .uuid = "",
                                             .future_matches = terms.future_matches,
                                             .least_known = terms.least_known});
        patient.trials.push_back({std::move(*assessment), std::move(rules), no_card});
    }
    std::sort(patient.trials.begin(), patient.trials.end(),
              [](const TracedTrial &left, const TracedTrial &right) {
                  if (left.no_card.has_value() != right.no_card.has_value()) return !left.no_card.has_value();
                  return comes_first(left.assessment, right.assessment);
              });
    return {};
}

std::vector<wording::TracedRun> traced_runs(const TracedPatient &patient) {
    std::vector<wording::TracedRun> runs;
    for (const TracedTrial &trial : patient.trials)
        runs.push_back({patient.id, trial.assessment, trial.rules, patient.extraction, patient.reading});
    return runs;
}

std::vector<ShownRead> shown_reads(const std::vector<mappings::PrefetchKey> &keys, std::string_view patient_id,
                                   const CallReport &report, const RecordingReader &reader) {
    std::vector<ShownRead> reads;
    for (std::size_t i = 0; i < std::min(keys.size(), report.prefetch.size()); ++i) {
        ShownRead &read = reads.emplace_back();
        read.key = keys[i].key;
        read.query = prefetch_query(keys[i], patient_id);
        read.state = report.prefetch[i].second;
        read.cause = cause_of(read.key, report.causes);
        if (const RecordedRead *recorded = reader.find(read.query)) read.pages = recorded->fetched.pages;
    }
    return reads;
}

} // namespace trialcds::cds_hooks
