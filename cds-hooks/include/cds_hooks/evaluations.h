// What the evidence page asks of a configured service: POST /evaluations (the verdicts on one patient with all
// that was read), /evaluations/feedback (a card is dismissed) and /evaluations/undo (it is not). There is no
// token of an EHR: what lets a page ask is that a tenant's own FHIR server answers Patient/{id} with the token
// that the page brings. That read comes first; until it went well nothing else is read, and every refusal is
// the same (403), so that nobody learns more here than from the FHIR server itself. How often may be asked is
// bounded for each tenant, and for all servers that are nobody's together. Contract: docs/evidence-page.md.
// Invariants: the token lives as long as the call; nothing of a patient, a user or a token reaches the report.
// Never throws. Thread-safety: handle() may be called from many threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cds_hooks/http_api.h"
#include "cds_hooks/rate_limit.h"

namespace trialcds::cds_hooks {

inline constexpr std::string_view kEvaluations = "evaluations"; // the service's name in reports

// The tenant that lists this FHIR server and offers the page; nullopt: there is none.
using TenantOfServer = std::function<std::optional<std::string>(std::string_view fhir_server)>;

struct EvaluationLimits {
    std::size_t per_minute = 60;                 // of one tenant; the same for all unknown servers together
    std::function<std::int64_t()> nanoseconds;   // of a clock that never goes back
    std::size_t max_body = std::size_t{1} << 16; // bytes: such a call brings no record
};

class Evaluations {
  public:
    // `services` and `memory` must outlive this. Of the settings those count that HttpApi shares: path, plain
    // http, cards and policies.
    Evaluations(const ServicesHolder &services, TenantOfServer tenants, FhirReaderFactory readers,
                ApiSettings settings, EvaluationLimits limits, CardMemory *memory = nullptr);

    // nullopt: the path is not one of these.
    [[nodiscard]] std::optional<HttpResponse> handle(const HttpRequest &request,
                                                     const CallContext &context) const noexcept;

    // Whether a request with this head is one of these with a body to read, of at most max_body() bytes.
    [[nodiscard]] bool takes_body(const HttpRequest &head) const;
    [[nodiscard]] std::size_t max_body() const { return max_body_; }

  private:
    [[nodiscard]] std::optional<std::string> action_of(const HttpRequest &request) const;
    struct Call;
    [[nodiscard]] HttpResponse answer(const HttpRequest &http, std::string_view action,
                                      const CallContext &context, CallReport &report) const;
    [[nodiscard]] std::optional<HttpResponse> refusal(Call &call) const;
    [[nodiscard]] bool may_ask(Call &call) const;
    [[nodiscard]] base::Result<HttpResponse> act(std::string_view action, Call &call) const;
    [[nodiscard]] base::Result<HttpResponse> evaluate(Call &call) const;
    [[nodiscard]] base::Result<HttpResponse> take_feedback(Call &call) const;
    [[nodiscard]] base::Result<HttpResponse> take_back(Call &call) const;
    [[nodiscard]] bool is_of_this_patient(const std::string &card, const Call &call) const;
    [[nodiscard]] const ClientPolicy *policy_of(const std::string &tenant) const;

    const ServicesHolder &services_;
    TenantOfServer tenants_;
    FhirReaderFactory readers_;
    ApiSettings settings_;
    std::size_t max_body_;
    mutable RateLimit limit_;
    CardMemory *memory_; // null: nothing is remembered
};

} // namespace trialcds::cds_hooks
