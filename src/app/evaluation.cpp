#include "evaluation.h"

#include "eligibility/assess.h"
#include "fhir/patient_record.h"

namespace trialcds::app {
namespace {

// The reader's own location (a JSON Pointer, a byte) after the name of the file it is in.
base::Error in_file(base::Error error, const std::string &name) {
    error.location = error.location.empty() ? name : name + ": " + error.location;
    return error;
}

} // namespace

base::Result<Evaluation> evaluate_text(const mappings::Knowledge &knowledge, std::string_view text,
                                       const std::string &name, const std::string &trial, base::Day as_of,
                                       Traces *traces) {
    fhir::RecordBuilder builder;
    if (auto added = builder.add_file(text); !added) return tl::make_unexpected(in_file(added.error(), name));
    const auto record = std::move(builder).finish();
    if (!record) return tl::make_unexpected(in_file(record.error(), name));

    Evaluation evaluation;
    evaluation.patient_id = record->patient_id;
    evaluation.extraction = traces == nullptr
                                ? mappings::extract_facts(*record, knowledge.catalogue, as_of)
                                : mappings::extract_facts(*record, knowledge.catalogue, as_of, traces->reading);
    const eligibility::PatientFacts &facts = evaluation.extraction.facts;
    for (const eligibility::TrialDefinition &definition : knowledge.trials) {
        if (!trial.empty() && definition.id != trial) continue;
        evaluation.trials.push_back(
            traces == nullptr ? eligibility::assess(definition, facts, as_of)
                              : eligibility::assess(definition, facts, as_of, traces->rules.emplace_back()));
    }
    return evaluation;
}

} // namespace trialcds::app
