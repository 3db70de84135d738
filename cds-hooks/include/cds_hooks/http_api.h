// The service as a function from an HTTP request to a response: routing, media types, authentication, and the
// five calls from a CDS Hooks request to cards (parse_request, resolve_prefetch, extract_facts, and for each
// trial of the service assess and render_card), and from a feedback call to what is remembered of a card. Never
// throws: a fault of our own is a 500 that tells nothing. Holds no state of a patient or a call. Source: CDS
// Hooks 2.0; RFC 9110. Thread-safety: handle() may be called from many threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/work_budget.h"
#include "cds_hooks/authenticator.h"
#include "cds_hooks/call_report.h"
#include "cds_hooks/card.h"
#include "cds_hooks/card_budget.h"
#include "cds_hooks/card_memory.h"
#include "cds_hooks/feedback.h"
#include "cds_hooks/http_messages.h"
#include "cds_hooks/request.h"
#include "cds_hooks/service.h"
#include "cds_hooks/told.h"
#include "cds_hooks/viewers.h"
#include "fhir/fhir_reader.h"

namespace trialcds::cds_hooks {

// What is offered now; a reload of the knowledge replaces it for the calls that follow. Null: nothing is ready.
class ServicesHolder {
  public:
    explicit ServicesHolder(std::shared_ptr<const Services> services);
    [[nodiscard]] std::shared_ptr<const Services> get() const;
    void set(std::shared_ptr<const Services> services);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Services> services_;
};

// What changes from call to call and is decided at the edge.
struct CallContext {
    base::Day as_of;
    std::string correlation_id;
    std::function<std::string()> uuid;           // a fresh version 4 UUID, lower case
    std::function<std::int64_t()> nanoseconds{}; // of a clock that never goes back; unset: no stage is timed
    CallReport *report = nullptr;                // filled as far as the call came
    std::vector<Told> *told = nullptr;      // filled with what became of each trial, in words; of the patient
    base::WorkLimit work = base::kCallWork; // what the record of one patient may cost
};

// A reader for the FHIR server that a client's request names, or one that fetches nothing.
using FhirReaderFactory =
    std::function<std::unique_ptr<fhir::FhirReader>(const Request &, const ClientIdentity &)>;

// What is done for the clients of one tenant.
struct ClientPolicy {
    bool evaluates = true;   // false: every call is answered without a card, no data is looked at
    bool shows_cards = true; // false: evaluated and reported only
    const wording::Language *language = &wording::english();
    wording::Profile profile = wording::Profile::basic;
    FeedbackForm feedback = FeedbackForm::strict;
    std::vector<std::string> medication_sources{}; // that its EHR keeps; empty: not known
    bool future_matches = false;                   // a card also where nothing but time stands in the way
    std::map<std::string, std::string, std::less<>> study_contacts{}; // by trial: whom to ask, in a line
    std::string evidence_launch{};                  // where its EHR opens the evidence page; "": it has none
    Viewers viewers{};                              // who is shown cards
    std::vector<SecurityLabel> restricted_labels{}; // of records that are not looked at
    std::optional<std::size_t> least_known{};       // in place of the card settings'
    Budget budget{};                                // kept only where there is a CardBudget
    std::vector<SuggestionKind> suggestions{};      // that a possible match comes with
    OverrideCodes override_codes = OverrideCodes::local;
};

struct ApiSettings {
    std::string base_path;     // "" or "/prefix" when a proxy serves this below a path
    std::string public_base{}; // https, where clinicians' browsers reach this; "": cards do not link to it
    PlainHttp plain_http = PlainHttp::refused;
    std::size_t max_body = std::size_t{16} << 20;
    std::size_t max_cards = 3;            // of one patient in one answer; what comes after is counted
    std::size_t max_further_patients = 4; // of one call's appointments, beside the patient in view
    bool health = true;                   // /livez and /readyz here; false: they have an address of their own
    CardSettings cards;
    std::map<std::string, ClientPolicy, std::less<>> policies; // by tenant; without one: {}
    std::vector<std::string> allowed_origins;                  // of browser clients
};

struct PatientOfCall;

class HttpApi {
  public:
    // What it is given must outlive this. Without a memory feedback is counted and forgotten; without a budget
    // no card is too many.
    HttpApi(const ServicesHolder &services, Authenticator &authenticator, FhirReaderFactory readers,
            ApiSettings settings, CardMemory *memory = nullptr, CardBudget *budget = nullptr);

    [[nodiscard]] HttpResponse handle(const HttpRequest &request, const CallContext &context) const noexcept;

    // Whether a request with this head is one whose body matters: a call, or feedback. The answer to every
    // other is the same whatever its body.
    [[nodiscard]] bool takes_body(const HttpRequest &head) const;

  private:
    [[nodiscard]] std::optional<ClientIdentity> client_of(const HttpRequest &request) const;
    [[nodiscard]] HttpResponse route(const HttpRequest &request, const CallContext &context) const;
    [[nodiscard]] HttpResponse discover(const HttpRequest &request) const;
    [[nodiscard]] HttpResponse invoke(const HttpRequest &request, std::string_view id,
                                      const CallContext &context) const;
    [[nodiscard]] base::Result<const Service *> service_of(const HttpRequest &request, std::string_view id,
                                                           const Services &services, CallReport &report) const;
    [[nodiscard]] base::Result<HttpResponse> show_cards(const HttpRequest &request, std::string_view id,
                                                        const CallContext &context, CallReport &report) const;
    [[nodiscard]] base::Result<std::string> cards_for(const HttpRequest &request, const Services &services,
                                                      const Service &service, const CallContext &context,
                                                      CallReport &report) const;
    [[nodiscard]] base::Result<std::string> evaluate(const Request &request, const Services &services,
                                                     const Service &service, const CallContext &context,
                                                     CallReport &report) const;
    [[nodiscard]] base::Result<std::vector<Card>>
    cards_of_patient(const PatientOfCall &patient, fhir::FhirReader &reader, const Services &services,
                     const Service &service, const CallContext &context, CallReport &report) const;
    [[nodiscard]] std::variant<Card, NoCardReason> card_of(const Request &request, CardInput input,
                                                           const CallContext &context,
                                                           const CallReport &report) const;
    [[nodiscard]] base::Result<HttpResponse> take_feedback(const HttpRequest &request, std::string_view id,
                                                           CallReport &report) const;
    [[nodiscard]] const ClientPolicy &policy_of(const ClientIdentity &client) const;

    const ServicesHolder &services_;
    Authenticator &authenticator_;
    FhirReaderFactory readers_;
    ApiSettings settings_;
    CardMemory *memory_; // null: nothing is remembered
    CardBudget *budget_; // null: none is kept
    ClientPolicy
        unlisted_; // of a tenant without one; made here, so that languages are read before the first call
};

} // namespace trialcds::cds_hooks
