// check-config says "sound" to what serve starts with, and of what serve refuses it says the same as serve
// does.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "configured_program.h"
#include "support/identity.h"
#include "support/secret_file.h"

namespace trialcds {
namespace {

using std::filesystem::perms;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(CheckConfig, NamesEveryProblemWithItsLine) {
    const test::Folder folder;
    const std::string file =
        folder.write("c.json", "{\n  \"public_base\": \"https://x.example\",\n  \"listen\": {\"port\": 0}\n}");
    const auto ran = test::run({"check-config", file});
    EXPECT_EQ(ran.code, 65);
    EXPECT_THAT(ran.err, HasSubstr("c.json:3"));
    EXPECT_THAT(ran.err, HasSubstr("tenants"));
    EXPECT_EQ(test::run({"serve", "--config", file}).code, 65);
    EXPECT_EQ(test::run({"check-config", folder.file("none")}).code, 65);
}

TEST(CheckConfig, OfflineTheExampleIsSoundAndTheLastLineSaysThatNothingWasOpened) {
    const std::string example = TRIALCDS_SOURCE_DIR "/deploy/config.example.json";
    const auto ran = test::run({"check-config", "--offline", example});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("nothing that it names was opened; 1 tenants, 1 issuers"));
    const auto opened = test::run({"check-config", example});
    EXPECT_NE(opened.code, 0) << "it names files of nobody's machine";
    for (const char *missing :
         {"/etc/trial-cds/server.pem", "/etc/trial-cds/north.jwks.json", "/etc/trial-cds/hash.key"})
        EXPECT_THAT(opened.err, HasSubstr(missing));
    EXPECT_THAT(opened.out, Not(HasSubstr("sound")));
}

// Everything that a configuration can name, as it should be; each test spoils one thing.
class CheckConfigOpens : public testing::Test {
  protected:
    CheckConfigOpens() {
        write_server({.common_name = "cds.example.org", .days_left = 300});
        (void)folder_.write("keys.json", server::ehr_key_set());
        (void)test::write_secret(folder_, "hash.key", "0123456789abcdef0123456789abcdef\n");
        test::write_certificate(folder_.file("ca.crt"), ca_);
    }
    void write_server(const test::Named &named) {
        const test::Identity server = test::make_identity(named, &ca_);
        test::write_certificate(folder_.file("server.crt"), server);
        test::write_key(folder_.file("server.key"), server);
    }
    [[nodiscard]] std::string config() const {
        const auto path = [this](const std::string &name) { return "\"" + folder_.file(name) + "\""; };
        return R"({"public_base": "https://cds.example.org",
            "listen": {"address": "127.0.0.1", "port": )" +
               std::to_string(port_) + R"(, "tls": {"certificate_chain": )" + path("server.crt") +
               R"(, "key": )" + path("server.key") + R"(, "client_ca": )" + path("ca.crt") +
               R"(, "client_certificates": "optional"}},
            "admin": {"address": "127.0.0.1", "port": )" +
               std::to_string(admin_) + R"(},
            "fhir": {"ca_file": )" +
               path("ca.crt") + R"(, "private_networks": [)" + networks_ + R"(]},
            "tenants": [{"id": "clinic", "mode": "shadow", "fhir_bases": [")" +
               base_ + R"("]}],
            "issuers": [{"issuer": ")" +
               server::kIssuer + R"(", "key_file": )" + path("keys.json") +
               R"(, "tenant": "clinic"}],
            "store": {"sqlite": )" +
               path("store.db") + R"(, "hash_key": {"file": )" + path("hash.key") + "}" + previous_ + "}}";
    }
    [[nodiscard]] test::Ran check() const {
        return test::run({"check-config", folder_.write("config.json", config())});
    }
    // Both refuse, and in the same words.
    void expect_refused(const std::string &place, const std::string &why) const {
        const auto checked = check();
        EXPECT_NE(checked.code, 0);
        EXPECT_THAT(checked.out, Not(HasSubstr("sound")));
        EXPECT_THAT(checked.err, AllOf(HasSubstr(place), HasSubstr(why)));
        EXPECT_EQ(test::lines(checked.err), 1) << checked.err;
        const auto served = test::run({"serve", "--config", folder_.file("config.json")});
        EXPECT_EQ(served.code, checked.code);
        EXPECT_EQ(served.err, checked.err);
    }

    test::Folder folder_;
    const test::Identity ca_ = test::make_identity({"Test CA"});
    const std::uint16_t port_ = test::free_port();
    const std::uint16_t admin_ = test::free_port();
    std::string base_ = "https://127.0.0.1:9/fhir";
    std::string previous_; // member of the store
    std::string networks_ = R"("127.0.0.1")";
};

TEST_F(CheckConfigOpens, WhatServeStartsWithIsSoundAndTheStoreIsLeftToTheFirstStart) {
    const auto checked = check();
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_THAT(checked.out, AllOf(HasSubstr("store.db: is not there yet; the first start makes it"),
                                   HasSubstr("sound, and so is what it names; 1 tenants, 1 issuers")));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("store.db")));
    test::Process process({"serve", "--config", folder_.file("config.json")});
    ASSERT_TRUE(process.says("Listening on https://")) << process.err();
    EXPECT_EQ(check().code, 0) << "beside the running service";
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(), 0);
    const auto again = check();
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.out, Not(HasSubstr("note:")));
}

TEST_F(CheckConfigOpens, AMissingKeySet) {
    std::filesystem::remove(folder_.file("keys.json"));
    expect_refused(folder_.file("keys.json"), "cannot open it");
}

TEST_F(CheckConfigOpens, AKeySetWithoutAUsableKey) {
    (void)folder_.write("keys.json", R"({"keys": []})");
    expect_refused(folder_.file("keys.json"), "no usable key");
}

TEST_F(CheckConfigOpens, ATlsKeyOfAnotherCertificate) {
    test::write_key(folder_.file("server.key"), ca_);
    expect_refused(folder_.file("server.key"), "no private key that fits the certificate");
}

TEST_F(CheckConfigOpens, ACertificateThatHasExpired) {
    write_server({.common_name = "cds.example.org", .days_left = -1});
    expect_refused(folder_.file("server.crt"), "expired at");
}

TEST_F(CheckConfigOpens, ACertificateThatExpiresSoonIsSoundAndToldOf) {
    write_server({.common_name = "cds.example.org", .days_left = 20});
    const auto checked = check();
    EXPECT_EQ(checked.code, 0) << checked.err;
    // By the second twenty whole days, or a little less.
    EXPECT_THAT(checked.out,
                testing::ContainsRegex("server.crt: the certificate expires in less than 2[01] days"));
    test::Process process({"serve", "--config", folder_.file("config.json")});
    ASSERT_TRUE(process.says("Listening on")) << process.err();
    EXPECT_THAT(process.err(), testing::ContainsRegex(R"("event":"certificate_expires","days":(19|20)\})"));
}

TEST_F(CheckConfigOpens, TrustAnchorsThatAreNone) {
    (void)folder_.write("ca.crt", "no certificate");
    const auto checked = check();
    EXPECT_NE(checked.code, 0);
    EXPECT_THAT(checked.err,
                AllOf(HasSubstr("no CA for client certificates"), HasSubstr("the CA file cannot")));
    EXPECT_EQ(test::lines(checked.err), 2) << "every problem at once";
}

TEST_F(CheckConfigOpens, AHashKeyThatIsMissing) {
    std::filesystem::remove(folder_.file("hash.key"));
    expect_refused(folder_.file("hash.key"), "the secret is not there");
}

TEST_F(CheckConfigOpens, AHashKeyThatAnybodyCouldGuess) {
    (void)folder_.write("hash.key", "short\n");
    expect_refused("/store/hash_key", "fewer than 32 bytes");
    (void)folder_.write("hash.key", std::string(48, ' ') + "\n");
    expect_refused("/store/hash_key", "blank");
    (void)folder_.write("hash.key", std::string(48, '\0'));
    expect_refused("/store/hash_key", "openssl rand");
}

TEST_F(CheckConfigOpens, APreviousHashKeyIsHeldToTheSameRules) {
    previous_ = R"(, "previous_hash_key": {"file": ")" + folder_.file("old.key") + "\"}";
    expect_refused(folder_.file("old.key"), "the secret is not there");
    (void)test::write_secret(folder_, "old.key", "short\n");
    expect_refused("/store/previous_hash_key", "fewer than 32 bytes");
    (void)test::write_secret(folder_, "old.key", "0123456789abcdef0123456789abcdef\n");
    expect_refused("/store/hash_key", "the key is the previous one");
    (void)test::write_secret(folder_, "old.key", "fedcba9876543210fedcba9876543210\n");
    EXPECT_EQ(check().code, 0);
    std::filesystem::remove(folder_.file("hash.key"));
    std::filesystem::remove(folder_.file("old.key"));
    EXPECT_EQ(test::lines(check().err), 2) << "both are told at once";
}

TEST_F(CheckConfigOpens, AHashKeyThatOthersCanRead) {
    std::filesystem::permissions(folder_.file("hash.key"), perms::group_read,
                                 std::filesystem::perm_options::add);
    expect_refused(folder_.file("hash.key"), "chmod 600");
}

TEST_F(CheckConfigOpens, AStoreThatCannotBeOpenedOrMade) {
    std::filesystem::create_directory(folder_.file("store.db"));
    expect_refused(folder_.file("store.db"), "cannot be opened or made here");
    std::filesystem::remove(folder_.file("store.db"));
    (void)test::write_secret(folder_, "store.db", std::string(9000, 'x'));
    expect_refused(folder_.file("store.db"), "not a database of this service");
}

TEST_F(CheckConfigOpens, AFhirServerOnThisMachineWhoseNetworkIsNotListed) {
    networks_ = "";
    for (const char *base : {"https://127.0.0.1:9/fhir", "https://localhost:9/fhir", "https://10.1.2.3/fhir"}) {
        base_ = base;
        const auto checked = check();
        EXPECT_NE(checked.code, 0) << base;
        EXPECT_THAT(checked.err,
                    AllOf(HasSubstr("tenant clinic, " + base_), HasSubstr("\"private_networks\"")));
    }
}

TEST_F(CheckConfigOpens, AFhirServerThatIsNeverAskedByItsUrl) {
    base_ = "http://127.0.0.1:9/fhir";
    EXPECT_THAT(check().err, HasSubstr("plain http is asked in demonstration mode only"));
    base_ = "https://127.1/fhir";
    EXPECT_THAT(check().err, HasSubstr("usual form"));
}

} // namespace
} // namespace trialcds
