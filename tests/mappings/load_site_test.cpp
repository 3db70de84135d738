// What a site adds: its ConceptMap of local codes and its list of products.
#include <gmock/gmock.h>

#include "knowledge/lookup.h"
#include "load_support.h"

namespace trialcds::test {
namespace {

using mappings::Role;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char *kSite = "https://hospital.example.org/lab";
constexpr const char *kMapFile = "conceptmaps/site.json";

std::string concept_map(const std::string &target_system, const std::string &target) {
    return R"({"resourceType": "ConceptMap", "id": "site", "status": "active", "group": [{"source": ")" +
           std::string(kSite) + R"(", "target": ")" + target_system +
           R"(", "element": [{"code": "L-17", "display": "local ESR", "target": [)" + target + "]}]}]}";
}

std::vector<base::Error> errors_of(const SmallKnowledge &small) {
    const auto loaded = mappings::load_knowledge(small.files());
    return loaded ? std::vector<base::Error>() : loaded.error();
}

struct Equivalence {
    const char *word;
    const char *member;
    int meanings;
    eligibility::Grade grade;
};

class ConceptMapEquivalence : public testing::TestWithParam<Equivalence> {};

TEST_P(ConceptMapEquivalence, SaysHowMuchTheLocalCodeBears) {
    const Equivalence &row = GetParam();
    const auto knowledge = load(SmallKnowledge().with(
        kMapFile, concept_map(kConcept, R"({"code": "esr", ")" + std::string(row.member) + R"(": ")" +
                                            row.word + R"(", "comment": "local method"})")));
    ASSERT_NE(knowledge, nullptr);
    const auto found = knowledge->catalogue.lookup->find(kSite, "L-17");
    ASSERT_THAT(found, SizeIs(static_cast<std::size_t>(row.meanings)));
    if (row.meanings == 0) return;
    EXPECT_EQ(found[0].role, Role::variable);
    EXPECT_EQ(knowledge->catalogue.variables[found[0].index].id, "esr");
    EXPECT_EQ(found[0].grade, row.grade);
    EXPECT_EQ(knowledge->catalogue.lookup->labels[found[0].label], "local ESR");
}

INSTANTIATE_TEST_SUITE_P(
    R4AndR5, ConceptMapEquivalence,
    testing::Values(
        Equivalence{"equal", "equivalence", 1, eligibility::Grade::decides},
        Equivalence{"equivalent", "equivalence", 1, eligibility::Grade::decides},
        Equivalence{"wider", "equivalence", 1, eligibility::Grade::decides},
        Equivalence{"inexact", "equivalence", 1, eligibility::Grade::confirm},
        Equivalence{"narrower", "equivalence", 1, eligibility::Grade::confirm},
        Equivalence{"unmatched", "equivalence", 0, eligibility::Grade::decides},
        Equivalence{"disjoint", "equivalence", 0, eligibility::Grade::decides},
        Equivalence{"equivalent", "relationship", 1, eligibility::Grade::decides},
        Equivalence{"source-is-narrower-than-target", "relationship", 1, eligibility::Grade::decides},
        Equivalence{"source-is-broader-than-target", "relationship", 1, eligibility::Grade::confirm},
        Equivalence{"related-to", "relationship", 1, eligibility::Grade::confirm},
        Equivalence{"not-related-to", "relationship", 0, eligibility::Grade::decides}));

TEST(ConceptMap, AnInexactMappingNeedsItsComment) {
    SmallKnowledge small;
    small.with(kMapFile, concept_map(kConcept, R"({"code": "esr", "equivalence": "inexact"})"));
    EXPECT_THAT(errors_of(small), Contains(AllOf(Field(&base::Error::location,
                                                       "conceptmaps/site.json#/group/0/element/0/target/0"),
                                                 Field(&base::Error::public_text, HasSubstr("comment")))));
}

TEST(ConceptMap, AnUnknownEquivalenceIsRefused) {
    SmallKnowledge small;
    small.with(kMapFile, concept_map(kConcept, R"({"code": "esr", "equivalence": "subsumes"})"));
    EXPECT_THAT(errors_of(small),
                Contains(Field(&base::Error::location,
                               "conceptmaps/site.json#/group/0/element/0/target/0/equivalence")));
}

TEST(ConceptMap, ATargetNobodyKnowsIsRefused) {
    SmallKnowledge small;
    small.with(kMapFile, concept_map(kConcept, R"({"code": "bsr", "equivalence": "equal"})"));
    EXPECT_THAT(
        errors_of(small),
        Contains(AllOf(Field(&base::Error::location, "conceptmaps/site.json#/group/0/element/0/target/0/code"),
                       Field(&base::Error::public_text, HasSubstr("\"bsr\"")))));
}

TEST(ConceptMap, AFileOfAnotherTypeIsRefused) {
    SmallKnowledge small;
    small.with(kMapFile, R"({"resourceType": "ValueSet"})");
    EXPECT_THAT(errors_of(small),
                Contains(Field(&base::Error::location, "conceptmaps/site.json#/resourceType")));
}

TEST(ConceptMap, MayLeadToAStandardCodeAndTakesItsGrade) {
    const auto knowledge = load(SmallKnowledge().with(
        kMapFile, concept_map(kSnomed, R"({"code": "128459005", "equivalence": "equal"})")));
    ASSERT_NE(knowledge, nullptr);
    const auto found = knowledge->catalogue.lookup->find(kSite, "L-17");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].role, Role::value_set);
    EXPECT_EQ(found[0].grade, eligibility::Grade::confirm); // a retired code stays a retired code
}

TEST(ConceptMap, MayLeadToAnAnswer) {
    const auto exact = load(SmallKnowledge().with(
        kMapFile, concept_map(kSnomed, R"({"code": "10828004", "equivalence": "equal"})")));
    EXPECT_EQ(exact->catalogue.lookup->qualitative(kSite, "L-17"), eligibility::Qualitative::positive);
    const auto inexact = load(SmallKnowledge().with(
        kMapFile,
        concept_map(kSnomed,
                    R"({"code": "10828004", "equivalence": "inexact", "comment": "weak bands too"})")));
    EXPECT_EQ(inexact->catalogue.lookup->qualitative(kSite, "L-17"), std::nullopt);
}

TEST(ConceptMap, MayLeadToAnIngredient) {
    const auto knowledge = load(SmallKnowledge().with(
        kMapFile, concept_map(kConcept, R"({"code": "rituximab", "equivalence": "equal"})")));
    EXPECT_EQ(knowledge->catalogue.lookup->find(kSite, "L-17")[0].role, Role::ingredient);
}

TEST(ConceptMap, LocalObservationCodesAreFetchedToo) {
    const auto knowledge = load(
        SmallKnowledge().with(kMapFile, concept_map(kConcept, R"({"code": "esr", "equivalence": "equal"})")));
    std::vector<std::string> fetched;
    for (const mappings::PrefetchKey &key : knowledge->catalogue.prefetch)
        for (const mappings::SystemAndCode &code : key.codes)
            if (key.group == "labs") fetched.push_back(code.system + "|" + code.code);
    EXPECT_THAT(fetched, Contains(std::string(kSite) + "|L-17"));
}

TEST(ConceptMap, R5ScopesAreAccepted) {
    SmallKnowledge small;
    small.with(
        kMapFile,
        R"({"resourceType": "ConceptMap", "sourceScopeUri": "urn:a", "targetScopeUri": "urn:b", "group": []})");
    EXPECT_THAT(errors_of(small), IsEmpty());
}

std::string ingredient_of(const mappings::Knowledge &knowledge, const char *product) {
    const auto found = knowledge.catalogue.lookup->find(kRxNorm, product);
    return found.empty() ? "" : knowledge.catalogue.ingredients[found[0].index].id;
}

TEST(SiteProducts, AreReadByIdAndByRxCui) {
    const auto knowledge =
        load(SmallKnowledge().with("drugs/site.csv", "rxcui,ingredient\n1111111,rituximab\n2222222,1092437\n"));
    ASSERT_NE(knowledge, nullptr);
    EXPECT_EQ(ingredient_of(*knowledge, "1111111"), "rituximab");
    EXPECT_EQ(ingredient_of(*knowledge, "2222222"), "belimumab");
    EXPECT_EQ(ingredient_of(*knowledge, "3333333"), "");
}

TEST(SiteProducts, WindowsLineEndsAndBlankLinesAreFine) {
    const auto knowledge = load(SmallKnowledge().with(
        "drugs/site.csv", "rxcui,ingredient\r\n1111111,rituximab\r\n\r\n2222222,belimumab"));
    ASSERT_NE(knowledge, nullptr);
    EXPECT_EQ(ingredient_of(*knowledge, "1111111"), "rituximab");
    EXPECT_EQ(ingredient_of(*knowledge, "2222222"), "belimumab");
}

struct BadLine {
    const char *name;
    const char *text;
    const char *location;
    const char *says;

    friend void PrintTo(const BadLine &line, std::ostream *out) { *out << line.name; }
};
class SiteProductsBadLine : public testing::TestWithParam<BadLine> {};

TEST_P(SiteProductsBadLine, IsNamedWithFileAndLine) {
    SmallKnowledge small;
    small.with("drugs/site.csv", GetParam().text);
    EXPECT_THAT(errors_of(small),
                Contains(AllOf(Field(&base::Error::location, GetParam().location),
                               Field(&base::Error::public_text, HasSubstr(GetParam().says)))));
}

INSTANTIATE_TEST_SUITE_P(
    Csv, SiteProductsBadLine,
    testing::Values(
        BadLine{"NoHeader", "1111111,rituximab\n", "drugs/site.csv:1", "first line"},
        BadLine{"Empty", "", "drugs/site.csv:1", "first line"},
        BadLine{"HeaderSwapped", "ingredient,rxcui\n", "drugs/site.csv:1", "first line"},
        BadLine{"NoComma", "rxcui,ingredient\n1111111\n", "drugs/site.csv:2", "a comma and an ingredient"},
        BadLine{"ThreeColumns", "rxcui,ingredient\n1111111,rituximab,x\n", "drugs/site.csv:2",
                "a comma and an ingredient"},
        BadLine{"NoNumber", "rxcui,ingredient\n\nMabThera,rituximab\n", "drugs/site.csv:3",
                "a comma and an ingredient"},
        BadLine{"NumberTooLong", "rxcui,ingredient\n1234567890123,rituximab\n", "drugs/site.csv:2",
                "a comma and an ingredient"},
        BadLine{"NoProduct", "rxcui,ingredient\n,rituximab\n", "drugs/site.csv:2", "a comma and an ingredient"},
        BadLine{"UnknownIngredient", "rxcui,ingredient\n1111111,rituximap\n", "drugs/site.csv:2",
                "\"rituximap\""},
        BadLine{"UnknownRxCui", "rxcui,ingredient\n1111111,999\n", "drugs/site.csv:2",
                "neither the id nor the RxCUI"}),
    [](const auto &row) { return row.param.name; });

TEST(SiteProducts, NeedAProductSystem) {
    SmallKnowledge small;
    small.change("drugs/ingredients.json", R"("kind": "product")", R"("kind": "ingredient")");
    small.with("drugs/site.csv", "rxcui,ingredient\n1111111,rituximab\n");
    EXPECT_THAT(errors_of(small),
                Contains(Field(&base::Error::public_text, HasSubstr("no code of kind \"product\""))));
}

} // namespace
} // namespace trialcds::test
