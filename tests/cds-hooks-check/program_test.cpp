// The judge as a user runs it, against this project's own service.
#include <sstream>

#include <gmock/gmock.h>

#include "app/program.h"
#include "base/json.h"
#include "cds-hooks-check/private_jwk.h"
#include "cds_hooks/client_call.h"
#include "knowledge/knowledge.h"
#include "server/wire.h"

namespace trialcds {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

const std::string kIssuer = "https://ehr.example/fhir";
const std::string kOrigin = "https://ehr.example";
constexpr auto kDay = "2026-11-22";
constexpr auto kDaysSeconds = "1795305600"; // the service's clock stands still at the day's first second

std::string clinic(const test::Folder &folder, std::uint16_t port, std::uint16_t admin) {
    return R"({"public_base": "http://127.0.0.1:)" + std::to_string(port) +
           R"(", "demonstration": true, "cors_origins": [")" + kOrigin +
           R"("], "listen": {"address": "127.0.0.1", "port": )" + std::to_string(port) +
           R"(}, "admin": {"address": "127.0.0.1", "port": )" + std::to_string(admin) +
           R"(}, "tenants": [{"id": "clinic", "mode": "clinician", "fhir_bases": [],)"
           R"("suggestions": ["referral", "task"]}],)"
           R"("issuers": [{"issuer": ")" +
           kIssuer + R"(", "key_file": ")" + folder.file("keys.json") + R"(", "tenant": "clinic"}]})";
}

// What an EHR would prefetch for a patient for whom a card comes.
std::string prefetch_of(const std::string &name) {
    const auto knowledge = mappings::load_knowledge(test::shipped_files());
    const auto body = cds_hooks::hook_request(test::case_bundle(name), (*knowledge)->catalogue.prefetch,
                                              "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
    const auto document = json::Document::parse(*body);
    return json::to_text(document->root()["prefetch"]);
}

test::Ran judge(const std::vector<std::string> &arguments) {
    return test::run(arguments, "/dev/null", TRIALCDS_CHECKER);
}

class OwnService : public testing::Test {
  protected:
    void start(const std::function<std::vector<std::string>(std::uint16_t)> &arguments) {
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = test::free_port();
            process_ = std::make_unique<test::Process>(arguments(port_));
            if (process_->says("Listening on")) return;
            ASSERT_EQ(process_->wait(), 69) << process_->err();
        }
        FAIL() << "no free port in five attempts";
    }
    [[nodiscard]] std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }

    test::Folder folder_;
    std::string prefetch_ = folder_.write("prefetch.json", prefetch_of("base-clean-potential-candidate"));
    std::unique_ptr<test::Process> process_;
    std::uint16_t port_ = 0;
};

std::string line_of(const std::string &report, const std::string &check) {
    std::istringstream lines(report);
    std::string line;
    while (std::getline(lines, line) && line.find('[' + check + ']') == std::string::npos) {
    }
    return line;
}

// No item is missed, and what the service offers was indeed looked at.
void expect_conformance(const test::Ran &ran, const std::vector<std::string> &looked_at) {
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(" 0 failed, 0 advice,"));
    for (const std::string &name : looked_at)
        EXPECT_THAT(line_of(ran.out, name), HasSubstr("  passed ")) << name;
}

const std::vector<std::string> kOfCards = {
    "39-cards",       "40-summary", "41-no-html",         "43-indicator", "44-source",
    "45-uuid",        "45-fresh",   "50-reason",          "51-link",      "51-https",
    "34-no-data-412", "56-one",     "57-accepted-nothing"};

TEST_F(OwnService, WithoutTokensMissesNoItem) {
    start([](std::uint16_t port) {
        return std::vector<std::string>{"serve", "--port", std::to_string(port), "--as-of", kDay};
    });
    std::vector<std::string> looked_at = kOfCards;
    for (const char *name : {"21-encounter", "21-appointments"})
        looked_at.emplace_back(name);
    expect_conformance(judge({"--base", base(), "--prefetch", prefetch_, "--strict"}), looked_at);
    // By the ballot too; that the reasons to dismiss a card come from its code system is advice alone.
    const auto ballot = judge({"--base", base(), "--prefetch", prefetch_, "--spec", "3.0"});
    EXPECT_EQ(ballot.code, 0) << ballot.out << ballot.err;
    for (const char *name : {"10-semver", "13-fhirpath", "13-dependencies", "14-wider-subset",
                             "22-patient-scope", "23-second-scopes", "30-either", "45-uuid-type",
                             "52-action-selection-known", "57-empty-reason", "78-issue"})
        EXPECT_THAT(line_of(ballot.out, name), HasSubstr("  passed ")) << name;
    std::istringstream lines(ballot.out);
    for (std::string line; std::getline(lines, line);)
        if (line.find("  advice ") != std::string::npos) {
            EXPECT_THAT(line, HasSubstr("[50-reason-system]"));
        }
}

TEST_F(OwnService, WithTokensAndABrowserMissesNoItem) {
    for (const auto &pair : {test::elliptic_pair("of/the+EHR=="), test::rsa_pair("rsa")}) {
        (void)folder_.write("keys.json", pair.key_set);
        const std::string key = folder_.write("private.json", pair.private_jwk);
        start([this](std::uint16_t port) {
            const std::string file = folder_.write("config.json", clinic(folder_, port, test::free_port()));
            return std::vector<std::string>{"serve", "--config", file, "--as-of", kDay};
        });
        std::vector<std::string> looked_at = kOfCards;
        for (const char *name :
             {"62-needed",    "62-good",        "63-none",    "63-symmetric", "64-kid-unknown", "65-iss",
              "67-aud",       "68-expired",     "69-replay",  "71-signature", "71-length",      "60-token",
              "74-preflight", "74-vary",        "75-errors",  "46-selection", "47-label",       "47-usable",
              "49-type",      "49-description", "49-resource"})
            looked_at.emplace_back(name);
        expect_conformance(judge({"--base", base(), "--jwt-key", key, "--iss", kIssuer, "--clock", kDaysSeconds,
                                  "--prefetch", prefetch_, "--origin", kOrigin, "--strict"}),
                           looked_at);
        // The same service, and somebody whom it does not know: nothing behind the token is called passed.
        const auto stranger = judge(
            {"--base", base(), "--jwt-key", key, "--iss", "https://other.example", "--clock", kDaysSeconds});
        EXPECT_THAT(stranger.out, HasSubstr("see --iss"));
        EXPECT_THAT(stranger.out, Not(HasSubstr("passed      a call without hook")));
    }
}

TEST(CdsHooksCheck, WrongUsageOrNoServiceIsExitCode2) {
    EXPECT_EQ(judge({}).code, 2);
    EXPECT_EQ(judge({"--base", "cds.example.org"}).code, 2);
    EXPECT_EQ(judge({"--base", "http://127.0.0.1:1", "--spec", "1.0"}).code, 2);
    EXPECT_EQ(judge({"--base", "http://127.0.0.1:1"}).code, 2);
    const test::Folder folder;
    const std::string base = "http://127.0.0.1:1";
    EXPECT_THAT(judge({"--base", base, "--jwt-key", folder.file("none"), "--iss", "x"}).err,
                HasSubstr("cannot read"));
    EXPECT_THAT(judge({"--base", base, "--jwt-key", folder.write("key", "{}")}).err, HasSubstr("--iss"));
    EXPECT_THAT(judge({"--base", base, "--jwt-key", folder.write("key", "{}"), "--iss", "x"}).err,
                HasSubstr("kty"));
    EXPECT_THAT(judge({"--base", base, "--prefetch", folder.write("prefetch", "[]")}).err, HasSubstr("object"));
    EXPECT_THAT(judge({"--base", "https://127.0.0.1:1", "--insecure"}).err, HasSubstr("NOT verified"));
}

TEST(CdsHooksCheck, HelpNamesEveryOption) {
    const auto ran = judge({"--help"});
    EXPECT_EQ(ran.code, 0);
    for (const char *option : {"--base", "--jwt-key", "--iss", "--jku", "--kid", "--aud", "--tenant", "--spec",
                               "--prefetch", "--patient", "--origin", "--ca-file", "--insecure", "--strict"})
        EXPECT_THAT(ran.out, HasSubstr(option));
}

} // namespace
} // namespace trialcds
