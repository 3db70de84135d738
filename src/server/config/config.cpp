#include "config/config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <set>
#include <system_error>

#include "base/definition.h"
#include "cds_hooks/prefetch.h"
#include "config/read_text.h"
#include "read_showing.h"
#include "read_smart.h"
#include "read_store.h"
#include "read_url.h"
#include "trust/public_base.h"
#include "wording/languages.h"

namespace trialcds::server {
namespace {

using base::Node;
using std::chrono::milliseconds;

constexpr int kMaxPort = 65535;
constexpr int kDay = 86'400'000; // milliseconds
constexpr int kGigabyte = 1 << 30;
constexpr std::int64_t kLeastMemory = std::int64_t{256} << 20;
constexpr std::int64_t kMostMemory = std::int64_t{1} << 46;
constexpr int kMostCards = 20;
constexpr int kMostFurtherPatients = 20;

std::size_t count(const Node &node, std::size_t fallback, int at_least, int at_most) {
    return node ? static_cast<std::size_t>(node.integer(at_least, at_most)) : fallback;
}

milliseconds duration(const Node &node, milliseconds fallback) {
    return node ? milliseconds(node.integer(1, kDay)) : fallback;
}

bool is_loopback(std::string_view address) {
    return address == "::1" || address.starts_with("127.");
}

void read_address(const Node &node, ListenSettings &out) {
    out.address = node["address"].text_or(out.address);
    if (!Address::parse(out.address))
        node["address"].problem("This is no IPv4 or IPv6 address; give a literal such as 127.0.0.1, ::1 or "
                                "0.0.0.0.");
    if (node["port"]) out.port = static_cast<std::uint16_t>(node["port"].integer(1, kMaxPort));
}

std::optional<TlsSettings> read_tls(const Node &node) {
    if (!node || !node.object({"certificate_chain", "key", "client_ca", "client_certificates"})) return {};
    TlsSettings tls;
    tls.certificate_chain_file = node["certificate_chain"].text();
    tls.key_file = node["key"].text();
    tls.client_ca_file = node["client_ca"].text_or("");
    tls.client_certificates =
        node["client_certificates"].choice<ClientCertificates>({{"none", ClientCertificates::none},
                                                                {"optional", ClientCertificates::optional},
                                                                {"required", ClientCertificates::required}},
                                                               ClientCertificates::none);
    if (tls.client_certificates != ClientCertificates::none && tls.client_ca_file.empty())
        node.problem("Client certificates are asked for, but nobody is named who may sign them. Add "
                     "\"client_ca\", a PEM file.");
    return tls;
}

void read_listen(const Node &node, ListenSettings &out) {
    if (!node.object({"address", "port", "tls", "tls_is_ended_by_a_proxy"})) return;
    read_address(node, out);
    out.tls = read_tls(node["tls"]);
    const bool proxy = node["tls_is_ended_by_a_proxy"].flag();
    if (!out.tls && !proxy && !is_loopback(out.address))
        node.problem("Patient data would cross the network in clear. Add \"tls\" with a certificate and a key, "
                     "or say \"tls_is_ended_by_a_proxy\": true if one in front does it.");
}

void read_limits(const Node &node, Config &config) {
    ListenSettings &out = config.listen;
    if (!node) return;
    if (!node.object({"body_bytes", "target_bytes", "header_bytes", "connections", "connections_per_client",
                      "in_flight", "in_flight_per_tenant", "memory_bytes", "idle_ms", "header_ms", "body_ms",
                      "handler_ms", "write_ms", "drain_ms", "worker_threads"}))
        return;
    out.max_body = count(node["body_bytes"], out.max_body, 1024, kGigabyte);
    out.max_target = count(node["target_bytes"], out.max_target, 256, 65536);
    out.max_header = count(node["header_bytes"], out.max_header, 1024, 65536); // Beast holds no longer field
    out.max_connections = count(node["connections"], out.max_connections, 1, 1'000'000);
    out.max_connections_per_client =
        count(node["connections_per_client"], out.max_connections_per_client, 0, 1'000'000);
    out.max_in_flight = count(node["in_flight"], out.max_in_flight, 1, 100'000);
    if (node["memory_bytes"])
        config.memory_bytes =
            static_cast<std::size_t>(node["memory_bytes"].whole_number(kLeastMemory, kMostMemory));
    out.idle_timeout = duration(node["idle_ms"], out.idle_timeout);
    out.header_timeout = duration(node["header_ms"], out.header_timeout);
    out.body_timeout = duration(node["body_ms"], out.body_timeout);
    out.handler_timeout = duration(node["handler_ms"], out.handler_timeout);
    out.write_timeout = duration(node["write_ms"], out.write_timeout);
    out.drain = duration(node["drain_ms"], out.drain);
    out.worker_threads = static_cast<unsigned>(count(node["worker_threads"], out.worker_threads, 1, 256));
}

// Of several tenants one has half of the requests in flight at most, unless the file says otherwise.
void share_requests(const Node &limits, Config &out) {
    const std::size_t all = out.listen.max_in_flight;
    const std::size_t half = std::max<std::size_t>(all / 2, 1);
    out.listen.max_in_flight_per_share = out.tenants.size() > 1 ? half : all;
    if (limits)
        out.listen.max_in_flight_per_share =
            count(limits["in_flight_per_tenant"], out.listen.max_in_flight_per_share, 1, static_cast<int>(all));
}

// All addresses of the machine, or one that is reachable by everybody.
bool may_be_public(const std::string &address) {
    const auto parsed = Address::parse(address);
    return parsed && (*parsed == Address{.bytes = {}, .is_v6 = parsed->is_v6} || is_public(*parsed));
}

void read_admin(const Node &node, Config &out) {
    if (!node || !node.object({"address", "port", "tls", "only_operators_reach_it"})) return;
    ListenSettings admin;
    admin.port = 9090;
    read_address(node, admin);
    if (admin.port == out.listen.port && admin.address == out.listen.address)
        node.problem("Health and metrics need an address of their own, so that they can be kept from the "
                     "EHR's network. Give another \"port\".");
    admin.tls = read_tls(node["tls"]);
    const bool closed_network = node["only_operators_reach_it"].flag();
    if (!admin.tls && !closed_network && may_be_public(admin.address))
        node.problem(
            "Everybody who reaches this address would read health, metrics and codes that are not "
            "understood, in clear. Listen on an address of the operators' network, add \"tls\", or say "
            "\"only_operators_reach_it\": true if a firewall or network policy sees to it.");
    out.admin = admin;
}

bool asks_for_certificates(const ListenSettings &listen) {
    return listen.tls && listen.tls->client_certificates != ClientCertificates::none;
}

void read_certificates(const Node &tenant, const std::string &id, Config &out) {
    const bool instead = tenant["certificate_instead_of_token"].flag();
    const Node list = tenant["client_certificates"];
    if (instead && !list)
        tenant["certificate_instead_of_token"].problem(
            "No certificate of this tenant is named. Add \"client_certificates\", the subjects it calls with.");
    if (list && !asks_for_certificates(out.listen))
        list.problem("No client is asked for a certificate, so this tenant could never call. Set "
                     "\"client_certificates\" of /listen/tls to \"optional\" or \"required\".");
    for (const Node &subject : list ? list.required_elements() : std::vector<Node>())
        if (!out.trust.certificates.emplace(subject.text(), TrustedCertificate{id, instead}).second)
            subject.problem("This certificate's subject is listed twice; it can stand for one tenant only.");
}

// One that is not named is never missed, so a name that means nothing must not pass.
std::vector<std::string> read_medication_sources(const Node &node) {
    std::vector<std::string> sources;
    if (!node) return sources;
    const auto known = cds_hooks::known_medication_sources();
    std::string problem = "This is no source of medications; use one of:";
    for (const std::string_view name : known)
        problem.append(" ").append(name);
    for (const Node &element : node.required_elements()) {
        const std::string source = element.text();
        if (std::find(sources.begin(), sources.end(), source) != sources.end())
            element.problem("This source is named twice; name it once.");
        else if (!source.empty() && std::find(known.begin(), known.end(), source) == known.end())
            element.problem(problem + ".");
        sources.push_back(source);
    }
    return sources;
}

std::vector<cds_hooks::SuggestionKind> read_suggestions(const Node &node) {
    std::vector<cds_hooks::SuggestionKind> kinds;
    for (const Node &element : node.elements()) {
        const auto kind = element.choice<cds_hooks::SuggestionKind>(
            {{"referral", cds_hooks::SuggestionKind::referral}, {"task", cds_hooks::SuggestionKind::task}});
        if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
            element.problem("This draft is named twice; name it once.");
        kinds.push_back(kind);
    }
    return kinds;
}

std::string known_language(const Node &node) {
    std::string code = node.text();
    if (!code.empty() && wording::find_language(code) == nullptr)
        node.problem("Cards are not written in \"" + code + "\"; use one of: " + wording::language_codes() +
                     ".");
    return code;
}

void read_tenants(const Node &node, Config &out) {
    for (const Node &element : node.required_elements()) {
        if (!element.object({"id", "mode", "language", "renderer", "fhir_bases", "lenient_feedback",
                             "medication_sources", "future_matches", "study_contacts", "suggestions",
                             "override_reason_codes", "client_certificates", "certificate_instead_of_token",
                             "smart", "roles", "restricted_labels", "least_known", "budget"}))
            continue;
        Tenant tenant;
        tenant.id = element["id"].text();
        tenant.mode = element["mode"].choice<TenantMode>({{"off", TenantMode::off},
                                                          {"shadow", TenantMode::shadow},
                                                          {"coordinator-only", TenantMode::coordinator_only},
                                                          {"clinician", TenantMode::clinician}});
        if (element["language"]) tenant.language = known_language(element["language"]);
        tenant.profile = element["renderer"].choice<wording::Profile>({{"plain", wording::Profile::plain},
                                                                       {"basic", wording::Profile::basic},
                                                                       {"gfm", wording::Profile::gfm}},
                                                                      wording::Profile::basic);
        tenant.lenient_feedback = element["lenient_feedback"].flag();
        for (const Node &base : element["fhir_bases"].elements())
            tenant.fhir_bases.push_back(base_url_of(base));
        tenant.medication_sources = read_medication_sources(element["medication_sources"]);
        tenant.future_matches = element["future_matches"].flag();
        for (const auto &[trial, contact] : element["study_contacts"].members()) {
            std::string line = contact.text();
            if (wording::code_points(line) > wording::kDataTextLimit)
                contact.problem("A card has no room for this; shorten it to " +
                                std::to_string(wording::kDataTextLimit) + " characters.");
            tenant.study_contacts.emplace(trial, std::move(line));
        }
        tenant.smart = read_smart(element["smart"]);
        read_showing(element, tenant);
        tenant.suggestions = read_suggestions(element["suggestions"]);
        tenant.override_codes = element["override_reason_codes"].choice<cds_hooks::OverrideCodes>(
            {{"local", cds_hooks::OverrideCodes::local}, {"spec", cds_hooks::OverrideCodes::spec}},
            cds_hooks::OverrideCodes::local);
        read_certificates(element, tenant.id, out);
        if (!out.tenants.emplace(tenant.id, tenant).second)
            element["id"].problem("There is another tenant of this name; give each its own.");
    }
}

std::string known_tenant(const Node &node, const Config &config) {
    std::string id = node.text();
    if (!id.empty() && config.tenants.count(id) == 0)
        node.problem("No tenant has this id; \"tenants\" lists them.");
    return id;
}

void read_keys(const Node &node, TrustedIssuer &issuer, Config &out) {
    if (node["jku"]) issuer.jku = node["jku"].text();
    const bool from_file = static_cast<bool>(node["key_file"]);
    if (from_file) out.key_files[issuer.issuer] = node["key_file"].text();
    if (!from_file && !issuer.jku)
        node.problem(
            "Without keys no token of this issuer can be verified. Add \"key_file\" (a JWKS on disk) or "
            "\"jku\" (the https URL it is read from).");
}

void read_issuer(const Node &node, Config &out) {
    if (!node.object({"issuer", "jku", "key_file", "algorithms", "audiences", "tenant", "tenant_claims"}))
        return;
    TrustedIssuer issuer;
    issuer.issuer = node["issuer"].text();
    read_keys(node, issuer, out);
    if (node["algorithms"]) {
        issuer.algorithms.clear();
        for (const Node &name : node["algorithms"].required_elements())
            issuer.algorithms.push_back(name.choice<JwsAlgorithm>({{"ES384", JwsAlgorithm::es384},
                                                                   {"RS384", JwsAlgorithm::rs384},
                                                                   {"ES256", JwsAlgorithm::es256},
                                                                   {"RS256", JwsAlgorithm::rs256},
                                                                   {"PS384", JwsAlgorithm::ps384}}));
    }
    issuer.extra_audiences = node["audiences"].texts();
    if (node["tenant"]) issuer.default_tenant = known_tenant(node["tenant"], out);
    for (const auto &[claim, tenant] : node["tenant_claims"].members())
        issuer.tenants[std::string(claim)] = known_tenant(tenant, out);
    out.trust.issuers.push_back(std::move(issuer));
}

void read_trust(const Node &root, Config &out) {
    out.trust.public_base = base_url_of(root["public_base"]);
    out.trust.demo_mode = root["demonstration"].flag();
    if (const Node token = root["token"];
        token && token.object({"leeway_seconds", "max_lifetime_seconds", "replay"})) {
        if (token["leeway_seconds"]) out.trust.leeway = token["leeway_seconds"].integer(0, 300);
        if (token["max_lifetime_seconds"])
            out.trust.max_lifetime = token["max_lifetime_seconds"].integer(1, 86400);
        out.trust.replay_doubt = token["replay"].choice<ReplayDoubt>(
            {{"fail-closed", ReplayDoubt::refuse}, {"fail-open", ReplayDoubt::take}}, ReplayDoubt::refuse);
    }
    for (const Node &issuer : root["issuers"].elements())
        read_issuer(issuer, out);
}

void read_egress(const Node &node, EgressSettings &out) {
    if (!node) return;
    if (!node.object({"fetch", "deadline_ms", "response_bytes", "pages", "private_networks", "ca_file"}))
        return;
    if (node["fetch"]) out.allowed = node["fetch"].flag();
    out.client.deadline = duration(node["deadline_ms"], out.client.deadline);
    out.getter.max_response = count(node["response_bytes"], out.getter.max_response, 1024, kGigabyte);
    out.client.max_pages = count(node["pages"], out.client.max_pages, 1, 1000);
    for (const Node &element : node["private_networks"].elements()) {
        const auto network = Network::parse(element.text());
        if (network)
            out.private_networks.push_back(*network);
        else
            element.problem("This must be a network such as \"10.1.0.0/16\" or \"fd00::/8\", or one address.");
    }
    out.getter.ca_file = node["ca_file"].text_or("");
}

std::string known_hook(const Node &node) {
    std::string hook = node.text_or(std::string(cds_hooks::kPatientView));
    std::string names;
    for (const cds_hooks::Hook &known : cds_hooks::hooks())
        names.append(names.empty() ? "" : ", ").append(known.name);
    if (!hook.empty() && cds_hooks::find_hook(hook) == nullptr)
        node.problem("No service here answers \"" + hook + "\"; use one of: " + names + ".");
    return hook;
}

bool is_service_id(std::string_view id, std::string_view hook_name) {
    const std::string hook = "-" + std::string(hook_name);
    return id.size() > hook.size() && id.ends_with(hook) &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

void read_service(const Node &node, std::set<std::string> &ids, Config &out) {
    if (!node.object({"id", "hook", "title", "trials"})) return;
    cds_hooks::ServiceDefinition service{
        node["id"].text(), node["title"].text_or(""), {}, known_hook(node["hook"])};
    if (!is_service_id(service.id, service.hook))
        node["id"].problem(
            "The id is the last part of the URL that an EHR calls: lower-case letters, digits and "
            "hyphens, ending in the hook it answers, such as \"rheumatology-patient-view\"; that hook is \"" +
            service.hook + "\" here.");
    if (!ids.insert(service.id).second)
        node["id"].problem("There is another service of this id; give each its own.");
    std::set<std::string> trials;
    for (const Node &trial : node["trials"].required_elements())
        if (!trials.insert(service.trials.emplace_back(trial.text())).second)
            trial.problem("This trial is named twice in one service; name it once.");
    out.services.push_back(std::move(service));
}

void read_services(const Node &root, Config &out) {
    std::set<std::string> ids;
    if (const Node services = root["services"])
        for (const Node &service : services.required_elements())
            read_service(service, ids, out);
    out.max_cards = count(root["max_cards"], out.max_cards, 1, kMostCards);
    out.further_patients = count(root["further_patients"], out.further_patients, 0, kMostFurtherPatients);
}

void read_root(const Node &root, Config &out) {
    if (!root.object({"public_base", "demonstration", "listen", "admin", "limits", "fhir", "cors_origins",
                      "tenants", "issuers", "token", "services", "max_cards", "further_patients", "store",
                      "evaluations", "data"}))
        return;
    read_listen(root["listen"], out.listen);
    read_limits(root["limits"], out);
    read_admin(root["admin"], out);
    read_tenants(root["tenants"], out);
    share_requests(root["limits"], out);
    read_trust(root, out);
    read_egress(root["fhir"], out.egress);
    out.egress.getter.plain_http = out.trust.demo_mode;
    if (out.egress.allowed && out.egress.client.deadline >= out.listen.handler_timeout)
        root["fhir"]["deadline_ms"].problem("Reading may take longer than the whole call, which ends after " +
                                            std::to_string(out.listen.handler_timeout.count()) +
                                            " ms. Lower it, or raise \"handler_ms\" of /limits.");
    out.cors_origins = read_origins(root["cors_origins"]);
    read_services(root, out);
    read_store(root["store"], out.store);
    read_evaluations(root["evaluations"], out);
    check_evidence_pages(root, out);
    if (out.store.kind == StoreKind::none) refuse_budgets(root["tenants"]);
    out.data = root["data"].text_or("");
    for (const TrustedIssuer &issuer : out.trust.issuers)
        if (!out.egress.allowed && out.key_files.count(issuer.issuer) == 0)
            root["fhir"]["fetch"].problem("Nothing may be fetched, but the keys of an issuer are named by URL. "
                                          "Give each issuer a \"key_file\".");
}

} // namespace

std::string_view to_string(TenantMode mode) {
    switch (mode) {
    case TenantMode::off:
        return "off";
    case TenantMode::shadow:
        return "shadow";
    case TenantMode::coordinator_only:
        return "coordinator-only";
    case TenantMode::clinician:
        break;
    }
    return "clinician";
}

bool Config::has_evidence_page() const {
    return std::any_of(tenants.begin(), tenants.end(),
                       [](const auto &tenant) { return tenant.second.smart.has_value(); });
}

std::string Config::base_path() const {
    return std::string(path_of_base(trust.public_base));
}

tl::expected<Config, std::vector<base::Error>> parse_config(const std::string &path, std::string_view text) {
    auto document = json::Document::parse(text, {.comments = true});
    if (!document) {
        base::Error error = document.error();
        error.location = path + ": " + error.location;
        return tl::make_unexpected(std::vector{std::move(error)});
    }
    base::Problems problems;
    base::SourceFile file{path, std::move(*document), &problems, {}, true};
    Config config;
    read_root(file.root(), config);
    if (problems.empty())
        if (const auto checked = check(config.trust); !checked)
            problems.add(path, "/issuers", checked.error().public_text);
    if (!problems.empty()) return tl::make_unexpected(problems.take());
    return config;
}

namespace {

// Of a pipe or a device it says nothing.
bool others_can_read(const std::string &file) {
    using std::filesystem::perms;
    std::error_code problem;
    const auto status = std::filesystem::status(file, problem);
    return std::filesystem::is_regular_file(status) &&
           (status.permissions() & (perms::group_all | perms::others_all)) != perms::none;
}

} // namespace

base::Result<base::Sensitive<std::string>> read_secret(const SecretPlace &place) {
    std::string secret;
    std::string where;
    if (!place.environment.empty()) {
        where = "environment variable " + place.environment;
        if (const char *value = std::getenv(place.environment.c_str())) secret = value;
    } else {
        where = place.file;
        if (others_can_read(place.file))
            return base::fail(base::ErrorCode::unreadable_input, where,
                              "others than its owner can read or change this secret; run: chmod 600 " + where +
                                  " (and replace the secret if somebody may have read it)");
        secret = read_text(place.file).value_or("");
    }
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r'))
        secret.pop_back();
    if (secret.empty())
        return base::fail(base::ErrorCode::unreadable_input, where,
                          "the secret is not there, cannot be read or is empty; set it");
    return base::Sensitive<std::string>(std::move(secret));
}

} // namespace trialcds::server
