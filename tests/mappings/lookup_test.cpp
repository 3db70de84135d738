// What a code, a unit and a drug class mean, found in the small knowledge.
#include "knowledge/lookup.h"

#include <gmock/gmock.h>

#include "knowledge/code_table.h"
#include "load_support.h"

namespace trialcds::test {
namespace {

using mappings::Lookup;
using mappings::Meaning;
using mappings::Role;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LookupTest : public testing::Test {
  protected:
    void SetUp() override {
        auto loaded = mappings::load_knowledge(SmallKnowledge().files());
        ASSERT_TRUE(loaded) << loaded.error()[0].location << ": " << loaded.error()[0].public_text;
        knowledge_ = *loaded;
    }
    [[nodiscard]] const mappings::Catalogue &catalogue() const { return knowledge_->catalogue; }
    [[nodiscard]] const Lookup &lookup() const { return *catalogue().lookup; }
    [[nodiscard]] std::vector<std::string> findings(std::string_view system, std::string_view code) const {
        std::vector<std::string> out;
        for (const Meaning &meaning : lookup().find(system, code))
            if (meaning.role == Role::value_set) out.push_back(catalogue().value_sets[meaning.index].id);
        return out;
    }
    [[nodiscard]] eligibility::VariableIndex variable(std::string_view id) const {
        for (std::size_t i = 0; i < catalogue().variables.size(); ++i)
            if (catalogue().variables[i].id == id)
                return eligibility::VariableIndex{static_cast<std::uint16_t>(i)};
        throw std::logic_error("no variable");
    }
    std::shared_ptr<const mappings::Knowledge> knowledge_;
};

TEST_F(LookupTest, ACodeMeansItsVariable) {
    const auto found = lookup().find(kLoinc, "4537-7");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].role, Role::variable);
    EXPECT_EQ(catalogue().variables[found[0].index].id, "esr");
    EXPECT_EQ(found[0].grade, eligibility::Grade::decides);
    EXPECT_EQ(lookup().labels[found[0].label], "code 4537-7");
}

TEST_F(LookupTest, AnUnknownCodeMeansNothing) {
    EXPECT_THAT(lookup().find(kLoinc, "2345-7"), IsEmpty());
    EXPECT_THAT(lookup().find(kLoinc, ""), IsEmpty());
    EXPECT_THAT(lookup().find("http://example.org", "4537-7"), IsEmpty());
    EXPECT_THAT(lookup().find("", "4537-7"), IsEmpty());
}

TEST_F(LookupTest, TheSameCodeInAnotherSystemIsAnotherCode) {
    EXPECT_THAT(lookup().find(kSnomed, "4537-7"), IsEmpty());
    EXPECT_THAT(lookup().find(kLoinc, "89155008"), IsEmpty());
}

TEST_F(LookupTest, AnAliasStandsForItsSystem) {
    EXPECT_THAT(lookup().find("urn:oid:2.16.840.1.113883.6.1", "4537-7"), SizeIs(1));
}

TEST_F(LookupTest, RolesOfAVolumeItsPredictionAndItsShare) {
    EXPECT_EQ(lookup().find(kLoinc, "19868-9")[0].role, Role::volume);
    EXPECT_THAT(lookup().find(kLoinc, "19868-9"), SizeIs(1)); // percent_under and ratio_of say the same
    EXPECT_EQ(lookup().find(kLoinc, "19869-7")[0].role, Role::predicted);
    EXPECT_EQ(lookup().find(kConcept, "fvc-percent-post")[0].role, Role::variable_post);
    EXPECT_EQ(lookup().find(kLoinc, "18184-2")[0].role, Role::not_variable);
}

TEST_F(LookupTest, OurOwnIdsAreCodes) {
    EXPECT_EQ(lookup().find(kConcept, "esr")[0].role, Role::variable);
    EXPECT_EQ(lookup().find(kConcept, "ssc")[0].role, Role::value_set);
    EXPECT_EQ(lookup().find(kConcept, "rituximab")[0].role, Role::ingredient);
}

TEST_F(LookupTest, IcdCodesMatchByPrefixWithOrWithoutDot) {
    EXPECT_THAT(findings(kIcd, "M33"), testing::ElementsAre("arthralgia"));
    EXPECT_THAT(findings(kIcd, "M33.13"), testing::ElementsAre("arthralgia"));
    EXPECT_THAT(findings(kIcd, "M3313"), testing::ElementsAre("arthralgia"));
    EXPECT_THAT(findings(kIcd, "m33.1"), testing::ElementsAre("arthralgia"));
    EXPECT_THAT(findings(kIcd, "I73.00"), testing::ElementsAre("arthralgia"));
    EXPECT_THAT(findings(kIcd, "M34.10"), testing::ElementsAre("arthralgia"));
}

TEST_F(LookupTest, APrefixIsNeverShorterThanACategory) {
    EXPECT_THAT(findings(kIcd, "M3"), IsEmpty());
    EXPECT_THAT(findings(kIcd, "M35.0"), IsEmpty());
    EXPECT_THAT(findings(kIcd, "I73"), IsEmpty());
    EXPECT_THAT(findings(kIcd, "I73.1"), IsEmpty());
}

TEST_F(LookupTest, TheLongestPrefixGivesTheGrade) {
    ASSERT_THAT(lookup().find(kIcd, "M34.9"), SizeIs(1));
    EXPECT_EQ(lookup().find(kIcd, "M34.9")[0].grade, eligibility::Grade::decides);
    EXPECT_EQ(lookup().find(kIcd, "M34.1")[0].grade, eligibility::Grade::confirm);
    EXPECT_THAT(lookup().find(kIcd, "M34.1"), SizeIs(1));
}

TEST_F(LookupTest, ALongerCodeAlsoMeansWhatItsPrefixMeans) {
    SmallKnowledge small;
    small.codes("arthralgia", kIcd, {{"M34", ""}}).codes("transplant", kIcd, {{"M34.81", ""}});
    knowledge_ = *mappings::load_knowledge(small.files());
    EXPECT_THAT(findings(kIcd, "M34.81"), testing::UnorderedElementsAre("arthralgia", "transplant"));
    EXPECT_THAT(findings(kIcd, "M34.9"), testing::ElementsAre("arthralgia"));
}

TEST_F(LookupTest, TextFarTooLongForAnIcdCodeMeansNothing) {
    EXPECT_THAT(findings(kIcd, "M33.13 dermatomyositis, as coded by the clinic"), IsEmpty());
}

TEST_F(LookupTest, ExactSystemsAreCaseSensitiveAndKnowNoPrefix) {
    EXPECT_THAT(lookup().find(kSnomed, "8915500"), IsEmpty());
    EXPECT_THAT(lookup().find(kSnomed, "891550081"), IsEmpty());
    EXPECT_THAT(lookup().find(kAtc, "l01fa01"), IsEmpty());
}

TEST_F(LookupTest, AnswersHaveAQualitativeMeaning) {
    EXPECT_EQ(lookup().qualitative(kSnomed, "10828004"), eligibility::Qualitative::positive);
    EXPECT_EQ(lookup().qualitative(kSnomed, "89155008"), std::nullopt);
    EXPECT_EQ(lookup().qualitative(kSnomed, "1"), std::nullopt);
    EXPECT_THAT(lookup().find(kSnomed, "10828004"), IsEmpty());
}

TEST_F(LookupTest, EveryGroupHasItsOwnClassOfADrug) {
    const eligibility::DrugGroupIndex depleting{0};
    const eligibility::DrugGroupIndex biologic{1};
    ASSERT_EQ(catalogue().drug_groups[1].id, "biologic");
    ASSERT_NE(lookup().drug_class(kAtc, "L01FA03", depleting), nullptr);
    const mappings::DrugClass *other = lookup().drug_class(kAtc, "L01FA03", biologic);
    ASSERT_NE(other, nullptr) << "whatever longer prefix another group has";
    EXPECT_EQ(other->label, "antineoplastic");
    EXPECT_EQ(other->membership.grade, eligibility::Grade::confirm);
    EXPECT_EQ(lookup().drug_class(kAtc, "L04AC07", depleting), nullptr);
    EXPECT_EQ(lookup().drug_class(kAtc, "A10AB01", biologic), nullptr);
    EXPECT_EQ(lookup().drug_class(kSnomed, "L01FA03", depleting), nullptr);
    EXPECT_EQ(lookup().drug_class("http://example.org", "L01FA03", depleting), nullptr);
}

TEST_F(LookupTest, UnitsConvertExactlyIntoTheVariablesOwn) {
    const auto crp = variable("crp");
    EXPECT_EQ(lookup().factor("mg/L", crp), base::Decimal(1));
    EXPECT_EQ(lookup().factor("mg/l", crp), base::Decimal(1));
    EXPECT_EQ(lookup().factor("mg/dL", crp), base::Decimal(10));
    EXPECT_EQ(lookup().factor("mm/h", crp), std::nullopt);
    EXPECT_EQ(lookup().factor("furlong", crp), std::nullopt);
    EXPECT_EQ(lookup().factor("", crp), std::nullopt);
}

TEST_F(LookupTest, TheWayBackExistsWhereItIsExact) {
    const auto number = [&](const char *unit) { return lookup().units.find(unit)->second; };
    EXPECT_EQ(lookup().conversions.at({number("mg/L"), number("mg/dL")}), base::Decimal::parse("0.1"));
    EXPECT_TRUE(lookup().conversions.contains({number("DLCO-SI"), number("DLCO")}));
    EXPECT_FALSE(lookup().conversions.contains({number("DLCO"), number("DLCO-SI")})); // 1 / 2.987 has no end
}

TEST_F(LookupTest, AVariableWithoutUnitConvertsNothing) {
    EXPECT_EQ(lookup().factor("mg/L", variable("ata")), std::nullopt);
}

TEST_F(LookupTest, PhrasesAreLowerCaseAndOneBlankApart) {
    std::vector<std::string> phrases;
    for (const mappings::Phrase &phrase : lookup().phrases) {
        phrases.push_back(phrase.words);
        EXPECT_EQ(phrase.meaning.grade, eligibility::Grade::confirm);
    }
    EXPECT_THAT(phrases, testing::UnorderedElementsAre("skin score", "total lymphoid irradiation"));
}

TEST(CodeTable, GrowsWithoutLosingACode) {
    mappings::CodeTable table;
    ASSERT_TRUE(table.add_system("urn:a", false));
    ASSERT_TRUE(table.add_system("urn:b", false));
    for (int i = 0; i < 5000; ++i) {
        const std::string code = std::to_string(i * 7919);
        const auto entry = table.add(0, code);
        EXPECT_EQ(entry, static_cast<mappings::CodeTable::Entry>(i));
        EXPECT_EQ(table.add(0, code), entry);
    }
    EXPECT_EQ(table.size(), 5000U);
    for (int i = 0; i < 5000; ++i) {
        const std::string code = std::to_string(i * 7919);
        EXPECT_EQ(table.find(0, code), static_cast<mappings::CodeTable::Entry>(i));
        EXPECT_EQ(table.find(1, code), mappings::CodeTable::kNoEntry);
        EXPECT_EQ(table.find(0, code + "x"), mappings::CodeTable::kNoEntry);
    }
}

TEST(CodeTable, RefusesWhatIsNoCode) {
    mappings::CodeTable table;
    ASSERT_TRUE(table.add_system("urn:exact", false));
    ASSERT_TRUE(table.add_system("urn:prefix", true));
    EXPECT_EQ(table.add(0, ""), mappings::CodeTable::kNoEntry);
    EXPECT_NE(table.add(0, std::string(255, 'x')), mappings::CodeTable::kNoEntry);
    EXPECT_EQ(table.add(0, std::string(256, 'x')), mappings::CodeTable::kNoEntry);
    EXPECT_NE(table.add(1, std::string(32, 'x')), mappings::CodeTable::kNoEntry);
    EXPECT_EQ(table.add(1, std::string(33, 'x')), mappings::CodeTable::kNoEntry);
    EXPECT_EQ(table.add(1, "..."), mappings::CodeTable::kNoEntry);
    EXPECT_EQ(table.size(), 2U);
}

TEST(CodeTable, KnowsManySystemsWhoseEndsAreAlike) {
    mappings::CodeTable table;
    for (int i = 0; i < 100; ++i) {
        const std::string number = std::to_string(i);
        EXPECT_TRUE(table.add_system("urn:site" + number + "/laboratory", i % 2 == 0));
        EXPECT_FALSE(table.add_system("urn:site" + number + "/laboratory", false));
        EXPECT_TRUE(table.add_alias("alias" + number, static_cast<mappings::CodeTable::System>(i)));
        EXPECT_FALSE(table.add_alias("alias" + number, 0));
    }
    EXPECT_EQ(table.system("urn:site42/laboratory"), 42);
    EXPECT_EQ(table.system("alias42"), 42);
    EXPECT_EQ(table.uri(table.system("alias43")), "urn:site43/laboratory");
    EXPECT_TRUE(table.is_prefix(42));
    EXPECT_EQ(table.system("urn:site100/laboratory"), mappings::CodeTable::kNoSystem);
    EXPECT_EQ(table.system("x"), mappings::CodeTable::kNoSystem);
}

} // namespace
} // namespace trialcds::test
