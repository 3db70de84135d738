// The JSON report and the words for evidence: a contract that others parse (docs/evaluate.md).
#include "wording/report.h"

#include "base/json.h"
#include "eligibility/assess.h"
#include "mappings/extract_support.h"
#include "wording/languages.h"
#include "wording/words.h"

namespace trialcds::test {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;
using eligibility::Reason;

mappings::Catalogue small_catalogue() {
    mappings::Catalogue catalogue;
    catalogue.variables = {{"mrss-total", "mRSS, total", mappings::VariableKind::quantity, "{score}", "skin"}};
    catalogue.value_sets = {{"pah", "Pulmonary arterial hypertension"}};
    catalogue.panels = {{"mrss", "mRSS, total"}};
    catalogue.drug_groups = {{"biologic", "Biologic agents"}};
    catalogue.ingredients = {{"rituximab", "rituximab"}};
    catalogue.inputs = {{"birth-date", "Date of birth"}, {"mrss-total", "mRSS, total"}};
    return catalogue;
}

// A trial with one decided and one open criterion, and facts of every kind.
struct Example {
    mappings::Catalogue catalogue = small_catalogue();
    eligibility::TrialDefinition trial;
    eligibility::TrialAssessment assessment;
    mappings::Extraction extraction;
    Measurement measurement;
    PanelAssessment panel;
    Finding finding;
    DrugExposure exposure;

    Example() {
        trial.id = "NCT1";
        trial.version = "1.2";
        assessment.trial = &trial;
        assessment.as_of = kAsOf;
        eligibility::Criterion criterion;
        criterion.id = "I1";
        criterion.text = "Age 18 to 70";
        trial.criteria.push_back(criterion);
        criterion.id = "E7";
        criterion.kind = eligibility::CriterionKind::exclusion;
        criterion.text = "";
        eligibility::Part part;
        part.id = "E7a";
        part.text = "By time";
        criterion.parts.push_back(std::move(part));
        trial.criteria.push_back(std::move(criterion));
        extraction.facts.demographics.birth_date_text = "1976-05-14";
        extraction.facts.demographics.source = "Patient/p";
        measurement.value_text = "22";
        measurement.origin = {"Observation/o1", "2026-11-02"};
    }
    [[nodiscard]] std::string report(std::string_view patient = "p") const {
        return wording::report(wording::english(), catalogue, patient, assessment, extraction);
    }
    [[nodiscard]] wording::EvidenceText describe(const eligibility::Evidence &evidence) const {
        return wording::describe(wording::english(), catalogue, evidence, extraction.facts);
    }
};

CriterionResult result_of(const eligibility::Criterion &criterion, CriterionOutcome outcome) {
    CriterionResult result;
    result.criterion = &criterion;
    result.outcome = outcome;
    return result;
}

std::string compact(const std::string &text) {
    auto parsed = json::Document::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? json::to_text(parsed->root()) : "";
}

TEST(Report, OptionalMembersAreLeftOut) {
    Example example;
    example.assessment.criteria = {result_of(example.trial.criteria[0], CriterionOutcome::passes)};
    EXPECT_EQ(
        compact(example.report("")),
        R"({"trial":"NCT1","definition_version":"1.2","as_of":"2026-11-22","outcome":"more_data_needed",)"
        R"("criteria":[{"id":"I1","kind":"inclusion","text":"Age 18 to 70","outcome":"passes","basis":"evidence"}],)"
        R"("issues":[],"read":{"resources":0,"used":0,"ignored":[],"not_understood":[]}})");
}

TEST(Report, EveryMemberOfTheContract) {
    Example example;
    example.assessment.outcome = eligibility::TrialOutcome::not_a_candidate;
    example.assessment.possible_from = day("2027-01-19");
    example.assessment.window_closes_on = day("2029-01-01");
    CriterionResult fails = result_of(example.trial.criteria[1], CriterionOutcome::fails);
    fails.basis = eligibility::Basis::no_record;
    fails.temporary = true;
    fails.clears_on = day("2027-03-02");
    const base::LocalizedText first = "First.", second = "Second.";
    fails.remarks = {{.text = &first}, {.urgent = true, .text = &second}};
    fails.evidence = {eligibility::MeasurementEvidence{eligibility::VariableIndex{0}, &example.measurement},
                      eligibility::DemographicEvidence{true}};
    eligibility::PartResult part;
    part.part = &example.trial.criteria[1].parts[0];
    part.reason = Reason::pending;
    part.leaning = CriterionOutcome::passes;
    part.expires_on = day("2028-01-01");
    part.missing = {eligibility::InputIndex{0}, eligibility::InputIndex{1}};
    fails.parts = {part};
    example.assessment.criteria = {fails};
    example.extraction.issues = {{fhir::Severity::warning, "no-unit", "Observation[3].value", "No unit."},
                                 {fhir::Severity::information, "x", "", ""}};
    example.extraction.resources = 5;
    example.extraction.used = 3;
    example.extraction.ignored = {{{"Observation", "not-mapped"}, 2}};
    EXPECT_EQ(
        compact(example.report()),
        R"({"trial":"NCT1","definition_version":"1.2","as_of":"2026-11-22","patient":"p",)"
        R"("outcome":"not_a_candidate","possible_from":"2027-01-19","screening_from":"2027-03-02","window_closes_on":"2029-01-01","criteria":[)"
        R"({"id":"E7","kind":"exclusion","outcome":"fails","basis":"no_record","temporary":true,)"
        R"("clears_on":"2027-03-02","note":"First. Second.","evidence":[)"
        R"({"variable":"mrss-total","label":"mRSS, total","value":"22","date":"2026-11-02","source":"Observation/o1"},)"
        R"({"variable":"birth-date","label":"Date of birth","value":"1976-05-14","source":"Patient/p"}],"parts":[)"
        R"({"id":"E7a","text":"By time","outcome":"unknown","reason":"pending","leaning":"passes",)"
        R"("expires_on":"2028-01-01","missing":["birth-date","mrss-total"]}]}],)"
        R"("issues":[{"severity":"warning","code":"no-unit","expression":"Observation[3].value","diagnostics":"No unit."},)"
        R"({"severity":"information","code":"x"}],)"
        R"("read":{"resources":5,"used":3,"ignored":[{"type":"Observation","reason":"not-mapped","count":2}],"not_understood":[]}})");
}

TEST(Describe, Measurements) {
    Example example;
    const eligibility::MeasurementEvidence evidence{eligibility::VariableIndex{0}, &example.measurement};
    example.measurement.unit_text = "{score}";
    const wording::EvidenceText text = example.describe(evidence);
    EXPECT_EQ(text.variable, "mrss-total");
    EXPECT_EQ(text.label, "mRSS, total");
    EXPECT_EQ(text.value, "22");
    EXPECT_EQ(text.unit, "{score}");
    EXPECT_EQ(text.date, "2026-11-02");
    example.measurement.value_text = "";
    example.measurement.unusable = Unusable::no_value;
    EXPECT_EQ(example.describe(evidence).value, "no value");
    example.measurement.unusable = Unusable::unreadable;
    EXPECT_EQ(example.describe(evidence).value, "unreadable value");
}

// A number, a titre and one word that was understood can say nothing but a value.
TEST(Describe, FreeTextOfTheRecordIsAQuotation) {
    Example example;
    const eligibility::MeasurementEvidence evidence{eligibility::VariableIndex{0}, &example.measurement};
    const auto said = [&](const char *value) {
        example.measurement.value_text = value;
        return wording::amount(wording::english(), example.describe(evidence));
    };
    example.measurement.has_value = true;
    for (const char *plain : {"22", "-1.5", "4,5", ".5", "1e3", "<45", ">= 1:80", "1:160", "\u22641:40",
                              "20-25", "1/320", "Positive", "n\u00E9gatif", "II"})
        EXPECT_EQ(said(plain), plain);
    for (const char *free :
         {"22 mm", "1:160 speckled", "see comment", "not detected", "1.2.3", "1:2:3", "5-", "-", "+",
          "Class II", "Counterrevolutionaries", "p\u00D7q", "\u0441top", "2026-11-02", "0800 123456"})
        EXPECT_EQ(said(free), "\u201C" + std::string(free) + "\u201D");
    example.measurement.unusable = Unusable::unreadable;
    EXPECT_EQ(said("pending"), "\u201Cpending\u201D") << "a word that was not understood";
    EXPECT_EQ(said("22"), "22");
}

TEST(Describe, AUnitThatIsNoneIsAQuotation) {
    const mappings::Catalogue &shipped = shipped_catalogue();
    Measurement measurement;
    measurement.value_text = "22";
    const auto said = [&](const char *unit) {
        measurement.unit_text = unit;
        return wording::amount(
            wording::english(),
            wording::describe(wording::english(), shipped,
                              eligibility::MeasurementEvidence{eligibility::VariableIndex{0}, &measurement},
                              {}));
    };
    for (const char *unit : {"mm/h", "%", "mg/L"})
        EXPECT_EQ(said(unit), "22 " + std::string(unit));
    EXPECT_EQ(said("Study team has confirmed"), "22 \u201CStudy team has confirmed\u201D");
    measurement.derived = true;
    EXPECT_EQ(said("mm/h"), "22 mm/h");
}

// The JSON has a number or a date of ours as it is; only what people read follows the language.
TEST(Describe, FormsOfTheLanguageAreForPeopleOnly) {
    const wording::Language &german = *wording::find_language("de");
    Example example;
    const auto expect = [&](const eligibility::Evidence &evidence, const char *json, const char *people) {
        const wording::EvidenceText text =
            wording::describe(german, example.catalogue, evidence, example.extraction.facts);
        EXPECT_EQ(text.value, json);
        EXPECT_EQ(wording::amount(german, text), people);
    };
    const eligibility::MeasurementEvidence measured{eligibility::VariableIndex{0}, &example.measurement};
    example.measurement.value_text = "49.9";
    expect(measured, "49.9", "49.9"); // written in the record
    example.measurement.derived = true;
    expect(measured, "49.9", "49,9");
    example.panel.total = exactly("12.5");
    expect(eligibility::PanelEvidence{eligibility::PanelIndex{0}, &example.panel}, "12.5", "12,5");
    expect(eligibility::DemographicEvidence{true}, "1976-05-14", "14.05.1976");
    example.extraction.facts.demographics.birth_date_text = "1976";
    expect(eligibility::DemographicEvidence{true}, "1976", "1976");
}

TEST(Describe, PanelsAndFindings) {
    Example example;
    const eligibility::PanelEvidence panel{eligibility::PanelIndex{0}, &example.panel};
    EXPECT_EQ(example.describe(panel).value, "no value");
    const auto with_total = [&](const Interval &total) {
        example.panel.total = total;
        return example.describe(panel).value;
    };
    EXPECT_EQ(with_total(exactly("22")), "22");
    EXPECT_EQ(with_total(at_least("12")), ">=12");
    EXPECT_EQ(with_total(more_than("12")), ">12");
    EXPECT_EQ(with_total(at_most("12")), "<=12");
    EXPECT_EQ(with_total(less_than("12")), "<12");
    EXPECT_EQ(with_total({at_least("12").lower, at_most("14").upper}), "12-14");
    EXPECT_EQ(with_total({}), "");
    example.finding.label = "Pulmonary hypertension";
    const wording::EvidenceText text =
        example.describe(eligibility::FindingEvidence{eligibility::ValueSetIndex{0}, &example.finding});
    EXPECT_EQ(text.variable, "pah");
    EXPECT_EQ(text.value, "Pulmonary hypertension");
}

TEST(Describe, Exposures) {
    Example example;
    const eligibility::ExposureEvidence evidence{eligibility::DrugGroupIndex{0}, &example.exposure};
    const auto value = [&] { return example.describe(evidence).value; };
    example.exposure.label = "rituximab";
    example.exposure.last = between("2026-06-23", "2026-06-23");
    EXPECT_EQ(example.describe(evidence).variable, "rituximab");
    EXPECT_EQ(value(), "last 2026-06-23");
    example.exposure.last = between("2026-06-01", "2026-06-23");
    EXPECT_EQ(value(), "last between 2026-06-01 and 2026-06-23");
    example.exposure.last = {base::kDistantPast, day("2026-06-23")};
    EXPECT_EQ(value(), "last by 2026-06-23");
    example.exposure.ongoing = true;
    EXPECT_EQ(value(), "ongoing");
    const Facts unknown({statement(text_only("xyzolumab"), "'status':'active'")});
    const DrugExposure by_ending = unknown.exposure("biologic");
    example.exposure = by_ending;
    EXPECT_EQ(example.describe(evidence).variable, "biologic") << "no ingredient is known";
    EXPECT_EQ(example.describe(evidence).label, "xyzolumab");
    EXPECT_THAT(wording::value_words(wording::english(), example.describe(evidence)),
                testing::StartsWith("\u201Cxyzolumab\u201D: "));
}

TEST(Describe, Demographics) {
    Example example;
    EXPECT_EQ(example.describe(eligibility::DemographicEvidence{true}).value, "1976-05-14");
    const auto sex = [&](eligibility::Sex value) {
        example.extraction.facts.demographics.sex = value;
        return example.describe(eligibility::DemographicEvidence{false}).value;
    };
    EXPECT_EQ(sex(eligibility::Sex::female), "female");
    EXPECT_EQ(sex(eligibility::Sex::male), "male");
    EXPECT_EQ(sex(eligibility::Sex::other), "other");
    EXPECT_EQ(sex(eligibility::Sex::unstated), "not stated");
    EXPECT_EQ(example.describe(eligibility::DemographicEvidence{false}).variable, "sex");
    example.extraction.facts.demographics.birth_date_text = "";
    EXPECT_EQ(example.describe(eligibility::DemographicEvidence{true}).value, "not stated");
}

} // namespace
} // namespace trialcds::test
