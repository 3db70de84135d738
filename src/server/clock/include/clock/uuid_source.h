// Random identifiers for cards and for matching a caller's report with our log. Version 4 of RFC 9562 from the
// operating system's generator by way of OpenSSL. Throws std::runtime_error when there is no randomness: a
// repeated card identifier would attach feedback to the wrong card. Thread-safety: reentrant.
#pragma once

#include <string>

namespace trialcds::server {

[[nodiscard]] std::string random_uuid(); // "3f2b...", lower case, 36 characters

} // namespace trialcds::server
