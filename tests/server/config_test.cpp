// The configuration file: what it says is what is used, and every mistake is named with its line and its
// remedy.
#include <gmock/gmock.h>

#include "base/json.h"
#include "base/json_schema.h"
#include "config/config.h"
#include "support/secret_file.h"
#include "support/shipped_data.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;

const std::string kExample =
    test::read_text(std::filesystem::path(TRIALCDS_SOURCE_DIR) / "deploy/config.example.json");

// Every key there is, once.
const std::string kEverything = R"({
  "public_base": "https://cds.example.org/trials", "demonstration": false,
  "listen": {"address": "0.0.0.0", "port": 8443, "tls_is_ended_by_a_proxy": false,
             "tls": {"certificate_chain": "a", "key": "b", "client_ca": "c", "client_certificates": "optional"}},
  "admin": {"address": "127.0.0.1", "port": 9090, "tls": {"certificate_chain": "d", "key": "e"},
            "only_operators_reach_it": false},
  "limits": {"body_bytes": 1024, "target_bytes": 256, "header_bytes": 1024, "connections": 1,
             "connections_per_client": 0, "in_flight": 1, "in_flight_per_tenant": 1,
             "memory_bytes": 268435456, "idle_ms": 1, "header_ms": 1, "body_ms": 1,
             "handler_ms": 3, "write_ms": 1, "drain_ms": 1, "worker_threads": 1},
  "fhir": {"fetch": true, "deadline_ms": 1, "response_bytes": 1024, "pages": 1,
           "private_networks": ["10.0.0.0/8"], "ca_file": "ca.pem"},
  "cors_origins": ["https://ehr.example.org"],
  "tenants": [{"id": "north", "mode": "shadow", "language": "de", "renderer": "gfm", "lenient_feedback": true,
               "future_matches": true, "study_contacts": {"NCT06470048": "study nurse, ext. 4711"},
               "suggestions": ["task", "referral"], "override_reason_codes": "spec",
               "client_certificates": ["CN=ehr"], "certificate_instead_of_token": true,
               "medication_sources": ["MedicationRequest", "MedicationAdministration"],
               "smart": {"client_id": "trial-cds", "scope": "launch patient/Patient.rs",
                         "authorization_origins": ["https://login.example.org"],
                         "embedded_in": ["https://chart.example.org:8443"]},
               "roles": {"user_types": ["PractitionerRole"], "users": ["PractitionerRole/1"],
                         "not_users": ["Practitioner/2"]},
               "restricted_labels": [{"system": "urn:labels", "code": "R"}], "least_known": 5,
               "budget": {"per_user_day": 5, "per_patient_days": 90},
               "fhir_bases": ["https://fhir.example.org/r4"]}],
  "issuers": [{"issuer": "https://fhir.example.org/r4", "jku": "https://fhir.example.org/jwks", "key_file": "k",
               "algorithms": ["ES384"], "audiences": ["north"], "tenant": "north",
               "tenant_claims": {"n": "north"}}],
  "token": {"leeway_seconds": 60, "max_lifetime_seconds": 3600, "replay": "fail-open"},
  "services": [{"id": "rheumatology-patient-view", "hook": "patient-view", "title": "Rheumatology",
                 "trials": ["NCT06470048"]}],
  "max_cards": 2, "further_patients": 2, "evaluations": {"per_minute": 30},
  "store": {"sqlite": "s.db", "hash_key": {"environment": "KEY"},
            "previous_hash_key": {"file": "old"}, "snooze_days": 30, "reports_per_day": 500},
  "data": "/usr/share/trial-cds"
})";

std::string changed(const std::string &from, const std::string &to) {
    std::string text = kExample;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct Mistake {
    const char *name;
    const char *from;
    const char *to;
    const char *location;
    const char *remedy;
};

void PrintTo(const Mistake &mistake, std::ostream *out) {
    *out << mistake.name;
}

class WrongConfig : public testing::TestWithParam<Mistake> {};

TEST_P(WrongConfig, IsNamedWithPlaceAndRemedy) {
    const Mistake &mistake = GetParam();
    const auto config = parse_config("c.json", changed(mistake.from, mistake.to));
    ASSERT_FALSE(config.has_value());
    EXPECT_THAT(config.error().front().location, HasSubstr(mistake.location));
    EXPECT_THAT(config.error().front().public_text, HasSubstr(mistake.remedy));
}

INSTANTIATE_TEST_SUITE_P(
    Config, WrongConfig,
    testing::Values(Mistake{"UnknownKey", R"("port": 8443)", R"("prot": 8443)", "c.json:10#/listen/prot",
                            "spelling"},
                    Mistake{"PortTooHigh", "8443", "70000", "c.json:10#/listen/port", "from 1 to 65535"},
                    Mistake{"NoTls", R"("port": 8443,)", R"("port": 8443, "tls_": 1,)",
                            "c.json:10#/listen/tls_", "remove it"},
                    Mistake{"ClientCertificatesWithoutCa", R"("client_certificates": "none")",
                            R"("client_certificates": "required")", "/listen/tls", "\"client_ca\""},
                    Mistake{"UnknownMode", R"("mode": "shadow")", R"("mode": "silent")", "/tenants/0/mode",
                            "off, shadow, coordinator-only, clinician"},
                    Mistake{"UnknownLanguage", R"("language": "en")", R"("language": "tlh")",
                            "/tenants/0/language", "en, de, fr"},
                    Mistake{"UnknownMedicationSource", R"("renderer": "basic",)",
                            R"("medication_sources": ["MedicationRequest", "Medication"],)",
                            "c.json:36#/tenants/0/medication_sources/1",
                            "This is no source of medications; use one of: MedicationStatement "
                            "MedicationRequest MedicationAdministration MedicationDispense."},
                    Mistake{"MedicationSourceNamedTwice", R"("renderer": "basic",)",
                            R"("medication_sources": ["MedicationRequest", "MedicationRequest"],)",
                            "/tenants/0/medication_sources/1", "name it once"},
                    Mistake{"NoMedicationSource", R"("renderer": "basic",)", R"("medication_sources": [],)",
                            "/tenants/0/medication_sources", "at least one element"},
                    Mistake{"UnknownTenant", R"("tenant": "north")", R"("tenant": "south")",
                            "/issuers/0/tenant", "No tenant has this id"},
                    Mistake{"NoneIsNoAlgorithm", R"(["ES384", "RS384"])", R"(["none"])",
                            "/issuers/0/algorithms/0", "ES384"},
                    Mistake{"SharedSecretsAreNoAlgorithm", R"(["ES384", "RS384"])", R"(["HS256"])",
                            "/issuers/0/algorithms/0", "ES384"},
                    Mistake{"KeysByPlainHttp", R"("jku": "https://)", R"("jku": "http://)", "c.json",
                            "jku must be an https"},
                    Mistake{"SandboxIssuerOutsideDemonstration", R"("issuer": "https://fhir.north.example/r4")",
                            R"("issuer": "https://sandbox.cds-hooks.org")", "c.json", "demonstration"},
                    Mistake{"PublicBaseByPlainHttp", R"("public_base": "https://)",
                            R"("public_base": "http://)", "c.json", "https"},
                    Mistake{"OriginWithPath", R"("cors_origins": [])",
                            R"("cors_origins": ["https://a.example/x"])", "/cors_origins/0", "remove the path"},
                    Mistake{"AdminOnThePublicPort", R"("address": "127.0.0.1", "port": 9090)",
                            R"("address": "0.0.0.0", "port": 8443)", "/admin", "another \"port\""},
                    Mistake{"Item38_ReadingLongerThanTheCall", R"("handler_ms": 2500)", R"("handler_ms": 450)",
                            "/fhir/deadline_ms", "\"handler_ms\""},
                    Mistake{"Item73_ACertificateThatNobodyIsAskedFor", R"("renderer": "basic",)",
                            R"("renderer": "basic", "client_certificates": ["CN=ehr"],)",
                            "/tenants/0/client_certificates", "\"optional\" or \"required\""},
                    Mistake{"Item73_NoCertificateToStandInForATokenWith", R"("renderer": "basic",)",
                            R"("renderer": "basic", "certificate_instead_of_token": true,)",
                            "/tenants/0/certificate_instead_of_token", "\"client_certificates\""},
                    Mistake{"NoIssuerAndNoCertificate", R"("issuers": [)", R"("issuers": [], "comment": [)",
                            "c.json", "nobody could call"},
                    Mistake{"ANameToListenOn", R"("address": "0.0.0.0")",
                            R"("address": "cds.hospital.example")", "/listen/address", "127.0.0.1"},
                    Mistake{"NoJson", R"("limits": {)", R"("limits": )", "c.json", "JSON"}),
    [](const auto &mistake) { return std::string(mistake.param.name); });

TEST(Config, TheExampleIsSoundAndMeansWhatItSays) {
    const auto config = parse_config("c.json", kExample);
    ASSERT_TRUE(config.has_value()) << config.error().front().location << config.error().front().public_text;
    EXPECT_EQ(config->listen.address, "0.0.0.0");
    EXPECT_EQ(config->listen.port, 8443);
    ASSERT_TRUE(config->listen.tls.has_value());
    EXPECT_EQ(config->listen.tls->key_file, "/etc/trial-cds/server.key");
    EXPECT_EQ(config->admin->port, 9090);
    EXPECT_EQ(config->tenants.at("north").mode, TenantMode::shadow);
    EXPECT_EQ(config->tenants.at("north").language, "en");
    EXPECT_EQ(config->trust.issuers.front().default_tenant, "north");
    EXPECT_EQ(config->key_files.at("https://fhir.north.example/r4"), "/etc/trial-cds/north.jwks.json");
    EXPECT_TRUE(config->cors_origins.empty());
    EXPECT_EQ(config->base_path(), "");
}

TEST(Config, Item01_PlainHttpOnANetworkNeedsWords) {
    const std::string tls =
        kExample.substr(kExample.find(",\n    \"tls\": {"),
                        kExample.find("  },\n\n  // Health") - kExample.find(",\n    \"tls\": {"));
    const auto refused = parse_config("c.json", changed(tls, "\n"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().front().public_text, HasSubstr("tls_is_ended_by_a_proxy"));
    EXPECT_TRUE(parse_config("c.json", changed(tls, ", \"tls_is_ended_by_a_proxy\": true\n")).has_value());
}

TEST(Config, Item08_ThePathOfThePublicAddressIsKept) {
    const auto config =
        parse_config("c.json", changed("https://cds.hospital.example", "https://h.example/cds/trials/"));
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->base_path(), "/cds/trials");
}

TEST(Config, Item73_ACertificateNamesItsTenantAndOneTenantOnly) {
    const auto with_certificates = [](const std::string &subjects) {
        std::string text = kEverything;
        const std::string from = R"(["CN=ehr"])";
        return parse_config("c.json", text.replace(text.find(from), from.size(), subjects));
    };
    const auto config = with_certificates(R"(["CN=ehr,O=North", "CN=spare,O=North"])");
    ASSERT_TRUE(config.has_value());
    ASSERT_EQ(config->trust.certificates.size(), 2U);
    EXPECT_EQ(config->trust.certificates.at("CN=spare,O=North").tenant, "north");
    EXPECT_TRUE(config->trust.certificates.at("CN=ehr,O=North").instead_of_token);
    EXPECT_FALSE(with_certificates(R"(["CN=ehr", "CN=ehr"])").has_value());
}

TEST(Config, ATenantNamesTheMedicationSourcesThatItsEhrKeeps) {
    EXPECT_THAT(parse_config("c.json", kEverything)->tenants.at("north").medication_sources,
                testing::ElementsAre("MedicationRequest", "MedicationAdministration"));
    EXPECT_TRUE(parse_config("c.json", kEverything)->tenants.at("north").future_matches);
    EXPECT_EQ(parse_config("c.json", kEverything)->tenants.at("north").study_contacts.at("NCT06470048"),
              "study nurse, ext. 4711");
    EXPECT_THAT(parse_config("c.json", kExample)->tenants.at("north").medication_sources, testing::IsEmpty());
}

std::string everything_with(const std::string &from, const std::string &to) {
    std::string text = kEverything;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Config, TheEvidencePageIsAnAppOfTheTenantsThatSaySo) {
    const auto config = parse_config("c.json", kEverything);
    ASSERT_TRUE(config.has_value());
    const auto &app = config->tenants.at("north").smart;
    ASSERT_TRUE(app.has_value());
    EXPECT_EQ(app->client_id, "trial-cds");
    EXPECT_EQ(app->scope, "launch patient/Patient.rs");
    EXPECT_THAT(app->authorization_origins, testing::ElementsAre("https://login.example.org"));
    EXPECT_THAT(app->embedded_in, testing::ElementsAre("https://chart.example.org:8443"));
    EXPECT_EQ(config->evaluations_per_minute, 30U);
    EXPECT_TRUE(config->has_evidence_page());
    const auto example = parse_config("c.json", kExample);
    EXPECT_FALSE(example->has_evidence_page());
    EXPECT_EQ(example->evaluations_per_minute, 60U);
}

TEST(Config, AnEvidencePageThatCannotWorkIsNamedWithPlaceAndRemedy) {
    const auto problem = [](const std::string &from, const std::string &to) {
        const auto config = parse_config("c.json", everything_with(from, to));
        return config ? "" : config.error().front().location + " " + config.error().front().public_text;
    };
    const std::string bases = R"("fhir_bases": ["https://fhir.example.org/r4"])";
    EXPECT_THAT(problem(bases, R"("fhir_bases": [])"),
                testing::AllOf(HasSubstr("/tenants/0/smart"), HasSubstr("\"fhir_bases\"")));
    EXPECT_THAT(problem(bases, R"("fhir_bases": ["https://fhir.example.org/r4?x=1"])"),
                testing::AllOf(HasSubstr("/tenants/0/fhir_bases/0"), HasSubstr("without query")));
    EXPECT_THAT(
        problem(bases + "}",
                bases + R"(}, {"id": "south", "mode": "off", "smart": {"client_id": "x"}, )" + bases + "}"),
        testing::AllOf(HasSubstr("/tenants/1/fhir_bases/0"), HasSubstr("must lead to one tenant")));
    EXPECT_THAT(problem(R"("fetch": true)", R"("fetch": false)"),
                testing::AllOf(HasSubstr("/fhir/fetch"), HasSubstr("allow it")));
    EXPECT_THAT(problem(R"("handler_ms": 3)", R"("handler_ms": 2)"),
                testing::AllOf(HasSubstr("/fhir/deadline_ms"), HasSubstr("reads twice")));
    for (const char *origin :
         {"https://login.example.org/path", "login.example.org", "https://a.example; script-src *",
          "https://*.example.org", "https://user@login.example.org", "*"})
        EXPECT_THAT(problem("https://login.example.org", origin),
                    HasSubstr("/tenants/0/smart/authorization_origins/0"))
            << origin;
    EXPECT_THAT(problem("https://chart.example.org:8443", "data:"),
                HasSubstr("/tenants/0/smart/embedded_in/0"));
    EXPECT_THAT(problem(R"("client_id": "trial-cds", )", ""), HasSubstr("/tenants/0/smart"));
}

TEST(Config, OneOfSeveralTenantsHasHalfOfTheRequestsInFlightUnlessTheFileSaysOtherwise) {
    const auto per_tenant = [](const std::string &tenants, const std::string &limits) {
        const auto config = parse_config("c.json", R"({"public_base": "https://cds.example.org", "listen": {
            "address": "127.0.0.1", "tls": {"certificate_chain": "a", "key": "b", "client_ca": "c",
            "client_certificates": "required"}}, "limits": {)" +
                                                       limits + R"(}, "tenants": [)" + tenants + R"(], "fhir":
            {"fetch": false}})");
        return config ? config->listen.max_in_flight_per_share : 0;
    };
    const auto tenant = [](const std::string &id) {
        return R"({"id": ")" + id + R"(", "mode": "shadow", "client_certificates": ["CN=)" + id +
               R"("], "certificate_instead_of_token": true})";
    };
    const std::string two = tenant("north") + "," + tenant("south");
    EXPECT_EQ(per_tenant(tenant("north"), R"("in_flight": 100)"), 100U);
    EXPECT_EQ(per_tenant(two, R"("in_flight": 100)"), 50U);
    EXPECT_EQ(per_tenant(two, R"("in_flight": 1)"), 1U);
    EXPECT_EQ(per_tenant(two, R"("in_flight": 100, "in_flight_per_tenant": 80)"), 80U);
}

TEST(Config, ATenantSaysWhoIsShownCardsAndHowOften) {
    const Tenant tenant = parse_config("c.json", kEverything)->tenants.at("north");
    EXPECT_THAT(tenant.viewers.types, testing::ElementsAre("PractitionerRole"));
    EXPECT_THAT(tenant.viewers.only, testing::ElementsAre("PractitionerRole/1"));
    EXPECT_THAT(tenant.viewers.never, testing::ElementsAre("Practitioner/2"));
    ASSERT_EQ(tenant.restricted_labels.size(), 1U);
    EXPECT_EQ(tenant.restricted_labels[0].system, "urn:labels");
    EXPECT_EQ(tenant.restricted_labels[0].code, "R");
    EXPECT_EQ(tenant.least_known, 5);
    EXPECT_EQ(tenant.budget, (cds_hooks::Budget{5, 90}));
    EXPECT_FALSE(parse_config("c.json", kExample)->tenants.at("north").budget) << "off unless it is asked for";
}

TEST(Config, ABudgetWithoutAStoreIsRefusedWithTheRemedy) {
    std::string text = kEverything;
    const std::string store =
        R"("store": {"sqlite": "s.db", "hash_key": {"environment": "KEY"},
            "previous_hash_key": {"file": "old"}, "snooze_days": 30, "reports_per_day": 500},)";
    const auto config = parse_config("c.json", text.replace(text.find(store), store.size(), ""));
    ASSERT_FALSE(config.has_value());
    ASSERT_EQ(config.error().size(), 1U);
    EXPECT_THAT(config.error().front().location, HasSubstr("/tenants/0/budget"));
    EXPECT_THAT(config.error().front().public_text, HasSubstr("Add a \"store\", or remove the budget."));
}

TEST(Config, Item69_ATokenThatCannotBeCheckedForReplayIsRefusedUnlessTheSiteSaysOtherwise) {
    EXPECT_EQ(parse_config("c.json", kExample)->trust.replay_doubt, ReplayDoubt::refuse);
    EXPECT_EQ(parse_config("c.json", kEverything)->trust.replay_doubt, ReplayDoubt::take);
}

TEST(Config, ThePreviousHashKeyIsASecretOfItsOwn) {
    EXPECT_FALSE(parse_config("c.json", kExample)->store.previous_hash_key.has_value());
    EXPECT_EQ(parse_config("c.json", kEverything)->store.previous_hash_key->file, "old");
}

TEST(Config, TheReportsOfATenantThatAreKeptADayAreMeasured) {
    EXPECT_EQ(parse_config("c.json", kExample)->store.reports_per_day, 10'000U);
    EXPECT_EQ(parse_config("c.json", kEverything)->store.reports_per_day, 500U);
}

TEST(Config, ATenantAsksForDraftsAndForTheCodesOfReasons) {
    using cds_hooks::SuggestionKind;
    const auto config = parse_config("c.json", kEverything);
    EXPECT_THAT(config->tenants.at("north").suggestions,
                testing::ElementsAre(SuggestionKind::task, SuggestionKind::referral));
    EXPECT_EQ(config->tenants.at("north").override_codes, cds_hooks::OverrideCodes::spec);
    const auto example = parse_config("c.json", kExample);
    EXPECT_THAT(example->tenants.at("north").suggestions, testing::IsEmpty());
    EXPECT_EQ(example->tenants.at("north").override_codes, cds_hooks::OverrideCodes::local);
}

TEST(Config, ServicesAndTheirTrialsAreAsTheSiteNamesThem) {
    const auto config = parse_config("c.json", kEverything);
    ASSERT_TRUE(config.has_value());
    ASSERT_EQ(config->services.size(), 1U);
    EXPECT_EQ(config->services[0].id, "rheumatology-patient-view");
    EXPECT_EQ(config->services[0].title, "Rheumatology");
    EXPECT_THAT(config->services[0].trials, testing::ElementsAre("NCT06470048"));
    EXPECT_EQ(config->max_cards, 2U);
    const auto example = parse_config("c.json", kExample);
    EXPECT_TRUE(example->services.empty()) << "one for all trials";
    EXPECT_EQ(example->max_cards, 3U);
}

TEST(Config, Item12_AServiceNeedsAnIdOfItsOwnThatNamesItsHook) {
    const auto problem = [](const std::string &services) {
        std::string text = kEverything;
        const std::size_t from = text.find("[", text.find("\"services\""));
        const std::size_t end = text.find("}]", from) + 2;
        const auto config = parse_config("c.json", text.replace(from, end - from, services));
        return config ? "" : config.error().front().location + " " + config.error().front().public_text;
    };
    EXPECT_EQ(
        problem(R"([{"id": "a-patient-view", "trials": ["X"]}, {"id": "b-patient-view", "trials": ["X"]}])"),
        "");
    EXPECT_THAT(
        problem(R"([{"id": "a-patient-view", "trials": ["X"]}, {"id": "a-patient-view", "trials": ["Y"]}])"),
        testing::AllOf(HasSubstr("/services/1/id"), HasSubstr("another service of this id")));
    for (const char *id : {"", "patient-view", "-patient-view", "rheumatology", "Rheumatology-patient-view",
                           "a/b-patient-view", "a b-patient-view", "a-order-sign"})
        EXPECT_THAT(problem(R"([{"id": ")" + std::string(id) + R"(", "trials": ["X"]}])"),
                    HasSubstr("/services/0/id"))
            << id;
    EXPECT_THAT(problem(R"([{"id": "a-patient-view", "trials": []}])"), HasSubstr("/services/0/trials"));
    EXPECT_THAT(problem(R"([{"id": "a-patient-view"}])"), HasSubstr("/services/0"));
    EXPECT_THAT(problem(R"([{"id": "a-patient-view", "trials": ["X", "X"]}])"),
                testing::AllOf(HasSubstr("/services/0/trials/1"), HasSubstr("twice")));
    EXPECT_THAT(problem("[]"), HasSubstr("/services"));
    EXPECT_EQ(problem(R"([{"id": "a-encounter-start", "hook": "encounter-start", "trials": ["X"]},)"
                      R"({"id": "a-appointment-book", "hook": "appointment-book", "trials": ["X"]}])"),
              "");
    EXPECT_THAT(problem(R"([{"id": "a-encounter-start", "trials": ["X"]}])"),
                testing::AllOf(HasSubstr("/services/0/id"), HasSubstr("patient-view")));
    EXPECT_THAT(problem(R"([{"id": "a-order-sign", "hook": "order-sign", "trials": ["X"]}])"),
                testing::AllOf(HasSubstr("/services/0/hook"), HasSubstr("appointment-book")));
}

TEST(Config, EveryProblemIsToldAtOnce) {
    std::string text = changed("8443", "0");
    text.replace(text.find("\"shadow\""), 8, "\"loud\"");
    const auto config = parse_config("c.json", text);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().size(), 2U);
}

TEST(Config, SecretsComeFromTheEnvironmentOrAFile) {
    setenv("TRIALCDS_TEST_SECRET", "s3cret", 1);
    EXPECT_EQ(read_secret({"TRIALCDS_TEST_SECRET", ""})->reveal(), "s3cret");
    EXPECT_FALSE(read_secret({"TRIALCDS_TEST_NOT_SET", ""}).has_value());
    EXPECT_FALSE(read_secret({"", "/nonexistent/secret"}).has_value());
    const test::Folder folder;
    EXPECT_EQ(read_secret({"", test::write_secret(folder, "secret", "s3cret\r\n")})->reveal(), "s3cret");
}

TEST(Config, ASecretThatOthersCanReadOrChangeIsNone) {
    using std::filesystem::perms;
    const test::Folder folder;
    const std::string file = test::write_secret(folder, "secret", "s3cret");
    for (const perms others : {perms::group_read, perms::group_write, perms::others_read, perms::others_exec}) {
        std::filesystem::permissions(file, perms::owner_read | others);
        const auto refused = read_secret({"", file});
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().location, file);
        EXPECT_THAT(refused.error().public_text,
                    testing::AllOf(HasSubstr("chmod 600 " + file), testing::Not(HasSubstr("s3cret"))));
    }
    std::filesystem::permissions(file, perms::owner_read);
    EXPECT_TRUE(read_secret({"", file}).has_value());
}

TEST(Config, Item76_MetricsAreOnNoPublicAddressInClearUnlessTheFileSaysWhoReachesIt) {
    const auto with_admin = [](const std::string &members) {
        const auto config = parse_config("c.json", changed(R"("address": "127.0.0.1", "port": 9090)", members));
        return config ? "" : config.error().front().location + " " + config.error().front().public_text;
    };
    for (const char *open : {"0.0.0.0", "::", "93.184.216.34", "2606:4700::1"}) {
        const std::string address = R"("address": ")" + std::string(open) + R"(", "port": 9090)";
        EXPECT_THAT(with_admin(address), testing::AllOf(HasSubstr("/admin"), HasSubstr("in clear"))) << open;
        EXPECT_EQ(with_admin(address + R"(, "only_operators_reach_it": true)"), "");
        EXPECT_EQ(with_admin(address + R"(, "tls": {"certificate_chain": "a", "key": "b"})"), "");
    }
    for (const char *own : {"127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "fd00::1"})
        EXPECT_EQ(with_admin(R"("address": ")" + std::string(own) + "\""), "") << own;
}

const std::string kSchema =
    test::read_text(std::filesystem::path(TRIALCDS_SOURCE_DIR) / "deploy/config.schema.json");

void collect_names(json::Value schema, std::vector<std::string> &names) {
    for (const auto &[key, value] : schema["properties"].members()) {
        names.emplace_back(key);
        collect_names(value, names);
    }
    if (schema["items"]) collect_names(schema["items"], names);
}

TEST(ConfigSchema, KnowsTheKeysThatTheReaderKnows) {
    const auto everything = parse_config("c.json", kEverything);
    EXPECT_TRUE(everything.has_value())
        << everything.error().front().location << ' ' << everything.error().front().public_text;
    EXPECT_THAT(json::validate(kSchema, kEverything), testing::IsEmpty());
    const auto schema = json::Document::parse(kSchema);
    std::vector<std::string> names;
    collect_names(schema->root(), names);
    EXPECT_GT(names.size(), 50U);
    for (const std::string &name : names)
        EXPECT_THAT(kEverything + R"("postgresql")", HasSubstr("\"" + name + "\"")) << "a key of the schema";
}

TEST(ConfigSchema, RefusesWhatTheReaderRefuses) {
    const auto both_refuse = [](const std::string &from, const std::string &to) {
        std::string text = kEverything;
        text.replace(text.find(from), from.size(), to);
        return !parse_config("c.json", text).has_value() && !json::validate(kSchema, text).empty();
    };
    EXPECT_TRUE(both_refuse(R"("port": 8443)", R"("port": 70000)"));
    EXPECT_TRUE(both_refuse(R"("data")", R"("date")"));
    EXPECT_TRUE(both_refuse(R"("fail-open")", R"("open")"));
    EXPECT_TRUE(both_refuse(R"("shadow")", R"("silent")"));
    EXPECT_TRUE(both_refuse(R"("ES384")", R"("HS256")"));
    EXPECT_TRUE(both_refuse(R"({"environment": "KEY"})", R"({"environment": "KEY", "file": "f"})"));
    const std::string sources = R"(["MedicationRequest", "MedicationAdministration"])";
    for (const char *wrong : {"[]", R"(["Medication"])", R"(["MedicationRequest", "MedicationRequest"])", "7"})
        EXPECT_TRUE(both_refuse(sources, wrong)) << wrong;
    const std::string budget = R"({"per_user_day": 5, "per_patient_days": 90})";
    for (const char *wrong : {"{}", R"({"per_user_day": 0})", R"({"per_patient_days": 3651})", "5"})
        EXPECT_TRUE(both_refuse(budget, wrong)) << wrong;
    for (const char *wrong : {R"("Patient/2")", R"("Practitioner/")", R"("2")", R"("Practitioner/a b")"})
        EXPECT_TRUE(both_refuse(R"("Practitioner/2")", wrong)) << wrong;
    EXPECT_TRUE(both_refuse(R"(["PractitionerRole"])", R"(["Patient"])"));
    EXPECT_TRUE(both_refuse(R"(["PractitionerRole/1"])", R"(["PractitionerRole/1", "PractitionerRole/1"])"));
    EXPECT_TRUE(both_refuse(R"("code": "R")", R"("code": "")"));
    EXPECT_TRUE(both_refuse(R"("least_known": 5)", R"("least_known": -1)"));
    EXPECT_TRUE(both_refuse(R"("max_cards": 2)", R"("max_cards": 0)"));
    EXPECT_TRUE(both_refuse(R"("reports_per_day": 500)", R"("reports_per_day": 0)"));
    EXPECT_TRUE(both_refuse(R"("max_cards": 2)", R"("max_cards": 21)"));
    EXPECT_TRUE(both_refuse("rheumatology-patient-view", "rheumatology"));
    EXPECT_TRUE(both_refuse("rheumatology-patient-view", "-patient-view"));
    EXPECT_TRUE(both_refuse(R"("trials": ["NCT06470048"])", R"("trials": [])"));
    EXPECT_TRUE(both_refuse(R"("https://ehr.example.org")", R"("https://ehr.example.org/path")"));
    EXPECT_TRUE(both_refuse(R"("https://login.example.org")", R"("https://login.example.org/path")"));
    EXPECT_TRUE(both_refuse(R"("client_id": "trial-cds", )", ""));
    EXPECT_TRUE(both_refuse(R"("per_minute": 30)", R"("per_minute": 0)"));
}

} // namespace
} // namespace trialcds::server
