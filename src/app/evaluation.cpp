#include "evaluation.h"

#include "cds_hooks/prefetch.h"
#include "cds_hooks/request.h"
#include "cds_hooks/service.h"
#include "eligibility/assess.h"
#include "fhir/fhir_reader.h"

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
    auto evaluation = evaluate_record(knowledge, *record, trial, as_of, traces);
    if (!evaluation) return tl::make_unexpected(in_file(std::move(evaluation.error()), name));
    return evaluation;
}

base::Result<Evaluation> evaluate_request(const std::shared_ptr<const mappings::Knowledge> &knowledge,
                                          std::string_view body, const std::string &trial, base::Day as_of,
                                          Traces *traces) {
    const auto request = cds_hooks::parse_request(body, cds_hooks::PlainHttp::allowed);
    if (!request) return tl::make_unexpected(request.error());
    const auto offered = cds_hooks::all_trials(knowledge);
    if (offered->list.empty()) return base::fail(base::ErrorCode::internal, "", "no trial is installed");
    fhir::NoFhirReader nothing(request->fhir_server.empty() ? fhir::ReadOutcome::no_server
                                                            : fhir::ReadOutcome::fetch_forbidden);
    cds_hooks::KeyStates states;
    const auto record = cds_hooks::resolve_prefetch(*request, offered->list.front().prefetch, nothing, states);
    if (!record) return tl::make_unexpected(record.error());
    return evaluate_record(*knowledge, *record, trial, as_of, traces);
}

base::Result<Evaluation> evaluate_record(const mappings::Knowledge &knowledge,
                                         const fhir::PatientRecord &record, const std::string &trial,
                                         base::Day as_of, Traces *traces) {
    base::WorkBudget work(base::kPersonWork.of(fhir::bytes_of(record)));
    Evaluation evaluation;
    evaluation.patient_id = record.patient_id;
    auto extraction = mappings::extract_facts(record, knowledge.catalogue, as_of, work,
                                              traces == nullptr ? nullptr : &traces->reading);
    if (!extraction) return tl::make_unexpected(std::move(extraction.error()));
    evaluation.extraction = std::move(*extraction);
    if (traces != nullptr) {
        traces->documents = record.documents;
        traces->left_out = record.left_out;
    }
    const eligibility::PatientFacts &facts = evaluation.extraction.facts;
    for (const eligibility::TrialDefinition &definition : knowledge.trials) {
        if (!trial.empty() && definition.id != trial) continue;
        auto assessment = eligibility::assess(definition, facts, as_of, work,
                                              traces == nullptr ? nullptr : &traces->rules.emplace_back());
        if (!assessment) return tl::make_unexpected(std::move(assessment.error()));
        evaluation.trials.push_back(std::move(*assessment));
    }
    return evaluation;
}

} // namespace trialcds::app
