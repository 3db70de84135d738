#include "egress/address_guard.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace trialcds::server {
namespace {

// Nobody's address to connect to, whatever network an operator lists.
bool is_no_host(const Address &address) {
    if (address.is_v6)
        return address.bytes[0] == 0xff || std::all_of(address.bytes.begin(), address.bytes.end(),
                                                       [](std::uint8_t byte) { return byte == 0; });
    return address.bytes[0] == 0 || address.bytes[0] >= 224;
}

std::optional<Address> address_of(const addrinfo &info) {
    Address address;
    if (info.ai_family == AF_INET) {
        sockaddr_in socket_address{};
        std::memcpy(&socket_address, info.ai_addr, sizeof socket_address);
        std::memcpy(address.bytes.data(), &socket_address.sin_addr, sizeof socket_address.sin_addr);
        return address;
    }
    if (info.ai_family != AF_INET6) return std::nullopt;
    sockaddr_in6 socket_address{};
    std::memcpy(&socket_address, info.ai_addr, sizeof socket_address);
    address.is_v6 = true;
    std::memcpy(address.bytes.data(), &socket_address.sin6_addr, sizeof socket_address.sin6_addr);
    return Address::parse(address.text()); // a mapped address becomes the IPv4 one
}

} // namespace

AddressGuard::AddressGuard(std::vector<Network> listed, Resolve resolve)
    : listed_(std::move(listed)), resolve_(std::move(resolve)) {}

bool AddressGuard::allows(const Address &address) const {
    if (is_no_host(address)) return false;
    return is_public(address) || std::any_of(listed_.begin(), listed_.end(),
                                             [&](const Network &network) { return network.contains(address); });
}

tl::expected<std::vector<Address>, NoAddress> AddressGuard::check(const Url &url) const {
    std::vector<Address> addresses = url.literal ? std::vector<Address>{*url.literal} : resolve_(url.host);
    if (addresses.empty()) return tl::make_unexpected(NoAddress::unknown_host);
    const bool all_allowed = std::all_of(addresses.begin(), addresses.end(),
                                         [&](const Address &address) { return allows(address); });
    if (!all_allowed) return tl::make_unexpected(NoAddress::private_address);
    return addresses;
}

std::vector<Address> AddressGuard::resolve_by_system(const std::string &host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo *found = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    std::vector<Address> addresses;
    for (const addrinfo *info = found; info != nullptr; info = info->ai_next)
        if (auto address = address_of(*info)) addresses.push_back(*address);
    return addresses;
}

} // namespace trialcds::server
