#include "trust/jws.h"

#include <array>
#include <utility>

namespace trialcds::server {
namespace {

constexpr std::array<std::pair<std::string_view, JwsAlgorithm>, 5> kAlgorithms = {{
    {"ES256", JwsAlgorithm::es256},
    {"ES384", JwsAlgorithm::es384},
    {"RS256", JwsAlgorithm::rs256},
    {"RS384", JwsAlgorithm::rs384},
    {"PS384", JwsAlgorithm::ps384},
}};

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kForeign = 0xFF;

constexpr std::array<std::uint8_t, 256> inverse_alphabet() {
    std::array<std::uint8_t, 256> inverse{};
    inverse.fill(kForeign);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        inverse.at(static_cast<unsigned char>(kAlphabet[i])) = static_cast<std::uint8_t>(i);
    return inverse;
}
constexpr std::array<std::uint8_t, 256> kInverse = inverse_alphabet();

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

std::optional<std::string> decode_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt; // six bits make no byte
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::uint8_t six = kInverse[static_cast<unsigned char>(c)];
        if (six == kForeign) return std::nullopt;
        bits = (bits << 6U) | six;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU));
        bits &= (1U << static_cast<unsigned>(count)) - 1U;
    }
    if (bits != 0) return std::nullopt; // left-over bits: a second spelling of the same bytes
    return bytes;
}

std::optional<CompactJws> split_compact(std::string_view token) {
    if (token.size() > kMaxToken) return std::nullopt;
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return std::nullopt;
    auto header = decode_base64url(token.substr(0, first));
    auto payload = decode_base64url(token.substr(first + 1, second - first - 1));
    auto signature = decode_base64url(token.substr(second + 1));
    if (!header || !payload || !signature || header->empty() || signature->empty()) return std::nullopt;
    return CompactJws{std::move(*header), std::move(*payload), std::move(*signature), token.substr(0, second)};
}

} // namespace trialcds::server
