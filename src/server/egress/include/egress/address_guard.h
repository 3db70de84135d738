// AddressGuard: which host a call may go to. A caller chooses `fhirServer`, so without this the service could
// be made to read its own machine, its neighbours or a cloud's metadata service (server-side request forgery).
// parse_url reads strictly what everybody reads alike and refuses the rest; check() turns a URL into addresses
// that may be connected to, and only such an address is ever handed to the connection, so that a name server
// cannot answer differently a second time (DNS rebinding).
// Invariant: an address that check() returns is public, or inside a network that the operator has listed.
// Source: RFC 3986, RFC 6890 (special-purpose addresses), RFC 6052 and 3056 (embedded IPv4), conformance
// item 35. Thread-safety: immutable; check() calls the resolver, which must be safe to call from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace trialcds::server {

// An IPv4 or IPv6 address. The IPv6 form ::ffff:a.b.c.d is kept as the IPv4 address that it means.
struct Address {
    std::array<std::uint8_t, 16> bytes{}; // IPv4: the first four
    bool is_v6 = false;

    // "10.0.0.1" (four decimal parts, no leading zero) or an IPv6 address without brackets and zone.
    [[nodiscard]] static std::optional<Address> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    bool operator==(const Address &) const = default;
};

// Reachable by everybody: none of the special-purpose ranges, also not by way of NAT64 or 6to4.
[[nodiscard]] bool is_public(const Address &address);

// "10.0.0.0/8", "fd00::/8", or one address.
class Network {
  public:
    [[nodiscard]] static std::optional<Network> parse(std::string_view cidr);
    [[nodiscard]] bool contains(const Address &address) const;

  private:
    Address base_;
    unsigned prefix_ = 0;
};

struct Url {
    bool tls = false;
    std::string host; // lower case; an IPv6 address without brackets
    std::uint16_t port = 0;
    std::string path;  // "/..." without the query
    std::string query; // with its '?', or ""
    std::optional<Address> literal;

    [[nodiscard]] std::string authority() const; // for a Host header: the port only if it is not the usual one
    [[nodiscard]] std::string origin() const;    // scheme, host and port
    [[nodiscard]] std::string text() const;
    bool operator==(const Url &) const = default;
};

// An absolute http or https URL. Refused: user information, a fragment, backslashes, blanks, control and
// non-ASCII bytes, punycode names, a final dot, addresses in other than the usual notation (2130706433, 0x7f.1,
// 0177.0.0.1, 127.1, ::ffff:127.0.0.1), dot segments and encoded slashes in the path, a broken %-escape.
// Characters that servers leave unencoded in a query ("|") are encoded.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

enum class NoAddress : std::uint8_t {
    unknown_host,    // the name has none
    private_address, // at least one that is not allowed
};

class AddressGuard {
  public:
    using Resolve = std::function<std::vector<Address>(const std::string &host)>;

    explicit AddressGuard(std::vector<Network> listed = {}, Resolve resolve = resolve_by_system);

    // May take as long as the name server. At least one address, all of them allowed; or why not.
    [[nodiscard]] tl::expected<std::vector<Address>, NoAddress> check(const Url &url) const;

    [[nodiscard]] static std::vector<Address> resolve_by_system(const std::string &host);

  private:
    [[nodiscard]] bool allows(const Address &address) const;

    std::vector<Network> listed_;
    Resolve resolve_;
};

} // namespace trialcds::server
