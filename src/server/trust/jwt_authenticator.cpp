#include "trust/jwt_authenticator.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/ascii.h"

namespace trialcds::server {
namespace {

using base::same_letters;

auto refused(JwtRefusalReason reason) {
    return tl::make_unexpected(JwtRefusal{reason, {}, {}});
}

// RFC 6750 2.1: "Bearer", one space, the token; the scheme's case is free (RFC 9110 11.1). More spaces are
// tolerated, as RFC 9110 11.4 allows them.
tl::expected<std::string_view, JwtRefusal> bearer_token(const std::vector<cds_hooks::Header> &headers) {
    constexpr std::string_view kScheme = "bearer";
    const cds_hooks::Header *only = nullptr;
    for (const cds_hooks::Header &header : headers) {
        if (!same_letters(header.name, "authorization")) continue;
        if (only != nullptr) return refused(JwtRefusalReason::authorization_repeated);
        only = &header;
    }
    if (only == nullptr) return refused(JwtRefusalReason::authorization_missing);
    std::string_view value = only->value;
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos || !same_letters(value.substr(0, space), kScheme))
        return refused(JwtRefusalReason::not_bearer);
    value.remove_prefix(std::min(value.find_first_not_of(' ', space), value.size()));
    return value;
}

} // namespace

JwtAuthenticator::JwtAuthenticator(JwtVerifier verifier, const Clock &clock, OnRefusal on_refusal,
                                   TrustedCertificates certificates)
    : verifier_(std::move(verifier)), clock_(clock), on_refusal_(std::move(on_refusal)),
      certificates_(std::move(certificates)) {}

std::optional<cds_hooks::ClientIdentity> JwtAuthenticator::authenticate(const cds_hooks::HttpRequest &request) {
    auto known = outcome(request);
    if (known) return std::move(*known);
    if (on_refusal_) on_refusal_(known.error());
    return std::nullopt;
}

JwtVerifier::Outcome JwtAuthenticator::outcome(const cds_hooks::HttpRequest &request) const {
    const auto found = certificates_.find(request.client_subject);
    const TrustedCertificate *shown = found == certificates_.end() ? nullptr : &found->second;
    auto known = by_token(request, [&](const std::string &tenant) {
        return (shown != nullptr && shown->tenant == tenant) || !has_certificates(tenant);
    });
    if (!known && known.error().reason == JwtRefusalReason::authorization_missing && shown != nullptr &&
        shown->instead_of_token)
        return cds_hooks::ClientIdentity{"", shown->tenant};
    return known;
}

bool JwtAuthenticator::has_certificates(const std::string &tenant) const {
    return std::any_of(certificates_.begin(), certificates_.end(),
                       [&](const auto &certificate) { return certificate.second.tenant == tenant; });
}

JwtVerifier::Outcome JwtAuthenticator::by_token(const cds_hooks::HttpRequest &request,
                                                const JwtVerifier::MayCall &may_call) const {
    const auto token = bearer_token(request.headers);
    if (!token) return tl::make_unexpected(token.error());
    const std::string_view path =
        std::string_view(request.target).substr(0, request.target.find_first_of("?#"));
    if (!path.starts_with('/')) return refused(JwtRefusalReason::path_unusable);
    return verifier_.verify(*token, verifier_.audience_of(path), clock_.unix_seconds(), may_call);
}

} // namespace trialcds::server
