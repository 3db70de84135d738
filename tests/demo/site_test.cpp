#include <regex>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "shown.h"
#include "wording/languages.h"

namespace trialcds {
namespace {

using cds_hooks::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kCaller = "https://sandbox.example";

std::unique_ptr<demo::Site> site_of(demo::PatientList patients, const std::string &why = "because") {
    const base::Day day = patients.as_of;
    auto site = demo::Site::create(
        {test::shipped_knowledge(),
         std::move(patients),
         test::shipped_pages(),
         day,
         "http://127.0.0.1:8090",
         {kCaller},
         [] { return std::string("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"); },
         [why](const demo::Patient &, const wording::Language &) -> base::Result<demo::Explanation> {
             return demo::Explanation{why, why, {{why, why, why}}};
         }});
    if (!site) throw std::runtime_error(site.error().location + ": " + site.error().public_text);
    return std::move(*site);
}

const demo::Site &site() {
    static const auto made = site_of(test::shown_patients());
    return *made;
}

HttpResponse ask(const std::string &method, const std::string &target, const std::string &body = "",
                 const demo::Site &of = site()) {
    return of.handle({method,
                      target,
                      {{"Origin", kCaller}, {"Content-Type", "application/json"}},
                      base::Sensitive<std::string>(body)});
}

std::string header(const HttpResponse &response, const char *name) {
    return std::string(cds_hooks::find_header(response.headers, name));
}

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

TEST(DemoSite, PagesRunNothingAndLoadNothingFromElsewhere) {
    for (const char *target : {"/", "/patients/ruiz-ana"}) {
        const HttpResponse response = ask("GET", target);
        EXPECT_THAT(header(response, "Content-Security-Policy"),
                    HasSubstr("default-src 'none'; style-src 'self'"));
        EXPECT_THAT(response.body,
                    AllOf(Not(HasSubstr("<script")), Not(HasSubstr(" style=")), Not(HasSubstr("{{"))));
        static const std::regex loaded(R"re(<(?:link|img|script)[^>]*(?:href|src)="([^"]*)")re");
        for (std::sregex_iterator it(response.body.begin(), response.body.end(), loaded), end; it != end; ++it)
            EXPECT_EQ((*it)[1], "/page.css");
    }
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
        for (const char *profile : {"basic", "gfm", "plain"}) {
            const std::string page =
                ask("GET", std::string("/patients/larsen-ingrid?profile=") + profile, "", *made).body;
            RC_ASSERT(strange_tags(page, patient) == 0U);
            RC_ASSERT(page.find("<article") != std::string::npos);
        }
    }));
}

} // namespace
} // namespace trialcds
