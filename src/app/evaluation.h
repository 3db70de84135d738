// From the text of one patient's file to verdicts: the path that evaluate and demo share with the service. What
// takes more work than base::kPersonWork gives is refused: too_costly.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eligibility/trace.h"
#include "extract/read_trace.h"
#include "fhir/patient_record.h"
#include "knowledge/knowledge.h"
#include "wording/explain.h"

namespace trialcds::app {

// The assessments point into `extraction` and into the knowledge: move-only, and kept together.
struct Evaluation {
    std::string patient_id;
    mappings::Extraction extraction;
    std::vector<eligibility::TrialAssessment> trials;

    Evaluation() = default;
    Evaluation(Evaluation &&) = default;
    Evaluation &operator=(Evaluation &&) = default;
};

// What one run leaves for whoever asks how its verdicts came about.
struct Traces {
    mappings::ReadTrace reading;
    std::vector<eligibility::Trace> rules;                        // parallel to Evaluation::trials
    std::vector<std::shared_ptr<const json::Document>> documents; // that were read
    std::vector<fhir::LeftOut> left_out;                          // in them
};

// Of the trial at this position of the evaluation, for whoever explains it.
[[nodiscard]] inline wording::TracedRun traced_run(const Evaluation &evaluation, const Traces &traces,
                                                   std::size_t trial) {
    return {evaluation.patient_id, evaluation.trials.at(trial), traces.rules.at(trial), evaluation.extraction,
            traces.reading};
}

// `name` stands for the file in errors; `trial` "" means every trial of the knowledge.
[[nodiscard]] base::Result<Evaluation> evaluate_text(const mappings::Knowledge &knowledge,
                                                     std::string_view text, const std::string &name,
                                                     const std::string &trial, base::Day as_of,
                                                     Traces *traces = nullptr);

// The same for a record that is read already.
[[nodiscard]] base::Result<Evaluation> evaluate_record(const mappings::Knowledge &knowledge,
                                                       const fhir::PatientRecord &record,
                                                       const std::string &trial, base::Day as_of,
                                                       Traces *traces = nullptr);

// The same for the body of a CDS Hooks call: what it brought along, each source with its state; nothing is
// asked of a FHIR server.
[[nodiscard]] base::Result<Evaluation>
evaluate_request(const std::shared_ptr<const mappings::Knowledge> &knowledge, std::string_view body,
                 const std::string &trial, base::Day as_of, Traces *traces = nullptr);

} // namespace trialcds::app
