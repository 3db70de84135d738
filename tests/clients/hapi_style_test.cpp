// A client in the manner of HAPI's own tests: no token or a password, the patient as Patient/1, one bare
// feedback object with a day for a time. It meets the demonstration form of the program, or a configuration
// that says no.
#include <gmock/gmock.h>

#include "site.h"

namespace trialcds::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string hapi_call(const std::string &patient) {
    return object(
        with(call_for("Patient/" + patient, "Practitioner/example", "3e2a7d5c-1b4f-4c8e-8d6a-0f9b8c7d6e5f"),
             "prefetch", object(chart_of(patient).prefetch)));
}

std::string basic() {
    return "Authorization: Basic " + to_base64url("hapi:secret") + "=\r\n";
}

// The program without a configuration: this machine only, nobody asked for a token.
class HapiStyle : public testing::Test {
  protected:
    void SetUp() override {
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = free_port();
            process_ = std::make_unique<Process>(
                std::vector<std::string>{"serve", "--port", std::to_string(port_), "--as-of", "2026-11-22"});
            if (process_->says("Listening on")) return;
            ASSERT_EQ(process_->wait(), 69) << process_->err();
        }
        FAIL() << "no free port in five attempts";
    }

    std::unique_ptr<Process> process_;
    std::uint16_t port_ = 0;
};

TEST_F(HapiStyle, Item21_TheDemonstrationShowsACardWithoutATokenAndReadsPatientSlashOne) {
    EXPECT_EQ(ask(port_, "GET", kDiscovery).status, 200);
    for (const std::string &authorization : {std::string(), basic()}) {
        const Answer card = ask(port_, "POST", kService, hapi_call("hapi-1"), authorization);
        EXPECT_EQ(card.status, 200);
        EXPECT_THAT(card.body, HasSubstr(kPossibleMatch));
    }
}

TEST_F(HapiStyle, TheDemonstrationTakesFeedbackAsTheSpecificationHasIt) {
    const std::string uuid = uuid_of_card(ask(port_, "POST", kService, hapi_call("hapi-2")));
    EXPECT_EQ(
        ask(port_, "POST", kFeedback, R"({"feedback":[)" + feedback_on(uuid, "2026-11-22T10:00:00Z") + "]}")
            .status,
        204);
    EXPECT_EQ(ask(port_, "POST", kFeedback, feedback_on(uuid, "2026-11-22T10:00:00Z")).status, 400)
        << "the bare object is for a tenant that has lenient_feedback";
}

TEST(HapiStyleAtAHospital, Item62_WithoutATokenNothingIsTold) {
    const Site &site = Site::running();
    for (const std::string &authorization : {std::string(), basic()}) {
        for (const Answer &refused :
             {site.get(kDiscovery, authorization), site.post(kService, hapi_call("hapi-3"), authorization),
              site.post(kFeedback, "{}", authorization)}) {
            EXPECT_EQ(refused.status, 401);
            EXPECT_EQ(refused.body, "");
            EXPECT_THAT(refused.head, HasSubstr("WWW-Authenticate: Bearer"));
        }
    }
    EXPECT_THAT(site.log(), Not(HasSubstr("aGFwaTpzZWNyZXQ"))) << "a password is not for the log";
}

TEST(HapiStyleAtAHospital, ATenantMayTakeItsBareFeedbackWithADay) {
    const Site &site = Site::running();
    const std::string call = hapi_call(new_patient("hapi-bare"));
    const auto card = [&] { return site.post(kService, call, bearer(hapi(), kBase + kService)); };
    const Answer shown = card();
    EXPECT_THAT(shown.body, HasSubstr(kPossibleMatch));
    const std::string bare = feedback_on(uuid_of_card(shown), "2026-11-22");
    EXPECT_EQ(site.post(kFeedback, bare, bearer(epic(), kBase + kFeedback)).status, 400)
        << "another tenant holds to the specification";
    EXPECT_EQ(site.post(kFeedback, bare, bearer(hapi(), kBase + kFeedback)).status, 204);
    EXPECT_EQ(card().body, R"({"cards":[]})");
}

} // namespace
} // namespace trialcds::test
