// The service as it runs: knowledge, clock and identifiers behind one handler, over a real connection.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <stdexcept>
#include <string_view>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "egress/scripted_server.h"
#include "service/deployment.h"
#include "service/knowledge_files.h"
#include "support/cases.h"
#include "support/shipped_data.h"
#include "transport/http_server.h"
#include "wire.h"

namespace trialcds::service {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kService = "/cds-services/trials-patient-view";

class MockClock : public server::Clock {
  public:
    MOCK_METHOD(base::Day, today, (), (const, override));
    MOCK_METHOD(std::int64_t, unix_seconds, (), (const, override));
};

std::shared_ptr<const mappings::Knowledge> knowledge() {
    const auto files = read_knowledge(test::shipped_data_folder(), Cases::skip);
    if (!files) throw std::runtime_error(files.error().public_text);
    auto loaded = mappings::load_knowledge(*files);
    if (!loaded) throw std::runtime_error(loaded.error().front().public_text);
    return *loaded;
}

// A woman with the disease whose lungs were never measured.
const std::string kCall =
    *cds_hooks::hook_request(test::case_bundle("e4-fvc-never-measured"), knowledge()->catalogue.prefetch,
                             "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");

cds_hooks::HttpResponse post(const Deployment &service) {
    return service.handle(
        {"POST", kService, {{"Content-Type", "application/json"}}, base::Sensitive<std::string>(kCall)});
}

TEST(Deployment, TheDayIsAskedOncePerCallAndHandedDown) {
    auto clock = std::make_unique<testing::StrictMock<MockClock>>();
    EXPECT_CALL(*clock, today()).WillOnce(testing::Return(*base::parse_day("2026-11-22")));
    const Deployment service(knowledge(), std::move(clock));
    const auto response = post(service);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_THAT(response.body, HasSubstr("More data needed: NCT06470048"));
    EXPECT_THAT(response.body, HasSubstr("Data as of 2026-11-22"));
}

TEST(Deployment, ATrialPastItsDateIsSilent) {
    const Deployment service(knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2040-01-01")));
    EXPECT_EQ(post(service).body, R"({"cards":[]})");
}

TEST(Deployment, EveryCardHasItsOwnUuid) {
    const Deployment service(knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22")));
    const std::regex uuid(R"re("uuid":"([^"]+)")re");
    std::smatch first, second;
    const std::string one = post(service).body, two = post(service).body;
    ASSERT_TRUE(std::regex_search(one, first, uuid));
    ASSERT_TRUE(std::regex_search(two, second, uuid));
    EXPECT_NE(first[1], second[1]);
}

server::Config config_with(std::vector<cds_hooks::ServiceDefinition> services) {
    // A certificate stands in for tokens: no key is needed.
    auto config = server::parse_config("c.json", R"({"public_base": "https://cds.example.org", "listen": {
        "address": "127.0.0.1", "tls": {"certificate_chain": "a", "key": "b", "client_ca": "c",
        "client_certificates": "required"}}, "tenants": [{"id": "north", "mode": "clinician",
        "client_certificates": ["CN=ehr"], "certificate_instead_of_token": true}], "fhir": {"fetch": false}})");
    if (!config) throw std::runtime_error(config.error().front().public_text);
    config->services = std::move(services);
    return *config;
}

TEST(Deployment, AServiceThatNamesATrialThatIsNotInstalledDoesNotStart) {
    const auto parts = [] {
        return DeploymentParts{
            knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22")), [](auto) {}};
    };
    const auto refused = Deployment::create(config_with({{"a-patient-view", "", {"NCT99999999"}}}), parts());
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().public_text, HasSubstr("NCT99999999"));
    EXPECT_TRUE(
        Deployment::create(config_with({{"a-patient-view", "", {"NCT06470048"}}}), parts()).has_value());
}

TEST(Deployment, ANewReadingWithoutATrialOfAServiceLeavesTheOldOneInForce) {
    auto service = Deployment::create(
        config_with({{"a-patient-view", "", {"NCT06470048"}}}),
        {knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22")), [](auto) {}});
    ASSERT_TRUE(service.has_value()) << service.error().public_text;
    EXPECT_FALSE((*service)->use(std::make_shared<mappings::Knowledge>()).has_value());
    const auto listed = (*service)->handle({.method = "GET",
                                            .target = "/cds-services",
                                            .headers = {},
                                            .body = base::Sensitive<std::string>(""),
                                            .client_subject = "CN=ehr"});
    EXPECT_THAT(listed.body, HasSubstr("a-patient-view"));
    EXPECT_TRUE((*service)->use(knowledge()).has_value());
}

TEST(Deployment, WhoCallsIsFoundFromTheHeadAloneAndNotLookedForAgain) {
    auto service = Deployment::create(
        config_with({}),
        {knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22")), [](auto) {}});
    ASSERT_TRUE(service.has_value()) << service.error().public_text;
    cds_hooks::HttpRequest call{"POST", kService, {{"Content-Type", "application/json"}}, {}, "CN=ehr"};
    const server::Judgement welcome = (*service)->judge(call);
    EXPECT_FALSE(welcome.answer.has_value());
    EXPECT_EQ(welcome.share, "tenant north");
    ASSERT_TRUE(welcome.client && welcome.client->client);
    EXPECT_EQ(welcome.client->client->tenant, "north");

    call.judged = welcome.client;
    call.body = base::Sensitive<std::string>(kCall);
    call.client_subject = "";
    EXPECT_EQ((*service)->handle(call).status, 200) << "a token is good once: it has been looked at";

    const auto answer_to = [&](const std::string &target, const std::string &subject) {
        const auto judged = (*service)->judge({"POST", target, {}, {}, subject});
        return judged.answer ? judged.answer->status : 0;
    };
    EXPECT_EQ(answer_to(kService, ""), 401);
    EXPECT_EQ(answer_to("/nothing", "CN=ehr"), 404) << "no body changes that";
    EXPECT_EQ(answer_to("/cds-services", "CN=ehr"), 405);
    EXPECT_EQ(answer_to(kService + "/feedback", "CN=ehr"), 0);
}

class Certificate : public testing::Test {
  protected:
    static constexpr std::int64_t kExpires = 1'900'000'000;
    static constexpr std::int64_t kDay = 86'400;

    void start(bool with_admin) {
        server::Config config = config_with({});
        if (with_admin) config.admin = server::ListenSettings{};
        auto made = Deployment::create(
            config, {.knowledge = knowledge(),
                     .clock = std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22")),
                     .log = [this](std::string_view line) { log_.append(line) += '\n'; },
                     .machine_seconds = [this] { return now_; }});
        ASSERT_TRUE(made.has_value()) << made.error().public_text;
        service_ = std::move(*made);
    }
    [[nodiscard]] auto warnings() const {
        const std::regex warning(R"("level":"warning","event":"certificate_expires","days":\d+)");
        return std::distance(std::sregex_iterator(log_.begin(), log_.end(), warning), std::sregex_iterator());
    }
    [[nodiscard]] cds_hooks::HttpResponse readiness() const {
        return service_->administer({"GET", "/readyz", {}, {}});
    }

    std::int64_t now_ = kExpires - 100 * kDay;
    std::string log_;
    std::unique_ptr<Deployment> service_;
};

TEST_F(Certificate, TheOperatorIsToldOnceADayOfTheLastThirtyDays) {
    start(true);
    service_->certificate_read(kExpires);
    service_->tend();
    EXPECT_EQ(warnings(), 0) << "a hundred days are left";
    now_ = kExpires - 30 * kDay;
    service_->tend();
    EXPECT_THAT(log_, HasSubstr(R"("days":30)"));
    now_ += kDay - 1;
    service_->tend();
    EXPECT_EQ(warnings(), 1);
    ++now_;
    service_->tend();
    EXPECT_EQ(warnings(), 2);
    EXPECT_THAT(log_, HasSubstr(R"("days":29)"));
    service_->certificate_read(kExpires);
    EXPECT_EQ(warnings(), 3) << "at each start and reload";
    service_->certificate_read(kExpires + 365 * kDay);
    now_ += 10 * kDay;
    service_->tend();
    EXPECT_EQ(warnings(), 3) << "it was renewed";
}

TEST_F(Certificate, OnceItHasExpiredTheServiceIsNotReadyUntilAnotherIsRead) {
    start(true);
    EXPECT_EQ(readiness().status, 200) << "without TLS of its own";
    service_->certificate_read(kExpires);
    now_ = kExpires - 1;
    EXPECT_EQ(readiness().status, 200);
    now_ = kExpires;
    EXPECT_EQ(readiness().status, 503);
    EXPECT_EQ(readiness().body, "the server's certificate has expired\n");
    EXPECT_EQ(service_->administer({"GET", "/livez", {}, {}}).status, 200);
    service_->certificate_read(kExpires + kDay);
    EXPECT_EQ(readiness().status, 200);
}

TEST_F(Certificate, WithoutAnAdminAddressReadinessIsToldOnTheEhrs) {
    start(false);
    service_->certificate_read(kExpires);
    EXPECT_EQ(service_->handle({"GET", "/readyz", {}, {}}).status, 200);
    now_ = kExpires;
    EXPECT_EQ(service_->handle({"GET", "/readyz", {}, {}}).status, 503);
    EXPECT_EQ(service_->handle({"POST", "/readyz", {}, {}}).status, 405);
    EXPECT_EQ(service_->handle({"GET", "/livez", {}, {}}).status, 200);
}

TEST_F(Certificate, ItsEndIsAMetric) {
    start(true);
    service_->certificate_read(kExpires);
    EXPECT_THAT(service_->administer({"GET", "/metrics", {}, {}}).body,
                HasSubstr("\ntrialcds_certificate_expiry_timestamp_seconds 1900000000\n"));
}

// Two hospitals that read from one FHIR server, each with tokens of its own.
server::Config config_of_two(const std::string &base) {
    const auto tenant = [&base](const std::string &id) {
        return R"({"id": ")" + id + R"(", "mode": "clinician", "client_certificates": ["CN=)" + id +
               R"("], "certificate_instead_of_token": true, "fhir_bases": [")" + base + R"("]})";
    };
    auto config =
        server::parse_config("c.json",
                             R"({"public_base": "https://cds.example.org", "demonstration": true, "listen": {
        "address": "127.0.0.1", "tls": {"certificate_chain": "a", "key": "b", "client_ca": "c",
        "client_certificates": "required"}}, "fhir": {"deadline_ms": 20000, "private_networks": ["127.0.0.1"]},
        "limits": {"handler_ms": 60000}, "tenants": [)" +
                                 tenant("north") + "," + tenant("south") + "]}");
    if (!config) throw std::runtime_error(config.error().front().public_text);
    return *config;
}

TEST(Deployment, TheReadsOfTwoTenantsShareNoConnection) {
    std::mutex mutex;
    std::map<const test::Peer *, std::string> tokens; // by connection
    std::size_t mixed = 0;
    std::size_t again = 0;
    const test::ScriptedServer ehr([&](test::Peer &peer, const std::string &head) {
        constexpr std::string_view kBearer = "Bearer ";
        const std::string token = head.substr(head.find(kBearer) + kBearer.size(), 5);
        {
            const std::lock_guard lock(mutex);
            if (peer.heads_read() == 1) tokens[&peer] = token;
            if (peer.heads_read() > 1) ++again;
            if (tokens[&peer] != token) ++mixed;
        }
        return peer.send(test::answer(200, R"({"resourceType":"Bundle","type":"searchset"})"));
    });
    const auto service = Deployment::create(
        config_of_two(ehr.url("/fhir")),
        {knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22")), [](auto) {}});
    ASSERT_TRUE(service.has_value()) << service.error().public_text;
    for (int i = 0; i < 3; ++i)
        for (const std::string tenant : {"north", "south"}) {
            const std::string call =
                R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":")" +
                ehr.url("/fhir") + R"(","fhirAuthorization":{"access_token":")" + tenant +
                R"(","token_type":"Bearer","expires_in":300,"scope":"user/*.read","subject":"trial-cds"},)"
                R"("context":{"userId":"Practitioner/1","patientId":"1"}})";
            (void)(*service)->handle({.method = "POST",
                                      .target = kService,
                                      .headers = {{"Content-Type", "application/json"}},
                                      .body = base::Sensitive<std::string>(call),
                                      .client_subject = "CN=" + tenant});
        }
    const std::lock_guard lock(mutex);
    EXPECT_EQ(mixed, 0U);
    EXPECT_GT(again, 0U) << "connections are used again";
}

TEST(Deployment, AnswersOverTheWire) {
    const Deployment service(knowledge(), std::make_unique<server::FixedClock>(*base::parse_day("2026-11-22")));
    std::unique_ptr<server::HttpServer> server;
    std::uint16_t port = 0;
    for (int attempt = 0; attempt < 20 && server == nullptr; ++attempt) {
        port = test::free_port();
        if (auto started = server::HttpServer::start({.address = "127.0.0.1", .port = port}, service.handler()))
            server = std::move(*started);
    }
    ASSERT_NE(server, nullptr);
    const std::string discovery = test::exchange(port, test::request("GET", "/cds-services/"));
    EXPECT_THAT(discovery, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(discovery, HasSubstr("trials-patient-view"));
    EXPECT_THAT(test::exchange(port, test::request("POST", kService, kCall)), HasSubstr("More data needed"));
    EXPECT_THAT(test::exchange(port, test::request("POST", kService, "{")), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(test::exchange(port, test::request("GET", "/nothing")), StartsWith("HTTP/1.1 404"));
    const std::string head = test::exchange(port, test::request("HEAD", "/cds-services"), false);
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << "no body";
}

} // namespace
} // namespace trialcds::service
