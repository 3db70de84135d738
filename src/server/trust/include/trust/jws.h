// The outer form of a signed token: the three parts of the JWS compact serialization, the algorithms this
// service knows. Nothing here is trusted yet.
// Invariants: two spellings of one token do not exist, for base/base64url.h reads one text per bytes; `none`
// and every HMAC algorithm have no value in JwsAlgorithm and therefore cannot be asked for.
// Source: RFC 7515 sections 2, 3.1, 5.2 and 7.1; RFC 7518 section 3.
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trialcds::server {

inline constexpr std::size_t kMaxToken = std::size_t{16} * 1024;

enum class JwsAlgorithm : std::uint8_t { es256, es384, rs256, rs384, ps384 };

// Exact names only: "es384" and "NONE" are as unknown as "none".
[[nodiscard]] std::optional<JwsAlgorithm> parse_algorithm(std::string_view name);
[[nodiscard]] std::string_view to_string(JwsAlgorithm algorithm);

// The parts decoded; signing_input is a view into the token and lives as long as it.
struct CompactJws {
    std::string header;
    std::string payload;
    std::string signature;
    std::string_view signing_input;
};

// nullopt: not three base64url parts, or an empty header or signature, or over kMaxToken.
[[nodiscard]] std::optional<CompactJws> split_compact(std::string_view token);

} // namespace trialcds::server
