// The configuration of a network service: one JSON file with comments. Everything is read and held to the
// rules before anything starts, and every problem is told at once, with key, line and remedy. Secrets are never
// in the file: it names an environment variable or a file that holds one.
// Invariants of a Config that was returned: check(trust) passes; every issuer leads to a tenant that exists and
// has a file or a URL of keys (the file, if both); no two services share an id; without TLS the address is
// loopback, or the file says in words that a proxy in front speaks TLS; health and metrics are on no public
// address without TLS, or the file says in words that only operators reach it. Example:
// deploy/config.example.json. Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/localized_text.h"
#include "cds_hooks/card.h"
#include "cds_hooks/card_budget.h"
#include "cds_hooks/service.h"
#include "cds_hooks/viewers.h"
#include "egress/address_guard.h"
#include "egress/fhir_client.h"
#include "egress/http_get.h"
#include "transport/http_server.h"
#include "trust/trust_settings.h"
#include "wording/text.h"

namespace trialcds::server {

// What a hospital lets the service do, so that it can look before clinicians see anything.
enum class TenantMode : std::uint8_t {
    off,              // every call is answered with no card, nothing is evaluated
    shadow,           // evaluated and counted, no card
    coordinator_only, // as shadow: nothing is shown in the chart, and there is no list for the study team yet
    clinician,        // cards
};
[[nodiscard]] std::string_view to_string(TenantMode mode);

// The evidence page as an app of the tenant's EHR (SMART App Launch).
struct SmartApp {
    std::string client_id;                          // under which the EHR knows it; it has no secret
    std::string scope;                              // "": what the catalogue needs
    std::vector<std::string> authorization_origins; // that the page may ask beside those of the FHIR bases
    std::vector<std::string> embedded_in;           // origins that may frame the page
};

struct Tenant {
    std::string id;
    TenantMode mode = TenantMode::shadow;
    std::string language = std::string(base::kEnglish); // of its cards; always one that there is
    wording::Profile profile = wording::Profile::basic;
    bool lenient_feedback = false;               // also take feedback in the forms some clients send it in
    std::vector<std::string> fhir_bases;         // the only FHIR servers its calls may name; without final '/'
    std::vector<std::string> medication_sources; // kinds of resource that its EHR keeps; empty: not known
    bool future_matches = false;                 // a card also where nothing but time stands in the way
    std::map<std::string, std::string, std::less<>> study_contacts; // by trial: whom to ask, in a line
    std::optional<SmartApp> smart;                                  // nullopt: it has no evidence page
    cds_hooks::Viewers viewers;                                     // who is shown cards
    std::vector<cds_hooks::SecurityLabel> restricted_labels;        // of records that are not looked at
    std::optional<int> least_known; // criteria that a record must settle; default: the card settings
    cds_hooks::Budget budget;       // only with a store
    std::vector<cds_hooks::SuggestionKind> suggestions; // drafts that a possible match comes with, each once
    cds_hooks::OverrideCodes override_codes = cds_hooks::OverrideCodes::local;
};

// Reading from FHIR servers.
struct EgressSettings {
    bool allowed = true; // false: nothing is ever fetched, nor keys by URL
    GetterSettings getter;
    FhirClientSettings client;
    std::vector<Network> private_networks; // of FHIR servers; other private addresses are refused
};

// Where a secret is to be found; exactly one of the two.
struct SecretPlace {
    std::string environment;
    std::string file;
};

enum class StoreKind : std::uint8_t { none, sqlite, postgresql };

// Feedback, and what was dismissed.
struct StoreSettings {
    StoreKind kind = StoreKind::none;
    std::string sqlite_file;
    SecretPlace postgresql_connection;
    SecretPlace hash_key;                         // at least 32 bytes; every replica has the same
    std::optional<SecretPlace> previous_hash_key; // what was stored under it is still found
    std::size_t reports_per_day = 10'000;         // of one tenant, kept
    std::optional<int> snooze_days; // of a card dismissed without a reason we know; default: the card settings
};

struct Config {
    ListenSettings listen;
    std::optional<std::size_t> memory_bytes; // of the machine that this service may use; default: what it has
    std::optional<ListenSettings> admin;     // health and metrics, and health only there; never patient data
    TrustSettings trust;
    std::map<std::string, std::string> key_files; // issuer -> JWKS file
    std::map<std::string, Tenant> tenants;
    EgressSettings egress;
    std::vector<std::string> cors_origins;
    std::vector<cds_hooks::ServiceDefinition> services; // empty: for each hook one with every installed trial
    std::size_t max_cards = 3;                          // of one patient in one answer
    std::size_t further_patients = 4;                   // of one call's appointments, beside the one in view
    StoreSettings store;
    std::size_t evaluations_per_minute = 60; // of one tenant's evidence page
    std::string data;                        // knowledge folder; "": the one installed

    [[nodiscard]] std::string base_path() const;  // the path of public_base, "" or "/prefix"
    [[nodiscard]] bool has_evidence_page() const; // of a tenant at least
};

// `path` is for the messages only.
[[nodiscard]] tl::expected<Config, std::vector<base::Error>> parse_config(const std::string &path,
                                                                          std::string_view text);

// The secret, without a final line break. unreadable_input when it is not there or empty, or is in a file that
// others than its owner can read or change.
[[nodiscard]] base::Result<base::Sensitive<std::string>> read_secret(const SecretPlace &place);

} // namespace trialcds::server
