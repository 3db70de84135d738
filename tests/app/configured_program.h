// The program as a hospital runs it: a configuration, an EHR whose keys it knows, a FHIR server, an admin
// address.
#pragma once

#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "base/json.h"
#include "cds_hooks/client_call.h"
#include "knowledge/knowledge.h"
#include "program.h"
#include "record_server.h"
#include "server/wire.h"
#include "support/secret_file.h"
#include "trust/ehr.h"

namespace trialcds::test {

inline const std::string kPossibleMatch = "base-clean-potential-candidate";

inline std::string card_call() {
    static const std::string body = [] {
        const auto knowledge = mappings::load_knowledge(shipped_files());
        return *cds_hooks::hook_request(case_bundle(kPossibleMatch), (*knowledge)->catalogue.prefetch,
                                        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
    }();
    return body;
}

struct Running {
    std::unique_ptr<Process> process;
    std::uint16_t port = 0;
    std::uint16_t admin = 0;
};

class ConfiguredProgram : public testing::Test {
  protected:
    explicit ConfiguredProgram(ScriptedServer::Script ehr = record_of(case_bundle(kPossibleMatch)))
        : ehr_(std::move(ehr)) {}

    void SetUp() override {
        (void)folder_.write("keys.json", server::ehr_key_set());
        write_files();
        start();
    }

    // Members of the configuration beside those of every test, each followed by a comma.
    [[nodiscard]] virtual std::string more_config() const { return ""; }
    [[nodiscard]] virtual std::string more_limits() const { return ""; }
    [[nodiscard]] virtual std::string more_of_tenant() const { return ""; }
    // Further tenants and issuers, each after a comma.
    [[nodiscard]] virtual std::string more_tenants() const { return ""; }
    [[nodiscard]] virtual std::string more_issuers() const { return ""; }
    [[nodiscard]] virtual std::string mode() const { return "clinician"; }
    virtual void write_files() {}

    // Demonstration mode, so that the FHIR server may be a plain one on this machine.
    [[nodiscard]] std::string config_text(std::uint16_t port, std::uint16_t admin) const {
        return R"({"public_base": "https://cds.example.org", "demonstration": true,)" + more_config() +
               R"("limits": {)" + more_limits() +
               R"("handler_ms": 60000},)"
               R"("fhir": {"deadline_ms": 20000, "private_networks": ["127.0.0.1"]},)"
               R"("listen": {"address": "127.0.0.1", "port": )" +
               std::to_string(port) + R"(}, "admin": {"address": "127.0.0.1", "port": )" +
               std::to_string(admin) + R"(}, "tenants": [{"id": "clinic",)" + more_of_tenant() +
               R"("mode": ")" + mode() + R"(", "fhir_bases": [")" + ehr_.url("/fhir") + "\"]}" +
               more_tenants() +
               R"(],)"
               R"("issuers": [{"issuer": ")" +
               server::kIssuer + R"(", "jku": ")" + server::kJku + R"(", "key_file": ")" +
               folder_.file("keys.json") + R"(", "tenant": "clinic"})" + more_issuers() + "]}";
    }
    [[nodiscard]] Running launch() const {
        for (int attempt = 0; attempt < 5; ++attempt) {
            const std::uint16_t port = free_port();
            const std::uint16_t admin = free_port();
            const std::string config =
                folder_.write("config-" + std::to_string(port) + ".json", config_text(port, admin));
            auto process = std::make_unique<Process>(
                std::vector<std::string>{"serve", "--config", config, "--as-of", "2026-11-22"});
            if (process->says("Listening on")) return {std::move(process), port, admin};
            if (process->wait() != 69) throw std::runtime_error(process->err());
        }
        throw std::runtime_error("no free port in five attempts");
    }
    void start() {
        process_.reset();
        Running running = launch();
        process_ = std::move(running.process);
        port_ = running.port;
        admin_ = running.admin;
    }

    [[nodiscard]] std::string post(const std::string &token, const std::string &body = card_call(),
                                   const std::string &path = server::kPath) const {
        return post_to(port_, token, body, path);
    }
    [[nodiscard]] static std::string post_to(std::uint16_t port, const std::string &token,
                                             const std::string &body = card_call(),
                                             const std::string &path = server::kPath) {
        const std::string bearer = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
        return test::exchange(port, test::request("POST", path, body, bearer));
    }
    [[nodiscard]] std::string metrics() const {
        return test::exchange(admin_, test::request("GET", "/metrics"));
    }

    // Kilobytes, of what the process has and of the most it has had: "VmRSS", "VmHWM".
    [[nodiscard]] long memory_of_process(const std::string &which) const {
        std::ifstream status("/proc/" + std::to_string(process_->id()) + "/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with(which + ":")) return std::stol(line.substr(which.size() + 1));
        return -1;
    }

    static std::string token(const std::string &jti, const Members &claims = server::ehr_claims()) {
        return test::token(es384_signer(), server::ehr_header(), server::with(claims, "jti", json_string(jti)));
    }
    static std::string fresh_token(const std::string &audience = server::kAudience) {
        static int count = 0;
        return token("fresh-" + std::to_string(++count),
                     server::with(server::ehr_claims(), "aud", json_string(audience)));
    }

    ScriptedServer ehr_;
    Folder folder_;
    std::unique_ptr<Process> process_;
    std::uint16_t port_ = 0;
    std::uint16_t admin_ = 0;
};

// One that keeps feedback, in a file.
class ProgramWithStore : public ConfiguredProgram {
  protected:
    [[nodiscard]] std::string more_config() const override {
        return R"("store": {"sqlite": ")" + folder_.file("store.db") + R"(", "hash_key": {"file": ")" +
               folder_.file("key") + "\"}},";
    }
    void write_files() override { (void)write_secret(folder_, "key", "0123456789abcdef0123456789abcdef\n"); }
};

} // namespace trialcds::test
