// What loads well and is a mistake all the same.
#include <gmock/gmock.h>

#include <map>
#include <ostream>

#include "lint_support.h"

namespace trialcds::test {
namespace {

using mappings::CheckProblem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Slip {
    const char *name;
    const char *path;
    const char *from;
    const char *to;
    const char *file;
    const char *location;
    const char *text;

    friend void PrintTo(const Slip &slip, std::ostream *out) { *out << slip.name; }
};

class Lint : public testing::TestWithParam<Slip> {};

TEST_P(Lint, FindsIt) {
    const Slip &slip = GetParam();
    SmallKnowledge small;
    small.change(slip.path, slip.from, slip.to);
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::stage, mappings::CheckStage::lint),
                                            Field(&CheckProblem::file, slip.file),
                                            Field(&CheckProblem::location, slip.location),
                                            Field(&CheckProblem::text, HasSubstr(slip.text)))));
}

constexpr const char *kEsrRule = R"("variable": "esr", "at_least": "30")";
constexpr const char *kEsrPlace = "/criteria/1/parts/0/rule/measurement";

const Slip kSlips[] = {
    {"UnitThatCannotBeConverted", kVariables, R"("unit": "mm/h")", R"("unit": "mm/hour")", kVariables,
     "/variables/4/unit", "not in units.json"},
    {"QuantityWithoutUnit", kVariables, R"("unit": "mm/h", )", "", kVariables, "/variables/4",
     "needs a \"unit\""},
    {"OrdinalWithoutSpellings", kVariables, R"("ordinal": {"1": ["I", "Class  I"], "2": ["II"]})",
     R"("integer": true)", kVariables, "/variables/12", "needs \"ordinal\""},
    {"PrefetchOfATypeThatIsNotRead", kVariables, R"("type": "Patient")", R"("type": "Immunization")",
     kVariables, "/prefetch/0/type", "No resource of type"},
    {"PlausibleRangeUpsideDown", kVariables, R"({"at_least": "0", "at_most": "250"})",
     R"({"at_least": "250", "at_most": "0"})", kVariables, "/variables/4/plausible", "ends below its start"},
    {"CodeReadAndGuarded", kVariables, R"("not_value_sets": ["esr-two-hours"])",
     R"("not_value_sets": ["esr-two-hours", "esr"])", "valuesets/esr.json", "/compose/include/0/concept/0",
     "must never be read as it"},
    {"PanelItemsUpsideDown", kVariables, R"("item_min": "0")", R"("item_min": "4")", kVariables,
     "/panels/0/item_min", "above the largest"},
    {"ExpansionLacksACode", "valuesets/ssc.json",
     R"(, {"system": "http://snomed.info/sct", "code": "128459005"})", "", "valuesets/ssc.json", "/expansion",
     "exactly the codes of compose"},
    {"ExpansionMissing", "valuesets/esr.json",
     R"(, "expansion": {"timestamp": "2026-11-22T00:00:00Z", "contains": [{"system": "http://loinc.org", "code": "4537-7"}]})",
     "", "valuesets/esr.json", "", "exactly the codes of compose"},
    {"DrugClassesOverlap", kGroups, R"("overlaps": ["b-cell-depleting"],)", "", kGroups, "/groups/1",
     "share rituximab"},
    {"EmptyDrugGroup", kGroups, R"("members": [{"ingredient": "prednisone"}], )", "", kGroups, "/groups/3",
     "drug group is empty"},
    {"UnusedDrugGroup", kGroups, R"("background": true)", R"("background": false)", kGroups, "/groups/3",
     "used by no trial"},
    {"UnusedValueSet", kTrial, R"("weak_onset_of": ["arthralgia"],)", "", "valuesets/arthralgia.json", "",
     "used by no trial"},
    {"UnusedVariable", kTrial, R"("variable": "who-fc")", R"("variable": "crp")", kVariables, "/variables/12",
     "used by no trial"},
    {"ValueThatNeverAges", kTrial, R"("variables": ["skin-total", "esr"])", R"("variables": ["skin-total"])",
     kTrial, kEsrPlace, "decide for ever"},
    {"ChangeThatNeverAges", kTrial, R"("variables": ["skin-total", "esr"])", R"("variables": ["esr"])", kTrial,
     "/criteria/1/parts/1/rule/any_of/0/change", "decide for ever"},
    {"NewestEventByTheEarliestOnset", kTrial, R"({"exposure": {"group": "investigational"}})",
     R"({"exposure": {"group": "investigational"}}, {"time_since": {"onset_of": ["ssc"], "at_most": "P2M"}})",
     kTrial, "/criteria/7/rule/any_of/1/time_since", "\"finding\" with \"within\""},
    {"AbsenceFailsAnInclusion", kTrial, R"({"finding": {"value_set": "ssc"}}}, {"weight": "2"})",
     R"({"finding": {"value_set": "ssc", "none_recorded_means_absent": true}}}, {"weight": "2"})", kTrial,
     "/criteria/1/parts/3/rule/score/categories/1/items/0/when/finding/none_recorded_means_absent",
     "no evidence of absence"},
    {"EmptyRange", kTrial, kEsrRule, R"("variable": "esr", "at_least": "30", "at_most": "20")", kTrial,
     kEsrPlace, "range is empty"},
    {"EmptyOpenRange", kTrial, kEsrRule, R"("variable": "esr", "more_than": "30", "at_most": "30")", kTrial,
     kEsrPlace, "range is empty"},
    {"RangeAbovePlausible", kTrial, kEsrRule, R"("variable": "esr", "at_least": "300")", kTrial, kEsrPlace,
     "never be true"},
    {"RangeOpenAtTheEndOfPlausible", kTrial, kEsrRule, R"("variable": "esr", "more_than": "250")", kTrial,
     kEsrPlace, "never be true"},
    {"RangeBelowPlausible", kTrial, kEsrRule, R"("variable": "esr", "less_than": "0")", kTrial, kEsrPlace,
     "never be true"},
    {"RangeOfEverything", kTrial, kEsrRule, R"("variable": "esr", "at_least": "0")", kTrial, kEsrPlace,
     "always true"},
    {"RangeOfEverythingFromAbove", kTrial, kEsrRule, R"("variable": "esr", "less_than": "251")", kTrial,
     kEsrPlace, "always true"},
    {"NumberOfAQualitativeResult", kTrial, kEsrRule, R"("variable": "ata", "at_least": "30")", kTrial,
     "/criteria/1/parts/0/rule/measurement/variable", "no number to compare"},
    {"PositivityOfANumber", kTrial, R"({"antibody": {"variable": "ana-presence"}})",
     R"({"antibody": {"variable": "crp"}})", kTrial,
     "/criteria/2/rule/at_least_n/of/0/first_available/1/antibody/variable", "Only a qualitative variable"},
    {"ChangeOfAQualitativeResult", kTrial, R"("variable": "skin-total", "direction": "fall")",
     R"("variable": "ata", "direction": "fall")", kTrial, "/criteria/1/parts/1/rule/any_of/1/change/variable",
     "no number that could change"},
    {"ChangeBeyondPlausible", kTrial, R"("direction": "rise", "at_least": "3")",
     R"("direction": "rise", "at_least": "52")", kTrial, "/criteria/1/parts/1/rule/any_of/0/change",
     "this far apart"},
    {"ChangeOpenAtTheWholeSpan", kTrial, R"("direction": "rise", "at_least": "3")",
     R"("direction": "rise", "more_than": "51")", kTrial, "/criteria/1/parts/1/rule/any_of/0/change",
     "this far apart"},
    {"ChangeWithinNoTime", kTrial, R"("at_least": "3", "within": "P6M")", R"("at_least": "3", "within": "P0D")",
     kTrial, "/criteria/1/parts/1/rule/any_of/0/change/within", "window of no time"},
    {"MoreNewSitesThanThereAre", kTrial, R"("new_items_at_least": 1)", R"("new_items_at_least": 4)", kTrial,
     "/criteria/1/parts/1/rule/any_of/2/site_involvement/new_items_at_least", "fewer items"},
    {"DurationOfNothing", kTrial, R"("at_most": "P60M")", R"("at_most": "P0M")", kTrial,
     "/criteria/1/parts/2/rule/time_since/at_most", "window of no time"},
    {"WindowOfNothing", kTrial, R"("window": "P84D")", R"("window": "P0D")", kTrial,
     "/criteria/6/rule/exposure/window", "window of no time"},
    {"RecoveryThatIsNeverLookedAt", kTrial, R"("window": "P252D", )", "", kTrial,
     "/criteria/5/rule/exposure/recovery", "never looked at"},
    {"ThresholdNeverReached", kTrial, R"("threshold": "9")", R"("threshold": "12.5")", kTrial,
     "/criteria/1/parts/3/rule/score/threshold", "together reach 12"},
    {"AgesUpsideDown", kTrial, R"("at_least": 18, "at_most": 70)", R"("at_least": 70, "at_most": 18)", kTrial,
     "/criteria/0/rule/age", "nobody is in the range"},
    {"ConfirmsForNeverReached", kTrial, R"("confirms_for": "P6M")", R"("confirms_for": "P1M")", kTrial,
     "/freshness/0/confirms_for", "never reached"},
    {"DecidesForNothing", kTrial, R"("decides_for": "P42D")", R"("decides_for": "P0D")", kTrial,
     "/freshness/0/decides_for", "window of no time"},
    {"CriterionTwice", kTrial, R"("id": "E2")", R"("id": "E1")", kTrial, "/criteria/4/id", "used twice"},
    {"PartNamedAsCriterion", kTrial, R"("id": "I2b")", R"("id": "I1")", kTrial, "/criteria/1/parts/1/id",
     "used twice"},
    {"ScreeningPeriodOfNothing", kTrial, R"("screening_period": "P42D")", R"("screening_period": "P0D")",
     kTrial, "/screening_period", "every running washout a failure"},
    {"EndsBeforeItsSource", kTrial, R"("valid_until": "2027-01-15")", R"("valid_until": "2025-01-15")", kTrial,
     "/valid_until", "ends before the registry text"},
    {"VerdictInACriterion", kTrial, R"("text": "Age.")", R"("text": "Eligible by age.")", kTrial,
     "/criteria/0/text", "reads as a verdict"},
    {"VerdictInGerman", kTrial, R"("text": "Age.")",
     R"("text": {"en": "Age.", "de": "Vom Alter her geeignet."})", kTrial, "/criteria/0/text/de",
     "reads as a verdict"},
    {"VerdictInFrench", kTrial, R"("text": "Age.")", R"("text": {"en": "Age.", "fr": "Éligible par l'âge."})",
     kTrial, "/criteria/0/text/fr", "reads as a verdict"},
    {"VerdictInANote", kTrial, R"("note": "Male.")", R"("note": "Male, so he qualifies.")", kTrial,
     "/criteria/8/rule/ask_clinician/hints/0/note", "reads as a verdict"},
    {"VerdictInTheTitle", kTrial, R"("title": "A study")", R"("title": "Who is ineligible")", kTrial, "/title",
     "reads as a verdict"},
};
INSTANTIATE_TEST_SUITE_P(Slips, Lint, testing::ValuesIn(kSlips),
                         [](const auto &row) { return row.param.name; });

std::vector<CheckProblem> advice(const SmallKnowledge &small) {
    mappings::KnowledgeDraft draft;
    mappings::load_draft(draft, small.files());
    EXPECT_TRUE(draft.problems.empty());
    return mappings::missing_translations(draft);
}

TEST(UnsignedTrials, ATrialThatNobodyApprovedIsADraft) {
    const auto advice = [](const SmallKnowledge &small) {
        mappings::KnowledgeDraft draft;
        mappings::load_draft(draft, small.files());
        return mappings::unsigned_trials(draft);
    };
    SmallKnowledge small;
    EXPECT_THAT(advice(small), IsEmpty());
    small.change(kTrial, R"("approved_by": ["A. Author"])", R"("approved_by": [])");
    EXPECT_THAT(advice(small), ElementsAre(AllOf(Field(&CheckProblem::file, kTrial),
                                                 Field(&CheckProblem::location, "/approved_by"),
                                                 Field(&CheckProblem::text, HasSubstr("it is a draft")))));
}

TEST(MissingTranslations, InOneLanguageNothingIsMissing) {
    EXPECT_THAT(advice(SmallKnowledge()), IsEmpty());
}

TEST(MissingTranslations, OnceATextHasALanguageAllOthersShould) {
    SmallKnowledge small;
    small.with("definitions/x.json",
               R"({"definitions": [{"id": "female", "text": "For authors.", "source": "invented",
        "rule": {"confirm": {"of": {"sex": {"is": "female"}}, "note": "By the record."}}}]})");
    small.change(kTrial, R"({"not": {"sex": {"is": "male"}}})", R"({"use": "female"})");
    small.change(kTrial, R"("text": "Age.")", R"("text": {"en": "Age.", "de": "Alter."})");
    const auto found = advice(small);
    std::map<std::string, int> files;
    for (const CheckProblem &one : found)
        ++files[one.file];
    // 13 variables, 3 questions; 4 ingredients; 4 groups, 1 class; titles and codes of 3 sets; the trial's
    // others
    EXPECT_EQ(files["variables.json"], 16);
    EXPECT_EQ(files["drugs/ingredients.json"], 4);
    EXPECT_EQ(files["drugs/groups.json"], 5);
    EXPECT_EQ(files["valuesets/ssc.json"], 3);
    EXPECT_EQ(files["valuesets/crp.json"], 0); // codes of a variable: the variable's label is shown
    EXPECT_EQ(files["definitions/x.json"], 1);
    EXPECT_EQ(files[kTrial], 19);
    EXPECT_THAT(found, Contains(AllOf(Field(&CheckProblem::location, "/criteria/1/parts/0/notes/0/text"),
                                      Field(&CheckProblem::text,
                                            HasSubstr("\"Ask the laboratory.\" is not translated (de)")))));
    EXPECT_THAT(found, testing::Not(Contains(AllOf(Field(&CheckProblem::file, kTrial),
                                                   Field(&CheckProblem::location, "/criteria/0/text")))));
}

TEST(LintKnowledge, FindsNothingInASoundOne) {
    for (const CheckProblem &problem : lint(SmallKnowledge()))
        ADD_FAILURE() << problem.file << "#" << problem.location << ": " << problem.text;
}

TEST(LintKnowledge, FindsAMistypedLoincCode) {
    SmallKnowledge small;
    small.codes("crp", kLoinc, {{"1985-8", ""}});
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::file, "valuesets/crp.json"),
                                            Field(&CheckProblem::location, "/compose/include/0/concept/0"),
                                            Field(&CheckProblem::text, HasSubstr("check digit of 1985-8")))));
}

TEST(LintKnowledge, FindsAMistypedSnomedCode) {
    SmallKnowledge small;
    small.codes("ssc", kSnomed, {{"89155080", ""}});
    EXPECT_THAT(lint(small), Contains(Field(&CheckProblem::text, HasSubstr("check digit of 89155080"))));
}

TEST(LintKnowledge, FindsAMistypedCodeOfADrug) {
    SmallKnowledge small;
    small.change(
        "drugs/ingredients.json", R"("names": ["prednisone"])",
        R"("names": ["prednisone"], "codes": [{"system": "http://snomed.info/sct", "code": "116602000", "kind": "ingredient"}])");
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::file, "drugs/ingredients.json"),
                                            Field(&CheckProblem::location, "/ingredients/2/codes/0"))));
}

TEST(LintKnowledge, FindsAnEmptyValueSet) {
    SmallKnowledge small;
    small.codes("crp", kLoinc, {});
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::file, "valuesets/crp.json"),
                                            Field(&CheckProblem::text, HasSubstr("value set is empty")))));
}

TEST(LintKnowledge, AValueSetOfTextAloneIsNotEmpty) {
    SmallKnowledge small;
    small.with("valuesets/transplant.json",
               value_set("transplant", kSnomed, {},
                         R"({"url": "urn:trial-cds:text-match", "valueString": "lymphoid irradiation"})"));
    EXPECT_THAT(lint(small), IsEmpty());
}

TEST(LintKnowledge, FindsATrialWithoutCriteriaAndACriterionWithoutParts) {
    SmallKnowledge small;
    std::string bare(kSmallTrial);
    bare.replace(bare.find("TEST-1"), 6, "BARE-1");
    const std::size_t criteria = bare.find("\"criteria\": [") + 13;
    small.with("trials/BARE-1/trial.json", bare.substr(0, criteria) + "]}");
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::file, "trials/BARE-1/trial.json"),
                                            Field(&CheckProblem::location, "/criteria"),
                                            Field(&CheckProblem::text, HasSubstr("no criteria")))));
    small.with("trials/BARE-1/trial.json",
               bare.substr(0, criteria) +
                   R"({"id": "I1", "kind": "inclusion", "text": "x", "combine": "all_of", "parts": []}]})");
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::location, "/criteria/0/parts"),
                                            Field(&CheckProblem::text, HasSubstr("no parts")))));
}

TEST(LintKnowledge, ASharedDrugThatOnlyAsksForConfirmationIsNoOverlap) {
    SmallKnowledge small;
    small.change("drugs/groups.json", R"("overlaps": ["b-cell-depleting"],)", "");
    small.change("drugs/groups.json", R"({"ingredient": "rituximab"}],
     "classes": [{"system": "http://www.whocc.no/atc", "prefix": "L",)",
                 R"({"ingredient": "rituximab", "grade": "confirm"}],
     "classes": [{"system": "http://www.whocc.no/atc", "prefix": "L",)");
    EXPECT_THAT(lint(small), IsEmpty());
}

TEST(LintKnowledge, OverlapMattersOnlyAmongExclusions) {
    SmallKnowledge small;
    small.change("drugs/groups.json", R"("overlaps": ["b-cell-depleting"],)", "");
    small.change("trials/TEST-1/trial.json", R"("id": "E4", "kind": "exclusion")",
                 R"("id": "E4", "kind": "inclusion")");
    EXPECT_THAT(lint(small), IsEmpty());
}

TEST(LintKnowledge, WithoutTrialsNothingIsUnused) {
    SmallKnowledge small;
    small.without("trials/TEST-1/trial.json");
    EXPECT_THAT(lint(small), IsEmpty());
}

TEST(LintCard, ShowsOnlyWhatACriterionReads) {
    SmallKnowledge small;
    small.change(kTrial, R"("about": )", R"("card": {"values": ["esr", "who-fc"]}, "about": )");
    EXPECT_THAT(lint(small), IsEmpty());
    small.change(kTrial, R"("variable": "who-fc")", R"("variable": "crp")");
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::location, "/card/values/1"),
                                            Field(&CheckProblem::text, HasSubstr("only by chance")))));
}

TEST(LintCard, AQuestionAsks) {
    SmallKnowledge small;
    small.change(kTrial, R"("text": "WHO class.")", R"("text": "WHO class.", "question": "Tell.")");
    EXPECT_THAT(lint(small), Contains(AllOf(Field(&CheckProblem::location, testing::EndsWith("/question")),
                                            Field(&CheckProblem::text, HasSubstr("asks nothing")))));
}

} // namespace
} // namespace trialcds::test
