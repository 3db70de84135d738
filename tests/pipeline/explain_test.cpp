// evaluate --explain: the explanation is that of the verdict. For every shipped case and every criterion the
// verdict that is explained is the plain one, byte for byte, and each record is shown or counted;
// golden/explain-*.txt hold what is said of one hard patient.
//
// After a wanted change: TRIALCDS_REGENERATE_GOLDEN=1 test_pipeline --gtest_filter='Explain.*' writes them
// anew; read the difference before committing it.
#include "wording/explain.h"

#include <set>
#include <string>

#include <gmock/gmock.h>

#include "base/json.h"
#include "eligibility/assess.h"
#include "fhir/patient_record.h"
#include "knowledge_of.h"
#include "support/cases.h"
#include "support/golden.h"
#include "wording/languages.h"
#include "wording/report.h"

namespace trialcds {
namespace {

fhir::PatientRecord record_in(const std::string &text) {
    fhir::RecordBuilder builder;
    EXPECT_TRUE(builder.add_file(text).has_value());
    auto record = std::move(builder).finish();
    if (!record) throw std::runtime_error(record.error().public_text);
    return std::move(*record);
}

// One record, evaluated with traces.
struct ExplainedPatient {
    const mappings::Catalogue &catalogue = test::shipped_knowledge().catalogue;
    const eligibility::TrialDefinition &trial = test::shipped_knowledge().trials.front();
    mappings::ReadTrace reading;
    eligibility::Trace rules;
    base::WorkBudget unlimited;
    mappings::Extraction extraction;
    eligibility::TrialAssessment assessment;

    ExplainedPatient(const fhir::PatientRecord &record, base::Day as_of)
        : extraction(mappings::extract_facts(record, catalogue, as_of, unlimited, &reading).value()),
          assessment(eligibility::assess(trial, extraction.facts, as_of, unlimited, &rules).value()) {}
    [[nodiscard]] wording::TracedRun run() const { return {"p", assessment, rules, extraction, reading}; }
    [[nodiscard]] std::string report() const {
        return wording::report(wording::english(), catalogue, "p", assessment, extraction);
    }
    [[nodiscard]] std::string text(const std::string &id, const char *language = "en") const {
        return wording::explain(*wording::find_language(language), catalogue, run(), id, {});
    }
    [[nodiscard]] json::Document document(const std::string &id) const {
        return std::move(
            *json::Document::parse(wording::explain_json(wording::english(), catalogue, run(), id)));
    }
};

std::string plain_report(const fhir::PatientRecord &record, base::Day as_of) {
    const mappings::Knowledge &knowledge = test::shipped_knowledge();
    const auto extraction = mappings::extract_facts(record, knowledge.catalogue, as_of);
    const auto assessment = eligibility::assess(knowledge.trials.front(), extraction.facts, as_of);
    return wording::report(wording::english(), knowledge.catalogue, "p", assessment, extraction);
}

json::Value first_of(json::Value list) {
    EXPECT_NE(list.size(), 0U);
    return *list.elements().begin();
}

void expect_that_every_record_is_shown_or_counted(json::Value explained, int resources) {
    std::int64_t all = static_cast<std::int64_t>(explained["records"].size());
    all += std::stoll(std::string(explained["rest"]["used"].number_text()));
    for (const json::Value ignored : explained["rest"]["ignored"].elements())
        all += std::stoll(std::string(ignored["count"].number_text()));
    EXPECT_EQ(all, resources);
}

TEST(Explain, TheVerdictIsThePlainOneForEveryCaseAndCriterion) {
    for (const mappings::Case &one : test::shipped_cases().cases) {
        SCOPED_TRACE(one.name);
        const fhir::PatientRecord record = record_in(one.bundle);
        const std::string plain = plain_report(record, one.as_of);
        const ExplainedPatient explained(record, one.as_of);
        ASSERT_EQ(explained.report(), plain);
        const auto report = json::Document::parse(plain);
        for (const json::Value criterion : report->root()["criteria"].elements()) {
            const json::Document document = explained.document(std::string(criterion["id"].text()));
            EXPECT_EQ(json::to_text(document.root()["criterion"]), json::to_text(criterion));
            expect_that_every_record_is_shown_or_counted(document.root(), explained.extraction.resources);
            for (const json::Value part : criterion["parts"].elements())
                EXPECT_EQ(json::to_text(explained.document(std::string(part["id"].text())).root()["part"]),
                          json::to_text(part));
        }
    }
}

// What the rule's first step says is what the verdict says, turned for an exclusion.
TEST(Explain, TheFirstStepIsTheVerdict) {
    for (const mappings::Case &one : test::shipped_cases().cases) {
        SCOPED_TRACE(one.name);
        const ExplainedPatient explained(record_in(one.bundle), one.as_of);
        for (const eligibility::CriterionResult &result : explained.assessment.criteria) {
            if (!result.parts.empty()) continue;
            const json::Document document = explained.document(result.criterion->id);
            const bool turned = result.criterion->kind == eligibility::CriterionKind::exclusion;
            const std::string_view value = first_of(document.root()["steps"])["value"].text();
            const std::string_view outcome = to_string(result.outcome);
            EXPECT_EQ(value, outcome == "unknown"              ? "unknown"
                             : (outcome == "passes") != turned ? "true"
                                                               : "false")
                << result.criterion->id;
        }
    }
}

// A woman with records of every kind that is hard to read: a drug by code, by the ending of its name, cancelled
// and not understood; a disease by a stem, one not understood, one that is something else; an antibody twice.
constexpr const char *kHardPatient = R"({"resourceType": "Bundle", "type": "collection", "entry": [
  {"resource": {"resourceType": "Patient", "id": "hard", "birthDate": "1976-05-14", "gender": "female"}},
  {"resource": {"resourceType": "Condition", "id": "dcssc", "onsetDateTime": "2024-09-02",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "128460000"}]}}},
  {"resource": {"resourceType": "Condition", "id": "lung", "recordedDate": "2026-01-10",
    "code": {"text": "Interstitial lung disease"}}},
  {"resource": {"resourceType": "Condition", "id": "wrist",
    "code": {"text": "Unclassified arthritis of the left wrist, to be seen again in clinic after the next series of radiographs, which the patient has so far declined to have taken"}}},
  {"resource": {"resourceType": "Condition", "id": "odd", "code": {"text": "Morbus Qxzv",
    "coding": [{"system": "urn:example:hospital", "code": "K-77"}]}}},
  {"resource": {"resourceType": "Condition", "id": "pressure",
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]}}},
  {"resource": {"resourceType": "Observation", "id": "ata", "status": "final", "effectiveDateTime": "2025-03-01",
    "code": {"coding": [{"system": "http://loinc.org", "code": "17570-3"}]}, "valueString": "positive"}},
  {"resource": {"resourceType": "Observation", "id": "ata-later", "status": "preliminary",
    "effectiveDateTime": "2026-09-01",
    "code": {"text": "Anti-Scl-70"}, "valueString": "see comment"}},
  {"resource": {"resourceType": "Observation", "id": "weight", "status": "final", "effectiveDateTime": "2026-09-01",
    "code": {"text": "Body weight"}, "valueQuantity": {"value": 61, "unit": "kg"}}},
  {"resource": {"resourceType": "MedicationAdministration", "id": "rtx", "status": "completed",
    "effectiveDateTime": "2026-03-10", "medicationCodeableConcept": {"text": "Rituximab 1000 mg",
      "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "121191"}]}}},
  {"resource": {"resourceType": "MedicationRequest", "id": "rtx-again", "status": "cancelled", "intent": "order",
    "authoredOn": "2026-09-01", "medicationCodeableConcept": {"text": "MabThera"}}},
  {"resource": {"resourceType": "MedicationStatement", "id": "new-mab", "status": "active",
    "medicationCodeableConcept": {"text": "xyzolumab"}}},
  {"resource": {"resourceType": "MedicationStatement", "id": "drops", "status": "active",
    "medicationCodeableConcept": {"text": "Qqvv drops"}}},
  {"resource": {"resourceType": "MedicationStatement", "id": "ramipril", "status": "active",
    "medicationCodeableConcept": {"text": "Ramipril 5 mg"}}},
  {"resource": {"resourceType": "Appointment", "id": "visit"}}
]})";

const ExplainedPatient &hard_patient() {
    static const ExplainedPatient patient(record_in(kHardPatient), *base::parse_day("2026-11-22"));
    return patient;
}

class ExplainGolden : public testing::TestWithParam<const char *> {};

INSTANTIATE_TEST_SUITE_P(Explain, ExplainGolden, testing::Values("E1", "E7", "I5f"),
                         [](const auto &one) { return std::string(one.param); });

TEST_P(ExplainGolden, SaysOfTheHardPatientWhatTheFileHolds) {
    const auto folder = std::filesystem::path(TRIALCDS_SOURCE_DIR) / "tests/pipeline/golden";
    test::expect_golden(folder / (std::string("explain-") + GetParam() + ".txt"),
                        test::lines_of(hard_patient().text(GetParam())));
}

json::Value record_of(const json::Document &document, std::string_view source) {
    for (const json::Value record : document.root()["records"].elements())
        if (record["source"].text() == source) return record;
    ADD_FAILURE() << source << " is not shown";
    return document.root()["none"];
}

TEST(Explain, TheDocumentSaysWhatBecameOfARecordAndWhichStepUsedIt) {
    const json::Document document = hard_patient().document("E7");
    EXPECT_EQ(first_of(document.root()["steps"])["node"].text(),
              "exposure b-cell-depleting, window P36W, recovery b-cell-count");
    const json::Value given = record_of(document, "MedicationAdministration/rtx");
    EXPECT_EQ(first_of(given["read"])["by"].text(), "code");
    EXPECT_EQ(first_of(given["became"])["variable"].text(), "rituximab");
    EXPECT_EQ(first_of(given["used_by"]).text(), "E7");
    const json::Value cancelled = record_of(document, "MedicationRequest/rtx-again");
    EXPECT_EQ(cancelled["ignored"].text(), "not-an-exposure");
    EXPECT_EQ(cancelled["used_by"].size(), 0U);
}

TEST(Explain, ARecordThatIsNotUnderstoodKeepsAbsenceOpen) {
    const json::Document document = hard_patient().document("E6");
    EXPECT_TRUE(record_of(document, "MedicationStatement/drops")["keeps_open"].is_true());
    EXPECT_EQ(document.root()["criterion"]["reason"].text(), "confirm");
}

TEST(Explain, AStepThatRestsOnAbsenceSaysSo) {
    const ExplainedPatient clean(record_in(test::case_bundle("base-clean-potential-candidate")),
                                 *base::parse_day("2026-11-22"));
    EXPECT_THAT(clean.text("E6"), testing::HasSubstr("(84 days): false; none recorded\n"));
}

// The names of nodes are those of the definition.
TEST(Explain, AStepIsNamedAsTheDefinitionWritesIt) {
    const auto first = [](const char *id) {
        const json::Document document = hard_patient().document(id);
        return std::string(first_of(document.root()["steps"])["node"].text());
    };
    EXPECT_EQ(first("I1"), "age, at_least 18, at_most 70");
    EXPECT_EQ(first("I4"),
              "measurement mrss-total, at_least 15, at_most 45, decides_for P6W, confirms_for P6M");
    EXPECT_EQ(first("I5d"), "site_involvement mrss, new_items_at_least 2, within P6M, decides_for P6W, "
                            "confirms_for P6M");
    EXPECT_EQ(first("E3"), "change mrss-total, direction fall, more_than 10");
    EXPECT_EQ(first("E8"), "exposure biologic, window P12W, half_lives 5");
    EXPECT_EQ(first("E5c"), "ask_clinician moderate-lung-disease");
    EXPECT_THAT(first("I5a"), testing::StartsWith("time_since, onset_of "));
}

// What the evidence page draws: the change that counts, what words were read as, drugs that no rule asks about.
TEST(Explain, TheDocumentTellsTheChangeThatCountsAndWhatAResultWasReadAs) {
    const ExplainedPatient clean(record_in(test::case_bundle("base-clean-potential-candidate")),
                                 *base::parse_day("2026-11-22"));
    const json::Document skin = clean.document("E3");
    const json::Value step = first_of(skin.root()["steps"]);
    EXPECT_EQ(step["change"].text(), "mrss-total");
    EXPECT_EQ(step["direction"].text(), "fall");
    EXPECT_EQ(step["more_than"].text(), "10");
    const json::Document antibodies = clean.document("I6");
    EXPECT_EQ(first_of(record_of(antibodies, "Observation/ata")["became"])["result"].text(), "positive");
}

TEST(Explain, TheWholeReportNamesEveryDrugOnceForEachRecord) {
    const ExplainedPatient clean(record_in(test::case_bundle("base-clean-potential-candidate")),
                                 *base::parse_day("2026-11-22"));
    const auto report =
        json::Document::parse(wording::explained_report(wording::english(), clean.catalogue, clean.run()));
    ASSERT_TRUE(report.has_value());
    std::set<std::string> drugs;
    for (const json::Value drug : report->root()["drugs"].elements()) {
        EXPECT_TRUE(drug["ongoing"].is_true());
        EXPECT_TRUE(drugs.insert(std::string(drug["variable"].text())).second);
    }
    EXPECT_THAT(drugs, testing::Contains("mycophenolate-mofetil")); // which no criterion asks about
}

TEST(Explain, EveryLanguageSaysIt) {
    for (const wording::Language &language : wording::languages()) {
        const std::string text = hard_patient().text("E7", language.code().c_str());
        EXPECT_THAT(text, testing::HasSubstr("exposure b-cell-depleting, window 36 ")) << language.code();
        EXPECT_EQ(text.find("{"), std::string::npos);
    }
}

TEST(Explain, CriteriaAndPartsCanBeAskedFor) {
    const auto ids = wording::explainable(test::shipped_knowledge().trials.front());
    EXPECT_THAT(ids, testing::IsSupersetOf({"I1", "I5", "I5f", "E7", "E12"}));
    for (const std::string &id : ids)
        EXPECT_THAT(hard_patient().text(id), testing::HasSubstr("\n" + id + ": "));
}

} // namespace
} // namespace trialcds
