#include "read_smart.h"

#include <algorithm>
#include <map>

#include "read_url.h"

namespace trialcds::server {
namespace {

using base::Node;

constexpr int kMostPerMinute = 100'000;
constexpr int kPageFetches = 2; // the patient first, then the rest

// An origin goes into a header as it is.
std::vector<std::string> policy_origins(const Node &node) {
    std::vector<std::string> origins = read_origins(node);
    for (const Node &element : node.elements()) {
        const auto url = parse_url(element.text_or(""));
        if (!url || url->path.find_first_not_of('/') != std::string::npos || !url->query.empty())
            element.problem("This is no origin; write scheme, host and, if it is not the usual one, port.");
    }
    return origins;
}

void check_bases(const Node &tenant, const Tenant &known, std::map<std::string, std::string> &owners) {
    if (known.fhir_bases.empty())
        tenant["smart"].problem("The page reads from the tenant's FHIR server. Name it in \"fhir_bases\".");
    std::size_t at = 0;
    for (const Node &element : tenant["fhir_bases"].elements()) {
        const std::string &base = known.fhir_bases.at(at++);
        if (const auto url = parse_url(base); !url || !url->query.empty())
            element.problem(
                "The page cannot read from this URL; write it without query and in the usual form.");
        if (const auto [owner, first] = owners.emplace(base, known.id); !first && owner->second != known.id)
            element.problem("Tenant " + owner->second +
                            " has a page for this FHIR server; a page must lead to one tenant.");
    }
}

} // namespace

std::optional<SmartApp> read_smart(const Node &node) {
    if (!node || !node.object({"client_id", "scope", "authorization_origins", "embedded_in"})) return {};
    SmartApp app;
    app.client_id = node["client_id"].text();
    app.scope = node["scope"].text_or("");
    app.authorization_origins = policy_origins(node["authorization_origins"]);
    app.embedded_in = policy_origins(node["embedded_in"]);
    return app;
}

void read_evaluations(const Node &node, Config &out) {
    if (!node || !node.object({"per_minute"})) return;
    if (node["per_minute"])
        out.evaluations_per_minute = static_cast<std::size_t>(node["per_minute"].integer(1, kMostPerMinute));
}

void check_evidence_pages(const Node &root, const Config &config) {
    if (!config.has_evidence_page()) return;
    std::map<std::string, std::string> owners;
    for (const Node &tenant : root["tenants"].elements()) {
        const auto known = config.tenants.find(tenant["id"].text_or(""));
        if (known != config.tenants.end() && known->second.smart) check_bases(tenant, known->second, owners);
    }
    if (!config.egress.allowed)
        root["fhir"]["fetch"].problem(
            "Nothing may be fetched, so the evidence page could read nothing. Leave out "
            "\"smart\", or allow it.");
    else if (kPageFetches * config.egress.client.deadline >= config.listen.handler_timeout)
        root["fhir"]["deadline_ms"].problem("The evidence page reads twice, first the patient, and may take "
                                            "longer than the whole call, which ends "
                                            "after " +
                                            std::to_string(config.listen.handler_timeout.count()) +
                                            " ms. Lower it, or raise \"handler_ms\" of /limits.");
}

} // namespace trialcds::server
