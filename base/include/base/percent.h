// Percent-encoding of a part of a URL. Source: RFC 3986 section 2. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

namespace trialcds::base {

// Every byte but the unreserved ones (letters, digits, '-', '.', '_', '~') and those of `also_plain` as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view also_plain = {});

} // namespace trialcds::base
