#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "egress/address_guard.h"

namespace trialcds::server {
namespace {

constexpr std::size_t kMaxUrl = 32768; // searches list their codes
constexpr std::size_t kMaxHost = 253;
constexpr std::size_t kMaxLabel = 63;
constexpr std::uint16_t kHttp = 80;
constexpr std::uint16_t kHttps = 443;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > kMaxLabel || label.starts_with("xn--")) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

// Resolvers take a last label of digits, or one that starts with 0x, for part of an address.
bool looks_numeric(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return last.starts_with("0x") || std::all_of(last.begin(), last.end(), is_digit);
}

bool read_host(std::string_view text, Url &url) {
    url.host = base::lower(text);
    if (text.starts_with('[') && text.ends_with(']')) {
        url.host = url.host.substr(1, url.host.size() - 2);
        url.literal = url.host.find(':') == std::string::npos ? std::nullopt : Address::parse(url.host);
        return url.literal && url.literal->is_v6; // a mapped IPv4 address is refused here
    }
    if (url.host.empty() || url.host.size() > kMaxHost) return false;
    if (looks_numeric(url.host)) {
        url.literal = url.host.find(':') == std::string::npos ? Address::parse(url.host) : std::nullopt;
        return url.literal.has_value();
    }
    for (std::string_view rest = url.host;;) {
        const std::size_t dot = rest.find('.');
        if (!is_label(rest.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        rest.remove_prefix(dot + 1);
    }
}

bool read_authority(std::string_view text, Url &url) {
    url.port = url.tls ? kHttps : kHttp;
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const std::string_view digits = text.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (error != std::errc{} || end != digits.data() + digits.size() || url.port == 0) return false;
        if (!is_digit(digits.front())) return false;
        text = text.substr(0, colon);
    }
    return read_host(text, url);
}

// The text with what RFC 3986 does not allow as %-escapes; nullopt for what is not to be repaired.
std::optional<std::string> escaped(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kToEscape = "|\"<>^`{}[]";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c <= ' ' || c >= 127 || c == '\\' || c == '#') return std::nullopt;
        if (c == '%' && (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])))
            return std::nullopt;
        if (kToEscape.find(text[i]) == std::string_view::npos)
            out += text[i];
        else
            out.append({'%', kHex[c / 16U], kHex[c % 16U]});
    }
    return out;
}

// What would be read differently by who resolves dot segments or decodes a slash.
bool is_plain_path(std::string_view path) {
    std::string decoded = base::lower(path);
    if (decoded.find("%2f") != std::string::npos || decoded.find("%5c") != std::string::npos) return false;
    for (std::size_t at = decoded.find("%2e"); at != std::string::npos; at = decoded.find("%2e", at))
        decoded.replace(at, 3, ".");
    if (decoded.find("//") != std::string::npos) return false;
    decoded += '/';
    return decoded.find("/./") == std::string::npos && decoded.find("/../") == std::string::npos;
}

} // namespace

std::string Url::authority() const {
    std::string text = literal && literal->is_v6 ? "[" + host + "]" : host;
    if (port != (tls ? kHttps : kHttp)) text += ":" + std::to_string(port);
    return text;
}

std::string Url::origin() const {
    return (tls ? "https://" : "http://") + authority();
}

std::string Url::text() const {
    return origin() + path + query;
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > kMaxUrl) return std::nullopt;
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return std::nullopt;
    Url url;
    const std::string name = base::lower(text.substr(0, scheme));
    if (name != "http" && name != "https") return std::nullopt;
    url.tls = name == "https";
    text.remove_prefix(scheme + 3);
    const std::size_t path = std::min(text.find_first_of("/?#\\"), text.size());
    if (!read_authority(text.substr(0, path), url)) return std::nullopt;
    const auto rest = escaped(text.substr(path));
    if (!rest) return std::nullopt;
    const std::size_t query = std::min(rest->find('?'), rest->size());
    url.path = query == 0 ? "/" : rest->substr(0, query);
    url.query = rest->substr(query);
    if (!is_plain_path(url.path)) return std::nullopt;
    return url;
}

} // namespace trialcds::server
