// Rules and lists that have a name: what a name stands for, and every way to get that wrong.
#include <gmock/gmock.h>

#include "lint_support.h"

namespace trialcds::test {
namespace {

namespace elig = eligibility;
using mappings::CheckProblem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char *kShared = "definitions/disease.json";
constexpr const char *kEsrAtLeast30 = R"({"measurement": {"variable": "esr", "at_least": "30"}})";
constexpr const char *kOnset = R"("onset_of": ["ssc"])";

std::string shared(const std::string &definitions) {
    return R"({"definitions": [)" + definitions + "]}";
}

std::string rule(const std::string &id, const std::string &expression) {
    return R"({"id": ")" + id + R"(", "text": "Said once.", "source": "invented", "rule": )" + expression + "}";
}

SmallKnowledge &own(SmallKnowledge &small, const std::string &definitions) {
    return small.change(kTrial, R"("criteria": [)",
                        R"("definitions": [)" + definitions + R"(], "criteria": [)");
}

elig::TrialDefinition trial(const SmallKnowledge &small) {
    const auto loaded = mappings::load_knowledge(small.files());
    if (!loaded) throw std::runtime_error(loaded.error()[0].location + ": " + loaded.error()[0].public_text);
    return (*loaded)->trials.at(0);
}

std::vector<base::Error> errors(const SmallKnowledge &small) {
    const auto loaded = mappings::load_knowledge(small.files());
    return loaded ? std::vector<base::Error>() : loaded.error();
}

auto error(const std::string &location, const std::string &text) {
    return AllOf(Field(&base::Error::location, location), Field(&base::Error::public_text, HasSubstr(text)));
}

TEST(Definitions, ANameStandsForItsRuleWhereverARuleStands) {
    SmallKnowledge named;
    named.with(kShared, shared(rule("ssc-recorded", R"({"finding": {"value_set": "ssc", "when": "ever"}})")))
        .change(kTrial, R"("about": {"finding": {"value_set": "ssc", "when": "ever"}})",
                R"("about": {"use": "ssc-recorded"})");
    own(named, rule("high-esr", kEsrAtLeast30) + ", " + rule("ata", R"({"antibody": {"variable": "ata"}})"))
        .change(kTrial, std::string(R"("rule": )") + kEsrAtLeast30 + ",\n        \"notes\"",
                "\"rule\": {\"use\": \"high-esr\"},\n        \"notes\"")
        .change(kTrial, R"({"when_unknown": {"antibody": {"variable": "ata"}})",
                R"({"when_unknown": {"use": "ata"})")
        .change(kTrial, R"({"weight": "3", "when": {"antibody": {"variable": "ata"}}})",
                R"({"weight": "3", "when": {"use": "ata"}})");
    EXPECT_EQ(trial(named), trial(SmallKnowledge()));
    EXPECT_THAT(lint(named), IsEmpty());
}

TEST(Definitions, ANameStandsForAListOfValueSets) {
    SmallKnowledge small;
    small
        .with(kShared,
              shared(R"({"id": "signs", "text": "x", "source": "invented", "value_sets": ["arthralgia"]})"))
        .change(kTrial, R"("weak_onset_of": ["arthralgia"])", R"("weak_onset_of": {"use": "signs"})");
    EXPECT_EQ(trial(small), trial(SmallKnowledge()));
    EXPECT_THAT(lint(small), IsEmpty()); // the value set counts as used
}

TEST(Definitions, DefinitionsUseEachOtherInAnyOrder) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("b", R"({"not": {"use": "a"}})") + ", " + rule("a", kEsrAtLeast30)));
    own(small, rule("c", R"({"any_of": [{"use": "b"}, {"use": "a"}]})"))
        .change(kTrial, R"({"age": {"at_least": 18, "at_most": 70}})", R"({"use": "c"})");
    const elig::TrialDefinition loaded = trial(small);
    const auto &either = std::get<elig::AnyOf>(loaded.criteria[0].parts[0].rule.node);
    ASSERT_THAT(either.of, SizeIs(2));
    EXPECT_TRUE(std::holds_alternative<elig::Not>(either.of[0].node));
    EXPECT_EQ(std::get<elig::Not>(either.of[0].node).of[0], either.of[1]);
}

// How old a value may be is said by the trial, for shared definitions too.
TEST(Definitions, FreshnessIsThatOfTheTrial) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("high-esr", kEsrAtLeast30)))
        .change(kTrial, R"({"age": {"at_least": 18, "at_most": 70}})", R"({"use": "high-esr"})");
    std::string other(kSmallTrial);
    other.replace(other.find("TEST-1"), 6, "TEST-2");
    other.replace(other.find("P42D\", \"confirms_for"), 4, "P14D");
    other.replace(other.find(R"({"age": {"at_least": 18, "at_most": 70}})"), 40, R"({"use": "high-esr"})");
    small.with("trials/TEST-2/trial.json", other);
    const auto loaded = mappings::load_knowledge(small.files());
    ASSERT_TRUE(loaded) << loaded.error()[0].location << loaded.error()[0].public_text;
    const auto decides_for = [&](std::size_t index) {
        const auto &criterion = (*loaded)->trials[index].criteria[0];
        return std::get<elig::MeasurementTest>(criterion.parts[0].rule.node).freshness->decides_for.to_string();
    };
    EXPECT_EQ(decides_for(0), "42 days");
    EXPECT_EQ(decides_for(1), "14 days");
}

TEST(Definitions, AnUnknownNameIsNamed) {
    SmallKnowledge small;
    small.change(kTrial, kEsrAtLeast30, R"({"use": "high-bsr"})");
    EXPECT_THAT(errors(small), Contains(error("trials/TEST-1/trial.json#/criteria/1/parts/0/rule/use",
                                              "There is no definition \"high-bsr\"")));
}

TEST(Definitions, ASharedOneCannotUseATrialsOwn) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("a", R"({"not": {"use": "mine"}})")));
    own(small, rule("mine", kEsrAtLeast30)).change(kTrial, kOnset, R"("onset_of": ["ssc"], "comment": "x")");
    EXPECT_THAT(errors(small),
                testing::ElementsAre(error("definitions/disease.json#/definitions/0/rule/not/use",
                                           "There is no definition \"mine\"")));
}

TEST(Definitions, ACycleIsNamedStepByStep) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("a", R"({"not": {"use": "b"}})") + ", " +
                               rule("b", R"({"all_of": [{"use": "c"}]})") + ", " +
                               rule("c", R"({"any_of": [{"use": "a"}]})")));
    EXPECT_THAT(errors(small),
                testing::ElementsAre(error("definitions/disease.json#/definitions/2/rule/any_of/0/use",
                                           R"("a" uses "b" uses "c" uses "a")")));
}

TEST(Definitions, OneThatUsesItselfIsACycle) {
    SmallKnowledge small;
    own(small, rule("a", R"({"not": {"use": "a"}})"));
    EXPECT_THAT(errors(small), testing::ElementsAre(error(
                                   "trials/TEST-1/trial.json#/definitions/0/rule/not/use", R"("a" uses "a")")));
}

TEST(Definitions, ANameIsDefinedOnce) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("a", kEsrAtLeast30)));
    small.with("definitions/other.json", shared(rule("a", kEsrAtLeast30)));
    EXPECT_THAT(errors(small), Contains(error("definitions/other.json#/definitions/0/id", "two definitions")));
    SmallKnowledge twice;
    own(twice, rule("a", kEsrAtLeast30) + ", " + rule("a", kEsrAtLeast30));
    EXPECT_THAT(errors(twice),
                Contains(error("trials/TEST-1/trial.json#/definitions/1/id", "two definitions \"a\"")));
}

TEST(Definitions, ATrialMayNotShadowASharedName) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("a", kEsrAtLeast30)));
    own(small, rule("a", R"({"sex": {"is": "female"}})"));
    EXPECT_THAT(errors(small), Contains(error("trials/TEST-1/trial.json#/definitions/0/id",
                                              "already defined for all trials")));
}

TEST(Definitions, TwoTrialsMayGiveTheirOwnRulesTheSameName) {
    SmallKnowledge small;
    std::string other(kSmallTrial);
    other.replace(other.find("TEST-1"), 6, "TEST-2");
    other.replace(other.find("\"criteria\": ["), 13,
                  R"("definitions": [)" + rule("mine", R"({"sex": {"is": "female"}})") + R"(], "criteria": [)");
    other.replace(other.find(R"({"age": {"at_least": 18, "at_most": 70}})"), 40, R"({"use": "mine"})");
    small.with("trials/TEST-2/trial.json", other);
    own(small, rule("mine", R"({"sex": {"is": "male"}})"))
        .change(kTrial, R"({"age": {"at_least": 18, "at_most": 70}})", R"({"use": "mine"})");
    const auto loaded = mappings::load_knowledge(small.files());
    ASSERT_TRUE(loaded);
    const auto sex = [&](std::size_t index) {
        return std::get<elig::SexIs>((*loaded)->trials[index].criteria[0].parts[0].rule.node).sex;
    };
    EXPECT_EQ(sex(0), elig::Sex::male);
    EXPECT_EQ(sex(1), elig::Sex::female);
}

TEST(Definitions, ARuleIsNoListAndAListNoRule) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("a", kEsrAtLeast30) +
                               R"(, {"id": "l", "text": "x", "source": "invented", "value_sets": ["ssc"]})"));
    small.change(kTrial, kOnset, R"("onset_of": {"use": "a"})")
        .change(kTrial, kEsrAtLeast30, R"({"use": "l"})");
    EXPECT_THAT(
        errors(small),
        AllOf(Contains(error("trials/TEST-1/trial.json#/criteria/1/parts/2/rule/time_since/onset_of/use",
                             "has no \"value_sets\"")),
              Contains(error("trials/TEST-1/trial.json#/criteria/1/parts/0/rule/use", "has no \"rule\""))));
}

TEST(Definitions, ADefinitionIsOneOfTheTwoAndASharedOneHasASource) {
    SmallKnowledge small;
    small.with(kShared, shared(R"({"id": "a", "text": "x", "source": "s"}, {"id": "b", "text": "x",
                                "rule": {"sex": {"is": "male"}}})"));
    EXPECT_THAT(errors(small),
                testing::UnorderedElementsAre(
                    error("definitions/disease.json#/definitions/0", "either a \"rule\" or a list"),
                    error("definitions/disease.json#/definitions/1/source", "This member is missing")));
}

// Whether nobody, one or many use it.
TEST(Definitions, AMistakeInsideIsToldOnceAndWhereItStands) {
    for (const int uses : {0, 1, 2}) {
        SmallKnowledge small;
        small.with(kShared, shared(rule("a", R"({"measurement": {"variable": "bsr", "at_least": "1"}})")));
        if (uses > 0) small.change(kTrial, kEsrAtLeast30, R"({"use": "a"})");
        if (uses > 1)
            small.change(kTrial, R"({"age": {"at_least": 18, "at_most": 70}})",
                         R"({"any_of": [{"use": "a"}, {"use": "a"}]})");
        EXPECT_THAT(errors(small), testing::ElementsAre(error(
                                       "definitions/disease.json#/definitions/0/rule/measurement/variable",
                                       "There is no variable \"bsr\"")))
            << uses;
    }
}

// Thirty definitions, each using the one before twice, would be a billion rules.
TEST(Definitions, NamesWithinNamesDoNotFillTheMemory) {
    std::string chain = rule("d0", kEsrAtLeast30);
    for (int i = 1; i <= 30; ++i) {
        const std::string before = R"({"use": "d)" + std::to_string(i - 1) + "\"}";
        chain += ", " + rule("d" + std::to_string(i), R"({"any_of": [)" + before + ", " + before + "]}");
    }
    SmallKnowledge small;
    small.with(kShared, shared(chain));
    const auto found = errors(small);
    EXPECT_THAT(found, SizeIs(1));
    EXPECT_THAT(found, Contains(Field(&base::Error::public_text, HasSubstr("more than 1000 times"))));
}

TEST(Definitions, UnusedOnesAreFound) {
    SmallKnowledge small;
    small.with(kShared, shared(rule("a", R"({"not": {"use": "b"}})") + ", " + rule("b", kEsrAtLeast30)));
    own(small, rule("c", R"({"sex": {"is": "male"}})"));
    const auto found = lint(small);
    EXPECT_THAT(found, SizeIs(3)); // one that only an unused one uses is unused
    EXPECT_THAT(found, Contains(AllOf(Field(&CheckProblem::file, kShared),
                                      Field(&CheckProblem::location, "/definitions/1"),
                                      Field(&CheckProblem::text, HasSubstr("\"b\" is used by no trial")))));
    EXPECT_THAT(found, Contains(AllOf(Field(&CheckProblem::file, kTrial),
                                      Field(&CheckProblem::location, "/definitions/0"),
                                      Field(&CheckProblem::text, HasSubstr("\"c\" is used by no criterion")))));
}

TEST(Definitions, TheLinterLooksIntoThemOnce) {
    SmallKnowledge small;
    small
        .with(kShared, shared(rule("a", R"({"any_of": [{"measurement": {"variable": "esr", "at_least": "300"}},
                            {"confirm": {"of": {"sex": {"is": "male"}}, "note": "He is eligible."}}]})")))
        .change(kTrial, kEsrAtLeast30, R"({"use": "a"})")
        .change(
            kTrial, R"("rule": {"measurement": {"variable": "who-fc", "at_least": "3", "freshness": "none"}})",
            R"("rule": {"all_of": [{"use": "a"}, {"measurement": {"variable": "who-fc", "at_least": "3", "freshness": "none"}}]})");
    const auto found = lint(small);
    EXPECT_THAT(found, SizeIs(2));
    EXPECT_THAT(found,
                Contains(AllOf(Field(&CheckProblem::file, kShared),
                               Field(&CheckProblem::location, "/definitions/0/rule/any_of/0/measurement"),
                               Field(&CheckProblem::text, HasSubstr("never be true")))));
    EXPECT_THAT(found,
                Contains(AllOf(Field(&CheckProblem::location, "/definitions/0/rule/any_of/1/confirm/note"),
                               Field(&CheckProblem::text, HasSubstr("reads as a verdict")))));
}

TEST(Definitions, AnExclusionIsOneByWhateverNameItsDrugsAreAskedFor) {
    SmallKnowledge small;
    small.change("drugs/groups.json", R"("overlaps": ["b-cell-depleting"],)", "");
    own(small, rule("biologics", R"({"exposure": {"group": "biologic", "window": "P84D",
       "half_lives": "5", "route": "intravenous"}})"));
    small.change(kTrial, R"("rule": {"exposure": {"group": "biologic", "window": "P84D",
       "half_lives": "5", "route": "intravenous"}}},
    {"id": "E5")",
                 R"("rule": {"use": "biologics"}}, {"id": "E5")");
    EXPECT_THAT(lint(small), Contains(Field(&CheckProblem::text, HasSubstr("share rituximab"))));
}

} // namespace
} // namespace trialcds::test
