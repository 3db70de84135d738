// The browser client of the CDS Hooks Sandbox: it asks before every call whether it may, signs discovery too,
// leaves out what it could not read, and dismisses a card with a reason that has no display.
#include <algorithm>

#include <gmock/gmock.h>

#include "site.h"

namespace trialcds::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kOrigin = "https://sandbox.cds-hooks.org";

// Its clock may be ahead, and it rounds: iat up to a second in our future, with or without a fraction.
std::string signed_for(const std::string &path, const std::string &ahead = "1") {
    Members claims = token_claims(sandbox(), kBase + path);
    claims["iat"] = ahead == "1" ? std::to_string(kNow + 1) : std::to_string(kNow) + ahead;
    return "Origin: " + kOrigin + "\r\n" +
           bearer_line(token(*sandbox().signer, token_header(sandbox()), claims));
}

// Its own reading of a template: parameters of one name are folded into one, with a comma.
std::string folded(const std::string &text) {
    const std::size_t query = text.find('?');
    if (query == std::string::npos) return text;
    std::vector<std::pair<std::string, std::string>> parameters;
    for (std::size_t at = query + 1; at <= text.size();) {
        const std::size_t end = std::min(text.find('&', at), text.size());
        const std::string one = text.substr(at, end - at);
        const std::string name = one.substr(0, one.find('='));
        const auto known = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const auto &parameter) { return parameter.first == name; });
        if (known == parameters.end())
            parameters.emplace_back(name, one);
        else
            known->second += "," + one.substr(name.size() + 1);
        at = end + 1;
    }
    std::string out = text.substr(0, query);
    for (std::size_t i = 0; i < parameters.size(); ++i)
        out += (i == 0 ? "?" : "&") + parameters[i].second;
    return out;
}

// Keys of discovery whose template it could resolve; an empty search is a Bundle without entries, and what
// failed is left out.
Members prefetch_for(const Chart &chart, const json::Document &discovery, const std::string &failed = "") {
    Members prefetch;
    for (const auto &[key, text] : discovery.root()["services"].at(0)["prefetch"].members()) {
        const auto data = chart.prefetch.find(std::string(key));
        if (data == chart.prefetch.end() || key == failed) continue;
        prefetch[data->first] =
            data->second == "null" ? R"({"resourceType":"Bundle","type":"searchset","total":0})" : data->second;
    }
    return prefetch;
}

Answer discovered(const std::string &path = kDiscovery) {
    return Site::running().get(path, signed_for(path));
}

std::string chart_opened(const std::string &patient, const std::string &failed = "") {
    const auto discovery = json::Document::parse(discovered().body);
    Members call = call_for(patient, "Practitioner/COREPRACTITIONER1", "6a0e3b1c-9a0f-4c59-8a3e-5d4a2c1b0f11");
    call["fhirServer"] = json_string("https://open.fhir.example/r4");
    call["prefetch"] = object(prefetch_for(chart_of(patient), *discovery, failed));
    return object(call);
}

TEST(Sandbox, Item74_AsksBeforeItCallsAndMayReadEveryAnswer) {
    const Site &site = Site::running();
    for (const auto &[path, method] :
         {std::pair{kDiscovery, "GET"}, std::pair{kService, "POST"}, std::pair{kFeedback, "POST"}}) {
        const Answer allowed = site.preflight(path, method, kOrigin);
        EXPECT_EQ(allowed.status, 204) << path;
        EXPECT_THAT(allowed.head, AllOf(HasSubstr("Access-Control-Allow-Origin: " + kOrigin + "\r\n"),
                                        HasSubstr("Access-Control-Allow-Headers: authorization, content-type"),
                                        HasSubstr(method), HasSubstr("Vary: Origin")));
    }
    const Answer found = discovered();
    EXPECT_EQ(found.status, 200);
    EXPECT_THAT(found.head, HasSubstr("Access-Control-Allow-Origin: " + kOrigin));
    const Answer refused = site.get(kDiscovery, "Origin: " + kOrigin + "\r\n");
    EXPECT_EQ(refused.status, 401);
    EXPECT_THAT(refused.head, HasSubstr("Access-Control-Allow-Origin: " + kOrigin))
        << "without it the page could not even tell what went wrong";
}

TEST(Sandbox, AnotherPagesOriginIsToldNothing) {
    const Answer refused = Site::running().preflight(kService, "POST", "https://sandbox.example.org");
    EXPECT_THAT(refused.head, Not(HasSubstr("Access-Control-Allow")));
}

TEST(Sandbox, Item07_DiscoveryTypedWithAFinalSlashWorksAndSoDoesTheUrlItMakesOfIt) {
    EXPECT_EQ(discovered(kDiscovery + "/").status, 200);
    const std::string doubled = "/cds-services//trials-patient-view";
    const Answer card =
        Site::running().post(doubled, chart_opened("sandbox-double-slash"), signed_for(doubled));
    EXPECT_THAT(card.body, HasSubstr(kPossibleMatch));
}

TEST(Sandbox, Item15_ReadsOurTemplatesAsTheyAreMeant) {
    const auto discovery = json::Document::parse(discovered().body);
    const json::Value prefetch = discovery->root()["services"].at(0)["prefetch"];
    ASSERT_GT(prefetch.size(), 1U);
    for (const auto &[key, text] : prefetch.members())
        EXPECT_EQ(folded(std::string(text.text())), text.text()) << key;
}

TEST(Sandbox, Item68_ShowsACardThoughItsClockIsAhead) {
    for (const char *ahead : {"1", ".38", ".5"}) {
        const Answer card = Site::running().post(
            kService, chart_opened(std::string("sandbox-clock-") + ahead[0]), signed_for(kService, ahead));
        EXPECT_EQ(card.status, 200) << ahead;
        EXPECT_THAT(card.body, HasSubstr(kPossibleMatch)) << ahead;
    }
}

// Every failure is an absent key to it, so that a key which is not there may not be read as "has none".
TEST(Sandbox, Item28_ASearchThatFailedLeavesItsCriteriaOpen) {
    const Chart chart = chart_of("sandbox-failed");
    const auto discovery = json::Document::parse(discovered().body);
    int optional = 0;
    for (const auto &[key, data] : prefetch_for(chart, *discovery)) {
        const Answer answer =
            Site::running().post(kService, chart_opened("sandbox-failed", key), signed_for(kService));
        if (key == "patient" || key == "conditions") {
            EXPECT_EQ(answer.status, 412) << key << ": an empty list of cards would look like no match";
            continue;
        }
        EXPECT_EQ(answer.status, 200) << key;
        EXPECT_THAT(answer.body, HasSubstr("summary")) << key << ": what is not known rules nothing out";
        optional += answer.body.find("More data needed") != std::string::npos ? 1 : 0;
    }
    EXPECT_GT(optional, 0) << "and some of it is asked for by name";
}

TEST(Sandbox, Item56_ADismissedCardIsNotBackWhenTheChartIsOpenedAgain) {
    const Site &site = Site::running();
    const std::string call = chart_opened(new_patient("sandbox-dismissed"));
    const std::string uuid = uuid_of_card(site.post(kService, call, signed_for(kService)));
    ASSERT_EQ(uuid.size(), 36U);
    const std::string body = R"({"feedback":[)" + feedback_on(uuid, "2026-11-22T09:30:00.250Z") + "]}";
    const Answer taken = site.post(kFeedback, body, signed_for(kFeedback));
    EXPECT_EQ(taken.status, 204);
    EXPECT_THAT(taken.head, HasSubstr("Access-Control-Allow-Origin: " + kOrigin));
    EXPECT_EQ(site.post(kService, call, signed_for(kService)).body, R"({"cards":[]})");
    EXPECT_EQ(site.post(kFeedback, body, signed_for(kService)).status, 401)
        << "the audience of feedback is its own URL";
}

} // namespace
} // namespace trialcds::test
