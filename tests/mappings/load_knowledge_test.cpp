// What a sound knowledge becomes: indices, freshness, rules, prefetch, version.
#include <gmock/gmock.h>

#include <algorithm>

#include "knowledge/lookup.h"
#include "load_support.h"

namespace trialcds::test {
namespace {

namespace elig = eligibility;
using elig::at;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class LoadKnowledge : public testing::Test {
  protected:
    void SetUp() override { load(SmallKnowledge()); }
    void load(const SmallKnowledge &small) {
        auto loaded = mappings::load_knowledge(small.files());
        ASSERT_TRUE(loaded) << loaded.error()[0].location << ": " << loaded.error()[0].public_text;
        knowledge_ = *loaded;
    }
    [[nodiscard]] const mappings::Catalogue &catalogue() const { return knowledge_->catalogue; }
    [[nodiscard]] const elig::TrialDefinition &trial() const { return knowledge_->trials.at(0); }
    [[nodiscard]] const elig::Criterion &criterion(std::string_view id) const {
        for (const elig::Criterion &criterion : trial().criteria)
            if (criterion.id == id) return criterion;
        throw std::logic_error("no criterion");
    }
    template <typename Node>
    [[nodiscard]] const Node &rule(std::string_view id) const {
        return std::get<Node>(criterion(id).parts.at(0).rule.node);
    }
    [[nodiscard]] std::string variable(elig::VariableIndex index) const {
        return catalogue().variables[at(index)].id;
    }
    [[nodiscard]] std::string input(elig::InputIndex index) const { return catalogue().inputs[at(index)].id; }

    std::shared_ptr<const mappings::Knowledge> knowledge_;
};

TEST_F(LoadKnowledge, InputsAreVariablesThenFindingsThenGroupsThenQuestions) {
    std::vector<std::string> ids;
    for (const mappings::Named &named : catalogue().inputs)
        ids.push_back(named.id);
    EXPECT_EQ(ids.size(), catalogue().variables.size() + catalogue().value_sets.size() +
                              catalogue().drug_groups.size() + 3);
    EXPECT_EQ(ids.front(), "skin-total");
    EXPECT_EQ(ids.back(), "plan");
}

TEST_F(LoadKnowledge, ValueSetsOfVariablesAreNoFindings) {
    std::vector<std::string> ids;
    for (const mappings::Named &named : catalogue().value_sets)
        ids.push_back(named.id);
    EXPECT_THAT(ids, ElementsAre("arthralgia", "ssc", "transplant"));
}

TEST_F(LoadKnowledge, APanelIsLabelledByItsTotal) {
    ASSERT_THAT(catalogue().panels, SizeIs(1));
    EXPECT_EQ(catalogue().panels[0].label, "Skin score");
    const mappings::PanelReading &panel = catalogue().lookup->panels[0];
    EXPECT_EQ(variable(panel.total), "skin-total");
    EXPECT_EQ(variable(panel.items[2]), "skin-right");
    EXPECT_EQ(panel.item_max, base::Decimal(3));
}

TEST_F(LoadKnowledge, ReadingOfAVariable) {
    const mappings::ReadingRules &reading = catalogue().lookup->readings[0];
    EXPECT_TRUE(reading.integer);
    EXPECT_EQ(reading.at_most, base::Decimal(51));
    EXPECT_EQ(reading.missing_unit, mappings::MissingUnit::accept);
    EXPECT_FALSE(reading.fraction_confirm);
    EXPECT_EQ(catalogue().lookup->readings[1].missing_unit,
              mappings::MissingUnit::unusable);                    // not said: careful
    EXPECT_TRUE(catalogue().lookup->readings[8].fraction_confirm); // a share of a volume
}

TEST_F(LoadKnowledge, TitreAndPresenceKnowEachOther) {
    const auto &readings = catalogue().lookup->readings;
    EXPECT_EQ(variable(readings[10].counterpart.value()), "ana-presence");
    EXPECT_EQ(variable(readings[11].counterpart.value()), "ana-titer");
    EXPECT_EQ(readings[10].positive_is_at_least, base::Decimal(80));
    EXPECT_THAT(readings[11].answer_names, ElementsAre("centromere"));
}

TEST_F(LoadKnowledge, OrdinalSpellingsAreLowerCaseWithOneBlank) {
    const auto &ordinal = catalogue().lookup->readings[12].ordinal;
    EXPECT_EQ(ordinal.at("class i"), 1);
    EXPECT_EQ(ordinal.at("ii"), 2);
}

TEST_F(LoadKnowledge, WordsOfAnswersRoutesAndHedges) {
    EXPECT_THAT(catalogue().lookup->text.positive, ElementsAre("positive"));
    EXPECT_THAT(catalogue().lookup->text.equivocal, ElementsAre("borderline"));
    EXPECT_THAT(catalogue().lookup->route_intravenous, ElementsAre("iv"));
    EXPECT_THAT(catalogue().lookup->drug_hedges, ElementsAre("history of"));
}

TEST_F(LoadKnowledge, PrefetchHoldsTheCodesOfItsGroupOnce) {
    const auto key = std::find_if(catalogue().prefetch.begin(), catalogue().prefetch.end(),
                                  [](const mappings::PrefetchKey &known) { return known.key == "lungobs"; });
    ASSERT_NE(key, catalogue().prefetch.end());
    std::vector<std::string> codes;
    for (const mappings::SystemAndCode &code : key->codes)
        codes.push_back(code.code);
    EXPECT_THAT(codes, ElementsAre("19872-1", "fvc-percent-post", "19868-9", "19869-7"));
    EXPECT_TRUE(catalogue().prefetch[0].required);
    EXPECT_THAT(catalogue().prefetch[0].codes, SizeIs(0));
}

TEST_F(LoadKnowledge, CodesThatMustNotBeReadAreNotFetched) {
    for (const mappings::PrefetchKey &key : catalogue().prefetch)
        for (const mappings::SystemAndCode &code : key.codes)
            EXPECT_NE(code.code, "18184-2");
}

TEST_F(LoadKnowledge, IngredientsBelongToTheirGroups) {
    const mappings::Ingredient &rituximab = catalogue().lookup->ingredients[0];
    EXPECT_THAT(rituximab.names, ElementsAre("rituximab", "truxima"));
    EXPECT_THAT(rituximab.groups, SizeIs(2));
    EXPECT_TRUE(rituximab.intermittent);
    EXPECT_EQ(rituximab.half_life->high_days, base::Decimal::parse("22.4"));
    EXPECT_TRUE(rituximab.half_life->reviewed);
    EXPECT_FALSE(catalogue().lookup->ingredients[1].half_life);
    EXPECT_THAT(catalogue().lookup->investigational_groups, ElementsAre(elig::DrugGroupIndex{2}));
    EXPECT_EQ(catalogue().lookup->words.at(0).words, "car-t");
    EXPECT_EQ(catalogue().lookup->suffixes.at(0).membership.grade, elig::Grade::confirm);
}

TEST_F(LoadKnowledge, HeadOfTheTrial) {
    EXPECT_EQ(trial().id, "TEST-1");
    EXPECT_EQ(trial().registry_date, "2026-01-15");
    EXPECT_EQ(trial().recruitment_status, "recruiting");
    EXPECT_EQ(trial().recruitment_status_as_of, "2026-01-20");
    EXPECT_THAT(trial().approved_by, ElementsAre("A. Author"));
    EXPECT_EQ(trial().screening_period, (base::Period{42, 0}));
    EXPECT_TRUE(std::holds_alternative<elig::FindingTest>(trial().about.node));
    EXPECT_EQ(knowledge_->find_trial("TEST-1"), &trial());
    EXPECT_EQ(knowledge_->find_trial("TEST-2"), nullptr);
}

TEST_F(LoadKnowledge, TheFreshnessTableFillsTheRulesOfItsVariables) {
    const elig::Freshness limit{base::Period{42, 0}, base::Period{0, 6}};
    const auto &parts = criterion("I2").parts;
    EXPECT_EQ(std::get<elig::MeasurementTest>(parts[0].rule.node).freshness, limit);
    const auto &changes = std::get<elig::AnyOf>(parts[1].rule.node).of;
    EXPECT_EQ(std::get<elig::Change>(changes[0].node).freshness, limit);
    EXPECT_EQ(std::get<elig::Change>(changes[1].node).freshness, std::nullopt);   // any pair, ever
    EXPECT_EQ(std::get<elig::SiteInvolvement>(changes[2].node).freshness, limit); // by the panel's total
    EXPECT_EQ(rule<elig::MeasurementTest>("E1").freshness, std::nullopt);         // not in the table
}

TEST_F(LoadKnowledge, FreshnessNoneOfANodeOverridesTheTable) {
    SmallKnowledge small;
    small.change("trials/TEST-1/trial.json", R"("variable": "esr", "at_least": "30")",
                 R"("variable": "esr", "at_least": "30", "freshness": "none")");
    load(small);
    EXPECT_EQ(std::get<elig::MeasurementTest>(criterion("I2").parts[0].rule.node).freshness, std::nullopt);
}

TEST_F(LoadKnowledge, AgeAndSex) {
    EXPECT_EQ(rule<elig::Age>("I1").at_least, 18);
    EXPECT_EQ(rule<elig::Age>("I1").at_most, 70);
    EXPECT_EQ(input(rule<elig::Age>("I1").input), "birth-date");
}

TEST_F(LoadKnowledge, PartsNotesAndWhoSettlesThem) {
    const elig::Criterion &active = criterion("I2");
    EXPECT_EQ(active.combine, elig::Combine::any_of);
    EXPECT_EQ(active.parts[0].id, "I2a");
    EXPECT_TRUE(active.parts[0].settled_by_clinician);
    EXPECT_FALSE(active.parts[1].settled_by_clinician);
    EXPECT_TRUE(active.parts[0].notes.at(0).when_unknown);
    EXPECT_FALSE(active.notes.at(0).when_unknown);
    EXPECT_EQ(active.notes.at(0).text, "Coded.");
    EXPECT_TRUE(criterion("E6").settled_by_clinician);
    EXPECT_EQ(criterion("E6").parts.at(0).id, ""); // no shown part
    EXPECT_EQ(criterion("E6").kind, elig::CriterionKind::exclusion);
}

TEST_F(LoadKnowledge, MeasurementRules) {
    const auto &lung = rule<elig::MeasurementTest>("E1");
    EXPECT_EQ(variable(lung.variable), "fvc-percent");
    EXPECT_EQ(lung.select, elig::Select::lowest);
    EXPECT_EQ(lung.range.upper, (elig::Bound{base::Decimal(50), true}));
    EXPECT_EQ(lung.range.lower, std::nullopt);
    EXPECT_EQ(variable(lung.covariate->variable), "haemoglobin");
    EXPECT_EQ(lung.covariate->within_days, 7);
    EXPECT_EQ(input(lung.covariate->adjusted_input), "fvc-percent");
    const auto &others = rule<elig::AtLeastN>("I3");
    EXPECT_EQ(others.n, 2);
    const auto &stand_in = std::get<elig::Confirm>(others.of[1].node);
    EXPECT_EQ(std::get<elig::MeasurementTest>(stand_in.of.at(0).node).range.lower,
              (elig::Bound{base::Decimal(6), false}));
    EXPECT_THAT(std::get<elig::FirstAvailable>(others.of[0].node).of, SizeIs(2));
    EXPECT_EQ(std::get<elig::SexIs>(std::get<elig::Not>(others.of[2].node).of.at(0).node).sex, elig::Sex::male);
}

TEST_F(LoadKnowledge, ChangeRules) {
    const auto &changes = std::get<elig::AnyOf>(criterion("I2").parts[1].rule.node).of;
    const auto &rise = std::get<elig::Change>(changes[0].node);
    EXPECT_EQ(rise.direction, elig::Direction::rise);
    EXPECT_EQ(rise.within, (base::Period{0, 6}));
    const auto &fall = std::get<elig::Change>(changes[1].node);
    EXPECT_EQ(fall.direction, elig::Direction::fall);
    EXPECT_EQ(fall.within, std::nullopt);
    EXPECT_EQ(fall.amount.lower, (elig::Bound{base::Decimal(10), false}));
    const auto &sites = std::get<elig::SiteInvolvement>(changes[2].node);
    EXPECT_THAT(sites.pairs, ElementsAre(elig::ItemPair{1, 2}));
    EXPECT_EQ(variable(sites.total.value()), "skin-total");
    EXPECT_EQ(input(sites.input), "skin-total");
}

TEST_F(LoadKnowledge, FindingsAndOnsets) {
    const auto &transplant = std::get<elig::FindingTest>(rule<elig::AnyOf>("E5").of[1].node);
    EXPECT_EQ(transplant.when, elig::FindingWhen::ever);
    EXPECT_TRUE(transplant.none_recorded_means_absent);
    EXPECT_TRUE(transplant.in_conditions);
    EXPECT_TRUE(transplant.in_procedures);
    const auto &coded = std::get<elig::FindingTest>(criterion("I2").notes[0].when.at(0).node);
    EXPECT_EQ(coded.when, elig::FindingWhen::present);
    EXPECT_FALSE(coded.none_recorded_means_absent);
    EXPECT_TRUE(coded.in_conditions);
    EXPECT_FALSE(coded.in_procedures);
    const auto &since = std::get<elig::TimeSince>(criterion("I2").parts[2].rule.node);
    EXPECT_THAT(since.value_sets, SizeIs(1));
    EXPECT_THAT(since.weak_value_sets, SizeIs(1));
    EXPECT_EQ(since.at_most, (base::Period{0, 60}));
    EXPECT_EQ(input(since.input), "ssc"); // the first of the findings, unless the rule asks its own question
}

TEST_F(LoadKnowledge, AnOnsetMayAskItsOwnQuestion) {
    SmallKnowledge small;
    small.change("trials/TEST-1/trial.json", R"("at_most": "P60M")", R"("at_most": "P60M", "ask": "plan")");
    load(small);
    EXPECT_EQ(input(std::get<elig::TimeSince>(criterion("I2").parts[2].rule.node).input), "plan");
}

TEST_F(LoadKnowledge, ExposureRules) {
    const auto &depletion = rule<elig::Exposure>("E3");
    EXPECT_EQ(depletion.window, (base::Period{252, 0}));
    EXPECT_FALSE(depletion.time_clears);
    EXPECT_EQ(variable(depletion.recovery->variable), "b-cells");
    EXPECT_EQ(input(depletion.recovery->baseline_input), "baseline");
    const auto &biologic = rule<elig::Exposure>("E4");
    EXPECT_EQ(biologic.half_lives, base::Decimal(5));
    EXPECT_EQ(biologic.route, elig::Route::intravenous);
    EXPECT_TRUE(biologic.time_clears);
    EXPECT_EQ(input(biologic.input), "biologic");
    const auto &lifetime = std::get<elig::Exposure>(rule<elig::AnyOf>("E5").of[0].node);
    EXPECT_EQ(lifetime.window, std::nullopt);
}

TEST_F(LoadKnowledge, ScoreWithAnItemThatNoRecordHolds) {
    const auto &score = std::get<elig::Score>(criterion("I2").parts[3].rule.node);
    EXPECT_EQ(score.threshold, base::Decimal(9));
    EXPECT_TRUE(score.never_fails);
    EXPECT_EQ(input(score.categories.at(1).input), "ssc");
    EXPECT_THAT(score.categories.at(1).items.at(0).when, SizeIs(1));
    EXPECT_THAT(score.categories.at(1).items.at(1).when, SizeIs(0));
}

TEST_F(LoadKnowledge, QuestionsAndTheirHints) {
    const auto &question = rule<elig::AskClinician>("E6");
    EXPECT_EQ(input(question.input), "plan");
    EXPECT_EQ(question.hints.at(0).leaning, false);
    EXPECT_EQ(question.hints.at(1).leaning, std::nullopt);
    EXPECT_TRUE(question.hints.at(1).urgent);
}

TEST_F(LoadKnowledge, TheVersionNamesExactlyTheseTexts) {
    const std::string version = knowledge_->version;
    EXPECT_EQ(version.size(), 16U);
    std::vector<mappings::File> files = SmallKnowledge().files();
    std::reverse(files.begin(), files.end()); // the order of the files is nobody's business
    EXPECT_EQ((*mappings::load_knowledge(files))->version, version);
    files.push_back({"trials/TEST-1/cases/a/bundle.json", "{}"}); // neither are cases
    EXPECT_EQ((*mappings::load_knowledge(files))->version, version);
    SmallKnowledge changed;
    changed.change("trials/TEST-1/trial.json", R"("P252D")", R"("P253D")");
    EXPECT_NE((*mappings::load_knowledge(changed.files()))->version, version);
}

TEST_F(LoadKnowledge, FilesOfOtherKindsAreLeftAlone) {
    SmallKnowledge small;
    for (const char *path :
         {"README.md", "drugs/other.json", "valuesets/notes.txt", "valuesets/sub/x.json",
          "trials/TEST-1/notes.json", "trials/trial.json", "trials/a/b/trial.json", "schema/trial.schema.json"})
        small.with(path, "not JSON at all");
    load(small);
}

TEST_F(LoadKnowledge, ATextOfAVariablesValueSetMeansTheVariable) {
    SmallKnowledge small;
    small.with("valuesets/crp.json",
               value_set("crp", kLoinc, {{"1988-5", ""}},
                         R"({"url": "urn:trial-cds:text-match", "valueString": "C-reactive protein"})"));
    load(small);
    const auto &phrases = catalogue().lookup->phrases;
    const auto phrase = std::find_if(phrases.begin(), phrases.end(), [](const mappings::Phrase &known) {
        return known.words == "c-reactive protein";
    });
    ASSERT_NE(phrase, phrases.end());
    EXPECT_EQ(phrase->meaning.role, mappings::Role::variable);
    EXPECT_EQ(catalogue().variables[phrase->meaning.index].id, "crp");
    EXPECT_EQ(phrase->meaning.grade, elig::Grade::confirm);
}

TEST_F(LoadKnowledge, TrialsAreSortedById) {
    SmallKnowledge small;
    std::string second(kSmallTrial);
    second.replace(second.find("TEST-1"), 6, "A-TEST");
    small.with("trials/A-TEST/trial.json", second);
    load(small);
    ASSERT_THAT(knowledge_->trials, SizeIs(2));
    EXPECT_EQ(knowledge_->trials[0].id, "A-TEST");
}

TEST_F(LoadKnowledge, RemarksAreAllowedEverywhere) {
    SmallKnowledge small;
    small.change("trials/TEST-1/trial.json", R"({"age": {"at_least": 18)",
                 R"({"comment": "why", "age": {"comment": "both included", "at_least": 18)");
    load(small);
}

} // namespace
} // namespace trialcds::test
