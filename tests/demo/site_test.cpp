#include <regex>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "site_fixture.h"

namespace trialcds {
namespace {

using cds_hooks::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using test::ask;
using test::header;
using test::kCaller;
using test::site;
using test::site_of;

TEST(DemoSite, TheStartPageNamesEveryPatientWithTheStory) {
    const HttpResponse response = ask("GET", "/");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, "Content-Type"), "text/html; charset=utf-8");
    for (const demo::Group &group : test::shown_patients().groups) {
        EXPECT_THAT(response.body, HasSubstr(demo::html_escaped(group.title)));
        for (const demo::Patient &patient : group.patients)
            EXPECT_THAT(response.body, AllOf(HasSubstr("<a href=\"/patients/" + patient.id + "\">"),
                                             HasSubstr(demo::html_escaped(patient.story))));
    }
    EXPECT_THAT(response.body, HasSubstr("2026-11-22"));
}

TEST(DemoSite, PagesRunAndLoadNothingButTheirOwnFiles) {
    for (const char *target : {"/", "/patients/ruiz-ana", "/patients/ruiz-ana?tab=what-if", "/own", "/setup"}) {
        const HttpResponse response = ask("GET", target);
        EXPECT_THAT(header(response, "Content-Security-Policy"),
                    HasSubstr("default-src 'none'; style-src 'self'; script-src 'self'"));
        EXPECT_THAT(response.body, AllOf(Not(HasSubstr("<script>")), Not(HasSubstr(" style=")),
                                         Not(HasSubstr(" onclick=")), Not(HasSubstr("{{"))));
        static const std::regex loaded(R"re(<(?:link|img|script)[^>]*(?:href|src)="([^"]*)")re");
        for (std::sregex_iterator it(response.body.begin(), response.body.end(), loaded), end; it != end; ++it)
            EXPECT_THAT((*it)[1].str(), testing::AnyOf("/page.css", "/demo.js", "/evidence/icon.svg"));
    }
    EXPECT_EQ(header(ask("GET", "/demo.js"), "Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(header(ask("GET", "/page.css"), "Content-Type"), "text/css; charset=utf-8");
}

// The page shows what the service answers to the request that the page offers.
TEST(DemoSite, EveryPatientsPageShowsTheAnswerOfTheService) {
    for (const demo::Group &group : test::shown_patients().groups)
        for (const demo::Patient &patient : group.patients) {
            const HttpResponse request = ask("GET", "/patients/" + patient.id + "/request.json");
            ASSERT_EQ(request.status, 200) << patient.id;
            const HttpResponse answer = ask("POST", "/cds-services/trials-patient-view", request.body);
            ASSERT_EQ(answer.status, 200) << patient.id;
            const auto cards = json::Document::parse(answer.body);
            const std::string page = ask("GET", "/patients/" + patient.id).body;
            EXPECT_EQ(page.find("class=\"silence\"") != std::string::npos, cards->root()["cards"].size() == 0)
                << patient.id;
            for (const json::Value card : cards->root()["cards"].elements())
                EXPECT_THAT(page, HasSubstr("<h3>" + demo::html_escaped(card["summary"].text()) + "</h3>"))
                    << patient.id;
        }
}

TEST(DemoSite, ACardIsShownInEveryProfileAndLanguage) {
    std::set<std::string> cards;
    for (const char *language : {"en", "de", "fr"})
        for (const char *profile : {"basic", "gfm", "plain"}) {
            const std::string page =
                ask("GET", std::string("/patients/ruiz-ana?language=") + language + "&profile=" + profile).body;
            const std::size_t begin = page.find("<article");
            ASSERT_NE(begin, std::string::npos);
            cards.insert(page.substr(begin, page.find("</article>") - begin));
            EXPECT_THAT(page, HasSubstr(std::string("lang=\"") + language + "\""));
        }
    EXPECT_EQ(cards.size(), 9U);
    EXPECT_EQ(ask("GET", "/patients/ruiz-ana?language=xx&profile=none").body,
              ask("GET", "/patients/ruiz-ana").body);
}

TEST(DemoSite, TheFilterFindsNamesAndStories) {
    for (const auto &[filter, found] :
         {std::pair("RUIZ", "ruiz-ana"), {"secukinumab", "keller-vera"}, {"Stem+cell", "virtanen-aino"}}) {
        const std::string page = ask("GET", std::string("/?filter=") + filter).body;
        EXPECT_THAT(page, AllOf(HasSubstr(std::string("/patients/") + found), HasSubstr("1 of 31"),
                                Not(HasSubstr("/patients/costa-ines"))));
    }
    EXPECT_THAT(ask("GET", "/?filter=%3Cxyz").body,
                AllOf(HasSubstr("0 of 31"), HasSubstr("value=\"&lt;xyz\""), Not(HasSubstr("/patients/"))));
}

TEST(DemoSite, AFormsAddressLeadsToTheShortOne) {
    const HttpResponse sent =
        ask("GET",
            "/patients/ruiz-ana?language=en&profile=basic&tab=what-if&day=2026-11-22&"
            "Observation%2Fruiz-ana-mrss%2FvalueQuantity.value=12&new-drug=Rituximab&new-drug-day=2026-11-01");
    EXPECT_EQ(sent.status, 303);
    EXPECT_EQ(header(sent, "Location"),
              "/patients/ruiz-ana?tab=what-if&"
              "Observation/ruiz-ana-mrss/valueQuantity.value=12&drug=rituximab@2026-11-01");
    EXPECT_EQ(ask("GET", header(sent, "Location")).status, 200);
}

// The skin score is below the limit: the card goes, its place says why, the chart marks what was changed.
TEST(DemoSite, AChangedValueChangesTheCardTheRequestAndTheChart) {
    const std::string query = "?tab=what-if&Observation/ruiz-ana-mrss/valueQuantity.value=12";
    const std::string page = ask("GET", "/patients/ruiz-ana" + query).body;
    EXPECT_THAT(page,
                AllOf(HasSubstr("class=\"silence\""), HasSubstr("was 22"), Not(HasSubstr("<h3>Possible"))));
    EXPECT_EQ(ask("GET", "/patients/ruiz-ana").body.find("was 22"), std::string::npos);
    const std::string request = ask("GET", "/patients/ruiz-ana/request.json" + query).body;
    const std::string cards = ask("POST", "/cds-services/trials-patient-view", request).body;
    EXPECT_EQ(json::Document::parse(cards)->root()["cards"].size(), 0U);
}

TEST(DemoSite, TheDayCanBeAnotherOne) {
    EXPECT_THAT(ask("GET", "/patients/keller-vera?day=2027-01-08").body,
                AllOf(HasSubstr("Day: <time>2027-01-08</time>"), HasSubstr("<h3>")));
    EXPECT_THAT(ask("GET", "/patients/ruiz-ana?tab=what-if&day=soon").body,
                AllOf(HasSubstr("role=\"alert\""), HasSubstr("a day is written YYYY-MM-DD")));
}

TEST(DemoSite, EveryLinkOfAPageKeepsTheState) {
    const std::string change = "Observation/ruiz-ana-mrss/valueQuantity.value=12";
    const std::string page =
        ask("GET", "/patients/ruiz-ana?language=de&profile=gfm&tab=what-if&" + change).body;
    static const std::regex address(R"re(href="(/patients/ruiz-ana\?[^"]*)")re");
    int links = 0;
    for (std::sregex_iterator it(page.begin(), page.end(), address), end; it != end; ++it, ++links)
        EXPECT_TRUE((*it)[1].str().find(change) != std::string::npos ||
                    (*it)[1] == "/patients/ruiz-ana?language=de&amp;profile=gfm&amp;tab=what-if")
            << (*it)[1];
    EXPECT_GE(links, 10);
    EXPECT_THAT(page,
                HasSubstr("/evidence/?evidence=/patients/ruiz-ana/evidence.json%3FObservation/ruiz-ana-mrss/"
                          "valueQuantity.value%3D12&amp;language=de"));
}

TEST(DemoSite, TellsAnIntegratorThreeLines) {
    const std::string page = ask("GET", "/setup").body;
    for (const char *line : {"http://127.0.0.1:8090/cds-services", "http://127.0.0.1:8090/fhir",
                             "trials-patient-view", "https://sandbox.example"})
        EXPECT_THAT(page, HasSubstr(line));
}

TEST(DemoSite, SaysWhyThereIsNoCard) {
    EXPECT_THAT(ask("GET", "/patients/byrne-nora").body,
                HasSubstr("nothing recorded shows the condition that the trial is about"));
    EXPECT_THAT(ask("GET", "/patients/weiss-johanna").body, HasSubstr("has died"));
}

TEST(DemoSite, LetsAListedOriginReadEverything) {
    for (const char *target :
         {"/cds-services", "/fhir/Patient", "/fhir/metadata", "/patients/ruiz-ana/request.json"}) {
        EXPECT_EQ(header(ask("GET", target), "Access-Control-Allow-Origin"), kCaller) << target;
        const HttpResponse before = ask("OPTIONS", target);
        EXPECT_EQ(before.status, 204) << target;
        EXPECT_EQ(header(before, "Access-Control-Allow-Origin"), kCaller) << target;
    }
    const HttpResponse other = site().handle(
        {"GET", "/fhir/Patient", {{"Origin", "https://other.example"}}, base::Sensitive<std::string>("")});
    EXPECT_EQ(header(other, "Access-Control-Allow-Origin"), "");
}

TEST(DemoSite, SaysWhatIsNotThere) {
    for (const char *target :
         {"/patients/nobody", "/patients/", "/nothing", "/fhirs", "/patients/nobody/request.json"})
        EXPECT_EQ(ask("GET", target).status, 404) << target;
    EXPECT_EQ(ask("POST", "/").status, 405);
    EXPECT_EQ(ask("DELETE", "/patients/ruiz-ana").status, 405);
    EXPECT_EQ(ask("HEAD", "/").body, "");
}

// How many '<' of a page begin no tag that its template has.
std::size_t strange_tags(const std::string &page, const std::string &page_template) {
    std::size_t count = 0;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        const std::string tag = page.substr(at, page.find_first_of(" >\n", at) - at);
        if (page_template.find(tag) == std::string::npos || tag.size() < 2) ++count;
    }
    return count;
}

// A list whose every text is the hostile one, and a record with a drug of that name.
demo::PatientList hostile(const std::string &text) {
    demo::PatientList list = test::shown_patients();
    demo::Patient patient = *list.find("larsen-ingrid");
    list.groups.resize(1);
    list.groups[0].title = list.groups[0].text = text;
    static const std::string drug = R"("Zyqoprexil 20 mg")";
    json::Writer name;
    name.string(text + " Zyqoprexil");
    const std::size_t at = patient.bundle.find(drug);
    if (at == std::string::npos) throw std::runtime_error("the record holds no such drug");
    patient.bundle.replace(at, drug.size(), name.take());
    patient.family = patient.given = patient.story = patient.case_name = patient.birth_date = patient.sex =
        text;
    list.groups[0].patients = {patient};
    return list;
}

// Whatever a list, a record or an explanation says, a page has the tags of its template and no others.
TEST(DemoSite, NoTextBecomesMarkup) {
    const std::string start = test::shipped_pages().start;
    const std::string patient = test::shipped_pages().patient;
    EXPECT_TRUE(rc::check("hostile texts", [&] {
        const auto text = *rc::gen::nonEmpty(rc::gen::container<std::string>(
            rc::gen::element('<', '>', '"', '\'', '&', '{', '}', '\\', '*', '|', '/', 'x', '=', ' ')));
        const auto made = site_of(hostile(text), text);
        RC_ASSERT(strange_tags(ask("GET", "/", "", *made).body, start) == 0U);
        for (const char *view : {"profile=basic", "profile=gfm&tab=what-if", "profile=plain"}) {
            const std::string page = ask("GET", std::string("/patients/larsen-ingrid?") + view, "", *made).body;
            RC_ASSERT(strange_tags(page, patient) == 0U);
            RC_ASSERT(page.find("<article") != std::string::npos);
        }
    }));
}

} // namespace
} // namespace trialcds
