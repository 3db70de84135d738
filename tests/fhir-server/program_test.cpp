// The program end to end: a hospital's configuration, a signed call without prefetch, and the record on a FHIR
// server of other people's making.
#include <gmock/gmock.h>

#include "app/program.h"
#include "fhir_server.h"
#include "server/wire.h"
#include "trust/ehr.h"

namespace trialcds::test {
namespace {

using server::ehr_claims;
using server::ehr_header;
using server::json_string;
using server::kPath;
using server::with;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kWholeCase = "base-clean-potential-candidate";
const std::string kDrugCase = "e6-oral-cyclophosphamide-ongoing";

std::string config_text(const Folder &folder, const std::vector<std::string> &bases, std::uint16_t port,
                        std::uint16_t admin) {
    std::string list;
    for (const std::string &base : bases)
        list += (list.empty() ? "\"" : ",\"") + base + "\"";
    return R"({"public_base": "https://cds.example.org", "demonstration": true,)"
           R"("limits": {"handler_ms": 60000},)"
           R"("fhir": {"deadline_ms": 20000, "private_networks": ["127.0.0.1"]},)"
           R"("listen": {"address": "127.0.0.1", "port": )" +
           std::to_string(port) + R"(}, "admin": {"address": "127.0.0.1", "port": )" + std::to_string(admin) +
           R"(}, "tenants": [{"id": "clinic", "mode": "clinician", "fhir_bases": [)" + list +
           R"(]}], "issuers": [{"issuer": ")" + server::kIssuer + R"(", "jku": ")" + server::kJku +
           R"(", "key_file": ")" + folder.file("keys.json") + R"(", "tenant": "clinic"}]})";
}

class ProgramAndServer : public testing::Test {
  protected:
    void SetUp() override {
        TRIALCDS_NEEDS_FHIR_SERVER();
        for (const std::string &name : {kWholeCase, kDrugCase})
            FhirServer::get()->load(name, case_bundle(name));
        (void)folder_.write("keys.json", server::ehr_key_set());
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = free_port();
            admin_ = free_port();
            const std::vector<std::string> bases{whole_, paged_, without_patient_, without_orders_};
            const std::string config = folder_.write("config.json", config_text(folder_, bases, port_, admin_));
            process_ = std::make_unique<Process>(
                std::vector<std::string>{"serve", "--config", config, "--as-of", "2026-11-22"});
            if (process_->says("Listening on")) return;
            ASSERT_EQ(process_->wait(), 69) << process_->err();
        }
        FAIL() << "no free port in five attempts";
    }

    [[nodiscard]] std::string ask(const std::string &base, const std::string &patient,
                                  const std::string &access_token = kFhirToken) {
        const std::string jti = "call-" + std::to_string(++calls_);
        const std::string jwt =
            token(es384_signer(), ehr_header(), with(ehr_claims(), "jti", json_string(jti)));
        const std::string body =
            R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":")" +
            base + R"(","fhirAuthorization":{"access_token":")" + access_token +
            R"(","token_type":"Bearer","expires_in":300,"scope":"user/*.read","subject":"trial-cds"},)"
            R"("context":{"userId":"Practitioner/1","patientId":")" +
            patient + R"("}})";
        return test::exchange(port_, request("POST", kPath, body, "Authorization: Bearer " + jwt + "\r\n"));
    }
    [[nodiscard]] std::string metrics() const { return test::exchange(admin_, request("GET", "/metrics")); }

    static std::string base(const std::string &name, const std::string &manner) {
        return FhirServer::get() == nullptr ? "" : FhirServer::get()->base(name, manner);
    }

    const std::string whole_ = base(kWholeCase, "");
    const std::string paged_ = base(kWholeCase, "page/2");
    const std::string without_patient_ = base(kWholeCase, "fault/html/Patient");
    const std::string without_orders_ = base(kDrugCase, "page/1/fault/expired-on-page-2/MedicationRequest");
    Folder folder_;
    std::unique_ptr<Process> process_;
    std::uint16_t port_ = 0;
    std::uint16_t admin_ = 0;
    int calls_ = 0;
};

TEST_F(ProgramAndServer, Item36_ACardComesFromTheFhirServerAlone) {
    for (const std::string &base : {whole_, paged_}) {
        const std::string card = ask(base, kWholeCase);
        EXPECT_THAT(card, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Possible match for review")));
    }
    EXPECT_THAT(metrics(), HasSubstr(R"(trialcds_prefetch_total{key="labs",state="fetched"} 2)"));
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    EXPECT_THAT(process_->err(), AllOf(Not(HasSubstr(kFhirToken)), Not(HasSubstr(kWholeCase))));
}

TEST_F(ProgramAndServer, Item34_NoPatientIs412ByName) {
    for (const std::string &answer : {ask(without_patient_, kWholeCase), ask(whole_, "nobody")})
        EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 412"), HasSubstr("could not be had: patient;")));
    const std::string refused = ask(whole_, kWholeCase, "token-of-another");
    EXPECT_THAT(refused, AllOf(StartsWith("HTTP/1.1 412"), HasSubstr("patient, conditions"),
                               Not(HasSubstr("token-of-another"))));
}

TEST_F(ProgramAndServer, Item32_AnExpiredTokenMidPagingIsShownAsNotRead) {
    const std::string card = ask(without_orders_, kDrugCase);
    EXPECT_THAT(card, AllOf(StartsWith("HTTP/1.1 200"), Not(HasSubstr("Possible match for review"))));
    EXPECT_THAT(metrics(), HasSubstr(R"(trialcds_prefetch_total{key="medreqs",state="fetched_incomplete"} 1)"));
}

} // namespace
} // namespace trialcds::test
