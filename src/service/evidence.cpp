#include "evidence.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "egress/address_guard.h"
#include "egress/fhir_client.h"

namespace trialcds::service {

using server::Config;
using server::Tenant;
using server::TenantMode;

namespace {

bool has_page(const Tenant &tenant) {
    return tenant.smart.has_value() && tenant.mode != TenantMode::off;
}

void add(std::vector<std::string> &origins, const std::string &url) {
    const auto read = server::parse_url(url);
    if (!read) return;
    if (std::string origin = read->origin(); std::find(origins.begin(), origins.end(), origin) == origins.end())
        origins.push_back(std::move(origin));
}

} // namespace

std::string evidence_launch(const Config &config, const Tenant &tenant) {
    return has_page(tenant) ? config.trust.public_base + "/evidence/launch.html" : std::string();
}

cds_hooks::TenantOfServer tenants_with_page(const Config &config) {
    std::map<std::string, std::vector<std::string>> bases;
    for (const auto &[id, tenant] : config.tenants)
        if (has_page(tenant)) bases[id] = tenant.fhir_bases;
    return [bases](std::string_view fhir_server) -> std::optional<std::string> {
        for (const auto &[id, listed] : bases)
            if (server::is_listed_base(listed, fhir_server)) return id;
        return std::nullopt;
    };
}

cds_hooks::EvidencePageSettings page_settings_of(const Config &config) {
    cds_hooks::EvidencePageSettings settings;
    settings.base_path = config.base_path();
    for (const auto &[id, tenant] : config.tenants) {
        if (!has_page(tenant)) continue;
        for (const std::string &base : tenant.fhir_bases) {
            settings.clients.push_back({base, tenant.smart->client_id, tenant.smart->scope, id});
            add(settings.asks, base);
        }
        for (const std::string &origin : tenant.smart->authorization_origins)
            add(settings.asks, origin);
        for (const std::string &origin : tenant.smart->embedded_in)
            add(settings.framed_by, origin);
    }
    return settings;
}

} // namespace trialcds::service
