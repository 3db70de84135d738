// check(): schema, load, lint, cases and coverage of one small trial, and what each of them says.
#include "check/check.h"

#include <gmock/gmock.h>

#include <ostream>

#include "check_stages.h"
#include "load_support.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

using mappings::CheckProblem;
using mappings::CheckReport;
using mappings::CheckStage;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Systemic sclerosis, adult, ESR above 30, cyclophosphamide ever: small enough to see every outcome.
constexpr const char *kTinyTrial = R"({
  "id": "TINY", "version": "1", "title": "A study", "short_title": "Study",
  "registry": {"url": "https://example.org/TINY", "date": "2026-01-15"},
  "recruitment": {"status": "recruiting", "as_of": "2026-01-15"},
  "valid_until": "2027-01-15", "approved_by": [], "screening_period": "P42D",
  "about": {"finding": {"value_set": "ssc", "when": "ever"}},
  "freshness": [{"variables": ["esr"], "decides_for": "P42D", "confirms_for": "P6M"}],
  "criteria": [
    {"id": "I1", "kind": "inclusion", "text": "Age.", "rule": {"age": {"at_least": 18}}},
    {"id": "I2", "kind": "inclusion", "text": "ESR.", "combine": "all_of",
     "parts": [{"id": "I2a", "text": "ESR.", "rule": {"measurement": {"variable": "esr", "at_least": "30"}}}]},
    {"id": "E1", "kind": "exclusion", "text": "Rituximab.", "rule": {"exposure": {"group": "depleting", "window": "P84D"}}}
  ]
})";

constexpr const char *kTinyVariables = R"({
  "variables": [{"id": "esr", "label": "ESR", "kind": "quantity", "value_sets": ["esr"], "unit": "mm/h", "missing_unit": "unusable",
    "plausible": {"at_least": "0", "at_most": "250"}, "group": "labs"}],
  "panels": [], "inputs": [{"id": "birth-date", "label": "Date of birth"}],
  "prefetch": [{"key": "labobs", "type": "Observation", "group": "labs"}],
  "qualitative": {"positive": ["positive"], "negative": ["negative"], "equivocal": [], "codes": []},
  "route": {"intravenous": ["iv"], "other": ["oral"]},
  "systems": [{"uri": "http://loinc.org", "match": "exact"}, {"uri": "http://snomed.info/sct", "match": "exact"},
    {"uri": "http://www.nlm.nih.gov/research/umls/rxnorm", "match": "exact"}]
})";

constexpr const char *kTinyIngredients =
    R"({"ingredients": [{"id": "rituximab", "label": "rituximab", "names": ["rituximab"],
  "codes": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "121191", "kind": "ingredient"}]}]})";
constexpr const char *kTinyGroups =
    R"({"groups": [{"id": "depleting", "label": "B-cell depletion", "members": [{"ingredient": "rituximab"}]}]})";

// Resources of a base patient; the Patient has its name as id.
std::string resources(const std::string &patient, const std::string &birth_date, const std::string &more) {
    const std::string birth = birth_date.empty() ? "" : R"(, "birthDate": ")" + birth_date + "\"";
    return R"({"resourceType": "Patient", "id": ")" + patient + "\"" + birth + "}" +
           (more.empty() ? "" : ", " + more);
}

const char *const kEsr40 = R"({"resourceType": "Observation", "id": "esr-1", "status": "final",
  "code": {"coding": [{"system": "http://loinc.org", "code": "4537-7"}]},
  "effectiveDateTime": "2026-11-20", "valueQuantity": {"value": 40, "system": "http://unitsofmeasure.org", "code": "mm/h"}})";
const char *const kEsr20 = R"({"resourceType": "Observation", "id": "esr-1", "status": "final",
  "code": {"coding": [{"system": "http://loinc.org", "code": "4537-7"}]},
  "effectiveDateTime": "2026-11-20", "valueQuantity": {"value": 20, "system": "http://unitsofmeasure.org", "code": "mm/h"}})";
const char *const kRituximab =
    R"({"resourceType": "MedicationAdministration", "id": "rtx", "status": "completed",
  "effectiveDateTime": "2026-10-22", "medicationCodeableConcept": {"coding": [
  {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "121191"}]}})";
const char *const kPrednisone = R"({"resourceType": "MedicationStatement", "id": "pred", "status": "active",
  "medicationCodeableConcept": {"text": "prednisone 5 mg"}})";

// Three cases that show every outcome of the trial.
class TinyCheck : public testing::Test {
  protected:
    void SetUp() override {
        with("variables.json", kTinyVariables);
        with("units.json", R"({"units": [{"code": "mm/h", "aliases": []}]})");
        with("drugs/ingredients.json", kTinyIngredients);
        with("drugs/groups.json", kTinyGroups);
        with("drugs/other-drugs.txt", "prednisone\n");
        with("valuesets/esr.json", value_set("esr", kLoinc, {{"4537-7", ""}}));
        with("valuesets/ssc.json", value_set("ssc", kSnomed, {{"89155008", ""}}));
        with("trials/TINY/trial.json", kTinyTrial);
        for (const char *name : {"variables", "units", "valueset", "ingredients", "groups", "trial",
                                 "conceptmap", "cases", "patient"})
            with("schema/" + std::string(name) + ".schema.json", "{}");
        add_case("adult", resources("adult", "1980-05-17", std::string(kEsr40) + ", " + kPrednisone),
                 R"({"outcome": "potential_candidate", "possible_from": null, "window_closes_on": null,
                     "criteria": {"I1": {"outcome": "passes", "source": "Patient/adult"}, "I2": "passes",
                       "I2a": {"outcome": "passes", "source": "Observation/esr-1", "expires_on": "2027-01-01", "basis": "evidence"},
                       "E1": {"outcome": "passes", "basis": "no_record"}}})");
        add_case("child-after-rituximab",
                 resources("child-after-rituximab", "2012-05-17", std::string(kEsr20) + ", " + kRituximab),
                 R"({"outcome": "not_a_candidate", "criteria": {"I1": {"outcome": "fails", "temporary": true,
                     "clears_on": "2030-05-17"}, "I2": "fails", "I2a": {"outcome": "fails", "temporary": false, "clears_on": null},
                     "E1": {"outcome": "fails", "source": "MedicationAdministration/rtx", "temporary": true, "clears_on": "2027-01-15"}}})");
        add_case(
            "hardly-known", resources("hardly-known", "", ""),
            R"({"outcome": "more_data_needed", "criteria": {"I1": {"outcome": "unknown", "reason": "no_data",
                     "missing": ["birth-date"]}, "I2": "unknown", "I2a": {"outcome": "unknown", "reason": "no_data", "leaning": null},
                     "E1": {"outcome": "unknown", "reason": "no_data"}}})");
    }

    void with(const std::string &path, const std::string &text) { files_[path] = text; }
    // A case that is its base patient unchanged.
    void add_case(const std::string &name, const std::string &record, const std::string &expected) {
        with("trials/TINY/cases/patients/" + name + ".json",
             R"({"text": "Somebody.", "expected": )" + expected + R"(, "resources": [)" + record + "]}");
        with("trials/TINY/cases/" + name + ".json", R"({"as_of": "2026-11-22", "cases": [{"name": ")" + name +
                                                        R"(", "text": "As it is.", "patient": ")" + name +
                                                        R"(", "expected": {}}]})");
    }
    void change(const std::string &path, const std::string &from, const std::string &to) {
        std::string &text = files_.at(path);
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    }
    [[nodiscard]] CheckReport check() const {
        std::vector<mappings::File> files;
        for (const auto &[path, text] : files_)
            files.push_back({path, text});
        return mappings::check(files);
    }
    [[nodiscard]] std::vector<CheckProblem> problems() const { return check().problems; }

    std::map<std::string, std::string> files_;
};

auto problem(CheckStage stage, const std::string &file, const std::string &location, const std::string &text) {
    return AllOf(Field("stage", &CheckProblem::stage, stage), Field("file", &CheckProblem::file, file),
                 Field("location", &CheckProblem::location, location),
                 Field("text", &CheckProblem::text, HasSubstr(text)));
}

const std::string kAdult = "adult";
const std::string kChild = "child-after-rituximab";
const std::string kUnknown = "hardly-known";

std::string cases_of(const std::string &name) {
    return "trials/TINY/cases/" + name + ".json";
}
std::string patient_of(const std::string &name) {
    return "trials/TINY/cases/patients/" + name + ".json";
}

TEST_F(TinyCheck, SoundKnowledgeHasNoProblemAndIsCounted) {
    const CheckReport report = check();
    for (const CheckProblem &found : report.problems)
        ADD_FAILURE() << to_string(found.stage) << " " << found.file << "#" << found.location << ": "
                      << found.text;
    EXPECT_EQ(report.files, static_cast<int>(files_.size()));
    EXPECT_EQ(report.trials, 1);
    EXPECT_EQ(report.cases, 3);
    EXPECT_EQ(report.criteria_total, 4);
    EXPECT_EQ(report.criteria_covered, 4);
}

TEST_F(TinyCheck, AMissingTranslationIsAdviceAndLeavesTheKnowledgeSound) {
    change("trials/TINY/trial.json", R"("title": "A study")",
           R"("title": {"en": "A study", "fr": "Une étude"})");
    const CheckReport report = check();
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_EQ(report.cases, 3);
    EXPECT_THAT(report.advice, Contains(problem(CheckStage::lint, "trials/TINY/trial.json", "/criteria/0/text",
                                                "\"Age.\" is not translated (fr)")));
}

TEST_F(TinyCheck, ASchemaViolationIsNamedAndEndsTheCheck) {
    with("schema/units.schema.json",
         R"({"type": "object", "properties": {"units": {"type": "array", "maxItems": 0}}})");
    change("trials/TINY/trial.json", R"("P84D")", R"("84 days")"); // would be a load problem
    const CheckReport report = check();
    ASSERT_THAT(report.problems, SizeIs(1));
    EXPECT_THAT(report.problems[0], problem(CheckStage::schema, "units.json", "/units", "too many elements"));
    EXPECT_EQ(report.cases, 0);
}

TEST_F(TinyCheck, AMissingSchemaIsNamedOnce) {
    files_.erase("schema/valueset.schema.json");
    EXPECT_THAT(problems(), testing::ElementsAre(
                                problem(CheckStage::schema, "schema/valueset.schema.json", "", "missing")));
}

TEST_F(TinyCheck, ConceptMapsHaveASchemaToo) {
    with("conceptmaps/site.json", R"({"resourceType": "ConceptMap"})");
    with("schema/conceptmap.schema.json", R"({"required": ["group"]})");
    EXPECT_THAT(problems(), Contains(problem(CheckStage::schema, "conceptmaps/site.json", "", "missing")));
}

TEST_F(TinyCheck, SharedDefinitionsHaveASchemaThatLeansOnThatOfTheTrial) {
    with("definitions/x.json",
         R"({"definitions": [{"id": "a", "text": "x", "rule": {"sexes": {"is": "male"}}}]})");
    with("schema/definitions.schema.json", R"({"properties": {"definitions": {"items": {"properties": {
           "rule": {"$ref": "trial.schema.json#/definitions/expression"}}}}}})");
    EXPECT_THAT(problems(),
                testing::ElementsAre(problem(CheckStage::schema, "definitions/x.json", "",
                                             "trial.schema.json#/definitions/expression leads nowhere")));
    with("schema/trial.schema.json",
         R"({"definitions": {"expression": {"additionalProperties": false, "properties": {"sex": {}}}}})");
    EXPECT_THAT(problems(), testing::ElementsAre(problem(CheckStage::schema, "definitions/x.json",
                                                         "/definitions/0/rule/sexes", "not known here")));
}

TEST_F(TinyCheck, ALoadProblemIsNamedAndEndsTheCheck) {
    change("trials/TINY/trial.json", R"("P84D")", R"("84 days")");
    const CheckReport report = check();
    ASSERT_THAT(report.problems, SizeIs(1));
    EXPECT_THAT(report.problems[0], problem(CheckStage::load, "trials/TINY/trial.json",
                                            "/criteria/2/rule/exposure/window", "a period of one unit"));
    EXPECT_EQ(report.cases, 0);
}

TEST_F(TinyCheck, ACsvProblemIsNamedWithItsLine) {
    change("drugs/ingredients.json", R"("kind": "ingredient")", R"("kind": "product")");
    with("drugs/site.csv", "rxcui,ingredient\n1,unknown\n");
    EXPECT_THAT(problems(),
                testing::ElementsAre(problem(CheckStage::load, "drugs/site.csv", "2", "\"unknown\"")));
}

TEST_F(TinyCheck, LintDoesNotKeepTheCasesFromRunning) {
    change(patient_of(kAdult), R"("I2": "passes")", R"("I2": "fails")");
    change("trials/TINY/trial.json", R"("screening_period": "P42D")", R"("screening_period": "P0D")");
    const auto found = problems();
    EXPECT_THAT(found, Contains(problem(CheckStage::lint, "trials/TINY/trial.json", "/screening_period",
                                        "running washout")));
    EXPECT_THAT(found, Contains(Field("stage", &CheckProblem::stage, CheckStage::cases)));
}

struct Difference {
    const char *name;
    const std::string *of;
    const char *from;
    const char *to;
    const char *location;
    const char *text;

    friend void PrintTo(const Difference &difference, std::ostream *out) { *out << difference.name; }
};
class CaseDifference : public TinyCheck, public testing::WithParamInterface<Difference> {};

TEST_P(CaseDifference, IsNamedWithCaseAndCriterion) {
    const Difference &row = GetParam();
    change(patient_of(*row.of), row.from, row.to);
    EXPECT_THAT(problems(), testing::ElementsAre(problem(CheckStage::cases, cases_of(*row.of),
                                                         *row.of + row.location, row.text)));
}

const Difference kDifferences[] = {
    {"Outcome", &kAdult, R"("I2": "passes")", R"("I2": "fails")", "/criteria/I2",
     "case adult, criterion I2: expected fails, got passes"},
    {"OutcomeGotUnknown", &kUnknown, R"("I2": "unknown")", R"("I2": "fails")", "/criteria/I2",
     "case hardly-known, criterion I2: expected fails, got unknown (no_data)"},
    {"OutcomeOfAPart", &kChild, R"("I2a": {"outcome": "fails")", R"("I2a": {"outcome": "passes")",
     "/criteria/I2a/outcome", "criterion I2a: expected passes, got fails"},
    {"OutcomeOfTheTrial", &kChild, R"("not_a_candidate")", R"("more_data_needed")", "/outcome",
     "case child-after-rituximab: expected outcome more_data_needed, got not_a_candidate"},
    {"Reason", &kUnknown, R"("E1": {"outcome": "unknown", "reason": "no_data"})",
     R"("E1": {"outcome": "unknown", "reason": "stale"})", "/criteria/E1/reason",
     "expected reason stale, got no_data"},
    {"LeaningWhereThereIsNone", &kUnknown, R"("leaning": null)", R"("leaning": "passes")",
     "/criteria/I2a/leaning", "expected leaning passes, got none"},
    {"Basis", &kAdult, R"("basis": "no_record")", R"("basis": "evidence")", "/criteria/E1/basis",
     "expected basis evidence, got no_record"},
    {"Temporary", &kChild, R"("temporary": true,
                     "clears_on": "2030)",
     R"("temporary": false,
                     "clears_on": "2030)",
     "/criteria/I1/temporary", "expected not temporary, got temporary"},
    {"NotTemporary", &kChild, R"("temporary": false)", R"("temporary": true)", "/criteria/I2a/temporary",
     "expected temporary, got not temporary"},
    {"ClearsOn", &kChild, R"("2030-05-17")", R"("2030-05-18")", "/criteria/I1/clears_on",
     "expected clears_on 2030-05-18, got 2030-05-17"},
    {"ClearsOnMustBeAbsent", &kChild, R"("clears_on": "2030-05-17")", R"("clears_on": null)",
     "/criteria/I1/clears_on", "expected no clears_on, got 2030-05-17"},
    {"ExpiresOn", &kAdult, R"("2027-01-01")", R"("2027-01-02")", "/criteria/I2a/expires_on",
     "expected expires_on 2027-01-02"},
    {"Missing", &kUnknown, R"(["birth-date"])", R"(["esr", "birth-date"])", "/criteria/I1/missing",
     "expected missing birth-date, esr, got birth-date"},
    {"Source", &kAdult, R"("Observation/esr-1")", R"("Observation/esr-2")", "/criteria/I2a/source",
     "expected evidence from Observation/esr-2, got Observation/esr-1"},
    {"PossibleFrom", &kAdult, R"("possible_from": null)", R"("possible_from": "2026-12-01")", "/possible_from",
     "expected possible_from 2026-12-01, got none"},
    {"CriterionNotThere", &kAdult, R"("I2": "passes",)", R"("I2": "passes", "I9": "passes",)", "/criteria/I9",
     "no criterion \"I9\""},
    {"CriterionNotSaid", &kAdult, R"("I2": "passes",)", "", "/criteria", "says nothing about criterion I2"},
    {"MisspeltMember", &kAdult, R"("basis": "no_record")", R"("bases": "no_record")", "/criteria/E1/bases",
     "Nobody reads"},
};
INSTANTIATE_TEST_SUITE_P(Cases, CaseDifference, testing::ValuesIn(kDifferences),
                         [](const auto &row) { return row.param.name; });

TEST_F(TinyCheck, ADayThatDoesNotExistIsNamed) {
    change(cases_of(kAdult), R"("2026-11-22")", R"("2026-11-31")");
    EXPECT_THAT(problems(), Contains(problem(CheckStage::cases, cases_of(kAdult), "/as_of", "calendar day")));
}

TEST_F(TinyCheck, ACaseNeedsItsBasePatient) {
    files_.erase(patient_of(kAdult));
    EXPECT_THAT(problems(), Contains(problem(CheckStage::cases, cases_of(kAdult), "/cases/0/patient",
                                             "There is no base patient \"adult\"")));
}

TEST_F(TinyCheck, ABundleThatCannotBeReadIsNamed) {
    change(cases_of(kAdult), R"("expected")", R"("bundle": {"resourceType": null}, "expected")");
    EXPECT_THAT(problems(), Contains(problem(CheckStage::cases, cases_of(kAdult), "adult/bundle", "")));
}

TEST_F(TinyCheck, FilesThatCannotBeReadAreNamed) {
    with(patient_of(kAdult), "{");
    with(cases_of(kUnknown), R"({"as_of")");
    for (const std::string &file : {patient_of(kAdult), cases_of(kUnknown)})
        EXPECT_THAT(problems(), Contains(AllOf(Field("stage", &CheckProblem::stage, CheckStage::schema),
                                               Field("file", &CheckProblem::file, file))));
}

TEST_F(TinyCheck, CasesAndBasePatientsHaveSchemas) {
    with("schema/cases.schema.json", R"({"required": ["author"]})");
    with("schema/patient.schema.json", R"({"required": ["author"]})");
    EXPECT_THAT(problems(), AllOf(Contains(problem(CheckStage::schema, cases_of(kAdult), "", "missing")),
                                  Contains(problem(CheckStage::schema, patient_of(kAdult), "", "missing"))));
}

TEST_F(TinyCheck, CasesOfATrialThatIsNotThere) {
    with("trials/OTHER/cases/I1.json", "{}");
    EXPECT_THAT(problems(),
                testing::ElementsAre(problem(CheckStage::cases, "trials/OTHER", "", "no trial.json")));
}

TEST_F(TinyCheck, AnOutcomeThatNoCaseShowsIsNamed) {
    files_.erase(cases_of(kUnknown));
    files_.erase(patient_of(kUnknown));
    const CheckReport report = check();
    EXPECT_EQ(report.criteria_covered, 0);
    EXPECT_EQ(report.cases, 2);
    EXPECT_THAT(
        report.problems,
        AllOf(SizeIs(4), Each(Field("stage", &CheckProblem::stage, CheckStage::coverage)),
              Contains(problem(CheckStage::coverage, "trials/TINY/cases", "E1", "No case shows E1 as unknown")),
              Contains(
                  problem(CheckStage::coverage, "trials/TINY/cases", "I2a", "No case shows I2a as unknown"))));
}

TEST_F(TinyCheck, AnUnreachableOutcomeIsDeclaredWithItsReason) {
    files_.erase(cases_of(kUnknown));
    files_.erase(patient_of(kUnknown));
    with(
        "trials/TINY/cases/unreachable.json",
        R"({"I1": {"unknown": "why"}, "I2": {"unknown": "why"}, "I2a": {"unknown": "why"}, "E1": {"unknown": "why"}})");
    const CheckReport report = check();
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_EQ(report.criteria_covered, 4);
}

TEST_F(TinyCheck, AnOutcomeDeclaredUnreachableAndSeenIsNamed) {
    with("trials/TINY/cases/unreachable.json", R"({"I1": {"unknown": "nobody forgets a birthday"}})");
    EXPECT_THAT(problems(),
                testing::ElementsAre(problem(CheckStage::coverage, "trials/TINY/cases/unreachable.json",
                                             "/I1/unknown", "A case shows this outcome")));
}

TEST_F(TinyCheck, UnreachableOutcomesNeedAKnownCriterionAndAReason) {
    with("trials/TINY/cases/unreachable.json",
         R"({"I9": {"fails": "why"}, "I1": {"failed": "why"}, "I2": {"fails": ""}})");
    EXPECT_THAT(problems(), AllOf(Contains(Field("location", &CheckProblem::location, "/I9")),
                                  Contains(Field("location", &CheckProblem::location, "/I1/failed")),
                                  Contains(Field("location", &CheckProblem::location, "/I2/fails"))));
}

TEST_F(TinyCheck, AnUnreachableFileThatCannotBeReadIsNamed) {
    with("trials/TINY/cases/unreachable.json", "[");
    EXPECT_THAT(problems(), Contains(Field("file", &CheckProblem::file, "trials/TINY/cases/unreachable.json")));
}

TEST(CheckStages, HaveNames) {
    EXPECT_STREQ(to_string(CheckStage::schema), "schema");
    EXPECT_STREQ(to_string(CheckStage::load), "load");
    EXPECT_STREQ(to_string(CheckStage::lint), "lint");
    EXPECT_STREQ(to_string(CheckStage::cases), "cases");
    EXPECT_STREQ(to_string(CheckStage::coverage), "coverage");
}

} // namespace
} // namespace trialcds::test
