// base64url without padding, as JSON Web Tokens and JSON Web Keys write bytes.
// Invariant: one text has one decoding (no padding, no foreign character, no stray bits in the last character),
// so that two spellings of the same bytes do not exist. Source: RFC 4648 section 5; RFC 7515 section 2.
// Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trialcds::base {

[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

} // namespace trialcds::base
