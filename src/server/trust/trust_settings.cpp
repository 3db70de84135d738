#include "trust/trust_settings.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/ascii.h"

namespace trialcds::server {
namespace {

constexpr std::int64_t kMaxLeeway = 300;
constexpr std::int64_t kMaxLifetime = 86'400;

// Hosts whose signing key is public, with what is public about it. A token of theirs proves nothing.
struct PublicKeyPair {
    std::string_view host;
    std::string_view why;
};
constexpr std::array<PublicKeyPair, 1> kPublicKeyPairs = {
    {{"sandbox.cds-hooks.org", "the CDS Hooks Sandbox signs in the browser: its private key is in the page"}}};

// The host of a URL, lower case, without port and final dot; of anything else "".
std::string host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return "";
    std::string_view authority = url.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?#\\"));
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
    authority = authority.substr(0, authority.find(':'));
    while (!authority.empty() && authority.back() == '.')
        authority.remove_suffix(1);
    return base::lower(authority);
}

bool is_https_url(std::string_view url) {
    const auto unfit = [](unsigned char c) { return c <= ' ' || c >= 127 || c == '\\' || c == '"'; };
    if (!url.starts_with("https://") || url.find('#') != std::string_view::npos ||
        std::any_of(url.begin(), url.end(), unfit))
        return false;
    const std::string_view rest = url.substr(8);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    return !authority.empty() && authority.find('@') == std::string_view::npos;
}

bool is_public_base(std::string_view url, bool demo_mode) {
    constexpr std::string_view kPlain = "http://";
    if (demo_mode && url.starts_with(kPlain))
        return is_public_base("https://" + std::string(url.substr(kPlain.size())), false);
    return is_https_url(url) && url.find('?') == std::string_view::npos;
}

std::string_view why_public(const TrustedIssuer &trusted) {
    for (const auto &[host, why] : kPublicKeyPairs)
        if (host_of(trusted.issuer) == host || (trusted.jku && host_of(*trusted.jku) == host)) return why;
    return "";
}

void check_issuer(const TrustedIssuer &trusted, bool demo_mode, std::string &problems) {
    const auto problem = [&](std::string_view what) {
        problems.append("issuer \"" + trusted.issuer + "\": ").append(what).append("\n");
    };
    if (trusted.issuer.empty()) problem("the issuer has no name");
    if (trusted.jku && !is_https_url(*trusted.jku))
        problem("jku must be an https URL without user name and fragment");
    if (trusted.algorithms.empty()) problem("no algorithm is allowed");
    if (trusted.tenants.empty() && !trusted.default_tenant) problem("it leads to no tenant");
    for (const std::string &audience : trusted.extra_audiences)
        if (audience.empty()) problem("an extra audience is empty");
    if (const auto why = why_public(trusted); !demo_mode && !why.empty()) {
        problem(why);
        problem("it can be trusted in demonstration mode only");
    }
}

} // namespace

base::Result<void> check(const TrustSettings &settings) {
    std::string problems;
    if (!is_public_base(settings.public_base, settings.demo_mode))
        problems += "public_base must be the https URL that EHRs call, without query and fragment\n";
    const bool by_certificate =
        std::any_of(settings.certificates.begin(), settings.certificates.end(),
                    [](const auto &certificate) { return certificate.second.instead_of_token; });
    if (settings.issuers.empty() && !by_certificate)
        problems += "no issuer is trusted, and no certificate stands in for a token: nobody could call\n";
    if (settings.leeway < 0 || settings.leeway > kMaxLeeway) problems += "leeway must be 0 to 300 seconds\n";
    if (settings.max_lifetime < 1 || settings.max_lifetime > kMaxLifetime)
        problems += "max_lifetime must be 1 to 86400 seconds\n";
    std::set<std::string_view> seen;
    for (const TrustedIssuer &trusted : settings.issuers) {
        check_issuer(trusted, settings.demo_mode, problems);
        if (!seen.insert(trusted.issuer).second)
            problems += "issuer \"" + trusted.issuer + "\": given more than once\n";
    }
    if (!problems.empty()) return base::fail(base::ErrorCode::invalid_definition, "", std::move(problems));
    return {};
}

} // namespace trialcds::server
