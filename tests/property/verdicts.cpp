#include "verdicts.h"

#include <algorithm>
#include <stdexcept>

#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "wording/languages.h"
#include "wording/report.h"

namespace trialcds::test {
namespace {

using base::Day;

std::string text_of(const std::optional<Day> &day) {
    return day ? day->to_string() : "-";
}

Verdict outcome_of(const eligibility::PartResult &result) {
    Verdict verdict;
    verdict.decision = result.outcome;
    verdict.outcome = to_string(result.outcome);
    if (result.reason) verdict.outcome += "/" + std::string(to_string(*result.reason));
    if (result.leaning) verdict.outcome += "/leaning " + std::string(to_string(*result.leaning));
    if (verdict.decided()) verdict.outcome += "/" + std::string(to_string(result.basis));
    verdict.by_absence = verdict.passes() && result.basis == eligibility::Basis::no_record;
    return verdict;
}

struct Reader {
    const mappings::Knowledge &knowledge;
    const eligibility::PatientFacts &facts;
    Depth depth;

    [[nodiscard]] Verdict operator()(const eligibility::PartResult &result) const {
        Verdict verdict = outcome_of(result);
        if (depth == Depth::outcomes) return verdict;
        verdict.dates = text_of(result.clears_on) + " " + text_of(result.expires_on);
        for (const auto input : result.missing)
            verdict.missing.push_back(knowledge.catalogue.inputs[eligibility::at(input)].id);
        for (const auto &evidence : result.evidence) {
            const auto words = wording::describe(wording::english(), knowledge.catalogue, evidence, facts);
            verdict.evidence.push_back(words.variable + " " + words.value + " " + words.date + " " +
                                       words.source);
        }
        std::sort(verdict.evidence.begin(), verdict.evidence.end());
        return verdict;
    }
};

fhir::PatientRecord record_of(const std::string &text) {
    fhir::RecordBuilder builder;
    if (const auto added = builder.add_file(text); !added) throw std::runtime_error(added.error().public_text);
    auto record = std::move(builder).finish();
    if (!record) throw std::runtime_error(record.error().public_text);
    return std::move(*record);
}

void every_resource_is_accounted_for(const mappings::Extraction &extraction) {
    int accounted = extraction.used;
    for (const auto &[key, count] : extraction.ignored)
        accounted += count;
    if (accounted != extraction.resources) throw std::runtime_error("a resource is not accounted for");
}

} // namespace

Verdicts verdicts_of(const mappings::Knowledge &knowledge, const std::string &text, Day as_of, Depth depth) {
    const fhir::PatientRecord record = record_of(text);
    const auto extraction = mappings::extract_facts(record, knowledge.catalogue, as_of);
    every_resource_is_accounted_for(extraction);
    const Reader verdict_of{knowledge, extraction.facts, depth};
    Verdicts verdicts;
    for (const auto &trial : knowledge.trials) {
        const auto assessment = eligibility::assess(trial, extraction.facts, as_of);
        Verdict &whole = verdicts[trial.id];
        whole.outcome = to_string(assessment.outcome);
        whole.dates = text_of(assessment.possible_from) + " " + text_of(assessment.window_closes_on);
        for (const auto &criterion : assessment.criteria) {
            verdicts[trial.id + " " + criterion.criterion->id] = verdict_of(criterion);
            for (const auto &part : criterion.parts)
                verdicts[trial.id + " " + part.part->id] = verdict_of(part);
        }
    }
    return verdicts;
}

} // namespace trialcds::test
