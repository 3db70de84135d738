#include "egress/address_guard.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>

namespace trialcds::server {
namespace {

constexpr std::size_t kV4Bytes = 4;

// Whether the first `prefix` bits are the same.
bool same_prefix(const std::uint8_t *a, const std::uint8_t *b, unsigned prefix) {
    const unsigned whole = prefix / 8;
    if (!std::equal(a, a + whole, b)) return false;
    if (prefix % 8 == 0) return true;
    const unsigned shift = 8 - prefix % 8;
    return (a[whole] >> shift) == (b[whole] >> shift);
}

struct Range {
    std::array<std::uint8_t, 8> start;
    unsigned prefix;
};

// RFC 6890 and its successors: everything that is not for the public Internet.
constexpr std::array<Range, 16> kReservedV4 = {{
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 31, 196}, 24},
    {{192, 52, 193}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 3},
}};
constexpr Range kGlobalV6 = {{0x20}, 3}; // the only space given out so far
constexpr std::array<Range, 3> kReservedV6 = {{
    {{0x20, 0x01, 0x00}, 23},       // Teredo, ORCHID and other protocols' own
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
    {{0x3f, 0xff, 0x00}, 20},       // documentation
}};
constexpr Range kSixToFour = {{0x20, 0x02}, 16};
constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b};
constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Address v4_inside(const Address &address, std::size_t offset) {
    Address inner;
    std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(offset), kV4Bytes, inner.bytes.begin());
    return inner;
}

std::optional<Address> parse_v4(std::string_view text) {
    Address address;
    for (std::size_t part = 0; part < kV4Bytes; ++part) {
        const std::size_t dot = part + 1 < kV4Bytes ? text.find('.') : text.size();
        if (dot == std::string_view::npos || dot == 0 || dot > 3) return std::nullopt;
        const std::string_view digits = text.substr(0, dot);
        if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), address.bytes[part]);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return text.empty() ? std::optional(address) : std::nullopt;
}

} // namespace

std::optional<Address> Address::parse(std::string_view text) {
    if (text.find(':') == std::string_view::npos) return parse_v4(text);
    Address address;
    address.is_v6 = true;
    if (inet_pton(AF_INET6, std::string(text).c_str(), address.bytes.data()) != 1) return std::nullopt;
    if (std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin()))
        return v4_inside(address, kMapped.size());
    return address;
}

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), buffer.data(), buffer.size());
    return buffer.data();
}

bool is_public(const Address &address) {
    const auto in = [&](const Range &range) {
        return same_prefix(address.bytes.data(), range.start.data(), range.prefix);
    };
    if (!address.is_v6) return std::none_of(kReservedV4.begin(), kReservedV4.end(), in);
    if (std::equal(kNat64.begin(), kNat64.end(), address.bytes.begin()))
        return is_public(v4_inside(address, kNat64.size()));
    if (in(kSixToFour)) return is_public(v4_inside(address, 2));
    return in(kGlobalV6) && std::none_of(kReservedV6.begin(), kReservedV6.end(), in);
}

std::optional<Network> Network::parse(std::string_view cidr) {
    const std::size_t slash = cidr.find('/');
    const auto base = Address::parse(cidr.substr(0, slash));
    if (!base) return std::nullopt;
    Network network;
    network.base_ = *base;
    network.prefix_ = base->is_v6 ? 128 : 32;
    if (slash == std::string_view::npos) return network;
    const std::string_view digits = cidr.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc{} || end != digits.data() + digits.size() || prefix > network.prefix_)
        return std::nullopt;
    network.prefix_ = prefix;
    return network;
}

bool Network::contains(const Address &address) const {
    return address.is_v6 == base_.is_v6 && same_prefix(address.bytes.data(), base_.bytes.data(), prefix_);
}

} // namespace trialcds::server
