// The thirteen source attributes: true of the loaded rules, the same as JSON and as a page, in every language.
#include <algorithm>
#include <regex>

#include <gmock/gmock.h>

#include "base/html_template.h"
#include "cds_hooks/client_call.h"
#include "cds_hooks/source_attributes.h"
#include "support.h"
#include "wording/languages.h"

namespace trialcds::cds_hooks {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> texts_of(json::Value array) {
    std::vector<std::string> texts;
    for (const json::Value value : array.elements())
        texts.emplace_back(value.text());
    return texts;
}

json::Value attribute(json::Value document, std::string_view id) {
    for (const json::Value each : document["attributes"].elements())
        if (each["id"].text() == id) return each;
    return {};
}

HttpResponse get(const std::string &target, const std::string &accept = "", const std::string &method = "GET") {
    const ServicesHolder services(test::services());
    AllowAll everybody;
    const HttpApi api(
        services, everybody,
        [](const Request &, const ClientIdentity &) { return std::make_unique<fhir::NoFhirReader>(); },
        {.cards = bundled_card_settings(), .allowed_origins = {"https://ehr.example"}});
    std::vector<Header> headers{{"Origin", "https://ehr.example"}};
    if (!accept.empty()) headers.push_back({"Accept", accept});
    return api.handle({method, target, std::move(headers), base::Sensitive<std::string>("")},
                      {.as_of = test::kAsOf, .correlation_id = "ref-1", .uuid = [] { return test::kUuid; }});
}

std::shared_ptr<const json::Document> told() {
    return test::document(get("/source-attributes").body);
}

TEST(SourceAttributes, AreTheThirteenOfTheRegulationInItsOrder) {
    std::vector<std::string> ids;
    const auto document = told();
    for (const json::Value each : document->root()["attributes"].elements())
        ids.emplace_back(each["id"].text());
    EXPECT_THAT(ids, ElementsAre("bibliographic-citation", "developer", "funding-source",
                                 "release-and-revision-dates", "race", "ethnicity", "language",
                                 "sexual-orientation", "gender-identity", "sex", "date-of-birth",
                                 "social-determinants-of-health", "health-status-assessments"));
}

TEST(SourceAttributes, OfPersonalDataDateOfBirthAndSexAreUsedByTheCriteriaThatReadThem) {
    const auto document = told();
    for (const char *unused : {"race", "ethnicity", "language", "sexual-orientation", "gender-identity",
                               "social-determinants-of-health"}) {
        const json::Value each = attribute(document->root(), unused);
        EXPECT_TRUE(each["used"].is_bool() && !each["used"].is_true()) << unused;
        EXPECT_EQ(each["trials"].size(), 0U) << unused;
    }
    const json::Value birth = attribute(document->root(), "date-of-birth");
    EXPECT_TRUE(birth["used"].is_true());
    EXPECT_EQ(birth["trials"].at(0)["id"].text(), "NCT06470048");
    EXPECT_THAT(texts_of(birth["trials"].at(0)["criteria"]), AllOf(Contains("I1"), Not(Contains("I4"))));
    const json::Value sex = attribute(document->root(), "sex");
    EXPECT_TRUE(sex["used"].is_true());
    EXPECT_THAT(texts_of(sex["trials"].at(0)["criteria"]), ElementsAre("E12"));
}

TEST(SourceAttributes, NameEverythingThatTheCriteriaReadOfTheRecord) {
    const auto document = told();
    const json::Value status = attribute(document->root(), "health-status-assessments");
    EXPECT_TRUE(status["used"].is_true());
    const json::Value trial = status["trials"].at(0);
    const mappings::Catalogue &catalogue = test::shipped()->catalogue;
    EXPECT_EQ(trial["values"].size(), catalogue.variables.size()) << "the shipped trial reads them all";
    EXPECT_EQ(trial["findings"].size(), catalogue.value_sets.size());
    EXPECT_THAT(texts_of(trial["values"]), Contains(HasSubstr("WHO")));
    EXPECT_THAT(texts_of(trial["findings"]), Contains(HasSubstr("regnan")));
    EXPECT_GT(trial["drugs"].size(), 3U);
}

// A trial that asks for the age alone.
TEST(SourceAttributes, ATrialThatReadsNothingElseSaysSo) {
    std::vector<mappings::File> files;
    for (mappings::File &file : test::shipped_files())
        if (!file.path.starts_with("trials/")) files.push_back(std::move(file));
    const std::string age = R"({"age": {"at_least": 18}})";
    files.push_back(
        {"trials/NCT00000001/trial.json",
         R"({"id": "NCT00000001", "version": "1", "title": "t", "short_title": "t", "registry": {"url": "https://r",
            "date": "2026-01-01", "source": "s"}, "recruitment": {"status": "recruiting", "as_of": "2026-01-01"},
            "valid_until": "2027-01-01", "approved_by": ["Dr A"], "screening_period": "P42D", "freshness": [],
            "about": )" +
             age + R"(, "criteria": [{"id": "I1", "kind": "inclusion", "text": "t", "rule": )" + age + "}]}"});
    const auto knowledge = mappings::load_knowledge(files);
    ASSERT_TRUE(knowledge.has_value()) << knowledge.error().front().public_text;
    const auto document = test::document(source_attributes(*all_trials(*knowledge), wording::english()));
    EXPECT_TRUE(attribute(document->root(), "date-of-birth")["used"].is_true());
    for (const char *unused : {"sex", "health-status-assessments"})
        EXPECT_FALSE(attribute(document->root(), unused)["used"].is_true()) << unused;
    const json::Value developer = attribute(document->root(), "developer");
    EXPECT_THAT(texts_of(developer["trials"].at(0)["approved_by"]), ElementsAre("Dr A"));
    const json::Value cited = attribute(document->root(), "bibliographic-citation")["trials"].at(0);
    EXPECT_EQ(cited["registry_source"].text(), "s");
    EXPECT_EQ(cited["definitions"].size(), 0U) << "it uses none of the shared ones";
}

TEST(SourceAttributes, CiteTheRegistryRecordAndThePapersBehindTheDefinitionsInUse) {
    const auto document = told();
    const json::Value trial = attribute(document->root(), "bibliographic-citation")["trials"].at(0);
    EXPECT_EQ(trial["registry"].text(), "https://clinicaltrials.gov/study/NCT06470048");
    EXPECT_EQ(trial["registry_date"].text(), "2025-11-01");
    EXPECT_THAT(std::string(trial["definitions"]["acr-eular-2013-score"].text()),
                HasSubstr("Arthritis Rheum 2013;65:2737-2747"));
    EXPECT_THAT(std::string(trial["definitions"]["eustar-2017"].text()), HasSubstr("Ann Rheum Dis 2017"));
}

// Whoever dates a version changes the text with it.
TEST(SourceAttributes, TheReleaseDateIsUnknownWhileTheChangelogGivesNone) {
    const std::string changes = test::read_text(std::string(TRIALCDS_SOURCE_DIR) + "/CHANGELOG.md");
    const bool dated = std::regex_search(changes, std::regex("\n## [^\n]*[0-9]{4}-[0-9]{2}-[0-9]{2}"));
    const auto document = told();
    const std::string dates(attribute(document->root(), "release-and-revision-dates")["text"].text());
    EXPECT_EQ(dates.starts_with("Unknown for the program"), !dated) << dates;
    const json::Value trial = attribute(document->root(), "release-and-revision-dates")["trials"].at(0);
    EXPECT_EQ(trial["registry_date"].text(), "2025-11-01");
    EXPECT_EQ(trial["version"].text(), "1.0.0");
}

TEST(SourceAttributes, WhoPaidIsUnknownAndWhoSignedIsNobody) {
    const auto document = told();
    EXPECT_THAT(std::string(attribute(document->root(), "funding-source")["text"].text()),
                StartsWith("Unknown"));
    const json::Value signed_by = attribute(document->root(), "developer")["trials"].at(0)["approved_by"];
    EXPECT_TRUE(signed_by.is_array() && signed_by.size() == 0);
}

TEST(SourceAttributes, EveryTextIsInEveryLanguage) {
    const std::string data =
        test::read_text(std::string(TRIALCDS_SOURCE_DIR) + "/cds-hooks/data/source-attributes.json");
    const auto texts = json::Document::parse(data, {.comments = true});
    ASSERT_TRUE(texts.has_value());
    std::size_t seen = 0;
    const std::function<void(json::Value)> look = [&](json::Value value) {
        if (value["en"].present()) {
            ++seen;
            for (const wording::Language &language : wording::languages())
                EXPECT_NE(value[language.code()].text(), "") << value["en"].text();
            return;
        }
        for (const auto &[key, member] : value.members())
            look(member);
        for (const json::Value element : value.elements())
            look(element);
    };
    look(texts->root());
    EXPECT_GT(seen, 40U) << "the texts were read";
}

TEST(SourceAttributes, AreAPageForABrowserAndJsonForEverybodyElse) {
    const auto type = [](const std::string &accept) {
        const HttpResponse response = get("/source-attributes", accept);
        EXPECT_EQ(response.status, 200) << accept;
        return std::string(find_header(response.headers, "Content-Type"));
    };
    for (const char *accept : {"", "*/*", "application/json", "application/json, text/html;q=0.9",
                               "text/html;q=0.8, application/json", "text/html;q=0", "text/plain", ",;="})
        EXPECT_EQ(type(accept), "application/json; charset=utf-8") << accept;
    for (const char *accept : {"text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                               "application/json;q=0.5, Text/HTML", "text/html;q=0.1"})
        EXPECT_EQ(type(accept), "text/html; charset=utf-8") << accept;
}

TEST(SourceAttributes, ThePageRunsNothingAndLoadsNothing) {
    const HttpResponse page = get("/source-attributes", "text/html");
    const std::string policy(find_header(page.headers, "Content-Security-Policy"));
    EXPECT_THAT(policy, AllOf(StartsWith("default-src 'none'; style-src 'sha256-"), Not(HasSubstr("unsafe")),
                              HasSubstr("frame-ancestors 'none'"), HasSubstr("form-action 'none'")));
    for (const char *absent :
         {"<script", "<img", "<link", "<iframe", " style=", "javascript:", "{{", "}}", "@STYLE"})
        EXPECT_THAT(page.body, Not(HasSubstr(absent))) << absent;
    EXPECT_EQ(find_header(page.headers, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(find_header(page.headers, "Referrer-Policy"), "no-referrer");
}

TEST(SourceAttributes, ThePageSaysWhatTheJsonSays) {
    for (const wording::Language &language : wording::languages()) {
        const std::string query = "?language=" + language.code();
        const HttpResponse page = get("/source-attributes" + query, "text/html");
        const auto document = test::document(get("/source-attributes" + query).body);
        EXPECT_EQ(document->root()["language"].text(), language.code());
        EXPECT_EQ(find_header(page.headers, "Content-Language"), language.code());
        EXPECT_THAT(page.body, HasSubstr("<html lang=\"" + language.code() + "\">"));
        for (const json::Value each : document->root()["attributes"].elements()) {
            EXPECT_THAT(page.body, HasSubstr("<h2>" + base::html_escaped(each["name"].text()) + "</h2>"));
            EXPECT_THAT(page.body, HasSubstr(base::html_escaped(each["text"].text())));
        }
        for (const std::string &label :
             texts_of(attribute(document->root(), "health-status-assessments")["trials"].at(0)["drugs"]))
            EXPECT_THAT(page.body, HasSubstr("<span>" + base::html_escaped(label) + "</span>"));
    }
    EXPECT_EQ(find_header(get("/source-attributes?x=1&language=de").headers, "Content-Language"), "de");
    EXPECT_EQ(find_header(get("/source-attributes?language=xx").headers, "Content-Language"), "en");
}

TEST(SourceAttributes, AreForReadingFromAnyAllowedOrigin) {
    const HttpResponse preflight = get("/source-attributes", "", "OPTIONS");
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(find_header(preflight.headers, "Access-Control-Allow-Origin"), "https://ehr.example");
    const HttpResponse refused = get("/source-attributes", "", "POST");
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(find_header(refused.headers, "Allow"), "GET, HEAD, OPTIONS");
    const HttpResponse head = get("/source-attributes", "", "HEAD");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(find_header(get("/source-attributes/").headers, "Access-Control-Allow-Origin"),
              "https://ehr.example");
}

// --- what is said not to be used changes nothing ---

std::string cards_of(const std::string &bundle,
                     const ApiSettings &settings = {.cards = bundled_card_settings()}) {
    const ServicesHolder services(test::services());
    AllowAll everybody;
    const HttpApi api(
        services, everybody,
        [](const Request &, const ClientIdentity &) { return std::make_unique<fhir::NoFhirReader>(); },
        settings);
    const auto body = hook_request(bundle, test::service().prefetch, test::kUuid);
    if (!body) throw std::runtime_error(body.error().public_text);
    return api
        .handle({"POST",
                 test::kService,
                 {{"Content-Type", "application/json"}},
                 base::Sensitive<std::string>(*body)},
                {.as_of = test::kAsOf, .correlation_id = "ref-1", .uuid = [] { return test::kUuid; }})
        .body;
}

std::string with_of_patient(std::string bundle, const std::string &members) {
    const std::string patient = R"("resourceType":"Patient")";
    const std::size_t at = bundle.find(patient);
    if (at == std::string::npos) throw std::runtime_error("no patient in " + bundle.substr(0, 200));
    return bundle.insert(at + patient.size(), "," + members);
}

TEST(SourceAttributes, WhatIsNotUsedChangesNoCard) {
    const std::string race =
        R"({"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[{"url":"text","valueString":"any"}]})";
    const std::string ethnicity =
        R"({"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity","extension":[{"url":"text","valueString":"any"}]})";
    const std::string identity =
        R"({"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-genderIdentity","valueCodeableConcept":{"text":"any"}})";
    const std::string language = R"("communication":[{"language":{"text":"any"},"preferred":true}])";
    for (const char *name : {"base-clean-potential-candidate", "e6-oral-cyclophosphamide-ongoing"}) {
        const std::string bundle = test::case_bundle(name);
        const std::string card = cards_of(bundle);
        for (const std::string &extension : {race, ethnicity, identity})
            EXPECT_EQ(cards_of(with_of_patient(bundle, R"("extension":[)" + extension + "]")), card)
                << extension;
        EXPECT_EQ(cards_of(with_of_patient(bundle, language)), card);
    }
    const std::string possible = test::case_bundle("base-clean-potential-candidate");
    const std::string sex =
        R"("extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex","valueCode":"M"}])";
    EXPECT_NE(cards_of(with_of_patient(possible, sex)), cards_of(possible)) << "what is used does";
}

TEST(SourceAttributes, EveryCardOfAServiceWithAPublicAddressLinksToThem) {
    const std::string bundle = test::case_bundle("base-clean-potential-candidate");
    const auto links = [&](const std::string &base) {
        std::vector<std::string> urls;
        const auto document =
            test::document(cards_of(bundle, {.public_base = base, .cards = bundled_card_settings()}));
        for (const json::Value link : document->root()["cards"].at(0)["links"].elements())
            if (link["type"].text() == "absolute") urls.emplace_back(link["url"].text());
        return urls;
    };
    EXPECT_THAT(links("https://cds.example.org/trials"),
                Contains("https://cds.example.org/trials/source-attributes?language=en"));
    EXPECT_THAT(links(""), Not(Contains(HasSubstr("source-attributes"))));
}

} // namespace
} // namespace trialcds::cds_hooks
