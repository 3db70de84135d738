// A whole configured service on a free port: tokens are asked for, a log is written, FHIR servers of the tenant
// may be read. What a hostile network sends goes to it over real connections. Thread-safety: post, get and
// log_lines from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/config.h"
#include "service/deployment.h"
#include "support/cases.h"
#include "transport/http_server.h"
#include "trust/signer.h"

namespace trialcds::test {

struct ServiceOptions {
    std::string renderer = "basic";
    std::vector<std::string> fhir_bases{"https://fhir.example/r4"};
    bool demonstration = false;     // a plain FHIR server on this machine may be read
    std::string private_networks{}; // "\"127.0.0.1\""
    std::vector<std::string> cors_origins{};
    std::string jku{};     // of the issuer, whose keys are then read from there and from no file
    std::string ca_file{}; // who may sign for the servers that are read
    std::chrono::milliseconds header_timeout{60000}; // most tests are not about time
};

class RunningService {
  public:
    explicit RunningService(const ServiceOptions &options = {});
    ~RunningService();
    RunningService(const RunningService &) = delete;
    RunningService &operator=(const RunningService &) = delete;

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

    // A good token for one call to the service's own URL, as a header line.
    [[nodiscard]] std::string bearer(const std::string &audience = "");
    // The whole answer to a call with such a token.
    [[nodiscard]] std::string post(const std::string &body);
    [[nodiscard]] std::string post_as(const std::string &token, const std::string &body) const;
    [[nodiscard]] bool is_alive(); // still answers discovery
    [[nodiscard]] std::string metrics() const;
    [[nodiscard]] std::vector<std::string> log_lines() const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> log_;
    std::unique_ptr<service::Deployment> service_;
    std::unique_ptr<server::HttpServer> server_;
    std::atomic<int> tokens_ = 0;
};

// What an EHR calls with for the patient of a case, and for one who is only known to have the disease.
[[nodiscard]] std::string call_of_case(const std::string &name);
[[nodiscard]] std::string
call_of_bundle(const std::string &bundle,
               const std::string &hook_instance = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");

[[nodiscard]] std::string body_of(const std::string &answer);
[[nodiscard]] int status_of(const std::string &answer); // 0: there was none
// "structure" (no JSON), "invalid" (a field), "conflict", ...: the issue of an OperationOutcome; "" otherwise
[[nodiscard]] std::string issue_of(const std::string &answer);

// A file of ../shared/corpora; "" when it is not there.
[[nodiscard]] std::string corpus_path(const std::string &name);

} // namespace trialcds::test
