// A second trial is data alone: TEST-0001, an invented study in interstitial lung disease, is loaded beside the
// first one, and both are decided from one reading of the same patient.
#include <filesystem>
#include <map>

#include <gmock/gmock.h>

#include "base/json.h"
#include "check/cases.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "knowledge_of.h"
#include "wording/languages.h"
#include "wording/report.h"

namespace trialcds {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Pair;

// A man of 61 with idiopathic-looking lung disease since 2023 whose FVC fell from 78 % to 71 %.
constexpr const char *kLungPatient = R"({"resourceType": "Bundle", "type": "collection", "entry": [
  {"resource": {"resourceType": "Patient", "id": "lung", "birthDate": "1965-03-02"}},
  {"resource": {"resourceType": "Condition", "id": "ild", "onsetDateTime": "2023-05-10",
    "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "category": [{"coding": [{"code": "problem-list-item"}]}],
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "233703007"}], "text": "Interstitial lung disease"}}},
  {"resource": {"resourceType": "Condition", "id": "breathless", "onsetDateTime": "2024-01-10",
    "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "category": [{"coding": [{"code": "problem-list-item"}]}],
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "267036007"}], "text": "Dyspnoea"}}},
  {"resource": {"resourceType": "Observation", "id": "fvc-before", "status": "final",
    "effectiveDateTime": "2026-03-10", "code": {"coding": [{"system": "http://loinc.org", "code": "19872-1"}]},
    "valueQuantity": {"value": 78, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}}},
  {"resource": {"resourceType": "Observation", "id": "fvc", "status": "final",
    "effectiveDateTime": "2026-11-02", "code": {"coding": [{"system": "http://loinc.org", "code": "19872-1"}]},
    "valueQuantity": {"value": 71, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}}},
  {"resource": {"resourceType": "Observation", "id": "esr", "status": "final",
    "effectiveDateTime": "2026-11-02", "code": {"coding": [{"system": "http://loinc.org", "code": "4537-7"}]},
    "valueQuantity": {"value": 31, "unit": "mm/h", "system": "http://unitsofmeasure.org", "code": "mm/h"}}},
  {"resource": {"resourceType": "MedicationRequest", "id": "prednisone", "status": "active", "intent": "order",
    "authoredOn": "2026-05-01", "medicationCodeableConcept": {"coding": [
      {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "8640"}], "text": "Prednisone"}}}
]})";

std::map<std::string, std::string> verdicts(const std::string &trial_id) {
    const mappings::Knowledge &knowledge = test::two_trials();
    const base::Day as_of = *base::parse_day("2026-11-22");
    fhir::RecordBuilder builder;
    EXPECT_TRUE(builder.add_file(kLungPatient).has_value());
    const auto record = std::move(builder).finish();
    const auto extraction = mappings::extract_facts(*record, knowledge.catalogue, as_of);
    std::map<std::string, std::string> out;
    for (const auto &trial : knowledge.trials) {
        if (trial.id != trial_id) continue;
        const auto assessment = eligibility::assess(trial, extraction.facts, as_of);
        out["trial"] = to_string(assessment.outcome);
        for (const auto &criterion : assessment.criteria) {
            out[criterion.criterion->id] = to_string(criterion.outcome);
            for (const auto &part : criterion.parts)
                out[part.part->id] = to_string(part.outcome);
        }
    }
    return out;
}

TEST(SecondTrial, IsDecidedByItsOwnCriteria) {
    EXPECT_THAT(verdicts("TEST-0001"),
                AllOf(Contains(Pair("I1", "passes")), Contains(Pair("I2", "passes")),
                      Contains(Pair("I3a", "passes")), Contains(Pair("I3b", "passes")),
                      Contains(Pair("I3", "passes")), Contains(Pair("I4", "passes")),
                      Contains(Pair("E1", "passes")), Contains(Pair("E2", "unknown")), // no DLCO is recorded
                      Contains(Pair("trial", "more_data_needed"))));
}

TEST(SecondTrial, LeavesTheFirstOneAsItIs) {
    const auto beside = verdicts("NCT06470048");
    EXPECT_THAT(beside, AllOf(Contains(Pair("I1", "passes")), Contains(Pair("I4", "unknown")),
                              Contains(Pair("trial", "more_data_needed"))));
    const mappings::Knowledge &both = test::two_trials();
    EXPECT_EQ(both.trials.size(), test::shipped_knowledge().trials.size() + 1);
}

// What `trial-cds evaluate` prints of the first trial.
std::string report_of(const mappings::Case &patient, const mappings::Knowledge &knowledge) {
    fhir::RecordBuilder builder;
    EXPECT_TRUE(builder.add_file(patient.bundle).has_value()) << patient.name;
    const auto record = std::move(builder).finish();
    const auto extraction = mappings::extract_facts(*record, knowledge.catalogue, patient.as_of);
    const auto &trial = *knowledge.find_trial("NCT06470048");
    return wording::report(wording::english(), knowledge.catalogue, patient.name,
                           eligibility::assess(trial, extraction.facts, patient.as_of), extraction);
}

// It names no drug group of its own, so nothing that is read of a record changes.
TEST(SecondTrial, ChangesNoByteOfTheFirstOnesVerdicts) {
    const mappings::Knowledge &alone = test::shipped_knowledge();
    const mappings::Knowledge &beside = test::two_trials();
    ASSERT_EQ(beside.trials.size(), alone.trials.size() + 1);
    const std::vector<mappings::Case> cases = mappings::read_cases(test::shipped_files(), "NCT06470048").cases;
    ASSERT_GT(cases.size(), 300U);
    for (const mappings::Case &patient : cases)
        EXPECT_EQ(report_of(patient, beside), report_of(patient, alone)) << patient.name;
}

} // namespace
} // namespace trialcds
