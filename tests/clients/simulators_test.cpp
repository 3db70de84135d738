// Programs that play an EHR: a conformance suite for Da Vinci CRD, and the request generators for REMS and CRD.
#include <gmock/gmock.h>

#include "site.h"

namespace trialcds::test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

// Inferno's tokens have a jti of hexadecimal digits.
std::string inferno_token(const Caller &caller, const std::string &path) {
    static int count = 0;
    return bearer_line(token(*caller.signer, token_header(caller),
                             with(token_claims(caller, kBase + path), "jti",
                                  json_string("9f3ab0c4d2e1577800aa" + std::to_string(++count)))));
}

std::string inferno_call(const std::string &patient) {
    return object(with(call_for(patient, "Practitioner/inferno", "7b0d3a52-0f6e-4d0c-9d3b-2a1f8c7e6b55"),
                       "prefetch", object(chart_of(patient).prefetch)));
}

TEST(InfernoCrd, Item18_DiscoveryIsHiddenWithoutATokenAndCompleteWithOne) {
    const Answer without = Site::running().get(kDiscovery);
    EXPECT_EQ(without.status, 401) << "its default sends none: switch its discovery authentication on";
    EXPECT_EQ(without.body, "");
    const Answer found = Site::running().get(kDiscovery, inferno_token(inferno_es384(), kDiscovery));
    EXPECT_EQ(found.status, 200);
    EXPECT_THAT(found.head, HasSubstr("Content-Type: application/json"));
    const auto discovery = json::Document::parse(found.body);
    for (const json::Value service : discovery->root()["services"].elements())
        for (const char *field : {"hook", "title", "description", "id"})
            EXPECT_NE(service[field].text(), "") << field;
}

TEST(InfernoCrd, BothOfItsAlgorithmsGetWhatItCallsAValidResponse) {
    for (const Caller *caller : {&inferno_es384(), &inferno_rs384()}) {
        const Answer answer =
            Site::running().post(kService, inferno_call("inferno"), inferno_token(*caller, kService));
        ASSERT_EQ(answer.status, 200) << caller->algorithm;
        const auto document = json::Document::parse(answer.body);
        const json::Value cards = document->root()["cards"];
        ASSERT_EQ(cards.size(), 1U);
        const json::Value card = cards.at(0);
        EXPECT_GT(card["summary"].text().size(), 0U);
        EXPECT_LT(card["summary"].text().size(), 140U);
        EXPECT_EQ(card["indicator"].text(), "info");
        EXPECT_NE(card["source"]["label"].text(), "");
        EXPECT_NE(card["source"]["topic"]["code"].text(), "");
        EXPECT_GT(card["overrideReasons"].size(), 0U);
        for (const json::Value link : card["links"].elements()) {
            EXPECT_EQ(link["type"].text(), "absolute");
            EXPECT_TRUE(link["url"].text().starts_with("https://"));
        }
    }
}

TEST(InfernoCrd, EveryCompleteRequestIs200WithOrWithoutSomethingToSay) {
    const Caller &caller = inferno_es384();
    const Answer patient_user =
        Site::running().post(kService,
                             object(with(call_for("inferno-portal", "Patient/inferno-portal",
                                                  "7b0d3a52-0f6e-4d0c-9d3b-2a1f8c7e6b56"),
                                         "prefetch", object(chart_of("inferno-portal").prefetch))),
                             inferno_token(caller, kService));
    EXPECT_EQ(patient_user.status, 200);
    EXPECT_EQ(patient_user.body, R"({"cards":[]})");
}

// The REMS and CRD request generators: one constant hookInstance, an encounter that exists nowhere, an
// authorization without its token, extensions, and plain CommonMark.
const std::string kConstantInstance = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea";

Members rems_call(const std::string &patient) {
    Members call = call_for(patient, "Practitioner/pra1234", kConstantInstance);
    call["context"] = object({{"patientId", json_string(patient)},
                              {"userId", json_string("Practitioner/pra1234")},
                              {"encounterId", json_string("enc89284")}});
    call["fhirServer"] = json_string(Site::running().open_fhir().url("/fhir"));
    call["fhirAuthorization"] = R"({"token_type":"Bearer","expires_in":300,"scope":"patient/*.read",)"
                                R"("subject":"cds-service4"})";
    call["extension"] = R"({"com.example.simulator":{"style":["a",1,null]}})";
    return call;
}

Answer rems_called(const Members &call) {
    return Site::running().post(kService, object(call), bearer(rems_simulator(), kBase + kService));
}

TEST(RemsSimulator, Item26_ItsConstantHookInstanceGetsTheSameAnswerEachTime) {
    const Members call =
        with(rems_call("rems-constant"), "prefetch", object(chart_of("rems-constant").prefetch));
    const auto without_uuid = [](const Answer &answer) {
        std::string text = answer.body;
        return text.replace(text.find(uuid_of_card(answer)), 36, "");
    };
    const Answer first = rems_called(call);
    EXPECT_THAT(first.body, HasSubstr(kPossibleMatch));
    const Answer second = rems_called(call);
    EXPECT_EQ(without_uuid(first), without_uuid(second));
    EXPECT_NE(uuid_of_card(first), uuid_of_card(second));
}

TEST(RemsSimulator, Item23_WithoutPrefetchItsOpenServerIsReadWithoutAToken) {
    const std::size_t before = Site::running().open_fhir().heads().size();
    const Answer card = rems_called(rems_call("rems-open-server"));
    EXPECT_EQ(card.status, 200);
    EXPECT_THAT(card.body, HasSubstr(kPossibleMatch));
    auto heads = Site::running().open_fhir().heads();
    heads.erase(heads.begin(), heads.begin() + static_cast<std::ptrdiff_t>(before));
    ASSERT_FALSE(heads.empty());
    EXPECT_THAT(heads, Each(AllOf(HasSubstr("rems-open-server"), Not(HasSubstr("Authorization")),
                                  Not(HasSubstr("enc89284")))));
}

TEST(RemsSimulator, Item41_ReadsTheCardAsPlainCommonMark) {
    const Answer answer =
        rems_called(with(rems_call("rems-markdown"), "prefetch", object(chart_of("rems-markdown").prefetch)));
    const auto document = json::Document::parse(answer.body);
    const json::Value card = document->root()["cards"].at(0);
    const std::string detail(card["detail"].text());
    ASSERT_NE(detail, "");
    for (const char *extension : {"\n|", "|--", "- [ ]", "- [x]", "~~", "<"})
        EXPECT_THAT(detail, Not(HasSubstr(extension)));
    EXPECT_FALSE(card["suggestions"]) << "it walks over the actions of each without looking";
}

TEST(RemsSimulator, Item61_ItsOldAnalyticsCallIsNotFoundAndNoError) {
    const std::string path = kService + "/analytics/4c9b6f0e-7f2b-4c27-9f64-1e6a1c0b9d77";
    const std::string before = Site::running().log();
    EXPECT_EQ(Site::running().post(path, "{}", bearer(rems_simulator(), kBase + path)).status, 404);
    EXPECT_THAT(Site::running().log().substr(before.size()), Not(HasSubstr(R"("level":"error")")));
}

} // namespace
} // namespace trialcds::test
