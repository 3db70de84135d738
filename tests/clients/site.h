// One running program that serves every kind of client that EHR engineers have met (docs/clients.md), each
// as a tenant of its own, and what those clients have in common: a chart, a call, a token, an answer.
// Invariant: one program per test process; every test opens the chart of a patient of its own, so that a card
// which one test dismisses is not missing in another. Thread-safety: for one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/program.h"
#include "base/json.h"
#include "egress/scripted_server.h"
#include "server/wire.h"
#include "trust/signer.h"

namespace trialcds::test {

inline constexpr std::int64_t kNow = 1795305600; // 2026-11-22T00:00:00Z
inline const std::string kBase = "https://cds.example.org";
inline const std::string kDiscovery = "/cds-services";
inline const std::string kService = "/cds-services/trials-patient-view";
inline const std::string kFeedback = kService + "/feedback";
inline const std::string kPossibleMatch = "Possible match for review";

struct Answer {
    int status = 0;
    std::string head;
    std::string body;
};

// What the EHR knows of a patient who may match, under the keys of discovery; JSON null where there is nothing.
struct Chart {
    std::string patient;
    Members prefetch;
};
[[nodiscard]] Chart chart_of(const std::string &patient);
[[nodiscard]] std::string new_patient(const std::string &name); // whose cards nobody has dismissed

// How a client signs. Claims beside iss, aud, iat, exp and jti are the profile's own.
struct Caller {
    std::string issuer;
    std::string jku;
    std::string kid;
    std::string algorithm;
    const Signer *signer = nullptr;
    std::int64_t lifetime = 300;
    Members claims;
};
[[nodiscard]] Members token_header(const Caller &caller);
[[nodiscard]] Members token_claims(const Caller &caller, const std::string &audience); // a fresh jti each time
[[nodiscard]] std::string bearer(const Caller &caller, const std::string &audience);   // the header line
[[nodiscard]] std::string bearer_line(const std::string &token);

// The parties that the program's configuration trusts.
[[nodiscard]] const Caller &sandbox();
[[nodiscard]] const Caller &epic();
[[nodiscard]] const Caller &cerner();
[[nodiscard]] const Caller &inferno_es384();
[[nodiscard]] const Caller &inferno_rs384();
[[nodiscard]] const Caller &rems_simulator();
[[nodiscard]] const Caller &meld();
[[nodiscard]] const Caller &hapi();

// The members of a patient-view call without prefetch.
[[nodiscard]] Members call_for(const std::string &patient, const std::string &user,
                               const std::string &hook_instance);
[[nodiscard]] Members with(Members members, const std::string &name, const std::string &value);

[[nodiscard]] Answer ask(std::uint16_t port, const std::string &method, const std::string &path,
                         const std::string &body = "", const std::string &header_lines = "");
[[nodiscard]] std::string uuid_of_card(const Answer &answer);
[[nodiscard]] std::string feedback_on(const std::string &card, const std::string &timestamp);

class Site {
  public:
    static Site &running();

    [[nodiscard]] Answer get(const std::string &path, const std::string &header_lines = "") const {
        return ask(port_, "GET", path, "", header_lines);
    }
    [[nodiscard]] Answer post(const std::string &path, const std::string &body,
                              const std::string &header_lines) const {
        return ask(port_, "POST", path, body, header_lines);
    }
    // As a browser asks before a call of another origin's page: never with a token.
    [[nodiscard]] Answer preflight(const std::string &path, const std::string &method,
                                   const std::string &origin) const;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string metrics() const;
    [[nodiscard]] std::string log() const { return process_->err(); }
    // A FHIR server that asks for no token: the record of any patient it is asked for.
    [[nodiscard]] const ScriptedServer &open_fhir() const { return *fhir_; }

  private:
    Site();
    void start();
    [[nodiscard]] std::string config(std::uint16_t port, std::uint16_t admin) const;

    Folder folder_;
    std::unique_ptr<ScriptedServer> fhir_;
    std::unique_ptr<Process> process_;
    std::uint16_t port_ = 0;
    std::uint16_t admin_ = 0;
};

} // namespace trialcds::test
