// Cases as their author writes them, and what comes of them: the whole Bundle and the whole expectation.
#include "check/cases.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "base/json.h"
#include "check/check.h"
#include "support/cases.h"

namespace trialcds::test {
namespace {

using mappings::Case;
using mappings::CaseList;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kFolder = "trials/T1/cases/";

// A woman with a skin score and an ESR; both criteria pass.
constexpr const char *kWoman = R"({
  "text": "A woman with a skin score of 22 and an ESR of 34.",
  "expected": {"outcome": "potential_candidate", "possible_from": null,
    "criteria": {"I4": "passes", "I5": {"outcome": "passes", "source": "Observation/esr"}}},
  "resources": [
    {"resourceType": "Patient", "id": "woman", "gender": "female", "birthDate": "1976-05-14"},
    {"resourceType": "Observation", "id": "mrss", "status": "final", "code": {"text": "skin score"},
      "effectiveDateTime": "2026-11-05", "valueQuantity": {"value": 22.10, "unit": "{score}"},
      "component": [{"valueInteger": 2}, {"valueInteger": 1}]},
    {"resourceType": "Observation", "id": "esr", "status": "final", "code": {"text": "ESR"},
      "valueQuantity": {"value": 34, "unit": "mm/h"}}
  ]})";

class Cases : public testing::Test {
  protected:
    void with(const std::string &path, const std::string &text) { files_[kFolder + path] = text; }
    // One case "c" that starts from the woman; `members` begin with a comma.
    void with_case(const std::string &members) {
        with("I4.json",
             R"({"as_of": "2026-11-22", "cases": [{"name": "c", "text": "Why.", "patient": "woman")" + members +
                 "}]}");
    }
    void with_change(const std::string &change) {
        with_case(R"(, "changes": [)" + change + R"(], "expected": {})");
    }
    [[nodiscard]] CaseList read() const {
        std::vector<mappings::File> files;
        for (const auto &[path, text] : files_)
            files.push_back({path, text});
        return mappings::read_cases(files, "T1");
    }
    // The only case, which must be sound.
    [[nodiscard]] Case only() const {
        CaseList list = read();
        for (const base::Error &problem : list.problems)
            ADD_FAILURE() << problem.location << ": " << problem.public_text;
        return list.cases.size() == 1 ? list.cases.front() : Case{};
    }
    [[nodiscard]] std::vector<base::Error> problems() const { return read().problems; }

    std::map<std::string, std::string> files_{{kFolder + "patients/woman.json", kWoman}};
};

auto problem(const std::string &location, const std::string &text) {
    return AllOf(Field("location", &base::Error::location, kFolder + location),
                 Field("text", &base::Error::public_text, HasSubstr(text)));
}

// "Patient/c Observation/mrss ..." in the Bundle's order.
std::vector<std::string> references(const std::string &bundle) {
    const auto document = json::Document::parse(bundle);
    std::vector<std::string> out;
    for (const json::Value entry : document->root()["entry"].elements())
        out.push_back(std::string(entry["resource"]["resourceType"].text()) + "/" +
                      std::string(entry["resource"]["id"].text()));
    return out;
}

// One resource of the Bundle as text; "" when it is not there.
std::string resource(const std::string &bundle, const std::string &id) {
    const auto document = json::Document::parse(bundle);
    for (const json::Value entry : document->root()["entry"].elements())
        if (entry["resource"]["id"].text() == id) return json::to_text(entry["resource"]);
    return "";
}

TEST_F(Cases, WithoutChangesIsItsBasePatientUnderTheNameOfTheCase) {
    with_case(R"(, "expected": {})");
    const Case one = only();
    EXPECT_EQ(one.name, "c");
    EXPECT_EQ(one.topic, "I4");
    EXPECT_EQ(one.text, "Why.");
    EXPECT_EQ(one.patient, "woman");
    EXPECT_EQ(one.file, kFolder + "I4.json");
    EXPECT_EQ(one.as_of, *base::parse_day("2026-11-22"));
    EXPECT_THAT(references(one.bundle), ElementsAre("Patient/c", "Observation/mrss", "Observation/esr"));
    EXPECT_EQ(resource(one.bundle, "c"),
              R"({"resourceType":"Patient","id":"c","gender":"female","birthDate":"1976-05-14"})");
    EXPECT_EQ(resource(one.bundle, "esr"),
              R"({"resourceType":"Observation","id":"esr","status":"final","code":{"text":"ESR"},)"
              R"("valueQuantity":{"value":34,"unit":"mm/h"},"subject":{"reference":"Patient/c"}})");
    EXPECT_THAT(one.bundle, AllOf(HasSubstr(R"("type":"collection")"),
                                  HasSubstr(R"("fullUrl":"https://ehr.example.org/fhir/Patient/c")"),
                                  HasSubstr(R"("fullUrl":"https://ehr.example.org/fhir/Observation/esr")"),
                                  HasSubstr("22.10"), Not(HasSubstr("woman"))));
}

TEST_F(Cases, AnAddedResourceComesLast) {
    with_change(R"({"add": {"resourceType": "Condition", "id": "ra", "code": {"text": "arthritis"}}})");
    const Case one = only();
    EXPECT_THAT(references(one.bundle),
                ElementsAre("Patient/c", "Observation/mrss", "Observation/esr", "Condition/ra"));
    EXPECT_THAT(resource(one.bundle, "ra"), HasSubstr(R"("subject":{"reference":"Patient/c"})"));
}

TEST_F(Cases, AResourceMaySayWhoseItIsOrThatItIsNobodys) {
    with_change(R"({"add": {"resourceType": "Medication", "id": "drug", "subject": null}},
      {"add": {"resourceType": "ResearchSubject", "id": "study", "subject": null, "individual": {"reference": "Patient/woman"}}},
      {"add": {"resourceType": "Condition", "id": "other", "subject": {"reference": "Patient/somebody-else"}}})");
    const Case one = only();
    EXPECT_EQ(resource(one.bundle, "drug"), R"({"resourceType":"Medication","id":"drug"})");
    EXPECT_EQ(resource(one.bundle, "study"),
              R"({"resourceType":"ResearchSubject","id":"study","individual":{"reference":"Patient/c"}})");
    EXPECT_EQ(resource(one.bundle, "other"),
              R"({"resourceType":"Condition","id":"other","subject":{"reference":"Patient/somebody-else"}})");
}

TEST_F(Cases, AnAddedEntryMaySayMoreThanItsResource) {
    with_change(R"({"add": {"resourceType": "OperationOutcome", "id": "left-out", "subject": null},
      "entry": {"fullUrl": "urn:uuid:1", "search": {"mode": "outcome"}}})");
    EXPECT_THAT(
        only().bundle,
        HasSubstr(R"({"fullUrl":"urn:uuid:1","resource":{"resourceType":"OperationOutcome","id":"left-out"},)"
                  R"("search":{"mode":"outcome"}})"));
}

TEST_F(Cases, AReplacedResourceKeepsItsPlace) {
    with_change(R"({"replace": {"resourceType": "Observation", "id": "mrss", "status": "preliminary"}})");
    const Case one = only();
    EXPECT_THAT(references(one.bundle), ElementsAre("Patient/c", "Observation/mrss", "Observation/esr"));
    EXPECT_EQ(
        resource(one.bundle, "mrss"),
        R"({"resourceType":"Observation","id":"mrss","status":"preliminary","subject":{"reference":"Patient/c"}})");
}

TEST_F(Cases, ARemovedResourceIsGone) {
    with_change(R"({"remove": "Observation/esr"})");
    EXPECT_THAT(references(only().bundle), ElementsAre("Patient/c", "Observation/mrss"));
}

TEST_F(Cases, MergedMembersReplaceNullRemovesAndAnArrayIsReplacedWhole) {
    with_change(
        R"({"merge": "Observation/mrss", "with": {"effectiveDateTime": null, "component": [{"valueInteger": 3}],
      "valueQuantity": {"value": 15.0}, "note": [{"text": "at the bedside"}], "device": {"display": "x", "id": null}}})");
    EXPECT_EQ(
        resource(only().bundle, "mrss"),
        R"({"resourceType":"Observation","id":"mrss","status":"final","code":{"text":"skin score"},)"
        R"("valueQuantity":{"value":15.0,"unit":"{score}"},"component":[{"valueInteger":3}],)"
        R"("subject":{"reference":"Patient/c"},"note":[{"text":"at the bedside"}],"device":{"display":"x"}})");
}

TEST_F(Cases, ThePatientIsMergedIntoByTheNameOfTheBasePatient) {
    with_change(R"({"merge": "Patient/woman", "with": {"birthDate": "2008-11-23"}})");
    EXPECT_EQ(resource(only().bundle, "c"),
              R"({"resourceType":"Patient","id":"c","gender":"female","birthDate":"2008-11-23"})");
}

TEST_F(Cases, ChangesAreAppliedInTheirOrder) {
    with_change(
        R"({"remove": "Observation/mrss"}, {"add": {"resourceType": "Observation", "id": "mrss", "status": "final"}},
      {"merge": "Observation/mrss", "with": {"status": "amended"}})");
    const Case one = only();
    EXPECT_THAT(references(one.bundle), ElementsAre("Patient/c", "Observation/esr", "Observation/mrss"));
    EXPECT_THAT(resource(one.bundle, "mrss"), HasSubstr(R"("status":"amended")"));
}

TEST_F(Cases, TheBundleItselfCanBeMergedInto) {
    with_case(
        R"(, "bundle": {"type": "searchset", "link": [{"relation": "next", "url": "https://ehr.example.org/2"}]},
      "expected": {})");
    EXPECT_THAT(only().bundle,
                AllOf(HasSubstr(R"("type":"searchset","entry":[{)"),
                      HasSubstr(R"("link":[{"relation":"next","url":"https://ehr.example.org/2"}])")));
}

TEST_F(Cases, OnlyWhatDiffersFromTheBasePatientIsStated) {
    with_case(
        R"(, "expected": {"outcome": "not_a_candidate", "window_closes_on": null, "criteria": {"I4": "fails"}})");
    EXPECT_EQ(
        only().expected,
        R"({"as_of":"2026-11-22","outcome":"not_a_candidate","possible_from":null,"window_closes_on":null,)"
        R"("criteria":{"I4":"fails","I5":{"outcome":"passes","source":"Observation/esr"}}})");
}

TEST_F(Cases, ACaseMayHaveADayOfItsOwn) {
    with_case(R"(, "as_of": "2027-01-01", "expected": {})");
    const Case one = only();
    EXPECT_EQ(one.as_of, *base::parse_day("2027-01-01"));
    EXPECT_THAT(one.expected, HasSubstr(R"("as_of":"2027-01-01")"));
}

TEST_F(Cases, ABoundaryTripleStandsSideBySide) {
    std::string cases;
    for (const char *value : {"14", "15", "16"})
        cases += std::string(cases.empty() ? "" : ", ") + R"({"name": "total-)" + value +
                 R"(", "text": "A total.", "patient": "woman", "changes": [
                   {"merge": "Observation/mrss", "with": {"valueQuantity": {"value": )" +
                 value + R"(}}}], "expected": )" +
                 (std::string(value) == "14" ? R"({"criteria": {"I4": "fails"}})" : "{}") + "}";
    with("I4.json", R"({"as_of": "2026-11-22", "cases": [)" + cases + "]}");
    const CaseList list = read();
    ASSERT_THAT(list.problems, IsEmpty());
    ASSERT_EQ(list.cases.size(), 3U);
    for (const char *value : {"14", "15", "16"}) {
        const Case *one = list.find(std::string("total-") + value);
        ASSERT_NE(one, nullptr);
        EXPECT_THAT(resource(one->bundle, "mrss"), HasSubstr(std::string(R"("value":)") + value + ","));
        EXPECT_THAT(resource(one->bundle, "mrss"), HasSubstr("Patient/" + one->name));
        EXPECT_EQ(one->expected.find(R"("I4":"fails")") != std::string::npos, std::string(value) == "14");
    }
}

struct CaseMistake {
    const char *name;
    const char *change;
    const char *location;
    const char *text;

    friend void PrintTo(const CaseMistake &mistake, std::ostream *out) { *out << mistake.name; }
};
class MistakenChange : public Cases, public testing::WithParamInterface<CaseMistake> {};

TEST_P(MistakenChange, IsNamedWithItsPlaceAndWhatToDo) {
    with_change(GetParam().change);
    EXPECT_THAT(problems(), ElementsAre(problem(std::string("I4.json#/cases/0/changes") + GetParam().location,
                                                GetParam().text)));
}

const CaseMistake kMistakes[] = {
    {"ReplaceWhatIsNotThere", R"({"replace": {"resourceType": "Observation", "id": "fvc"}})", "/0/replace",
     "\"Observation/fvc\" is not in this record, so there is nothing to replace. The record holds: "
     "Patient/woman, "
     "Observation/mrss, Observation/esr. Correct the id, or add"},
    {"RemoveWhatIsNotThere", R"({"remove": "Condition/mrss"})", "/0/remove",
     "\"Condition/mrss\" is not in this record, so there is nothing to remove"},
    {"MergeIntoWhatIsNotThere", R"({"merge": "Observation/fvc", "with": {"status": "final"}})", "/0/merge",
     "nothing to merge into"},
    {"AddWhatIsThere", R"({"add": {"resourceType": "Observation", "id": "esr"}})", "/0/add",
     "\"Observation/esr\" is in this record already. Give the new resource an id of its own"},
    {"RemovedBefore",
     R"({"remove": "Observation/esr"}, {"merge": "Observation/esr", "with": {"status": "final"}})", "/1/merge",
     "The record holds: Patient/woman, Observation/mrss."},
    {"MergeWithoutWith", R"({"merge": "Observation/esr"})", "/0/with", "A merge needs \"with\""},
    {"MergeOfTheId", R"({"merge": "Observation/esr", "with": {"id": "other"}})", "/0/with",
     "Use remove and add"},
    {"NoChange", R"({"comment": "nothing"})", "/0", "Write one of add, replace, remove or merge"},
    {"TwoChanges", R"({"remove": "Observation/esr", "merge": "Observation/mrss", "with": {}})", "/0",
     "A change does exactly one thing"},
    {"EntryBesideRemove", R"({"remove": "Observation/esr", "entry": {}})", "/0/entry",
     "belongs to an added resource"},
    {"WithBesideRemove", R"({"remove": "Observation/esr", "with": {}})", "/0/with", "belongs to merge"},
    {"Misspelt", R"({"remove": "Observation/esr", "removes": 1})", "/0/removes", "Nobody reads"},
    {"AResourceWithoutId", R"({"add": {"resourceType": "Observation"}})", "/0/add/id", "missing"},
};
INSTANTIATE_TEST_SUITE_P(Each, MistakenChange, testing::ValuesIn(kMistakes),
                         [](const auto &row) { return row.param.name; });

TEST_F(Cases, AnUnknownBasePatientIsNamedWithTheKnownOnes) {
    with("I4.json", R"({"as_of": "2026-11-22", "cases": [
      {"name": "a", "text": "Why.", "patient": "woman", "expected": {}},
      {"name": "c", "text": "Why.", "patient": "man", "expected": {}}]})");
    const CaseList list = read();
    EXPECT_THAT(list.problems, ElementsAre(problem("I4.json#/cases/1/patient",
                                                   "There is no base patient \"man\", so there is nothing "
                                                   "to start from. Known: woman. Correct the name, or")));
    EXPECT_EQ(list.find("c"), nullptr);
    EXPECT_NE(list.find("a"), nullptr) << "the others are read all the same";
}

TEST_F(Cases, AnExpectationOfAnUnknownCriterionIsNamed) {
    with_case(R"(, "expected": {"criteria": {"I44": "fails"}})");
    EXPECT_THAT(problems(), ElementsAre(problem("I4.json#/cases/0/expected/criteria/I44",
                                                "Nothing is expected of a criterion \"I44\" in " + kFolder +
                                                    "patients/woman.json")));
}

TEST_F(Cases, ANameIsGivenOnceInAllFiles) {
    const std::string file =
        R"({"as_of": "2026-11-22", "cases": [{"name": "c", "text": "Why.", "patient": "woman", "expected": {}}]})";
    with("I4.json", file);
    with("I5.json", file);
    EXPECT_THAT(problems(), ElementsAre(problem("I5.json#/cases/0/name",
                                                "There is a case \"c\" in " + kFolder + "I4.json already")));
}

TEST_F(Cases, AWordOfProseIsRequired) {
    with("I4.json", R"({"as_of": "2026-11-22", "cases": [{"name": "c", "patient": "woman", "expected": {}}]})");
    EXPECT_THAT(problems(), ElementsAre(problem("I4.json#/cases/0/text", "missing")));
}

TEST_F(Cases, AnExpectationIsRequired) {
    with_case("");
    EXPECT_THAT(problems(), ElementsAre(problem("I4.json#/cases/0/expected", "missing")));
}

TEST_F(Cases, ABasePatientNeedsThePatientWithItsName) {
    with_case(R"(, "expected": {})");
    std::string &woman = files_.at(kFolder + "patients/woman.json");
    woman.replace(woman.find(R"("id": "woman")"), 13, R"("id": "alice")");
    EXPECT_THAT(problems(), ElementsAre(problem("patients/woman.json#/resources",
                                                "There is no Patient with the id \"woman\"")));
}

TEST_F(Cases, ABasePatientStatesAnExpectationForTheCriteria) {
    with_case(R"(, "expected": {})");
    with("patients/woman.json", R"({"text": "Who.", "expected": {"outcome": "not_a_candidate"},
      "resources": [{"resourceType": "Patient", "id": "woman"}]})");
    EXPECT_THAT(problems(), ElementsAre(problem("patients/woman.json#/expected/criteria", "every criterion")));
}

TEST_F(Cases, ABasePatientThatNoCaseStartsFromIsNamed) {
    EXPECT_THAT(problems(), ElementsAre(problem("patients/woman.json#/", "No case starts from")));
}

TEST_F(Cases, AFileThatNobodyReadsIsNamed) {
    with_case(R"(, "expected": {})");
    with("c/bundle.json", "{}");
    EXPECT_THAT(problems(),
                ElementsAre(problem("c/bundle.json", "Nobody reads a file of cases that lies here")));
}

TEST_F(Cases, OfOtherTrialsAreNotRead) {
    with_case(R"(, "expected": {})");
    files_["trials/T2/cases/I1.json"] = "{";
    files_["trials/T3/trial.json"] = "{";
    EXPECT_EQ(only().name, "c");
    std::vector<mappings::File> files;
    for (const auto &[path, text] : files_)
        files.push_back({path, text});
    EXPECT_THAT(mappings::trials_with_cases(files), ElementsAre("T1", "T2"));
}

TEST_F(Cases, AreShownWhole) {
    with_case(R"(, "expected": {"criteria": {"I4": "fails"}})");
    const Case one = only();
    const auto shown = json::Document::parse(mappings::to_json(one));
    ASSERT_TRUE(shown.has_value());
    EXPECT_EQ(shown->root()["name"].text(), "c");
    EXPECT_EQ(shown->root()["text"].text(), "Why.");
    EXPECT_EQ(json::to_text(shown->root()["bundle"]), one.bundle);
    EXPECT_EQ(json::to_text(shown->root()["expected"]), one.expected);
}

// A person reads cases side by side: that ends where nobody can any more.
TEST(ShippedCases, StayFewFilesAndFewLines) {
    int files = 0;
    long lines = 0;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(shipped_data_folder() / "trials" /
                                                                           "NCT06470048" / "cases")) {
        if (!entry.is_regular_file()) continue;
        const std::string text = read_text(entry.path());
        lines += std::count(text.begin(), text.end(), '\n');
        ++files;
    }
    EXPECT_LT(files, 60);
    EXPECT_LT(lines, 12000);
    EXPECT_GE(case_names().size(), 325U);
}

// Each expands to an expectation of every criterion; check() holds the verdicts to it.
TEST(ShippedCases, ExpectSomethingOfEveryCriterion) {
    for (const Case &one : shipped_cases().cases) {
        const auto expected = json::Document::parse(one.expected);
        EXPECT_EQ(expected->root()["criteria"].size(), 30U) << one.name;
    }
}

// The shipped limits of the skin score: 15 and 45 are inside.
TEST(ShippedCases, TheSkinScoresLimitsAreShownOnBothSides) {
    const std::map<std::string, bool> kPasses = {{"i4-total-14-below", false},
                                                 {"i4-total-15-lower-limit", true},
                                                 {"i4-total-16-above-lower-limit", true},
                                                 {"i4-total-44-below-upper-limit", true},
                                                 {"i4-total-45-upper-limit", true},
                                                 {"i4-total-46-above", false}};
    for (const auto &[name, passes] : kPasses) {
        const Case *one = shipped_cases().find(name);
        ASSERT_NE(one, nullptr) << name;
        EXPECT_THAT(resource(one->bundle, "mrss"), HasSubstr(R"("value":)" + name.substr(9, 2) + ",")) << name;
        EXPECT_THAT(one->expected, HasSubstr(passes ? R"("I4":"passes")" : R"("I4":{"outcome":"fails")"))
            << name;
    }
}

} // namespace
} // namespace trialcds::test
