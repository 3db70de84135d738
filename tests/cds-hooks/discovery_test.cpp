// Items 8 to 18 of the service checklist, held against the templates generated from the shipped catalogue.
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "cds_hooks/discovery.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> templates() {
    std::vector<std::string> all;
    for (const mappings::PrefetchKey &key : test::service().prefetch)
        all.push_back(prefetch_template(key));
    return all;
}

std::string query_of(const std::string &text) {
    const auto at = text.find('?');
    return at == std::string::npos ? "" : text.substr(at + 1);
}

std::vector<std::string> parameters(const std::string &text) {
    std::vector<std::string> names;
    const std::string query = query_of(text);
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t end = std::min(query.find('&', at), query.size());
        names.push_back(query.substr(at, query.find('=', at) - at));
        at = end + 1;
    }
    return names;
}

TEST(Protocol, Item09_DiscoveryIsAnObjectWithTheArray) {
    const auto document = test::document(discovery(*test::services()));
    ASSERT_TRUE(document->root()["services"].is_array());
    EXPECT_EQ(document->root()["services"].size(), 3U) << "one for each hook";
    EXPECT_EQ(document->root().size(), 1U);
}

TEST(Protocol, Item09_NoTrialsIsAnEmptyArrayAndNoError) {
    EXPECT_EQ(discovery(*all_trials(std::make_shared<mappings::Knowledge>())), R"({"services":[]})");
}

TEST(Protocol, Item10_EveryServiceHasItsFields) {
    const auto document = test::document(discovery(*test::services()));
    for (const json::Value service : document->root()["services"].elements()) {
        for (const char *field : {"hook", "id", "title", "description", "usageRequirements"})
            EXPECT_NE(service[field].text(), "") << field;
        EXPECT_NE(find_hook(service["hook"].text()), nullptr);
        EXPECT_EQ(service["version"].text(), "2.0.0");
        EXPECT_GE(service["prefetch"].size(), 2U);
    }
}

TEST(Protocol, Item11_IdsAreUrlSafeAndFound) {
    std::set<std::string> ids;
    for (const Service &service : test::services()->list) {
        EXPECT_TRUE(std::regex_match(service.id, std::regex("[a-z0-9-]+"))) << service.id;
        EXPECT_EQ(test::services()->find(service.id), &service);
        EXPECT_TRUE(ids.insert(service.id).second) << "item 12: one hook, one id";
    }
    EXPECT_TRUE(ids.count("trials-patient-view"));
    EXPECT_EQ(test::services()->find("Trials-patient-view"), nullptr);
    EXPECT_EQ(test::services()->find("nct06470048-patient-view"), nullptr) << "a trial is no service";
}

// Clients that key services by their URL would lose one of two that share an id.
TEST(Protocol, Item12_EveryServiceHasAnIdOfItsOwnThatNamesItsHook) {
    const auto document = test::document(discovery(*test::services()));
    std::set<std::string> ids;
    for (const json::Value service : document->root()["services"].elements()) {
        const std::string id(service["id"].text());
        EXPECT_TRUE(ids.insert(id).second) << id;
        EXPECT_TRUE(id.ends_with("-" + std::string(service["hook"].text()))) << id;
    }
    EXPECT_FALSE(ids.empty());
}

TEST(Protocol, Item13_TheOnlyTokenIsThePatientsId) {
    const std::regex token(R"(\{\{([^}]*)\}\})");
    for (const std::string &text : templates()) {
        std::set<std::string> tokens;
        for (std::sregex_iterator it(text.begin(), text.end(), token), end; it != end; ++it)
            tokens.insert((*it)[1]);
        EXPECT_EQ(tokens, std::set<std::string>{"context.patientId"}) << text;
    }
}

TEST(Protocol, Item14_OnlySearchesEveryClientMustSupport) {
    const std::set<std::string> allowed{"patient", "code", "_sort", "_count"};
    for (const std::string &text : templates()) {
        for (const std::string &name : parameters(text))
            EXPECT_TRUE(allowed.count(name)) << name << " in " << text;
        EXPECT_TRUE(std::regex_search(text, std::regex("^[A-Z][A-Za-z]+(/|\\?)"))) << text;
    }
}

TEST(Protocol, Item15_EachParameterOccursOnce) {
    for (const std::string &text : templates()) {
        const auto names = parameters(text);
        EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size()) << text;
    }
}

TEST(Protocol, Item16_SortIsR4AndNoQuestionMarkHidesInAValue) {
    for (const std::string &text : templates()) {
        EXPECT_THAT(text, Not(HasSubstr("sort:desc")));
        EXPECT_THAT(query_of(text), Not(HasSubstr("?")));
        EXPECT_THAT(text, Not(HasSubstr(" ")));
        if (text.starts_with("Observation?")) {
            EXPECT_THAT(text, HasSubstr("&_sort=-date&"));
        }
    }
}

TEST(Protocol, Item17_NothingDependsOnTheEncounter) {
    for (const std::string &text : templates())
        EXPECT_THAT(text, Not(HasSubstr("encounterId")));
}

TEST(Protocol, Item18_DiscoveryTellsNothingOfTheInside) {
    const std::string text = discovery(*test::services());
    for (const char *word : {TRIALCDS_SOURCE_DIR, "cpprest", "eligible", "null", "\"\"", "{}"})
        EXPECT_THAT(text, Not(HasSubstr(word)));
}

TEST(Discovery, ObservationKeysListTheirGroupsCodesAsTokens) {
    const mappings::PrefetchKey key{"labs",
                                    "Observation",
                                    "laboratory",
                                    false,
                                    {{"http://loinc.org", "4537-7"}, {"http://loinc.org", "1988-5"}}};
    EXPECT_EQ(prefetch_template(key), "Observation?patient={{context.patientId}}&code=http://loinc.org|4537-7,"
                                      "http://loinc.org|1988-5&_sort=-date&_count=200");
    EXPECT_EQ(prefetch_query({"patient", "Patient", "", true, {}}, "p-1"), "Patient/p-1");
}

TEST(Discovery, SeparatorsInsideACodeAreEscapedAsFhirAsks) {
    const mappings::PrefetchKey key{"x", "Observation", "x", false, {{"urn:x", "a,b|c$d\\e"}}};
    EXPECT_THAT(prefetch_template(key), HasSubstr(R"(code=urn:x|a\,b\|c\$d\\e&)"));
}

TEST(Discovery, ATemplateStaysWithinWhatUrlsCarry) {
    for (const std::string &text : templates())
        EXPECT_LT(text.size(), 4096U) << "longer ones are cut by proxies: split the group\n" << text;
}

TEST(Discovery, EveryObservationKeyOfTheCatalogueHasCodes) {
    for (const mappings::PrefetchKey &key : test::service().prefetch)
        if (key.resource_type == "Observation") {
            EXPECT_THAT(key.codes, Not(IsEmpty())) << key.key;
        }
}

} // namespace
} // namespace trialcds::cds_hooks
