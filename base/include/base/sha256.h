// SHA-256 of a text: shows that a file is whole and as it was written, for modules that do no cryptography.
// Source: FIPS 180-4, sections 4.1.2, 5 and 6.2. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

namespace trialcds::base {

// In 64 hexadecimal digits, lower case.
[[nodiscard]] std::string sha256(std::string_view text);

} // namespace trialcds::base
