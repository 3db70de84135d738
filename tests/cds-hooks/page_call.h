// The evidence page's calls, to a service of which one tenant offers the page and whose FHIR server holds one
// case.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "case_reader.h"
#include "cds_hooks/evaluations.h"
#include "mock_memory.h"
#include "support.h"

namespace trialcds::cds_hooks {

inline const std::string kPagePatient = "base-clean-potential-candidate";
inline const std::string kTrial = "NCT06470048";
inline const std::string kPageServer = "https://fhir.north.example/r4";
inline const std::string kPageToken = "token-of-the-page";
inline const std::string kPageCard = "0f0e0d0c-0b0a-8123-8123-000000000001";
inline constexpr std::int64_t kSecond = 1'000'000'000;

inline std::string authorization(const std::string &more = "") {
    return R"("fhirAuthorization":{"access_token":")" + kPageToken +
           R"(","token_type":"Bearer","expires_in":3600,"scope":"patient/*.rs","subject":"trial-cds")" + more +
           "}";
}
inline std::string question(const std::string &patient, const std::string &more = "",
                            const std::string &server = kPageServer,
                            const std::string &user = R"(,"userId":"Practitioner/456")") {
    return R"({"fhirServer":")" + server + "\"," + authorization() + R"(,"context":{"patientId":")" + patient +
           "\"" + user + "}" + more + "}";
}

class EvaluationsTest : public testing::Test {
  protected:
    EvaluationsTest() {
        settings_.policies["north"].study_contacts[kTrial] = "study team, ext. 0000";
        settings_.policies["off"].evaluates = false;
    }
    Evaluations &page() {
        if (page_ == nullptr)
            page_ = std::make_unique<Evaluations>(
                services_,
                [](std::string_view server) -> std::optional<std::string> {
                    if (server == kPageServer) return "north";
                    if (server == "https://fhir.off.example") return "off";
                    return std::nullopt;
                },
                [this](const Request &request,
                       const ClientIdentity &client) -> std::unique_ptr<fhir::FhirReader> {
                    EXPECT_EQ(client.tenant, "north");
                    EXPECT_EQ(request.fhir_authorization->access_token.reveal(), kPageToken);
                    return std::make_unique<test::CaseReader>(server_);
                },
                settings_, EvaluationLimits{per_minute_, [this] { return now_; }}, memory_);
        return *page_;
    }
    HttpResponse post(const std::string &body, const std::string &target = "/evaluations",
                      const std::string &type = "application/json", const std::string &method = "POST") {
        report_ = {};
        auto response =
            page().handle({method, target, {{"Content-Type", type}}, base::Sensitive<std::string>(body)},
                          {.as_of = test::kAsOf,
                           .correlation_id = "ref-1",
                           .uuid = [] { return test::kUuid; },
                           .report = &report_});
        if (!response) throw std::runtime_error(target + " is not the page's");
        return std::move(*response);
    }
    std::shared_ptr<const json::Document> evaluated(const std::string &more = "") {
        const HttpResponse response = post(question(server_.patient, more));
        EXPECT_EQ(response.status, 200) << response.body;
        return test::document(response.body);
    }
    static json::Value read(const std::shared_ptr<const json::Document> &answer, const std::string &key) {
        for (const json::Value read : answer->root()["reads"].elements())
            if (read["key"].text() == key) return read;
        return {};
    }

    ServicesHolder services_{test::services()};
    ApiSettings settings_{.base_path = "", .cards = bundled_card_settings()};
    std::size_t per_minute_ = 60;
    std::int64_t now_ = 5 * kSecond;
    test::CaseServer server_{kPagePatient};
    testing::NiceMock<test::MockMemory> cards_;
    CardMemory *memory_ = nullptr;
    CallReport report_;
    std::unique_ptr<Evaluations> page_;
};

} // namespace trialcds::cds_hooks
