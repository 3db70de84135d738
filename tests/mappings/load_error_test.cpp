// Every kind of mistake in a knowledge file is named with file, place and advice, and nothing is loaded.
#include <gmock/gmock.h>

#include <ostream>

#include "load_support.h"

namespace trialcds::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

struct Mistake {
    const char *name;
    const char *path;
    const char *from;
    const char *to;
    const char *location;
    const char *text;

    friend void PrintTo(const Mistake &mistake, std::ostream *out) { *out << mistake.name; }
};

class LoadError : public testing::TestWithParam<Mistake> {};

TEST_P(LoadError, IsNamedWithItsPlace) {
    const Mistake &mistake = GetParam();
    SmallKnowledge knowledge;
    knowledge.change(mistake.path, mistake.from, mistake.to);
    const auto loaded = mappings::load_knowledge(knowledge.files());
    ASSERT_FALSE(loaded) << "loaded in spite of the mistake";
    EXPECT_THAT(loaded.error(),
                Contains(AllOf(Field(&base::Error::location, mistake.location),
                               Field(&base::Error::public_text, HasSubstr(mistake.text)),
                               Field(&base::Error::code, base::ErrorCode::invalid_definition))));
}

const Mistake kUnitMistakes[] = {
    {"UnitTwice", kUnits, R"({"code": "%"})", R"({"code": "mg/l"})", "units.json#/units/4/code",
     "already a code or alias"},
    {"ConversionFromUnknownUnit", kUnits, R"("from": "mg/dL")", R"("from": "mg/dl")",
     "units.json#/conversions/0/from", "There is no unit \"mg/dl\""},
    {"FactorZero", kUnits, R"("10")", R"("0")", "units.json#/conversions/0/factor", "above zero"},
    {"FactorAsNumber", kUnits, R"("10")", "10", "units.json#/conversions/0/factor", "written as a string"},
    {"ConversionIntoItself", kUnits, R"("from": "mg/dL")", R"("from": "mg/L")", "units.json#/conversions/0",
     "into itself"},
    {"ConversionTwice", kUnits, R"({"from": "DLCO-SI")",
     R"({"from": "mg/dL", "to": "mg/L", "factor": "100"}, {"from": "DLCO-SI")", "units.json#/conversions/1",
     "twice with different factors"},
    {"ConversionThereAndBackDisagree", kUnits, R"({"from": "DLCO-SI")",
     R"({"from": "mg/L", "to": "mg/dL", "factor": "10"}, {"from": "DLCO-SI")", "units.json#/conversions/1",
     "twice with different factors"},
};
INSTANTIATE_TEST_SUITE_P(Units, LoadError, testing::ValuesIn(kUnitMistakes),
                         [](const auto &row) { return row.param.name; });

const Mistake kVariableMistakes[] = {
    {"MisspeltMember", kVariables, R"("missing_unit": "confirm")", R"("mising_unit": "confirm")",
     "variables.json#/variables/4/mising_unit", "Known here: id, label"},
    {"MissingLabel", kVariables, R"("label": "ESR", )", "", "variables.json#/variables/4/label",
     "This member is missing"},
    {"EmptyLabel", kVariables, R"("label": "ESR")", R"("label": "")", "variables.json#/variables/4/label",
     "not empty"},
    {"VariableTwice", kVariables, R"("id": "crp")", R"("id": "esr")", "variables.json#/variables/5/id",
     "two variables \"esr\""},
    {"UnknownKind", kVariables, R"("kind": "ordinal")", R"("kind": "ordnal")",
     "variables.json#/variables/12/kind", "use one of: quantity, titer, qualitative, ordinal"},
    {"UnknownValueSet", kVariables, R"("value_sets": ["esr"])", R"("value_sets": ["bsr"])",
     "variables.json#/variables/4/value_sets/0", "There is no value set \"bsr\""},
    {"VariablesNotAnArray", kVariables, R"("text": ["Skin  Score"])", R"("text": "Skin Score")",
     "variables.json#/variables/0/text", "an array"},
    {"PlausibleNotADecimal", kVariables, R"("at_most": "250")", R"("at_most": "many")",
     "variables.json#/variables/4/plausible/at_most", "decimal number"},
    {"IntegerFlagNotBoolean", kVariables, R"("integer": true)", R"("integer": "yes")",
     "variables.json#/variables/0/integer", "true or false"},
    {"OrdinalLevelNotANumber", kVariables, R"("2": ["II"])", R"("two": ["II"])",
     "variables.json#/variables/12/ordinal/two", "whole number"},
    {"OrdinalSpellingTwice", kVariables, R"("2": ["II"])", R"("2": ["i"])",
     "variables.json#/variables/12/ordinal/2/0", "two levels"},
    {"PresenceOfUnknownVariable", kVariables, R"("presence": "ana-presence")", R"("presence": "ana")",
     "variables.json#/variables/10/presence", "There is no variable \"ana\""},
    {"GroupThatNobodyFetches", kVariables, R"("2": ["II"]}, "group": "function"})",
     R"("2": ["II"]}, "group": "other"})", "variables.json#/variables/12/group",
     "No prefetch key fetches this group"},
    {"PrefetchGroupTwice", kVariables, R"("type": "Observation", "group": "lung")",
     R"("type": "Observation", "group": "labs")", "variables.json#/prefetch/3/group", "same group"},
    {"PrefetchKeyTwice", kVariables, R"("key": "lungobs")", R"("key": "labobs")",
     "variables.json#/prefetch/3/key", "two prefetch keys \"labobs\""},
    {"PanelItemUnknown", kVariables, R"("items": ["skin-face")", R"("items": ["skin-nose")",
     "variables.json#/panels/0/items/0", "There is no variable \"skin-nose\""},
    {"PanelPairNotAnItem", kVariables, R"(["skin-left", "skin-right"]])", R"(["skin-left", "esr"]])",
     "variables.json#/panels/0/pairs/0/1", "not an item of the panel"},
    {"PanelPairOfOne", kVariables, R"([["skin-left", "skin-right"]])", R"([["skin-left"]])",
     "variables.json#/panels/0/pairs/0", "two sides"},
    {"PanelWithoutItems", kVariables, R"("items": ["skin-face", "skin-left", "skin-right"])", R"("items": [])",
     "variables.json#/panels/0/items", "at least one element"},
    {"InputNamedAsVariable", kVariables, R"({"id": "plan")", R"({"id": "esr")", "variables.json#/inputs/2/id",
     "already names another variable"},
    {"InputNamedAsDrugGroup", kVariables, R"({"id": "plan")", R"({"id": "biologic")",
     "variables.json#/inputs/2/id", "already names another variable"},
    {"InputNamedAsValueSet", kVariables, R"({"id": "plan")", R"({"id": "ssc")", "variables.json#/inputs/2/id",
     "already names another variable"},
    {"AnswerOfUnknownSystem", kVariables, R"("codes": [{"system": "http://snomed.info/sct")",
     R"("codes": [{"system": "http://snomed.org")", "variables.json#/qualitative/codes/0/system",
     "not among the declared code systems"},
    {"AnswerWithTwoMeanings", kVariables, R"("meaning": "positive"}])",
     R"("meaning": "positive"}, {"system": "http://snomed.info/sct", "code": "10828004", "meaning": "negative"}])",
     "variables.json#/qualitative/codes/1", "two meanings"},
    {"SystemTwice", kVariables, R"({"uri": "http://www.whocc.no/atc")", R"({"uri": "http://loinc.org")",
     "variables.json#/systems/5/uri", "declared twice"},
    {"AliasOfTwoSystems", kVariables, R"({"uri": "http://snomed.info/sct", )",
     R"({"uri": "http://snomed.info/sct", "aliases": ["urn:oid:2.16.840.1.113883.6.1"], )",
     "variables.json#/systems/2/aliases/0", "already stands for a code system"},
};
INSTANTIATE_TEST_SUITE_P(Variables, LoadError, testing::ValuesIn(kVariableMistakes),
                         [](const auto &row) { return row.param.name; });

const Mistake kValueSetMistakes[] = {
    {"IdIsNotTheFilesName", kSsc, R"("id": "ssc")", R"("id": "systemic")", "valuesets/ssc.json#/id",
     "file's name"},
    {"NotAValueSet", kSsc, R"("ValueSet")", R"("CodeSystem")", "valuesets/ssc.json#/resourceType",
     "must be a FHIR ValueSet"},
    {"FilterNeedsATerminologyServer", kSsc, R"("concept": [)", R"("filter": [], "concept": [)",
     "valuesets/ssc.json#/compose/include/0/filter", "Nobody reads a member of this name"},
    {"UndeclaredSystem", kSsc, R"("include": [{"system": "http://snomed.info/sct")",
     R"("include": [{"system": "http://snomed.org/sct")", "valuesets/ssc.json#/compose/include/0/system",
     "not among the declared code systems"},
    {"CodeTwice", kSsc, R"({"code": "128459005")", R"({"code": "89155008")",
     "valuesets/ssc.json#/compose/include/0/concept/1", "listed twice"},
    {"UnknownGrade", kSsc, R"("valueCode": "confirm")", R"("valueCode": "maybe")",
     "valuesets/ssc.json#/compose/include/0/concept/1/extension/0/valueCode", "use one of: decides, confirm"},
    {"MisspeltExtensionOfACode", kSsc, "urn:trial-cds:grade", "urn:trial-cds:grad",
     "valuesets/ssc.json#/compose/include/0/concept/1/extension/0/url", "There is no extension"},
    {"MisspeltExtensionOfASet", "valuesets/transplant.json", "urn:trial-cds:text-match",
     "urn:trial-cds:textmatch", "valuesets/transplant.json#/extension/0/url", "There is no extension"},
};
INSTANTIATE_TEST_SUITE_P(ValueSets, LoadError, testing::ValuesIn(kValueSetMistakes),
                         [](const auto &row) { return row.param.name; });

const Mistake kDrugMistakes[] = {
    {"IngredientTwice", kIngredients, R"("id": "belimumab")", R"("id": "rituximab")",
     "drugs/ingredients.json#/ingredients/1/id", "two ingredients \"rituximab\""},
    {"HalfLifeUpsideDown", kIngredients, R"("low": "18.5")", R"("low": "185")",
     "drugs/ingredients.json#/ingredients/0/half_life_days", "0 < low <= high"},
    {"CodeOfUnknownKind", kIngredients, R"("kind": "atc")", R"("kind": "ATC")",
     "drugs/ingredients.json#/ingredients/0/codes/2/kind", "use one of: ingredient, product"},
    {"CodeOfUnknownSystem", kIngredients, "http://www.whocc.no/atc", "http://atc",
     "drugs/ingredients.json#/ingredients/0/codes/2/system", "not among the declared code systems"},
    {"ProductsOfTwoSystems", kIngredients, R"("code": "L01FA01", "kind": "atc")",
     R"("code": "L01FA01", "kind": "product")", "drugs/ingredients.json#/ingredients/0/codes/2/system",
     "two systems"},
    {"IngredientThatCannotBeFound", kIngredients, R"("names": ["prednisone"])", R"("names": [])",
     "drugs/ingredients.json#/ingredients/2", "without names and codes"},
    {"GroupTwice", kGroups, R"("id": "known")", R"("id": "biologic")", "drugs/groups.json#/groups/3/id",
     "two drug groups \"biologic\""},
    {"MemberUnknown", kGroups, R"({"ingredient": "belimumab"})", R"({"ingredient": "belimumap"})",
     "drugs/groups.json#/groups/1/members/0/ingredient", "There is no ingredient \"belimumap\""},
    {"MemberTwice", kGroups, R"({"ingredient": "belimumab"})", R"({"ingredient": "rituximab"})",
     "drugs/groups.json#/groups/1/members/1", "listed twice in the group"},
    {"ClassOfUnknownSystem", kGroups, R"({"system": "http://www.whocc.no/atc", "prefix": "L01FA"})",
     R"({"system": "http://atc", "prefix": "L01FA"})", "drugs/groups.json#/groups/0/classes/0/system",
     "not among the declared code systems"},
    {"OverlapWithUnknownGroup", kGroups, R"("overlaps": ["b-cell-depleting"])", R"("overlaps": ["b-cells"])",
     "drugs/groups.json#/groups/1/overlaps/0", "There is no drug group \"b-cells\""},
};
INSTANTIATE_TEST_SUITE_P(Drugs, LoadError, testing::ValuesIn(kDrugMistakes),
                         [](const auto &row) { return row.param.name; });

const Mistake kTrialMistakes[] = {
    {"IdIsNotTheFolder", kTrial, R"("id": "TEST-1")", R"("id": "TEST-2")", "trials/TEST-1/trial.json#/id",
     "name of the trial's folder"},
    {"RegistryDateIsNoDay", kTrial, R"("2026-01-15", "source")", R"("2026-02-30", "source")",
     "trials/TEST-1/trial.json#/registry/date", "calendar day"},
    {"ScreeningPeriodOfTwoUnits", kTrial, R"("screening_period": "P42D")", R"("screening_period": "P1M12D")",
     "trials/TEST-1/trial.json#/screening_period", "a period of one unit"},
    {"FreshnessOfUnknownVariable", kTrial, R"("variables": ["skin-total", "esr"])",
     R"("variables": ["skin-total", "bsr"])", "trials/TEST-1/trial.json#/freshness/0/variables/1",
     "There is no variable \"bsr\""},
    {"FreshnessTwice", kTrial, R"("variables": ["skin-total", "esr"])", R"("variables": ["esr", "esr"])",
     "trials/TEST-1/trial.json#/freshness/0/variables/1", "already has a freshness limit"},
    {"UnknownNode", kTrial, R"({"age": {)", R"({"ages": {)", "trials/TEST-1/trial.json#/criteria/0/rule",
     "exactly one member, which is one of: all_of, any_of, not"},
    {"TwoNodes", kTrial, R"({"not": {"sex": {"is": "male"}}})",
     R"({"not": {"sex": {"is": "male"}}, "sex": {"is": "male"}})",
     "trials/TEST-1/trial.json#/criteria/2/rule/at_least_n/of/2", "exactly one member"},
    {"RuleIsNoObject", kTrial, R"({"not": {"sex": {"is": "male"}}})", R"("always")",
     "trials/TEST-1/trial.json#/criteria/2/rule/at_least_n/of/2", "an object"},
    {"AgeWithoutLimit", kTrial, R"("at_least": 18, "at_most": 70)", "",
     "trials/TEST-1/trial.json#/criteria/0/rule/age", "add a limit"},
    {"AgeAsText", kTrial, R"("at_least": 18)", R"("at_least": "18")",
     "trials/TEST-1/trial.json#/criteria/0/rule/age/at_least", "a whole number from 0"},
    {"UnknownVariable", kTrial, R"("variable": "esr", "at_least": "30")",
     R"("variable": "bsr", "at_least": "30")",
     "trials/TEST-1/trial.json#/criteria/1/parts/0/rule/measurement/variable", "There is no variable \"bsr\""},
    {"MeasurementWithoutLimit", kTrial, R"("variable": "esr", "at_least": "30")", R"("variable": "esr")",
     "trials/TEST-1/trial.json#/criteria/1/parts/0/rule/measurement", "Without a limit any value would do"},
    {"LowerLimitTwice", kTrial, R"("variable": "esr", "at_least": "30")",
     R"("variable": "esr", "at_least": "30", "more_than": "20")",
     "trials/TEST-1/trial.json#/criteria/1/parts/0/rule/measurement/more_than",
     "already gives the lower limit"},
    {"UpperLimitTwice", kTrial, R"("variable": "fvc-percent", "at_most": "50",)",
     R"("variable": "fvc-percent", "at_most": "50", "less_than": "60",)",
     "trials/TEST-1/trial.json#/criteria/3/rule/measurement/less_than", "already gives the upper limit"},
    {"SelectEverDoesNotExist", kTrial, R"("select": "lowest")", R"("select": "ever")",
     "trials/TEST-1/trial.json#/criteria/3/rule/measurement/select", "use one of: latest, highest, lowest"},
    {"FreshnessOfANodeIsNoneOrNothing", kTrial, R"("more_than": "6", "freshness": "none")",
     R"("more_than": "6", "freshness": "P1M")",
     "trials/TEST-1/trial.json#/criteria/2/rule/at_least_n/of/1/confirm/of/measurement/freshness",
     "use one of: none"},
    {"MeasuredWithTheNewestOnly", kTrial, R"("select": "lowest", "freshness": "none",)",
     R"("select": "lowest", "measured_with": {"variable": "haemoglobin", "within_days": 1}, "freshness": "none",)",
     "trials/TEST-1/trial.json#/criteria/3/rule/measurement/measured_with", "drop \"select\""},
    {"UnknownCovariate", kTrial, R"({"variable": "haemoglobin")", R"({"variable": "hb")",
     "trials/TEST-1/trial.json#/criteria/3/rule/measurement/not_adjusted_for/variable",
     "There is no variable \"hb\""},
    {"NegativeChange", kTrial, R"("direction": "rise", "at_least": "3")",
     R"("direction": "rise", "at_least": "-3")",
     "trials/TEST-1/trial.json#/criteria/1/parts/1/rule/any_of/0/change", "below zero"},
    {"UnknownPanel", kTrial, R"("panel": "skin")", R"("panel": "skins")",
     "trials/TEST-1/trial.json#/criteria/1/parts/1/rule/any_of/2/site_involvement/panel",
     "There is no panel \"skins\""},
    {"UnknownFinding", kTrial, R"("value_set": "transplant")", R"("value_set": "transplants")",
     "trials/TEST-1/trial.json#/criteria/7/rule/any_of/1/finding/value_set",
     "There is no value set \"transplants\""},
    {"FindingOfObservationCodes", kTrial, R"("value_set": "transplant")", R"("value_set": "esr")",
     "trials/TEST-1/trial.json#/criteria/7/rule/any_of/1/finding/value_set",
     "holds the Observation codes of a variable"},
    {"FindingInUnknownList", kTrial, R"("in": ["conditions", "procedures"])", R"("in": ["allergies"])",
     "trials/TEST-1/trial.json#/criteria/7/rule/any_of/1/finding/in/0", "use one of: conditions, procedures"},
    {"NoOnset", kTrial, R"("onset_of": ["ssc"])", R"("onset_of": [])",
     "trials/TEST-1/trial.json#/criteria/1/parts/2/rule/time_since/onset_of", "at least one element"},
    {"UnknownDrugGroup", kTrial, R"("exposure": {"group": "investigational"})",
     R"("exposure": {"group": "investigated"})",
     "trials/TEST-1/trial.json#/criteria/7/rule/any_of/0/exposure/group",
     "There is no drug group \"investigated\""},
    {"HalfLivesWithoutWindow", kTrial, R"("group": "biologic", "window": "P84D")", R"("group": "biologic")",
     "trials/TEST-1/trial.json#/criteria/6/rule/exposure", "there is none"},
    {"UnknownBaseline", kTrial, R"("baseline": "baseline")", R"("baseline": "base")",
     "trials/TEST-1/trial.json#/criteria/5/rule/exposure/recovery/baseline", "There is no input"},
    {"ScoreWithUnknownCategory", kTrial, R"({"id": "ata", "items")", R"({"id": "antibodies", "items")",
     "trials/TEST-1/trial.json#/criteria/1/parts/3/rule/score/categories/0/id", "There is no input"},
    {"WeightOfNothing", kTrial, R"({"weight": "2"})", R"({"weight": "0"})",
     "trials/TEST-1/trial.json#/criteria/1/parts/3/rule/score/categories/1/items/1/weight", "above zero"},
    {"MoreOperandsThanThereAre", kTrial, R"("n": 2)", R"("n": 4)",
     "trials/TEST-1/trial.json#/criteria/2/rule/at_least_n/n", "could never be true"},
    {"AllOfNothing", kTrial, R"({"not": {"sex": {"is": "male"}}})", R"({"all_of": []})",
     "trials/TEST-1/trial.json#/criteria/2/rule/at_least_n/of/2/all_of", "at least one element"},
    {"UnknownQuestion", kTrial, R"("ask": "plan")", R"("ask": "plans")",
     "trials/TEST-1/trial.json#/criteria/8/rule/ask_clinician/ask", "There is no input"},
    {"LeaningAsText", kTrial, R"("leaning": false)", R"("leaning": "false")",
     "trials/TEST-1/trial.json#/criteria/8/rule/ask_clinician/hints/0/leaning", "true or false"},
    {"RuleAndParts", kTrial, R"("combine": "any_of",)",
     R"("rule": {"sex": {"is": "male"}}, "combine": "any_of",)", "trials/TEST-1/trial.json#/criteria/1",
     "either one \"rule\" or shown \"parts\""},
    {"CombineWithoutParts", kTrial, R"("text": "Age.",)", R"("text": "Age.", "combine": "all_of",)",
     "trials/TEST-1/trial.json#/criteria/0/combine", "no parts to combine"},
    {"NoteWithoutCondition", kTrial, R"({"when": {"finding": {"value_set": "ssc"}}, "text": "Coded."})",
     R"({"text": "Coded."})", "trials/TEST-1/trial.json#/criteria/1/notes/0", "exactly one of"},
    {"SettledByNobody", kTrial, R"("text": "ESR.", "settled_by": "clinician")",
     R"("text": "ESR.", "settled_by": "nobody")", "trials/TEST-1/trial.json#/criteria/1/parts/0/settled_by",
     "use one of: clinician."},
};
INSTANTIATE_TEST_SUITE_P(Trials, LoadError, testing::ValuesIn(kTrialMistakes),
                         [](const auto &row) { return row.param.name; });

std::vector<base::Error> errors_of(const SmallKnowledge &knowledge) {
    const auto loaded = mappings::load_knowledge(knowledge.files());
    return loaded ? std::vector<base::Error>() : loaded.error();
}

TEST(LoadErrors, EveryProblemOfEveryFileIsListed) {
    SmallKnowledge knowledge;
    knowledge.change("units.json", R"("10")", R"("0")");
    knowledge.change("valuesets/ssc.json", R"("id": "ssc")", R"("id": "systemic")");
    knowledge.change("trials/TEST-1/trial.json", R"("ask": "plan")", R"("ask": "plans")");
    std::vector<std::string> files;
    for (const base::Error &error : errors_of(knowledge))
        files.push_back(error.location.substr(0, error.location.find('#')));
    EXPECT_THAT(files, AllOf(Contains("units.json"), Contains("valuesets/ssc.json"),
                             Contains("trials/TEST-1/trial.json")));
}

TEST(LoadErrors, AFileThatIsNoJsonIsNamedWithTheByte) {
    SmallKnowledge knowledge;
    knowledge.with("valuesets/ssc.json", R"({"resourceType": "ValueSet",})");
    const auto errors = errors_of(knowledge);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0].location, AllOf(HasSubstr("valuesets/ssc.json#"), HasSubstr("byte 28")));
}

TEST(LoadErrors, ARequiredFileThatIsMissingIsNamed) {
    for (const char *path : {"units.json", "variables.json", "drugs/ingredients.json", "drugs/groups.json"}) {
        SmallKnowledge knowledge;
        knowledge.without(path);
        EXPECT_THAT(errors_of(knowledge),
                    Contains(AllOf(Field(&base::Error::location, path),
                                   Field(&base::Error::public_text, HasSubstr("missing")))));
    }
}

TEST(LoadErrors, TheSameFileTwiceIsRefused) {
    std::vector<mappings::File> files = SmallKnowledge().files();
    files.push_back(files.front());
    const auto loaded = mappings::load_knowledge(files);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error()[0].public_text, HasSubstr("given twice"));
}

TEST(LoadErrors, AgeNeedsTheBirthDateAmongTheInputs) {
    SmallKnowledge knowledge;
    knowledge.change("variables.json", R"({"id": "birth-date", "label": "Date of birth"}, )", "");
    EXPECT_THAT(errors_of(knowledge),
                Contains(AllOf(Field(&base::Error::location, "trials/TEST-1/trial.json#/criteria/0/rule/age"),
                               Field(&base::Error::public_text, HasSubstr("birth-date")))));
}

TEST(LoadErrors, ACodeTooShortToBeComparedIsRefused) {
    SmallKnowledge knowledge;
    knowledge.codes("arthralgia", kIcd, {{"M2", ""}});
    EXPECT_THAT(errors_of(knowledge),
                Contains(Field(&base::Error::public_text, HasSubstr("would never be found"))));
}

TEST(LoadErrors, ATextTooLongToBeACodeIsRefused) {
    SmallKnowledge icd;
    icd.codes("arthralgia", kIcd, {{"M33.13 and everything like it, as coded", ""}});
    EXPECT_THAT(errors_of(icd),
                Contains(AllOf(Field(&base::Error::location,
                                     "valuesets/arthralgia.json#/compose/include/0/concept/0/code"),
                               Field(&base::Error::public_text, HasSubstr("too long to be a code")))));
    SmallKnowledge snomed;
    snomed.codes("ssc", kSnomed, {{std::string(256, '1'), ""}});
    EXPECT_THAT(errors_of(snomed), Contains(Field(&base::Error::location,
                                                  "valuesets/ssc.json#/compose/include/0/concept/0/code")));
}

TEST(LoadErrors, AMemberNameWithASlashIsEscapedInItsPointer) {
    SmallKnowledge knowledge;
    knowledge.change("units.json", R"({"code": "%"})", R"({"code": "%", "a/b~c": 1})");
    EXPECT_THAT(errors_of(knowledge), Contains(Field(&base::Error::location, "units.json#/units/4/a~1b~0c")));
}

TEST(LoadErrors, EmptyDefinitionsGiveProblemsNotCrashes) {
    for (const char *path : {"units.json", "variables.json", "drugs/ingredients.json", "drugs/groups.json",
                             "trials/TEST-1/trial.json", "valuesets/ssc.json"})
        for (const char *text : {"{}", "[]", "null", "\"text\"", "{\"variables\": [{}], \"panels\": [{}]}"}) {
            SmallKnowledge knowledge;
            knowledge.with(path, text);
            EXPECT_FALSE(errors_of(knowledge).empty()) << path << " " << text;
        }
}

} // namespace
} // namespace trialcds::test
