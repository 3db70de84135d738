#include "trust/jws.h"

#include <array>
#include <utility>

#include "base/base64url.h"

namespace trialcds::server {
namespace {

constexpr std::array<std::pair<std::string_view, JwsAlgorithm>, 5> kAlgorithms = {{
    {"ES256", JwsAlgorithm::es256},
    {"ES384", JwsAlgorithm::es384},
    {"RS256", JwsAlgorithm::rs256},
    {"RS384", JwsAlgorithm::rs384},
    {"PS384", JwsAlgorithm::ps384},
}};

} // namespace

std::optional<JwsAlgorithm> parse_algorithm(std::string_view name) {
    for (const auto &[known, algorithm] : kAlgorithms)
        if (known == name) return algorithm;
    return std::nullopt;
}

std::string_view to_string(JwsAlgorithm algorithm) {
    for (const auto &[name, known] : kAlgorithms)
        if (known == algorithm) return name;
    return "";
}

std::optional<CompactJws> split_compact(std::string_view token) {
    if (token.size() > kMaxToken) return std::nullopt;
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return std::nullopt;
    auto header = base::from_base64url(token.substr(0, first));
    auto payload = base::from_base64url(token.substr(first + 1, second - first - 1));
    auto signature = base::from_base64url(token.substr(second + 1));
    if (!header || !payload || !signature || header->empty() || signature->empty()) return std::nullopt;
    return CompactJws{std::move(*header), std::move(*payload), std::move(*signature), token.substr(0, second)};
}

} // namespace trialcds::server
