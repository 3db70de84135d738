#include "base/base64url.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace trialcds::base {
namespace {

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

std::string to_base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6)
            text += kAlphabet[(bits >> (count - 6)) & 63U];
    }
    if (count > 0) text += kAlphabet[(bits << (6 - count)) & 63U];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt; // six bits make no byte
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::uint8_t six = kInverse[static_cast<unsigned char>(c)];
        if (six == kForeign) return std::nullopt;
        bits = (bits << 6U) | six;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<char>((bits >> count) & 0xFFU));
        bits &= (1U << count) - 1U;
    }
    if (bits != 0) return std::nullopt; // left-over bits: a second spelling of the same bytes
    return bytes;
}

} // namespace trialcds::base
