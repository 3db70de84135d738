// The program as a hospital runs it: a configuration, tokens, an admin address, a log.
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "configured_program.h"

namespace trialcds {
namespace {

using server::ehr_claims;
using server::with;
using test::json_string;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Configured : public test::ConfiguredProgram {};

TEST_F(Configured, Item62_OnlyAFreshTokenOfATrustedIssuerGetsACard) {
    EXPECT_THAT(post(""), StartsWith("HTTP/1.1 401"));
    const std::string once = token("one");
    EXPECT_THAT(post(once), HasSubstr("Possible match for review"));
    const std::string again = post(once);
    EXPECT_THAT(again, StartsWith("HTTP/1.1 401")) << "item 69: a jti is good once";
    EXPECT_THAT(again, Not(HasSubstr("replay"))) << "the reason is nobody's business outside";
    EXPECT_THAT(post(token("two", with(ehr_claims(), "aud", json_string("https://other.example")))),
                StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(post(token("three")), HasSubstr("Possible match for review"));
}

TEST_F(Configured, Item76_TheOperatorSeesReasonsAndNothingOfThePatient) {
    (void)post(token("four"));
    (void)post("");
    const std::string metrics = test::exchange(admin_, test::request("GET", "/metrics"));
    EXPECT_THAT(metrics, HasSubstr("trialcds_cards_total"));
    EXPECT_THAT(metrics, HasSubstr("reason=\"authorization_missing\""));
    EXPECT_THAT(test::exchange(admin_, test::request("GET", "/livez")), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(test::exchange(admin_, test::request("GET", "/readyz")), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(test::exchange(port_, test::request("GET", "/livez")), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(test::exchange(port_, test::request("GET", "/readyz")), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(test::exchange(admin_, test::request("GET", "/cds-services")), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(test::exchange(admin_, test::request("POST", "/metrics", "{}")), StartsWith("HTTP/1.1 405"));
    EXPECT_THAT(test::exchange(port_, test::request("GET", "/metrics")), StartsWith("HTTP/1.1 404"));
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    const std::string log = process_->err();
    EXPECT_THAT(log, HasSubstr(R"("outcome":"potential_candidate")"));
    for (const char *secret : {"base-clean", "Case ", "1976-05-14", "eyJ", "Bearer", "mRSS", "Observation/"}) {
        EXPECT_THAT(log, Not(HasSubstr(secret)));
        EXPECT_THAT(metrics, Not(HasSubstr(secret)));
    }
}

std::string call_without_prefetch(const std::string &fhir_server) {
    return R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":")" +
           fhir_server +
           R"(","fhirAuthorization":{"access_token":"ehr-token-1","token_type":"Bearer","expires_in":300,)"
           R"("scope":"user/*.read","subject":"trial-cds"},)"
           R"("context":{"userId":"Practitioner/1","patientId":")" +
           test::kPossibleMatch + R"("}})";
}

TEST_F(Configured, Item28_WhatWasNotSentIsReadFromTheTenantsFhirServer) {
    const std::string card = post(token("five"), call_without_prefetch(ehr_.url("/fhir")));
    EXPECT_THAT(card, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(card, HasSubstr("Possible match for review"));
    const auto heads = ehr_.heads();
    ASSERT_FALSE(heads.empty());
    for (const std::string &head : heads)
        EXPECT_THAT(head, HasSubstr("Bearer ehr-token-1")) << "item 35";
    const std::string metrics = test::exchange(admin_, test::request("GET", "/metrics"));
    EXPECT_THAT(metrics, HasSubstr(R"(trialcds_prefetch_total{key="conditions",state="fetched"} 1)"));
}

TEST_F(Configured, Item35_AServerThatIsNotTheTenantsIsNotAsked) {
    const test::ScriptedServer other(test::record_of(test::case_bundle(test::kPossibleMatch)));
    const std::string answer = post(token("six"), call_without_prefetch(other.url("/fhir")));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 412")) << "item 34: Patient and Condition can be had in no way";
    EXPECT_TRUE(other.heads().empty());
    EXPECT_TRUE(ehr_.heads().empty());
}

// An EHR that gives everything but what was administered.
class RefusingEhr : public test::ConfiguredProgram {
  protected:
    RefusingEhr() : ConfiguredProgram(refusing()) {}

    static test::ScriptedServer::Script refusing() {
        const auto record = std::make_shared<const json::Document>(
            *json::Document::parse(test::case_bundle(test::kPossibleMatch)));
        return test::by_target([record](const std::string &target) {
            if (target.rfind("/fhir/MedicationAdministration", 0) == 0) return test::answer(403, "");
            return test::answer(200, test::resource_of(*record, target));
        });
    }
    [[nodiscard]] std::string card() { return post(fresh_token(), call_without_prefetch(ehr_.url("/fhir"))); }
    [[nodiscard]] std::string log() {
        process_->signal(SIGTERM);
        EXPECT_EQ(process_->wait(), 0);
        return process_->err();
    }
    const std::string refusal_ = "Medication administrations were refused by the EHR";
};

TEST_F(RefusingEhr, Item31_NoneRecordedIsNotSaidOverTheSourceThatItRefuses) {
    const std::string card_text = card();
    EXPECT_THAT(card_text, HasSubstr("Possible match for review"));
    EXPECT_THAT(card_text, HasSubstr(refusal_ + "; more drugs may be recorded there. "
                                                "This concerns E5, E6, E7, E8, E9, E10, E11."));
    EXPECT_THAT(metrics(), HasSubstr(R"(trialcds_prefetch_total{key="medadmins",state="not_retrieved"} 1)"));
    EXPECT_THAT(metrics(), HasSubstr(R"(trialcds_fhir_reads_total{outcome="forbidden"} 1)"));
    EXPECT_THAT(log(), HasSubstr(R"("causes":{"medadmins":"forbidden"})"));
}

class RefusingEhrWithItsSources : public RefusingEhr {
  protected:
    [[nodiscard]] std::string more_of_tenant() const override {
        return R"("medication_sources": ["MedicationStatement", "MedicationRequest", "MedicationDispense"],)";
    }
};

TEST_F(RefusingEhrWithItsSources, Item31_WhatItDoesNotKeepIsNotAskedForAndNotMissed) {
    const std::string card_text = card();
    EXPECT_THAT(card_text, HasSubstr("Possible match for review"));
    EXPECT_THAT(card_text, Not(HasSubstr("refused")));
    EXPECT_THAT(card_text, Not(HasSubstr("This concerns E5")));
    for (const std::string &target : ehr_.targets())
        EXPECT_THAT(target, Not(HasSubstr("MedicationAdministration")));
    EXPECT_THAT(log(), HasSubstr(R"("causes":{"medadmins":"source_not_kept"})"));
}

TEST_F(Configured, Item66_AKeyFileThatIsReplacedChangesTheKeysOfARunningService) {
    static const test::Signer next = test::Signer::p384();
    const auto token_of_next = [] {
        static int count = 0;
        return test::token(next, with(server::ehr_header(), "kid", json_string("next")),
                           with(ehr_claims(), "jti", json_string("next-" + std::to_string(++count))));
    };
    std::filesystem::remove(folder_.file("keys.json"));
    EXPECT_THAT(post(fresh_token()), StartsWith("HTTP/1.1 200")) << "what was read at the start is in force";
    EXPECT_THAT(post(token_of_next()), StartsWith("HTTP/1.1 401"));
    (void)folder_.write("keys.json", R"({"keys":[)");
    EXPECT_THAT(post(token_of_next()), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(post(fresh_token()), StartsWith("HTTP/1.1 200")) << "a half-written file withdraws no key";
    (void)folder_.write("keys.json", next.key_set("next"));
    std::string answer;
    for (int look = 0; look < 600 && answer.rfind("HTTP/1.1 200", 0) != 0; ++look) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100)); // the file is read once a second at most
        answer = post(token_of_next());
    }
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(post(fresh_token()), StartsWith("HTTP/1.1 401"))
        << "the key that it no longer holds is withdrawn";
}

class Reloading : public test::ConfiguredProgram {
  protected:
    void write_files() override {
        std::filesystem::create_directory(folder_.file("knowledge"));
        const auto shipped = test::shipped_data_folder();
        for (const char *name : {"data", "schema"})
            std::filesystem::copy(shipped.parent_path() / name, folder_.file("knowledge/" + std::string(name)),
                                  std::filesystem::copy_options::recursive);
    }
    [[nodiscard]] std::string more_config() const override {
        return R"("data": ")" + folder_.file("knowledge/data") + "\",";
    }
    [[nodiscard]] std::string trial_file() const {
        return folder_.file("knowledge/data/trials/NCT06470048/trial.json");
    }
    void close_the_trial() const {
        std::string trial = test::read_text(trial_file());
        const std::string open = R"("recruitment": {"status": "recruiting")";
        const std::size_t at = trial.find(open);
        ASSERT_NE(at, std::string::npos);
        std::ofstream(trial_file()) << trial.replace(at, open.size(),
                                                     R"("recruitment": {"status": "completed")");
    }
};

TEST_F(Reloading, HangUpReadsTheKnowledgeAgain) {
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
    close_the_trial();
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review")) << "not before it is asked for";
    process_->signal(SIGHUP);
    ASSERT_TRUE(process_->says("Knowledge read again."));
    EXPECT_THAT(post(fresh_token()), HasSubstr(R"({"cards":[]})")) << "a closed trial shows no card";
}

TEST_F(Reloading, KnowledgeThatCannotBeReadLeavesTheOldInForce) {
    std::ofstream(trial_file()) << "{";
    process_->signal(SIGHUP);
    for (int look = 0; look < 6000 && process_->err().find("trial.json") == std::string::npos; ++look)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_THAT(process_->err(), HasSubstr("trial.json"));
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
}

} // namespace
} // namespace trialcds
