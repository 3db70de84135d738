// The knowledge that is shipped: it loads, means what the list of expected codes says, and nothing else.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "check_digit.h"
#include "check_stages.h"
#include "knowledge/lookup.h"
#include "lint.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

using mappings::Role;
using CodeRow = std::tuple<std::string, std::string, std::string>; // target, system, code

const mappings::Knowledge &shipped() {
    static const auto kLoaded = [] {
        auto loaded = mappings::load_knowledge(shipped_files());
        if (!loaded) {
            for (const base::Error &error : loaded.error())
                ADD_FAILURE() << error.location << ": " << error.public_text;
            throw std::runtime_error("the shipped knowledge does not load");
        }
        return *loaded;
    }();
    return *kLoaded;
}

std::vector<CodeRow> expected_rows() {
    std::ifstream in(std::string(TRIALCDS_SOURCE_DIR) + "/tests/mappings/data/codes_expected.tsv");
    std::vector<CodeRow> rows;
    std::string line;
    std::getline(in, line); // header
    while (std::getline(in, line)) {
        const std::size_t first = line.find('\t');
        const std::size_t second = line.find('\t', first + 1);
        rows.emplace_back(line.substr(0, first), line.substr(first + 1, second - first - 1),
                          line.substr(second + 1));
    }
    return rows;
}

// "drug:<group>:<ingredient>", "class:<group>", "qualitative:<meaning>" or the id of a value set.
std::pair<std::string, std::string> head_and_rest(const std::string &target) {
    const std::size_t colon = target.find(':');
    if (colon == std::string::npos) return {"", target};
    return {target.substr(0, colon), target.substr(colon + 1)};
}

bool is_ingredient(const CodeRow &row, const std::string &group_and_id) {
    const auto &[target, system, code] = row;
    const mappings::Catalogue &catalogue = shipped().catalogue;
    const std::size_t colon = group_and_id.rfind(':');
    const std::string group = group_and_id.substr(0, colon);
    const std::string id = group_and_id.substr(colon + 1);
    for (const mappings::Meaning &meaning : catalogue.lookup->find(system, code)) {
        if (meaning.role != Role::ingredient || catalogue.ingredients[meaning.index].id != id) continue;
        for (const mappings::Membership &membership : catalogue.lookup->ingredients[meaning.index].groups)
            if (catalogue.drug_groups[eligibility::at(membership.group)].id == group) return true;
    }
    return false;
}

bool is_answer(const CodeRow &row, const std::string &meaning) {
    const auto answer = shipped().catalogue.lookup->qualitative(std::get<1>(row), std::get<2>(row));
    if (meaning == "positive") return answer == eligibility::Qualitative::positive;
    if (meaning == "negative") return answer == eligibility::Qualitative::negative;
    return meaning == "equivocal" && answer == eligibility::Qualitative::equivocal;
}

// The value set's codes mean the finding itself, or the variable that reads its Observations by the set.
bool is_in_value_set(const CodeRow &row, const mappings::KnowledgeDraft &draft, const std::string &id) {
    const auto set = draft.code_set_names.find(id);
    if (set == draft.code_set_names.end()) return false;
    const auto found = shipped().catalogue.lookup->find(std::get<1>(row), std::get<2>(row));
    if (draft.code_sets[set->second].of_variable) return !found.empty();
    for (const mappings::Meaning &meaning : found)
        if (meaning.role == Role::value_set && shipped().catalogue.value_sets[meaning.index].id == id)
            return true;
    return false;
}

class Shipped : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        draft_ = std::make_unique<mappings::KnowledgeDraft>();
        mappings::load_draft(*draft_, shipped_files());
    }
    static void TearDownTestSuite() { draft_.reset(); }
    static std::unique_ptr<mappings::KnowledgeDraft> draft_;
};
std::unique_ptr<mappings::KnowledgeDraft> Shipped::draft_;

// No patient tells these from their neighbours, because both end within the screening period; the registry
// prints them.
TEST_F(Shipped, InvestigationalAgentsWashOutInFourWeeksOrFiveHalfLives) {
    const auto &criteria = shipped().trials.front().criteria;
    const auto found = std::find_if(criteria.begin(), criteria.end(),
                                    [](const eligibility::Criterion &one) { return one.id == "E9"; });
    ASSERT_NE(found, criteria.end());
    const auto &any_of = std::get<eligibility::AnyOf>(found->parts.front().rule.node);
    const auto &exposure = std::get<eligibility::Exposure>(any_of.of.front().node);
    EXPECT_EQ(exposure.window, (base::Period{28, 0}));
    EXPECT_EQ(exposure.half_lives, base::Decimal(5));
}

TEST_F(Shipped, LoadsWithoutProblems) {
    EXPECT_TRUE(draft_->problems.empty());
    EXPECT_NE(shipped().find_trial("NCT06470048"), nullptr);
}

TEST_F(Shipped, FitsItsSchemas) {
    for (const mappings::CheckProblem &problem : mappings::check_schemas(shipped_files()))
        ADD_FAILURE() << problem.file << "#" << problem.location << ": " << problem.text;
}

TEST_F(Shipped, HasNothingToLint) {
    for (const mappings::CheckProblem &problem : mappings::lint(*draft_))
        ADD_FAILURE() << problem.file << "#" << problem.location << ": " << problem.text;
}

TEST_F(Shipped, EveryTextIsGivenInEveryLanguage) {
    for (const mappings::CheckProblem &missing : mappings::missing_translations(*draft_))
        ADD_FAILURE() << missing.file << "#" << missing.location << ": " << missing.text;
    for (const std::string_view language : base::kLanguages)
        EXPECT_TRUE(shipped().trials.front().title.has(language)) << language;
    EXPECT_EQ(shipped().trials.front().criteria.front().text.in("de"), "Alter 18 bis einschließlich 70 Jahre.");
}

// A language is added to the loader and to every schema, or to none.
TEST_F(Shipped, SchemasKnowTheLanguagesOfTheLoader) {
    int schemas = 0;
    for (const mappings::File &file : shipped_files()) {
        if (!file.path.starts_with("schema/")) continue;
        const auto schema = json::Document::parse(file.text);
        ASSERT_TRUE(schema) << file.path;
        const json::Value localized = schema->root()["definitions"]["localized"]["oneOf"].at(1)["properties"];
        const json::Value enumerated = schema->root()["definitions"]["language"]["enum"];
        std::set<std::string, std::less<>> languages;
        for (const auto [language, form] : localized.members())
            if (language != "comment") languages.emplace(language);
        for (const json::Value language : enumerated.elements())
            languages.emplace(language.text());
        if (languages.empty()) continue;
        ++schemas;
        if (enumerated) languages.emplace(base::kEnglish); // there it is the text that is translated
        const std::set<std::string, std::less<>> known(base::kLanguages.begin(), base::kLanguages.end());
        EXPECT_EQ(languages, known) << file.path;
    }
    EXPECT_EQ(schemas, 5);
}

TEST_F(Shipped, EveryExpectedCodeMeansItsTarget) {
    const std::vector<CodeRow> rows = expected_rows();
    ASSERT_GT(rows.size(), 1000U);
    for (const CodeRow &row : rows) {
        const auto &[target, system, code] = row;
        const auto [head, rest] = head_and_rest(target);
        bool holds = false;
        if (head == "drug") {
            holds = is_ingredient(row, rest);
        } else if (head == "class") {
            const auto &groups = shipped().catalogue.drug_groups;
            for (std::uint16_t i = 0; i < groups.size(); ++i)
                holds = holds || (groups[i].id == rest && shipped().catalogue.lookup->drug_class(
                                                              system, code, eligibility::DrugGroupIndex{i}));
        } else if (head == "qualitative") {
            holds = is_answer(row, rest);
        } else {
            holds = is_in_value_set(row, *draft_, rest);
        }
        EXPECT_TRUE(holds) << target << " " << system << "|" << code;
    }
}

TEST_F(Shipped, NoCodeIsShippedThatIsNotExpected) {
    std::set<std::tuple<std::string, std::string, std::string>> expected; // kind or value set, system, code
    for (const auto &[target, system, code] : expected_rows()) {
        const auto [head, rest] = head_and_rest(target);
        expected.emplace(head.empty() ? rest : head, system, code);
    }
    for (const mappings::CodeSet &set : draft_->code_sets)
        for (const mappings::CodedEntry &coded : set.codes)
            EXPECT_TRUE(expected.contains({set.id, coded.system, coded.code}))
                << set.id << " " << coded.system << "|" << coded.code;
    for (const mappings::Node &ingredient : draft_->ingredient_nodes)
        for (const mappings::Node &coded : ingredient["codes"].elements())
            EXPECT_TRUE(expected.contains({"drug", coded["system"].text(), coded["code"].text()}))
                << coded["code"].text();
    for (const mappings::Node &group : draft_->drug_group_nodes)
        for (const mappings::Node &known : group["classes"].elements())
            EXPECT_TRUE(expected.contains({"class", known["system"].text(), known["prefix"].text()}))
                << known["prefix"].text();
    for (const mappings::Node &coded :
         draft_->source("variables.json")->root()["qualitative"]["codes"].elements())
        EXPECT_TRUE(expected.contains({"qualitative", coded["system"].text(), coded["code"].text()}))
            << coded["code"].text();
}

TEST_F(Shipped, EveryCheckDigitHolds) {
    int loinc = 0;
    int snomed = 0;
    for (const auto &[target, system, code] : expected_rows()) {
        if (system == "http://loinc.org") {
            EXPECT_TRUE(mappings::mod10_holds(code)) << code;
            ++loinc;
        } else if (system == "http://snomed.info/sct") {
            EXPECT_TRUE(mappings::verhoeff_holds(code)) << code;
            ++snomed;
        }
    }
    EXPECT_GT(loinc, 70);
    EXPECT_GT(snomed, 250);
}

TEST_F(Shipped, LoadingIsDeterministic) {
    const auto again = mappings::load_knowledge(shipped_files());
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->version, shipped().version);
    EXPECT_EQ((*again)->catalogue.lookup->labels, shipped().catalogue.lookup->labels);
    EXPECT_EQ((*again)->catalogue.lookup->meanings.size(), shipped().catalogue.lookup->meanings.size());
}

TEST_F(Shipped, MedicinesForRheumatologyHaveTheirFixedIds) {
    std::set<std::string> groups;
    for (const mappings::Named &group : shipped().catalogue.drug_groups)
        groups.insert(group.id);
    for (const char *id : {"cyclophosphamide", "b-cell-depleting", "biologic", "investigational",
                           "antifibrotic", "chlorambucil", "pah-intravenous-candidate", "background"})
        EXPECT_TRUE(groups.contains(id)) << id;
}

TEST_F(Shipped, DermatomyositisMatchesByPrefix) {
    const auto found = shipped().catalogue.lookup->find("http://hl7.org/fhir/sid/icd-10-cm", "M33.13");
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(shipped().catalogue.value_sets[found[0].index].id, "other-rheumatic-disease");
}

} // namespace
} // namespace trialcds::test
