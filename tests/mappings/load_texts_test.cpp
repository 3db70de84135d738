// Texts for people in the languages they are given in.
#include <gmock/gmock.h>

#include "knowledge/lookup.h"
#include "load_support.h"

namespace trialcds::test {
namespace {

namespace elig = eligibility;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

void expect_problem(const SmallKnowledge &small, const std::string &location, const std::string &text) {
    const auto loaded = mappings::load_knowledge(small.files());
    ASSERT_FALSE(loaded) << "loaded in spite of the mistake";
    EXPECT_THAT(loaded.error(), Contains(AllOf(Field(&base::Error::location, location),
                                               Field(&base::Error::public_text, HasSubstr(text)))));
}

TEST(LoadTexts, AStringIsEnglishAndStandsInForEveryLanguage) {
    const auto knowledge = load(SmallKnowledge());
    const base::LocalizedText &title = knowledge->trials[0].title;
    EXPECT_EQ(title.english(), "A study");
    EXPECT_EQ(title.in("de"), "A study");
    EXPECT_FALSE(title.has("de"));
}

TEST(LoadTexts, EveryTextOfATrialMayBeTranslated) {
    SmallKnowledge small;
    small.change(kTrial, R"("title": "A study")", R"("title": {"en": "A study", "de": "Eine Studie"})")
        .change(kTrial, R"("short_title": "Study")", R"("short_title": {"fr": "Étude", "en": "Study"})")
        .change(kTrial, R"("text": "Age.")", R"("text": {"en": "Age.", "de": "Alter."})")
        .change(kTrial, R"("text": "ESR.")", R"("text": {"en": "ESR.", "de": "BSG."})")
        .change(kTrial, R"("text": "Coded.")", R"("text": {"en": "Coded.", "de": "Kodiert."})")
        .change(kTrial, R"("note": "A stand-in.")", R"("note": {"en": "A stand-in.", "de": "Ersatzweise."})")
        .change(kTrial, R"("note": "Male.")", R"("note": {"en": "Male.", "fr": "Homme."})");
    const auto knowledge = load(small);
    const elig::TrialDefinition &trial = knowledge->trials[0];
    EXPECT_EQ(trial.title.in("de"), "Eine Studie");
    EXPECT_EQ(trial.short_title.in("fr"), "Étude");
    EXPECT_EQ(trial.criteria[0].text.in("de"), "Alter.");
    EXPECT_EQ(trial.criteria[1].parts[0].text.in("de"), "BSG.");
    EXPECT_EQ(trial.criteria[1].notes[0].text.in("de"), "Kodiert.");
    const auto &others = std::get<elig::AtLeastN>(trial.criteria[2].parts[0].rule.node);
    EXPECT_EQ(std::get<elig::Confirm>(others.of[1].node).note.in("de"), "Ersatzweise.");
    const auto &asked = std::get<elig::AskClinician>(trial.criteria[8].parts[0].rule.node);
    EXPECT_EQ(asked.hints[0].note.in("fr"), "Homme.");
    EXPECT_EQ(asked.hints[0].note.in("de"), "Male.");
}

TEST(LoadTexts, LabelsOfTheCatalogueMayBeTranslated) {
    SmallKnowledge small;
    small
        .change("variables.json", R"("label": "Haemoglobin")",
                R"("label": {"en": "Haemoglobin", "de": "Hämoglobin"})")
        .change("variables.json", R"("label": "Contraception plan")",
                R"("label": {"en": "Contraception plan", "de": "Geplante Verhütung"})")
        .change("drugs/ingredients.json", R"("label": "prednisone")",
                R"("label": {"en": "prednisone", "de": "Prednison"})")
        .change("drugs/groups.json", R"("label": "Biologic agents")",
                R"("label": {"en": "Biologic agents", "de": "Biologika"})");
    const auto knowledge = load(small);
    const mappings::Catalogue &catalogue = knowledge->catalogue;
    EXPECT_EQ(catalogue.variables[6].label.in("de"), "Hämoglobin");
    EXPECT_EQ(catalogue.inputs[6].label.in("de"), "Hämoglobin"); // what is missing is told by the same label
    EXPECT_EQ(catalogue.inputs.back().label.in("de"), "Geplante Verhütung");
    EXPECT_EQ(catalogue.ingredients[2].label.in("de"), "Prednison");
    EXPECT_EQ(catalogue.drug_groups[1].label.in("de"), "Biologika");
}

TEST(LoadTexts, AValueSetIsTranslatedAsFhirDoes) {
    SmallKnowledge small;
    small
        .change(kSsc, R"("title": "Set ssc")",
                R"("title": "Systemic sclerosis", "_title": {"extension": [
                     {"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
                       {"url": "lang", "valueCode": "de"}, {"url": "content", "valueString": "Systemische Sklerose"}]}]})")
        .change(
            kSsc, R"("display": "code 89155008")",
            R"("display": "code 89155008", "designation": [{"language": "fr", "value": "Sclérodermie systémique"}])");
    const auto knowledge = load(small);
    const mappings::Catalogue &catalogue = knowledge->catalogue;
    EXPECT_EQ(catalogue.value_sets[1].label.in("de"), "Systemische Sklerose");
    EXPECT_EQ(catalogue.value_sets[1].label.english(), "Systemic sclerosis");
    const auto found = catalogue.lookup->find(kSnomed, "89155008");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(catalogue.lookup->labels[found[0].label].in("fr"), "Sclérodermie systémique");
    EXPECT_EQ(catalogue.lookup->labels[found[0].label].in("de"), "code 89155008");
}

TEST(LoadTexts, EnglishMustBeThere) {
    SmallKnowledge small;
    small.change(kTrial, R"("title": "A study")", R"("title": {"de": "Eine Studie"})");
    expect_problem(small, "trials/TEST-1/trial.json#/title/en", "This member is missing");
}

TEST(LoadTexts, AnEmptyTextIsRefused) {
    SmallKnowledge small;
    small.change(kTrial, R"("title": "A study")", R"("title": {"en": "A study", "de": ""})");
    expect_problem(small, "trials/TEST-1/trial.json#/title/de", "a text that is not empty");
}

TEST(LoadTexts, AnUnknownLanguageIsRefused) {
    SmallKnowledge small;
    small.change(kTrial, R"("title": "A study")", R"("title": {"en": "A study", "dt": "Eine Studie"})");
    expect_problem(small, "trials/TEST-1/trial.json#/title/dt", "Use one of: en, de, fr");
}

TEST(LoadTexts, ANumberIsNoText) {
    SmallKnowledge small;
    small.change(kTrial, R"("title": "A study")", R"("title": 1)");
    expect_problem(small, "trials/TEST-1/trial.json#/title", "or one for each language");
}

TEST(LoadTexts, ADesignationInAnUnknownLanguageOrASecondOneIsRefused) {
    const std::string place = "valuesets/ssc.json#/compose/include/0/concept/0/designation/";
    SmallKnowledge unknown;
    unknown.change(kSsc, R"("display": "code 89155008")",
                   R"("display": "code 89155008", "designation": [{"language": "tlh", "value": "x"}])");
    expect_problem(unknown, place + "0/language", "not a language that texts are given in");
    SmallKnowledge twice;
    twice.change(
        kSsc, R"("display": "code 89155008")",
        R"("display": "code 89155008", "designation": [{"language": "de", "value": "x"}, {"language": "de", "value": "y"}])");
    expect_problem(twice, place + "1/language", "two texts");
}

TEST(LoadTexts, ATranslatedTitleNeedsLanguageAndText) {
    SmallKnowledge small;
    small.change(kSsc, R"("title": "Set ssc")",
                 R"("title": "Set ssc", "_title": {"extension": [
                     {"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
                       {"url": "lang", "valueCode": "de"}]}]})");
    expect_problem(small, "valuesets/ssc.json#/_title/extension/0", "add what is missing");
}

} // namespace
} // namespace trialcds::test
